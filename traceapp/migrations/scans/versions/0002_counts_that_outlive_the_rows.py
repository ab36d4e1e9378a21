"""counts that outlive the rows, and daily totals"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SAME_MINUTE_AGAIN = """
DELETE FROM scan WHERE id NOT IN (SELECT min(id) FROM scan GROUP BY run_id, stamp_index, at, token)
"""
COUNTED = """
UPDATE first_scan SET
  scans = (SELECT CASE WHEN count(*) = 0 THEN 1 ELSE count(*) END FROM scan
           WHERE scan.run_id = first_scan.run_id AND scan.stamp_index = first_scan.stamp_index),
  devices = (SELECT CASE WHEN count(*) = 0 THEN 1 ELSE count(DISTINCT token) END FROM scan
             WHERE scan.run_id = first_scan.run_id AND scan.stamp_index = first_scan.stamp_index)
"""


def upgrade() -> None:
    op.create_table(
        "scan_day",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(length=30), nullable=False),
        sa.Column("scans", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "day", "verdict", name=op.f("pk_scan_day")),
    )
    op.add_column("first_scan", sa.Column("scans", sa.Integer(), server_default="1", nullable=False))
    op.add_column("first_scan", sa.Column("devices", sa.Integer(), server_default="1", nullable=False))
    op.add_column("first_scan", sa.Column("areas", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(SAME_MINUTE_AGAIN)
    op.execute(COUNTED)
    op.drop_index("ix_scan_run_id_index", table_name="scan")
    op.create_index("uq_scan_stamp_at_token", "scan", ["run_id", "stamp_index", "at", "token"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_scan_stamp_at_token", table_name="scan")
    op.create_index("ix_scan_run_id_index", "scan", ["run_id", "stamp_index", "at"])
    with op.batch_alter_table("first_scan", schema=None) as batch_op:
        batch_op.drop_column("areas")
        batch_op.drop_column("devices")
        batch_op.drop_column("scans")
    op.drop_table("scan_day")
