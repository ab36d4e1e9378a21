"""decisions written down by mistake are marked so by rows of their own, and make room for the right one"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NAME, ENDS = "uq_certificate_decision_end", sa.text("kind IN ('withdrawal', 'cancellation')")


def upgrade() -> None:
    op.create_table(
        "decision_mistake",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["certificate_decision.id"], name=op.f("fk_decision_mistake_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["account.id"], name=op.f("fk_decision_mistake_marked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_mistake")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_mistake_decision_id")),
    )
    one = sa.Column("ending", sa.Integer(), nullable=False, server_default="1")
    op.add_column("certificate_decision", one)
    _index("certificate_id", "ending")


def downgrade() -> None:
    _index("certificate_id")
    op.drop_column("certificate_decision", "ending")
    op.drop_table("decision_mistake")


def _index(*columns: str) -> None:
    op.drop_index(NAME, table_name="certificate_decision")
    op.create_index(
        NAME, "certificate_decision", list(columns), unique=True, sqlite_where=ENDS, postgresql_where=ENDS
    )
