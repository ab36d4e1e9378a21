"""accreditations with their decisions, and bodies that turned out to be another"""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0011"
branch_labels = None
depends_on = None

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEPT = ("body_id", "accreditor", "number", "scopes", "valid_from", "valid_until", "demo", "source_url")


def upgrade() -> None:
    rows = _rows()
    # Made anew, not altered: on SQLite a copied table would lose its checks, and nothing points at it yet.
    op.drop_table("accreditation")
    _create()
    now = datetime.now(UTC)
    for row in rows:
        public_id = "".join(secrets.choice(ALPHABET) for _ in range(8))
        row |= {"public_id": public_id, "created_at": now, "approved_at": now, "version": 1}
    if rows:
        op.bulk_insert(_table(*_more()), rows)
    _create_decisions()
    op.add_column("certificate_decision", sa.Column("document_number", sa.String(length=60), nullable=True))
    op.create_table(
        "merged_body",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body_id <> into_id", name=op.f("ck_merged_body_another")),
        sa.ForeignKeyConstraint(["body_id"], ["party.id"], name=op.f("fk_merged_body_body_id")),
        sa.ForeignKeyConstraint(["into_id"], ["party.id"], name=op.f("fk_merged_body_into_id")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["account.id"], name=op.f("fk_merged_body_merged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_body")),
        sa.UniqueConstraint("body_id", name=op.f("uq_merged_body_body_id")),
    )


def _rows() -> list[dict[str, object]]:
    held = op.get_bind().execute(sa.select(*_table().c).order_by(sa.text("id")))
    return [dict(zip(KEPT, row, strict=True)) for row in held]


def _table(*more: sa.Column[object]) -> sa.Table:
    return sa.Table(
        "accreditation",
        sa.MetaData(),
        sa.Column("body_id", sa.Integer()),
        sa.Column("accreditor", sa.String()),
        sa.Column("number", sa.String()),
        sa.Column("scopes", sa.JSON()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("demo", sa.Boolean()),
        sa.Column("source_url", sa.String()),
        *more,
    )


def _more() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("public_id", sa.String()),
        sa.Column("created_at", sa.DateTime(timezone=True)),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer()),
    )


def _create() -> None:
    op.create_table(
        "accreditation",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("accreditor", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("standard", sa.String(length=120), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until",
            name=op.f("ck_accreditation_days_in_order"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> entered_by_id",
            name=op.f("ck_accreditation_four_eyes"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_at IS NOT NULL",
            name=op.f("ck_accreditation_approved_some_day"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_accreditation_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["party.id"], name=op.f("fk_accreditation_body_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_accreditation_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation")),
        sa.UniqueConstraint("accreditor", "number", name=op.f("uq_accreditation_accreditor_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_accreditation_public_id")),
    )
    op.create_index(op.f("ix_accreditation_body_id"), "accreditation", ["body_id"], unique=False)


def _create_decisions() -> None:
    op.create_table(
        "accreditation_decision",
        sa.Column("accreditation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "suspension",
                "restoration",
                "withdrawal",
                "cancellation",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind <> 'cancellation'", name=op.f("ck_accreditation_decision_no_cancellation")),
        sa.ForeignKeyConstraint(
            ["accreditation_id"],
            ["accreditation.id"],
            name=op.f("fk_accreditation_decision_accreditation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_accreditation_decision_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_accreditation_decision_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_decision")),
        sa.UniqueConstraint(
            "accreditation_id", "sequence", name=op.f("uq_accreditation_decision_accreditation_id_sequence")
        ),
    )


def downgrade() -> None:
    op.drop_table("merged_body")
    op.drop_table("accreditation_decision")
    rows = _rows()
    op.drop_table("accreditation")
    op.create_table(
        "accreditation",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("accreditor", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until",
            name=op.f("ck_accreditation_days_in_order"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["party.id"], name=op.f("fk_accreditation_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation")),
        sa.UniqueConstraint("accreditor", "number", name=op.f("uq_accreditation_accreditor_number")),
    )
    op.create_index(op.f("ix_accreditation_body_id"), "accreditation", ["body_id"], unique=False)
    if rows:
        op.bulk_insert(_table(), rows)
    op.drop_column("certificate_decision", "document_number")
