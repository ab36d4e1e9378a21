"""links of recalls are worked out, not kept; of those already sent the hash stays"""

import hashlib
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None

notice = sa.table(
    "recall_notice",
    sa.column("id", sa.Integer),
    sa.column("token", sa.String),
    sa.column("token_sha256", sa.String),
)


def upgrade() -> None:
    op.add_column("recall_notice", sa.Column("token_sha256", sa.String(length=64), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(notice.c.id, notice.c.token)).all():
        kept = hashlib.sha256(row.token.encode()).hexdigest()
        connection.execute(notice.update().where(notice.c.id == row.id).values(token_sha256=kept))
    with op.batch_alter_table("recall_notice") as table:
        table.drop_constraint(op.f("uq_recall_notice_token"), type_="unique")
        table.drop_constraint(op.f("ck_recall_notice_token_unguessable"), type_="check")
        table.drop_column("token")
        table.create_unique_constraint(op.f("uq_recall_notice_token_sha256"), ["token_sha256"])
        table.create_check_constraint(op.f("ck_recall_notice_token_is_a_hash"), "length(token_sha256) = 64")


def downgrade() -> None:
    op.add_column("recall_notice", sa.Column("token", sa.String(length=64), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(notice.c.id)).all():  # links already sent open no more
        fresh = secrets.token_urlsafe(32)
        connection.execute(notice.update().where(notice.c.id == row.id).values(token=fresh))
    with op.batch_alter_table("recall_notice") as table:
        table.drop_constraint(op.f("uq_recall_notice_token_sha256"), type_="unique")
        table.drop_constraint(op.f("ck_recall_notice_token_is_a_hash"), type_="check")
        table.drop_column("token_sha256")
        table.alter_column("token", nullable=False)
        table.create_unique_constraint(op.f("uq_recall_notice_token"), ["token"])
        table.create_check_constraint(op.f("ck_recall_notice_token_unguessable"), "length(token) >= 32")
