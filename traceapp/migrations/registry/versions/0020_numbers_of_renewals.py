"""the number of a renewal that was ended, or never sent, may be borne by another"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME, COLUMNS = "uq_certificate_renewal_number", ["replaces_id", "number"]
LIVES = sa.text("record_state IN ('submitted', 'approved') AND NOT number_free")
ENDED = (
    "UPDATE certificate SET number_free = {yes} WHERE EXISTS (SELECT 1 FROM certificate_decision"
    " WHERE certificate_id = certificate.id AND kind IN ('withdrawal', 'cancellation'))"
)


def upgrade() -> None:
    no = sa.false()
    op.add_column("certificate", sa.Column("number_free", sa.Boolean(), nullable=False, server_default=no))
    op.execute(ENDED.format(yes=sa.true().compile(dialect=op.get_bind().dialect)))
    op.drop_index(NAME, table_name="certificate")
    op.create_index(NAME, "certificate", COLUMNS, unique=True, sqlite_where=LIVES, postgresql_where=LIVES)


def downgrade() -> None:
    op.drop_index(NAME, table_name="certificate")
    op.create_index(NAME, "certificate", COLUMNS, unique=True)
    op.drop_column("certificate", "number_free")
