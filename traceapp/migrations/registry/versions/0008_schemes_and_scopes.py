"""schemes and their editions, scopes with activities, renewals that keep a number, one end for each"""

import re
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# code, Vietnamese, English, Chinese, family, accreditation scope, shape of the number, series. A scope or a
# shape nobody confirmed is left empty: the chain of such a certificate is then unknown, never broken.
SCHEMES = (
    ("iso_9001", "Hệ thống quản lý chất lượng", "Quality management system", "质量管理体系",
     "management_system", "QMS", None, None),
    ("iso_22000", "Hệ thống quản lý an toàn thực phẩm", "Food safety management system", "食品安全管理体系",
     "management_system", "FSMS", None, None),
    ("haccp", "HACCP (phân tích mối nguy và điểm kiểm soát tới hạn)",
     "HACCP (hazard analysis and critical control points)", "HACCP（危害分析与关键控制点）",
     "management_system", None, None, None),
    ("vietgap_crops", "VietGAP trồng trọt", "VietGAP crops", "VietGAP 种植", "process", None,
     "VietGAP-TT-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{4}", "vietgap"),
    ("vietgap_livestock", "VietGAP chăn nuôi", "VietGAP livestock", "VietGAP 养殖", "process", None, None,
     "vietgap"),
    ("vietgap_aquaculture", "VietGAP thủy sản", "VietGAP aquaculture", "VietGAP 水产", "process", None, None,
     "vietgap"),
    ("vietgap", "VietGAP", "Vietnamese good agricultural practice", "VietGAP（越南良好农业规范）", "process",
     None, "VietGAP-[A-Z]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{4}", "vietgap"),
    ("globalgap", "GLOBALG.A.P.", "GLOBALG.A.P.", "GLOBALG.A.P.（全球良好农业规范）", "process", None, None,
     None),
    ("organic", "Chứng nhận hữu cơ", "Organic certification", "有机认证", "process", "Organic", None, None),
    ("standard_conformity", "Chứng nhận hợp chuẩn", "Conformity with a standard", "标准符合性认证", "product",
     None, None, None),
    ("regulation_conformity", "Chứng nhận hợp quy", "Conformity with a technical regulation",
     "技术法规符合性认证", "product", None, None, None),
    ("ocop_5", "OCOP 5 sao", "OCOP, 5 stars", "OCOP 五星", "product", None, None, "ocop"),
    ("ocop_4", "OCOP 4 sao", "OCOP, 4 stars", "OCOP 四星", "product", None, None, "ocop"),
    ("ocop_3", "OCOP 3 sao", "OCOP, 3 stars", "OCOP 三星", "product", None, None, "ocop"),
)  # fmt: skip
# scheme, standard as printed, the edition that replaced it, last day of the change-over. Only what is known.
EDITIONS = (
    ("iso_9001", "ISO 9001:2015", None, None),
    ("iso_9001", "ISO 9001:2008", "ISO 9001:2015", date(2018, 9, 14)),
    ("iso_22000", "ISO 22000:2018", None, None),
    ("iso_22000", "ISO 22000:2005", "ISO 22000:2018", date(2021, 6, 29)),
    ("haccp", "TCVN 5603:2023", None, None),
    ("haccp", "TCVN 5603:2008", "TCVN 5603:2023", None),
    ("vietgap_crops", "TCVN 11892-1:2017", None, None),
    ("organic", "TCVN 11041-1:2017", None, None),
    ("organic", "TCVN 11041-2:2017", None, None),
)
NAMES = ("code", "name_vi", "name_en", "name_zh", "family", "accreditation_scope", "number_shape", "series")
OLDER = "replaces_id < id"
NUMBER_IS_UNIQUE = "CONSTRAINT uq_certificate_body_id_number UNIQUE (body_id, number)"
REPLACES_AN_OLDER = f"CONSTRAINT ck_certificate_replaces_an_older CHECK ({OLDER})"


def upgrade() -> None:
    # Plain, not in a batch: a table copied by Alembic on SQLite would lose its checks.
    op.add_column("scheme", sa.Column("series", sa.String(length=40), nullable=True))
    op.add_column("scheme", sa.Column("position", sa.Integer(), server_default="100", nullable=False))
    op.execute(
        "ALTER TABLE certificate_evidence ADD COLUMN added_by_id INTEGER"
        " CONSTRAINT fk_certificate_evidence_added_by_id REFERENCES account (id)"
    )
    op.execute(
        "UPDATE certificate_evidence SET added_by_id = (SELECT uploaded_by_id FROM stored_file"
        " WHERE stored_file.sha256 = certificate_evidence.sha256)"
    )
    _let_a_renewal_keep_its_number()
    op.create_index(op.f("ix_certificate_replaces_id"), "certificate", ["replaces_id"], unique=False)
    ends = sa.text("kind IN ('withdrawal', 'cancellation')")
    op.create_index(
        "uq_certificate_decision_end",
        "certificate_decision",
        ["certificate_id"],
        unique=True,
        sqlite_where=ends,
        postgresql_where=ends,
    )
    _create_editions()
    _create_activities()
    _seed(op.get_bind())


def _let_a_renewal_keep_its_number() -> None:
    """One number of one body is one certificate, or one that renews it: many bodies keep the number.

    A renewal points at an older record, so that no chain of them comes back to where it began.
    """
    if op.get_bind().dialect.name == "sqlite":
        _write_anew(NUMBER_IS_UNIQUE, REPLACES_AN_OLDER)
    else:
        op.drop_constraint(op.f("uq_certificate_body_id_number"), "certificate")
        op.create_check_constraint(op.f("ck_certificate_replaces_an_older"), "certificate", OLDER)
    first = sa.text("replaces_id IS NULL")
    op.create_index(
        "uq_certificate_number",
        "certificate",
        ["body_id", "number"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    op.create_index("uq_certificate_renewal_number", "certificate", ["replaces_id", "number"], unique=True)


def _write_anew(old: str, new: str) -> None:
    """SQLite changes no constraint: the table is written anew, by its own words (sqlite.org/lang_altertable)."""
    told = sa.text("SELECT sql FROM sqlite_master WHERE type = :kind AND tbl_name = 'certificate'")
    table = op.get_bind().scalar(told, {"kind": "table"})
    indexes = op.get_bind().scalars(told, {"kind": "index"}).all()
    if table.count(old) != 1:
        raise RuntimeError(f"expected once {old!r}, found {table.count(old)} in {table}")
    copy = table.replace(old, new)
    op.execute(re.sub(r'^CREATE TABLE "?certificate"?', "CREATE TABLE certificate_anew", copy, count=1))
    op.execute("INSERT INTO certificate_anew SELECT * FROM certificate")
    op.execute("DROP TABLE certificate")
    op.execute("ALTER TABLE certificate_anew RENAME TO certificate")
    for index in filter(None, indexes):
        op.execute(index)


def _create_editions() -> None:
    op.create_table(
        "scheme_edition",
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("transition_until", sa.Date(), nullable=True),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("superseded_by_id <> id", name=op.f("ck_scheme_edition_superseded_by_another")),
        sa.CheckConstraint(
            "transition_until IS NULL OR superseded_by_id IS NOT NULL",
            name=op.f("ck_scheme_edition_transition_to_something"),
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_edition_scheme_id")),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["scheme_edition.id"], name=op.f("fk_scheme_edition_superseded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_edition")),
        sa.UniqueConstraint("scheme_id", "standard", name=op.f("uq_scheme_edition_scheme_id_standard")),
    )


def _create_activities() -> None:
    op.create_table(
        "certificate_activity",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column(
            "activity",
            sa.Enum(
                "growing",
                "husbandry",
                "aquaculture",
                "gathering",
                "preparing",
                "processing",
                "packing",
                "storing",
                "trading",
                name="activity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_activity_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_activity")),
        sa.UniqueConstraint(
            "certificate_id", "activity", name=op.f("uq_certificate_activity_certificate_id_activity")
        ),
    )


def _seed(connection: sa.Connection) -> None:
    """Schemes that are not there yet, the series and order of all, editions. What is there keeps its words."""
    scheme = sa.table("scheme", sa.column("id"), sa.column("position"), *map(sa.column, NAMES))
    known = set(connection.scalars(sa.select(scheme.c.code)))
    for place, words in enumerate(SCHEMES, 1):
        told = dict(zip(NAMES, words, strict=True))
        if told["code"] not in known:
            connection.execute(sa.insert(scheme).values(**told))
        row = sa.update(scheme).where(scheme.c.code == told["code"])
        connection.execute(row.values(series=told["series"], position=10 * place))
    names = ("scheme_id", "standard", "superseded_by_id")
    until = sa.column("transition_until", sa.Date())
    edition = sa.table("scheme_edition", sa.column("id"), until, *map(sa.column, names))
    for code, standard, newer, last in EDITIONS:
        connection.execute(
            sa.insert(edition).values(
                standard=standard,
                transition_until=last,
                scheme_id=sa.select(scheme.c.id).where(scheme.c.code == code).scalar_subquery(),
                superseded_by_id=connection.scalar(
                    sa.select(edition.c.id).where(edition.c.standard == newer)
                ),
            )
        )


def downgrade() -> None:
    op.drop_table("certificate_activity")
    op.drop_table("scheme_edition")
    op.drop_index("uq_certificate_decision_end", table_name="certificate_decision")
    op.drop_index(op.f("ix_certificate_replaces_id"), table_name="certificate")
    op.drop_index("uq_certificate_renewal_number", table_name="certificate")
    op.drop_index("uq_certificate_number", table_name="certificate")
    if op.get_bind().dialect.name == "sqlite":
        _write_anew(REPLACES_AN_OLDER, NUMBER_IS_UNIQUE)
        with op.batch_alter_table("certificate_evidence") as batch:
            batch.drop_column("added_by_id")
    else:
        op.drop_constraint("ck_certificate_replaces_an_older", "certificate")
        op.create_unique_constraint(
            op.f("uq_certificate_body_id_number"), "certificate", ["body_id", "number"]
        )
        op.drop_column("certificate_evidence", "added_by_id")
    op.drop_column("scheme", "position")
    op.drop_column("scheme", "series")
