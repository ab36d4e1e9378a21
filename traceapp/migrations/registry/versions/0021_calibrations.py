"""printers by name, and how each lands on a medium"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

IN_USE = sa.text("archived_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "named_printer",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("model", sa.String(length=20), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_named_printer_name_given")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_named_printer_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_printer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_named_printer_public_id")),
    )
    op.create_index(op.f("ix_named_printer_party_id"), "named_printer", ["party_id"], unique=False)
    op.create_index(
        "uq_named_printer_folded",
        "named_printer",
        ["party_id", "folded"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
    op.create_table(
        "calibration",
        sa.Column("printer_id", sa.Integer(), nullable=False),
        sa.Column("medium_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geometry", sa.String(length=16), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("ruler_mm", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("dx0", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("dy0", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("sx", sa.Numeric(precision=8, scale=6), nullable=False),
        sa.Column("sy", sa.Numeric(precision=8, scale=6), nullable=False),
        sa.Column("skew", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("read_on_id", sa.Integer(), nullable=True),
        sa.Column("restores_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "dx0 BETWEEN -50 AND 50 AND dy0 BETWEEN -50 AND 50", name=op.f("ck_calibration_offset_range")
        ),
        sa.CheckConstraint(
            "sx BETWEEN 0.9 AND 1.1 AND sy BETWEEN 0.9 AND 1.1", name=op.f("ck_calibration_scale_range")
        ),
        sa.CheckConstraint("skew BETWEEN -5 AND 5", name=op.f("ck_calibration_skew_range")),
        sa.CheckConstraint("version > 0", name=op.f("ck_calibration_version_positive")),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_calibration_created_by_id")),
        sa.ForeignKeyConstraint(["printer_id"], ["named_printer.id"], name=op.f("fk_calibration_printer_id")),
        sa.ForeignKeyConstraint(["read_on_id"], ["calibration.id"], name=op.f("fk_calibration_read_on_id")),
        sa.ForeignKeyConstraint(["restores_id"], ["calibration.id"], name=op.f("fk_calibration_restores_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_calibration_public_id")),
        sa.UniqueConstraint(
            "printer_id", "medium_id", "version", name=op.f("uq_calibration_printer_id_medium_id_version")
        ),
    )


def downgrade() -> None:
    op.drop_table("calibration")
    op.drop_table("named_printer")
