"""who sent a certificate to the province: the same side may take it back, and keeps its draft"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a column with its foreign key in one statement, and writes no table anew for it
    op.execute(
        "ALTER TABLE certificate ADD COLUMN sent_by_id INTEGER"
        " CONSTRAINT fk_certificate_sent_by_id REFERENCES party (id)"
    )
    op.execute(
        "UPDATE certificate SET sent_by_id = (SELECT min(membership.party_id) FROM membership"
        " WHERE membership.account_id = certificate.entered_by_id) WHERE record_state <> 'draft'"
    )


def downgrade() -> None:
    op.drop_column("certificate", "sent_by_id")
