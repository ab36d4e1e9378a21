"""sheets that were uploaded to be imported"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_draft",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_count", sa.Integer(), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(imported_at IS NULL) = (imported_count IS NULL)", name=op.f("ck_import_draft_imported_some")
        ),
        sa.CheckConstraint(
            "imported_count IS NULL OR imported_count > 0", name=op.f("ck_import_draft_count_positive")
        ),
        sa.CheckConstraint(
            "imported_at IS NULL OR discarded_at IS NULL", name=op.f("ck_import_draft_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_import_draft_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_draft_public_id")),
    )
    op.create_index(op.f("ix_import_draft_created_by_id"), "import_draft", ["created_by_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_import_draft_created_by_id"), table_name="import_draft")
    op.drop_table("import_draft")
