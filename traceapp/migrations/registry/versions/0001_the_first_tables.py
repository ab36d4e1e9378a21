"""the first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What a table alone cannot say: ranges never overlap, the journal is never changed.
SQLITE = (
    "CREATE TRIGGER stamp_run_no_overlap BEFORE INSERT ON stamp_run WHEN EXISTS (SELECT 1 FROM stamp_run r WHERE NEW.subject = r.subject AND NEW.key_id = r.key_id AND NEW.first_number < r.first_number + r.count AND r.first_number < NEW.first_number + NEW.count) BEGIN SELECT RAISE(ABORT, 'stamp ranges overlap'); END",
    "CREATE TRIGGER stamp_run_range_is_fixed BEFORE UPDATE OF subject, key_id, first_number, count ON stamp_run WHEN NEW.subject <> OLD.subject OR NEW.key_id <> OLD.key_id OR NEW.first_number <> OLD.first_number OR NEW.count <> OLD.count BEGIN SELECT RAISE(ABORT, 'a stamp range never changes'); END",
    "CREATE TRIGGER stamp_run_is_kept BEFORE DELETE ON stamp_run BEGIN SELECT RAISE(ABORT, 'a stamp run is never deleted'); END",
    "CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END",
    "CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE stamp_run ADD CONSTRAINT ex_stamp_run_no_overlap EXCLUDE USING gist (subject WITH =, key_id WITH =, int8range(first_number, first_number + count) WITH &&)",
    "CREATE FUNCTION stamp_run_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a stamp range never changes'; END $$",
    "CREATE TRIGGER stamp_run_range_is_fixed BEFORE UPDATE ON stamp_run FOR EACH ROW WHEN ((OLD.subject, OLD.key_id, OLD.first_number, OLD.count) IS DISTINCT FROM (NEW.subject, NEW.key_id, NEW.first_number, NEW.count)) EXECUTE FUNCTION stamp_run_is_fixed()",
    "CREATE TRIGGER stamp_run_is_kept BEFORE DELETE ON stamp_run FOR EACH ROW EXECUTE FUNCTION stamp_run_is_fixed()",
    "CREATE FUNCTION journal_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the journal is never changed'; END $$",
    "CREATE TRIGGER journal_entry_no_change BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_is_fixed()",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
    )
    op.create_table(
        "admin_unit",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "province",
                "district",
                "district_level_city",
                "commune",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until",
            name=op.f("ck_admin_unit_days_in_order"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["admin_unit.id"], name=op.f("fk_admin_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_admin_unit_code")),
    )
    op.create_table(
        "scheme",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_vi", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=True),
        sa.Column(
            "family",
            sa.Enum(
                "management_system",
                "process",
                "product",
                "origin",
                name="family",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("accreditation_scope", sa.String(length=20), nullable=True),
        sa.Column("number_shape", sa.String(length=120), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("code", name=op.f("uq_scheme_code")),
    )
    op.create_table(
        "admin_unit_succession",
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["admin_unit.id"], name=op.f("fk_admin_unit_succession_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["admin_unit.id"], name=op.f("fk_admin_unit_succession_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_unit_succession")),
        sa.UniqueConstraint(
            "predecessor_id",
            "successor_id",
            name=op.f("uq_admin_unit_succession_predecessor_id_successor_id"),
        ),
    )
    op.create_table(
        "party",
        sa.Column(
            "kind",
            sa.Enum(
                "cooperative",
                "company",
                "household",
                "association",
                "certification_body",
                "authority",
                "public_body",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tax_code", sa.String(length=14), nullable=True),
        sa.Column("gln", sa.String(length=13), nullable=True),
        sa.Column("company_prefix", sa.String(length=12), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "returned",
                "suspended",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.String(length=500), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "gln IS NULL OR (ltrim(gln, '0123456789') = '' AND (length(gln) = 13))",
            name=op.f("ck_party_gln_digits"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name=op.f("ck_party_four_eyes")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_party_decided_by_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["account.id"], name=op.f("fk_party_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("company_prefix", name=op.f("uq_party_company_prefix")),
        sa.UniqueConstraint("gln", name=op.f("uq_party_gln")),
        sa.UniqueConstraint("public_id", name=op.f("uq_party_public_id")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_party_tax_code")),
    )
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(sha256) = 64 AND ltrim(sha256, '0123456789abcdef') = ''",
            name=op.f("ck_stored_file_sha256_form"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_positive")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_stored_file_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
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
    with op.batch_alter_table("accreditation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accreditation_body_id"), ["body_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("folded_number", sa.String(length=80), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("scope_text", sa.String(length=1000), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("first_issued_on", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column(
            "record_state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "returned",
                name="record_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.String(length=500), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(record_state = 'approved') = (approved_by_id IS NOT NULL)",
            name=op.f("ck_certificate_approved_by_someone"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> entered_by_id", name=op.f("ck_certificate_four_eyes")
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_certificate_days_in_order")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_certificate_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["party.id"], name=op.f("fk_certificate_body_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["account.id"], name=op.f("fk_certificate_entered_by_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["party.id"], name=op.f("fk_certificate_holder_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_certificate_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_certificate_body_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_public_id")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_folded_number", ["folded_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_holder_id"), ["holder_id"], unique=False)

    op.create_table(
        "ip_right",
        sa.Column(
            "kind",
            sa.Enum(
                "geographical_indication",
                "certification_mark",
                "collective_mark",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("goods_vi", sa.String(length=120), nullable=True),
        sa.Column("goods_en", sa.String(length=120), nullable=True),
        sa.Column("registration_number", sa.String(length=40), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=True),
        sa.Column("registered", sa.String(length=10), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["party.id"], name=op.f("fk_ip_right_holder_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["party.id"], name=op.f("fk_ip_right_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ip_right")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ip_right_public_id")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(leaf_hash) = 64", name=op.f("ck_journal_entry_leaf_hash_form")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_journal_entry_seq_positive")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_journal_entry_actor_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_journal_entry_party_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("leaf_hash", name=op.f("uq_journal_entry_leaf_hash")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_act"), ["act"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_party_id"), ["party_id"], unique=False)
        batch_op.create_index("ix_journal_entry_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "manager",
                "inspector",
                "province",
                "body_officer",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_membership_days_in_order")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_membership_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id", "party_id", "role", name=op.f("uq_membership_account_id_party_id_role")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_party_id"), ["party_id"], unique=False)

    op.create_table(
        "party_address",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("admin_unit_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_party_address_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["admin_unit_id"], ["admin_unit.id"], name=op.f("fk_party_address_admin_unit_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_address_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_address")),
        sa.UniqueConstraint("party_id", "valid_from", name=op.f("uq_party_address_party_id_valid_from")),
    )
    op.create_table(
        "party_name",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_party_name_days_in_order")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_name_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_name")),
        sa.UniqueConstraint(
            "party_id", "language", "valid_from", name=op.f("uq_party_name_party_id_language_valid_from")
        ),
    )
    with op.batch_alter_table("party_name", schema=None) as batch_op:
        batch_op.create_index("ix_party_name_folded", ["folded"], unique=False)

    op.create_table(
        "place",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "growing_area",
                "workshop",
                "warehouse",
                "shop",
                "site",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("gln", sa.String(length=13), nullable=True),
        sa.Column("admin_unit_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("coordinates_public", sa.Boolean(), nullable=False),
        sa.Column("hectares", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "gln IS NULL OR (ltrim(gln, '0123456789') = '' AND (length(gln) = 13))",
            name=op.f("ck_place_gln_digits"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_place_both_coordinates")
        ),
        sa.CheckConstraint(
            "latitude IS NULL OR (latitude BETWEEN -90 AND 90)", name=op.f("ck_place_latitude_range")
        ),
        sa.CheckConstraint(
            "longitude IS NULL OR (longitude BETWEEN -180 AND 180)", name=op.f("ck_place_longitude_range")
        ),
        sa.ForeignKeyConstraint(["admin_unit_id"], ["admin_unit.id"], name=op.f("fk_place_admin_unit_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_place_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("gln", name=op.f("uq_place_gln")),
        sa.UniqueConstraint("public_id", name=op.f("uq_place_public_id")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_party_id"), ["party_id"], unique=False)

    op.create_table(
        "trade_item",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("registry_number", sa.String(length=8), nullable=True),
        sa.Column(
            "level",
            sa.Enum("unit", "case", name="level", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("contains_id", sa.Integer(), nullable=True),
        sa.Column("contains_count", sa.Integer(), nullable=True),
        sa.Column("name_vi", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("name_zh", sa.String(length=120), nullable=True),
        sa.Column("short_name", sa.String(length=20), nullable=True),
        sa.Column("folded", sa.String(length=400), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "liquor",
                "spice",
                "fresh_fruit",
                "tea",
                "honey",
                "essential_oil",
                "grass_jelly",
                "dried_noodles",
                "prepared_meat",
                "bakery",
                "nuts",
                "herbal_jelly",
                "vegetables",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("brand", sa.String(length=70), nullable=True),
        sa.Column("net_content", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column(
            "net_unit",
            sa.Enum(
                "H87",
                "MGM",
                "GRM",
                "KGM",
                "TNE",
                "MLT",
                "LTR",
                name="net_unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("alcohol_percent", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("ingredients", sa.String(length=500), nullable=True),
        sa.Column("storage", sa.String(length=200), nullable=True),
        sa.Column("warnings", sa.String(length=300), nullable=True),
        sa.Column("shelf_life", sa.Integer(), nullable=True),
        sa.Column(
            "shelf_life_unit",
            sa.Enum(
                "day",
                "month",
                "year",
                name="shelf_life_unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("origin_country", sa.String(length=3), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(level = 'case') = (contains_id IS NOT NULL)", name=op.f("ck_trade_item_case_contains")
        ),
        sa.CheckConstraint(
            "gtin IS NULL OR (ltrim(gtin, '0123456789') = '' AND (length(gtin) = 14))",
            name=op.f("ck_trade_item_gtin_digits"),
        ),
        sa.CheckConstraint(
            "registry_number IS NULL OR (ltrim(registry_number, '0123456789') = '' AND (length(registry_number) = 8))",
            name=op.f("ck_trade_item_registry_number_digits"),
        ),
        sa.CheckConstraint(
            "(net_content IS NULL) = (net_unit IS NULL)", name=op.f("ck_trade_item_net_content_has_unit")
        ),
        sa.CheckConstraint(
            "alcohol_percent IS NULL OR alcohol_percent BETWEEN 0 AND 100",
            name=op.f("ck_trade_item_alcohol_range"),
        ),
        sa.CheckConstraint(
            "contains_count IS NULL OR contains_count > 0", name=op.f("ck_trade_item_contains_count_positive")
        ),
        sa.CheckConstraint(
            "gtin IS NOT NULL OR registry_number IS NOT NULL", name=op.f("ck_trade_item_has_a_number")
        ),
        sa.CheckConstraint(
            "net_content IS NULL OR net_content > 0", name=op.f("ck_trade_item_net_content_positive")
        ),
        sa.CheckConstraint(
            "shelf_life IS NULL OR shelf_life > 0", name=op.f("ck_trade_item_shelf_life_positive")
        ),
        sa.ForeignKeyConstraint(["contains_id"], ["trade_item.id"], name=op.f("fk_trade_item_contains_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_trade_item_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_item")),
        sa.UniqueConstraint("gtin", name=op.f("uq_trade_item_gtin")),
        sa.UniqueConstraint("public_id", name=op.f("uq_trade_item_public_id")),
        sa.UniqueConstraint("registry_number", name=op.f("uq_trade_item_registry_number")),
    )
    with op.batch_alter_table("trade_item", schema=None) as batch_op:
        batch_op.create_index("ix_trade_item_folded", ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_trade_item_party_id"), ["party_id"], unique=False)

    op.create_table(
        "certificate_decision",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
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
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_decision_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_certificate_decision_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_certificate_decision_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_decision")),
        sa.UniqueConstraint(
            "certificate_id", "sequence", name=op.f("uq_certificate_decision_certificate_id_sequence")
        ),
    )
    op.create_table(
        "certificate_evidence",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_evidence_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["stored_file.sha256"], name=op.f("fk_certificate_evidence_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_evidence")),
        sa.UniqueConstraint(
            "certificate_id", "sha256", name=op.f("uq_certificate_evidence_certificate_id_sha256")
        ),
    )
    op.create_table(
        "certificate_subject",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("trade_item_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column(
            "category",
            sa.Enum(
                "liquor",
                "spice",
                "fresh_fruit",
                "tea",
                "honey",
                "essential_oil",
                "grass_jelly",
                "dried_noodles",
                "prepared_meat",
                "bakery",
                "nuts",
                "herbal_jelly",
                "vegetables",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN trade_item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN category IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_certificate_subject_one_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_subject_certificate_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_certificate_subject_place_id")),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_certificate_subject_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_subject")),
        sa.UniqueConstraint(
            "certificate_id",
            "trade_item_id",
            "place_id",
            "category",
            name=op.f("uq_certificate_subject_certificate_id_trade_item_id_place_id_category"),
        ),
    )
    with op.batch_alter_table("certificate_subject", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_subject_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_subject_place_id"), ["place_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_subject_trade_item_id"), ["trade_item_id"], unique=False
        )

    op.create_table(
        "ip_right_trade_item",
        sa.Column("ip_right_id", sa.Integer(), nullable=False),
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ip_right_id"], ["ip_right.id"], name=op.f("fk_ip_right_trade_item_ip_right_id")
        ),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_ip_right_trade_item_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("ip_right_id", "trade_item_id", name=op.f("pk_ip_right_trade_item")),
    )
    op.create_table(
        "lot",
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("packed_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column(
            "unit",
            sa.Enum(
                "H87",
                "MGM",
                "GRM",
                "KGM",
                "TNE",
                "MLT",
                "LTR",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "expires_on IS NULL OR ((made_on IS NULL OR made_on <= expires_on) AND (packed_on IS NULL OR packed_on <= expires_on))",
            name=op.f("ck_lot_expires_last"),
        ),
        sa.CheckConstraint(
            "length(code) BETWEEN 1 AND 20 AND code = upper(code)", name=op.f("ck_lot_code_form")
        ),
        sa.CheckConstraint(
            "packed_on IS NULL OR made_on IS NULL OR made_on <= packed_on",
            name=op.f("ck_lot_made_then_packed"),
        ),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_lot_quantity_positive")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_lot_place_id")),
        sa.ForeignKeyConstraint(["trade_item_id"], ["trade_item.id"], name=op.f("fk_lot_trade_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lot_public_id")),
        sa.UniqueConstraint("trade_item_id", "code", name=op.f("uq_lot_trade_item_id_code")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_trade_item_id"), ["trade_item_id"], unique=False)

    op.create_table(
        "trade_item_image",
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.Column("small_sha256", sa.String(length=64), nullable=False),
        sa.Column("large_sha256", sa.String(length=64), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("drawing", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["large_sha256"], ["stored_file.sha256"], name=op.f("fk_trade_item_image_large_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["small_sha256"], ["stored_file.sha256"], name=op.f("fk_trade_item_image_small_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_trade_item_image_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_item_image")),
        sa.UniqueConstraint(
            "trade_item_id", "position", name=op.f("uq_trade_item_image_trade_item_id_position")
        ),
    )
    op.create_table(
        "trade_item_standard",
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "TCVN",
                "QCVN",
                "ISO",
                "TCCS",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_trade_item_standard_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_item_standard")),
        sa.UniqueConstraint(
            "trade_item_id", "kind", "number", name=op.f("uq_trade_item_standard_trade_item_id_kind_number")
        ),
    )
    op.create_table(
        "stamp_run",
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=14), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("first_number", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "minted",
                "printed",
                "activated",
                "void",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ltrim(subject, '0123456789') = '' AND length(subject) IN (8, 14)",
            name=op.f("ck_stamp_run_subject_digits"),
        ),
        sa.CheckConstraint(
            "state <> 'activated' OR lot_id IS NOT NULL", name=op.f("ck_stamp_run_activated_has_lot")
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_stamp_run_count_positive")),
        sa.CheckConstraint(
            "first_number >= 0 AND first_number + count <= 68719476736",
            name=op.f("ck_stamp_run_sequence_36_bits"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_stamp_run_created_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stamp_run_lot_id")),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_stamp_run_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stamp_run_public_id")),
        sa.UniqueConstraint("request_key", name=op.f("uq_stamp_run_request_key")),
    )
    with op.batch_alter_table("stamp_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stamp_run_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(
            "ix_stamp_run_subject_key_id", ["subject", "key_id", "first_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stamp_run_trade_item_id"), ["trade_item_id"], unique=False)

    op.create_table(
        "print_run",
        sa.Column(
            "kind",
            sa.Enum("stamps", "labels", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("stamp_run_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("medium_id", sa.String(length=40), nullable=False),
        sa.Column("medium", sa.JSON(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("used_cells", sa.JSON(), nullable=False),
        sa.Column("slices_total", sa.Integer(), nullable=False),
        sa.Column("slices_done", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "paused",
                "cancelled",
                "failed",
                "done",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'stamps') = (stamp_run_id IS NOT NULL)", name=op.f("ck_print_run_stamps_have_run")
        ),
        sa.CheckConstraint(
            "state <> 'done' OR slices_done = slices_total", name=op.f("ck_print_run_done_is_whole")
        ),
        sa.CheckConstraint(
            "0 <= slices_done AND slices_done <= slices_total", name=op.f("ck_print_run_slices_in_range")
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_print_run_count_positive")),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_print_run_created_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_print_run_lot_id")),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_print_run_stamp_run_id")),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_print_run_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_print_run_public_id")),
        sa.UniqueConstraint("request_key", name=op.f("uq_print_run_request_key")),
    )
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_run_stamp_run_id"), ["stamp_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_run_trade_item_id"), ["trade_item_id"], unique=False)

    op.create_table(
        "problem_report",
        sa.Column(
            "kind",
            sa.Enum(
                "suspected_fake",
                "unknown_code",
                "wrong_label",
                "past_use_by",
                "damaged",
                "safety",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("trade_item_id", sa.Integer(), nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("stamp_run_id", sa.Integer(), nullable=True),
        sa.Column("stamp_index", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.String(length=1000), nullable=True),
        sa.Column("bought_where", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("photo_sha256", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closing", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_problem_report_closed_by_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_problem_report_lot_id")),
        sa.ForeignKeyConstraint(
            ["photo_sha256"], ["stored_file.sha256"], name=op.f("fk_problem_report_photo_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_problem_report_stamp_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_problem_report_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_problem_report_public_id")),
    )
    with op.batch_alter_table("problem_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_report_trade_item_id"), ["trade_item_id"], unique=False)

    op.create_table(
        "purchase",
        sa.Column("stamp_run_id", sa.Integer(), nullable=False),
        sa.Column("stamp_index", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_purchase_stamp_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("stamp_run_id", "stamp_index", name=op.f("uq_purchase_stamp_run_id_stamp_index")),
    )
    op.create_table(
        "restriction",
        sa.Column(
            "kind",
            sa.Enum("hold", "recall", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("trade_item_id", sa.Integer(), nullable=True),
        sa.Column("stamp_run_id", sa.Integer(), nullable=True),
        sa.Column("first_index", sa.Integer(), nullable=True),
        sa.Column("last_index", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "suspected_fake",
                "certificate_not_in_force",
                "wrong_label",
                "safety_doubt",
                "mixed_lots",
                "complaint",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "rework",
                "change_of_use",
                "re_export",
                "destroy",
                name="ending",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'recall' OR confirmed_by_id <> proposed_by_id",
            name=op.f("ck_restriction_recall_needs_two"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN lot_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN trade_item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN stamp_run_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_restriction_one_subject"),
        ),
        sa.CheckConstraint(
            "(first_index IS NULL) = (last_index IS NULL)", name=op.f("ck_restriction_both_indexes")
        ),
        sa.CheckConstraint(
            "lifted_at IS NULL OR from_at <= lifted_at", name=op.f("ck_restriction_lifted_after")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_restriction_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["account.id"], name=op.f("fk_restriction_lifted_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_restriction_lot_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_restriction_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_restriction_stamp_run_id")),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_restriction_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_restriction_public_id")),
    )
    with op.batch_alter_table("restriction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_restriction_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_restriction_stamp_run_id"), ["stamp_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_restriction_trade_item_id"), ["trade_item_id"], unique=False)

    op.create_table(
        "stamp_exception",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first_index", sa.BigInteger(), nullable=False),
        sa.Column("last_index", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "minted",
                "printed",
                "activated",
                "void",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= first_index AND first_index <= last_index", name=op.f("ck_stamp_exception_indexes_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_stamp_exception_created_by_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["stamp_run.id"], name=op.f("fk_stamp_exception_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_exception")),
    )
    with op.batch_alter_table("stamp_exception", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stamp_exception_run_id"), ["run_id"], unique=False)

    op.create_table(
        "print_file",
        sa.Column("print_run_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("first_index", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["print_run_id"], ["print_run.id"], name=op.f("fk_print_file_print_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_file")),
        sa.UniqueConstraint("print_run_id", "part", name=op.f("uq_print_file_print_run_id_part")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("print_file")
    with op.batch_alter_table("stamp_exception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stamp_exception_run_id"))

    op.drop_table("stamp_exception")
    with op.batch_alter_table("restriction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_restriction_trade_item_id"))
        batch_op.drop_index(batch_op.f("ix_restriction_stamp_run_id"))
        batch_op.drop_index(batch_op.f("ix_restriction_lot_id"))

    op.drop_table("restriction")
    op.drop_table("purchase")
    with op.batch_alter_table("problem_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_problem_report_trade_item_id"))

    op.drop_table("problem_report")
    with op.batch_alter_table("print_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_run_trade_item_id"))
        batch_op.drop_index(batch_op.f("ix_print_run_stamp_run_id"))

    op.drop_table("print_run")
    with op.batch_alter_table("stamp_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stamp_run_trade_item_id"))
        batch_op.drop_index("ix_stamp_run_subject_key_id")
        batch_op.drop_index(batch_op.f("ix_stamp_run_lot_id"))

    op.drop_table("stamp_run")
    op.drop_table("trade_item_standard")
    op.drop_table("trade_item_image")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_trade_item_id"))

    op.drop_table("lot")
    op.drop_table("ip_right_trade_item")
    with op.batch_alter_table("certificate_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_subject_trade_item_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_subject_place_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_subject_certificate_id"))

    op.drop_table("certificate_subject")
    op.drop_table("certificate_evidence")
    op.drop_table("certificate_decision")
    with op.batch_alter_table("trade_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_item_party_id"))
        batch_op.drop_index("ix_trade_item_folded")

    op.drop_table("trade_item")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_party_id"))

    op.drop_table("place")
    with op.batch_alter_table("party_name", schema=None) as batch_op:
        batch_op.drop_index("ix_party_name_folded")

    op.drop_table("party_name")
    op.drop_table("party_address")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_party_id"))
        batch_op.drop_index(batch_op.f("ix_membership_account_id"))

    op.drop_table("membership")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entry_subject")
        batch_op.drop_index(batch_op.f("ix_journal_entry_party_id"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_actor_id"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_act"))

    op.drop_table("journal_entry")
    op.drop_table("ip_right")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_holder_id"))
        batch_op.drop_index("ix_certificate_folded_number")

    op.drop_table("certificate")
    with op.batch_alter_table("accreditation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accreditation_body_id"))

    op.drop_table("accreditation")
    op.drop_table("stored_file")
    op.drop_table("party")
    op.drop_table("admin_unit_succession")
    op.drop_table("scheme")
    op.drop_table("admin_unit")
    op.drop_table("account")
