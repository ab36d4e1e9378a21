"""recalls by product and by stretch: movements of lots, notices to holders, their answers, the end"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("restriction", sa.Column("told", sa.String(length=500), nullable=True))
    op.add_column("restriction", sa.Column("review_on", sa.Date(), nullable=True))
    op.add_column("restriction", sa.Column("closing", sa.String(length=300), nullable=True))
    op.create_table(
        "hold_extension",
        sa.Column("restriction_id", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("extended_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["extended_by_id"], ["account.id"], name=op.f("fk_hold_extension_extended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["restriction_id"], ["restriction.id"], name=op.f("fk_hold_extension_restriction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_extension")),
    )
    op.create_index(
        op.f("ix_hold_extension_restriction_id"), "hold_extension", ["restriction_id"], unique=False
    )
    op.create_table(
        "recall_outcome",
        sa.Column("restriction_id", sa.Integer(), nullable=False),
        sa.Column("recovered", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("handled", sa.Numeric(precision=14, scale=3), nullable=False),
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
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "handled >= 0 AND handled <= recovered", name=op.f("ck_recall_outcome_handled_of_recovered")
        ),
        sa.CheckConstraint("recovered >= 0", name=op.f("ck_recall_outcome_recovered_not_negative")),
        sa.ForeignKeyConstraint(
            ["restriction_id"], ["restriction.id"], name=op.f("fk_recall_outcome_restriction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_outcome")),
        sa.UniqueConstraint("restriction_id", name=op.f("uq_recall_outcome_restriction_id")),
    )
    op.create_table(
        "lot_movement",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "received",
                "despatched",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
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
            nullable=False,
        ),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(party_id IS NULL) <> (name IS NULL)", name=op.f("ck_lot_movement_one_holder")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_lot_movement_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_lot_movement_created_by_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_movement_lot_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_lot_movement_party_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["lot_movement.id"], name=op.f("fk_lot_movement_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_movement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lot_movement_public_id")),
        sa.UniqueConstraint("request_key", name=op.f("uq_lot_movement_request_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_lot_movement_reverses_id")),
    )
    op.create_index(op.f("ix_lot_movement_lot_id"), "lot_movement", ["lot_id"], unique=False)
    op.create_table(
        "recall_notice",
        sa.Column("restriction_id", sa.Integer(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "received",
                "despatched",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(called_at IS NULL) = (called_by_id IS NULL)", name=op.f("ck_recall_notice_called_by_somebody")
        ),
        sa.CheckConstraint("(party_id IS NULL) <> (name IS NULL)", name=op.f("ck_recall_notice_one_holder")),
        sa.CheckConstraint("length(token) >= 32", name=op.f("ck_recall_notice_token_unguessable")),
        sa.ForeignKeyConstraint(["called_by_id"], ["account.id"], name=op.f("fk_recall_notice_called_by_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_recall_notice_party_id")),
        sa.ForeignKeyConstraint(
            ["restriction_id"], ["restriction.id"], name=op.f("fk_recall_notice_restriction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recall_notice_public_id")),
        sa.UniqueConstraint(
            "restriction_id",
            "direction",
            "holder",
            name=op.f("uq_recall_notice_restriction_id_direction_holder"),
        ),
        sa.UniqueConstraint("token", name=op.f("uq_recall_notice_token")),
    )
    op.create_index(
        op.f("ix_recall_notice_restriction_id"), "recall_notice", ["restriction_id"], unique=False
    )
    op.create_table(
        "recall_acknowledgement",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column(
            "deed",
            sa.Enum(
                "set_apart",
                "returned",
                "sold_out",
                name="deed",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("returned", sa.Numeric(precision=14, scale=3), nullable=False),
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
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "held >= 0 AND returned >= 0", name=op.f("ck_recall_acknowledgement_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_recall_acknowledgement_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["recall_notice.id"], name=op.f("fk_recall_acknowledgement_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_acknowledgement")),
    )
    op.create_index(
        op.f("ix_recall_acknowledgement_notice_id"), "recall_acknowledgement", ["notice_id"], unique=False
    )


def downgrade() -> None:
    for table in (
        "recall_acknowledgement",
        "recall_notice",
        "lot_movement",
        "recall_outcome",
        "hold_extension",
    ):
        op.drop_table(table)
    for column in ("closing", "review_on", "told"):
        op.drop_column("restriction", column)
