"""Stamps opened on several devices are found without reading all that were ever scanned."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEVERAL = sa.text("devices > 1")


def upgrade() -> None:
    op.create_index(
        "ix_first_scan_devices", "first_scan", ["devices"], sqlite_where=SEVERAL, postgresql_where=SEVERAL
    )


def downgrade() -> None:
    op.drop_index("ix_first_scan_devices", table_name="first_scan")
