"""scratch PINs"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None

# Whether stamps carry a PIN, and under which key, is printed with them: it never changes.
SQLITE = (
    "CREATE TRIGGER stamp_run_pin_is_fixed BEFORE UPDATE OF pin_key ON stamp_run WHEN NEW.pin_key IS NOT OLD.pin_key BEGIN SELECT RAISE(ABORT, 'the PINs of a run never change'); END",
    "CREATE TRIGGER stamp_pin_use_is_fixed BEFORE UPDATE ON stamp_pin WHEN OLD.used_at IS NOT NULL AND (NEW.used_at IS NOT OLD.used_at OR NEW.used_area IS NOT OLD.used_area) BEGIN SELECT RAISE(ABORT, 'the first use of a PIN never changes'); END",
)
POSTGRESQL = (
    "CREATE TRIGGER stamp_run_pin_is_fixed BEFORE UPDATE ON stamp_run FOR EACH ROW WHEN (OLD.pin_key IS DISTINCT FROM NEW.pin_key) EXECUTE FUNCTION stamp_run_is_fixed()",
    "CREATE FUNCTION stamp_pin_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the first use of a PIN never changes'; END $$",
    "CREATE TRIGGER stamp_pin_use_is_fixed BEFORE UPDATE ON stamp_pin FOR EACH ROW WHEN (OLD.used_at IS NOT NULL AND (OLD.used_at, OLD.used_area) IS DISTINCT FROM (NEW.used_at, NEW.used_area)) EXECUTE FUNCTION stamp_pin_is_fixed()",
)


def upgrade() -> None:
    op.add_column(
        "trade_item", sa.Column("scratch_pin", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("stamp_run", sa.Column("pin_key", sa.String(length=16), nullable=True))
    op.create_table(
        "stamp_pin",
        sa.Column("stamp_run_id", sa.Integer(), nullable=False),
        sa.Column("stamp_index", sa.BigInteger(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_area", sa.String(length=60), nullable=True),
        sa.Column("used_token", sa.String(length=32), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stamp_index >= 0", name=op.f("ck_stamp_pin_index_not_negative")),
        sa.CheckConstraint(
            "used_at IS NOT NULL OR (used_area IS NULL AND used_token IS NULL)",
            name=op.f("ck_stamp_pin_area_needs_use"),
        ),
        sa.ForeignKeyConstraint(["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_stamp_pin_stamp_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_pin")),
        sa.UniqueConstraint(
            "stamp_run_id", "stamp_index", name=op.f("uq_stamp_pin_stamp_run_id_stamp_index")
        ),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER stamp_run_pin_is_fixed")
    else:
        op.execute("DROP TRIGGER stamp_run_pin_is_fixed ON stamp_run")
    op.drop_table("stamp_pin")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION stamp_pin_is_fixed")
    op.drop_column("stamp_run", "pin_key")
    op.drop_column("trade_item", "scratch_pin")
