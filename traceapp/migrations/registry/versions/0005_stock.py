"""when stamps came on paper, and which sheets were printed once more"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain, not in a batch: a table copied on SQLite would lose the triggers that keep its ranges.
    op.add_column("stamp_run", sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE stamp_run SET printed_at = (SELECT max(finished_at) FROM print_run"
        " WHERE print_run.stamp_run_id = stamp_run.id AND print_run.state = 'done')"
    )
    op.execute(
        "UPDATE stamp_run SET printed_at = state_at"
        " WHERE printed_at IS NULL AND state IN ('printed', 'activated')"
    )
    op.create_table(
        "reprint",
        sa.Column("stamp_run_id", sa.Integer(), nullable=False),
        sa.Column("first_sheet", sa.Integer(), nullable=False),
        sa.Column("last_sheet", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "jam",
                "faint",
                "lost",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("identical", sa.Boolean(), nullable=False),
        sa.Column("replacement_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 < first_sheet AND first_sheet <= last_sheet", name=op.f("ck_reprint_sheets_in_order")
        ),
        sa.CheckConstraint(
            "identical = (replacement_id IS NULL)", name=op.f("ck_reprint_new_stamps_or_alike")
        ),
        sa.CheckConstraint(
            "NOT identical OR first_sheet = last_sheet", name=op.f("ck_reprint_alike_is_one_sheet")
        ),
        sa.CheckConstraint("NOT identical OR reason <> 'lost'", name=op.f("ck_reprint_lost_is_never_alike")),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_reprint_created_by_id")),
        sa.ForeignKeyConstraint(["replacement_id"], ["stamp_run.id"], name=op.f("fk_reprint_replacement_id")),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_reprint_stamp_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reprint")),
        sa.UniqueConstraint("replacement_id", name=op.f("uq_reprint_replacement_id")),
    )
    op.create_index(op.f("ix_reprint_stamp_run_id"), "reprint", ["stamp_run_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reprint_stamp_run_id"), table_name="reprint")
    op.drop_table("reprint")
    op.drop_column("stamp_run", "printed_at")
