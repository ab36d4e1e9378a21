"""alerts, and serials that open outside every run"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column(
            "code",
            sa.Enum(
                "C1",
                "C2",
                "C3",
                "C4",
                "C5",
                name="code",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("trade_item_id", sa.Integer(), nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("stamp_run_id", sa.Integer(), nullable=True),
        sa.Column("stamp_index", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closing", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_alert_times_positive")),
        sa.CheckConstraint("(owner_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_alert_owner_has_day")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (closing IS NULL)",
            name=op.f("ck_alert_closed_has_reason"),
        ),
        sa.ForeignKeyConstraint(["trade_item_id"], ["trade_item.id"], name=op.f("fk_alert_trade_item_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_alert_lot_id")),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_alert_stamp_run_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_alert_owner_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["account.id"], name=op.f("fk_alert_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("public_id", name=op.f("uq_alert_public_id")),
    )
    op.create_index(op.f("ix_alert_trade_item_id"), "alert", ["trade_item_id"], unique=False)
    open_ones = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_alert_open",
        "alert",
        ["code", "subject"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
    op.create_table(
        "outside_serial",
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_serial")),
        sa.UniqueConstraint(
            "key_id", "number", "sequence", "day", name=op.f("uq_outside_serial_key_id_number_sequence_day")
        ),
    )


def downgrade() -> None:
    op.drop_table("outside_serial")
    op.drop_table("alert")
