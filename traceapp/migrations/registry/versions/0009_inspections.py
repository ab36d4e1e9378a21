"""field records, what they looked at, their photos, and the keys their steps came under"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTS = ("inspection_item", "inspection_photo")
FIXED = "a closed record is never edited"
_SQLITE = "BEGIN SELECT RAISE(ABORT, '" + FIXED + "'); END"
_IS_CLOSED = "(SELECT state FROM inspection WHERE id = {row}.inspection_id) = 'closed'"
SQLITE = (
    f"CREATE TRIGGER inspection_is_fixed BEFORE UPDATE ON inspection WHEN OLD.state = 'closed' {_SQLITE}",
    f"CREATE TRIGGER inspection_is_kept BEFORE DELETE ON inspection WHEN OLD.state = 'closed' {_SQLITE}",
    *(
        f"CREATE TRIGGER {part}_{name} BEFORE {event} ON {part} WHEN {_IS_CLOSED.format(row=row)} {_SQLITE}"
        for part in PARTS
        for name, event, row in (
            ("not_added", "INSERT", "NEW"),
            ("is_fixed", "UPDATE", "OLD"),
            ("is_kept", "DELETE", "OLD"),
        )
    ),
)
POSTGRESQL = (
    f"CREATE FUNCTION inspection_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{FIXED}'; END $$",
    "CREATE TRIGGER inspection_is_fixed BEFORE UPDATE OR DELETE ON inspection FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION inspection_is_fixed()",
    """CREATE FUNCTION inspection_part_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE named integer;
    BEGIN
        IF TG_OP = 'INSERT' THEN named := NEW.inspection_id; ELSE named := OLD.inspection_id; END IF;
        IF (SELECT state FROM inspection WHERE id = named) = 'closed' THEN
            RAISE EXCEPTION 'a closed record is never edited';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$""",
    *(
        f"CREATE TRIGGER {part}_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON {part} FOR EACH ROW"
        " EXECUTE FUNCTION inspection_part_is_fixed()"
        for part in PARTS
    ),
)


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _finding(name: str) -> sa.Enum:
    return _words(name, "conformant", "non_conformant", "unclear")


def upgrade() -> None:
    op.create_table(
        "inspection",
        sa.Column("state", _words("state", "draft", "closed"), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("supplements_id", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("site_name", sa.String(length=200), nullable=True),
        sa.Column("commune", sa.String(length=120), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seller_name", sa.String(length=120), nullable=True),
        sa.Column("seller_role", sa.String(length=120), nullable=True),
        sa.Column("leader_name", sa.String(length=120), nullable=True),
        sa.Column("others", sa.String(length=1000), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("answers_note", sa.String(length=1000), nullable=True),
        sa.Column("result", _finding("result"), nullable=True),
        sa.Column("findings", sa.String(length=2000), nullable=True),
        sa.Column("measures", sa.String(length=1000), nullable=True),
        sa.Column("signs", sa.Boolean(), nullable=True),
        sa.Column("refusal_reason", sa.String(length=500), nullable=True),
        sa.Column("witnesses", sa.String(length=500), nullable=True),
        sa.Column("commune_authority", sa.String(length=200), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step_versions", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (number IS NOT NULL)"
            " AND (state = 'closed') = (year IS NOT NULL) AND (state = 'closed') = (sequence IS NOT NULL)"
            " AND (state = 'closed') = (body IS NOT NULL) AND (state = 'closed') = (sha256 IS NOT NULL)",
            name=op.f("ck_inspection_closed_is_whole"),
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR (result IS NOT NULL AND signs IS NOT NULL)",
            name=op.f("ck_inspection_closed_says"),
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR signs OR witnesses IS NOT NULL OR commune_authority IS NOT NULL",
            name=op.f("ck_inspection_refusal_is_witnessed"),
        ),
        sa.CheckConstraint("sequence IS NULL OR sequence > 0", name=op.f("ck_inspection_sequence_positive")),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_inspection_both_coordinates")
        ),
        sa.CheckConstraint(
            "latitude IS NULL OR (latitude BETWEEN -90 AND 90)", name=op.f("ck_inspection_latitude_range")
        ),
        sa.CheckConstraint(
            "longitude IS NULL OR (longitude BETWEEN -180 AND 180)",
            name=op.f("ck_inspection_longitude_range"),
        ),
        sa.CheckConstraint(
            "supplements_id IS NULL OR supplements_id <> id", name=op.f("ck_inspection_not_of_itself")
        ),
        sa.ForeignKeyConstraint(["inspector_id"], ["account.id"], name=op.f("fk_inspection_inspector_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["party.id"], name=op.f("fk_inspection_authority_id")),
        sa.ForeignKeyConstraint(
            ["supplements_id"], ["inspection.id"], name=op.f("fk_inspection_supplements_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_inspection_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("public_id", name=op.f("uq_inspection_public_id")),
        sa.UniqueConstraint("number", name=op.f("uq_inspection_number")),
        sa.UniqueConstraint("year", "sequence", name=op.f("uq_inspection_year_sequence")),
    )
    for column in ("inspector_id", "supplements_id", "party_id"):
        op.create_index(op.f(f"ix_inspection_{column}"), "inspection", [column], unique=False)
    _create_parts()
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def _create_parts() -> None:
    op.create_table(
        "inspection_item",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=300), nullable=True),
        sa.Column("named", sa.String(length=200), nullable=False),
        sa.Column("trade_item_id", sa.Integer(), nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.String(length=20), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("unit", _words("unit", "H87", "MGM", "GRM", "KGM", "TNE", "MLT", "LTR"), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("finding", _finding("finding"), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_inspection_item_number_positive")),
        sa.CheckConstraint(
            "quantity IS NULL OR quantity > 0", name=op.f("ck_inspection_item_quantity_positive")
        ),
        sa.CheckConstraint("price IS NULL OR price > 0", name=op.f("ck_inspection_item_price_positive")),
        sa.CheckConstraint(
            "(quantity IS NULL) = (unit IS NULL)", name=op.f("ck_inspection_item_quantity_has_unit")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_item_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_inspection_item_trade_item_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_inspection_item_lot_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_inspection_item_certificate_id")
        ),
        sa.ForeignKeyConstraint(["hold_id"], ["restriction.id"], name=op.f("fk_inspection_item_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_inspection_item_inspection_id_number")),
    )
    op.create_index(op.f("ix_inspection_item_lot_id"), "inspection_item", ["lot_id"], unique=False)
    op.create_table(
        "inspection_photo",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_photo_inspection_id")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_inspection_photo_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_photo")),
        sa.UniqueConstraint("inspection_id", "sha256", name=op.f("uq_inspection_photo_inspection_id_sha256")),
    )
    op.create_table(
        "inspection_save",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_save_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_save")),
        sa.UniqueConstraint("inspection_id", "key", name=op.f("uq_inspection_save_inspection_id_key")),
    )


def downgrade() -> None:
    for part in ("inspection_save", *reversed(PARTS), "inspection"):
        op.drop_table(part)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION inspection_part_is_fixed()")
        op.execute("DROP FUNCTION inspection_is_fixed()")
