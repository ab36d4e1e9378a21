"""the scan log"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_key",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_key")),
    )
    op.create_table(
        "first_scan",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "stamp_index", name=op.f("pk_first_scan")),
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("stamp_index", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=30), nullable=False),
        sa.CheckConstraint("stamp_index >= 0", name=op.f("ck_scan_index_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("ix_scan_run_id_index", ["run_id", "stamp_index", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_run_id_index")

    op.drop_table("scan")
    op.drop_table("first_scan")
    op.drop_table("day_key")
