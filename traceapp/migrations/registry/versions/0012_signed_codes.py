"""signed codes of certificates, cartons and rolls"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "signed_code",
        sa.Column("kind", _words("kind", "certificate", "carton", "roll"), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("stamp_run_id", sa.Integer(), nullable=True),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=900), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "revoked_why",
            _words(
                "revoked_why",
                "suspended",
                "withdrawn",
                "cancelled",
                "recalled",
                "on_hold",
                "void",
                "lost",
                "mistake",
                "replaced",
            ),
            nullable=True,
        ),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'certificate') = (certificate_id IS NOT NULL)",
            name=op.f("ck_signed_code_certificate_of_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'carton') = (lot_id IS NOT NULL)", name=op.f("ck_signed_code_lot_of_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'roll') = (stamp_run_id IS NOT NULL)", name=op.f("ck_signed_code_run_of_kind")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_why IS NULL) AND (revoked_at IS NULL) = (revoked_by_id IS NULL)",
            name=op.f("ck_signed_code_revoked_has_reason"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_signed_code_party_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_signed_code_certificate_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_signed_code_lot_id")),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_signed_code_stamp_run_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["account.id"], name=op.f("fk_signed_code_issued_by_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["account.id"], name=op.f("fk_signed_code_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signed_code_public_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_signed_code_sha256")),
    )
    for column in ("certificate_id", "lot_id", "stamp_run_id", "expires_at"):
        op.create_index(op.f(f"ix_signed_code_{column}"), "signed_code", [column], unique=False)


def downgrade() -> None:
    op.drop_table("signed_code")
