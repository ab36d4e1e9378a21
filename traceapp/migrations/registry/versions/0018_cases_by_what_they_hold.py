"""cases are found by what they hold: a recall asks for those around its goods, to any depth"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_trade_item_contains_id"), "trade_item", ["contains_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_trade_item_contains_id"), table_name="trade_item")
