"""How many stamps of a run were ever opened is known by blocks of 1,024: C4 adds up blocks, not stamps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONE_MORE = """
INSERT INTO opened_block (run_id, block, stamps) VALUES (NEW.run_id, NEW.stamp_index / 1024, 1)
ON CONFLICT (run_id, block) DO UPDATE SET stamps = opened_block.stamps + 1"""
ONE_LESS = """
UPDATE opened_block SET stamps = stamps - 1 WHERE run_id = OLD.run_id AND block = OLD.stamp_index / 1024"""
ON_POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {deed}; RETURN NULL; END $$;
CREATE TRIGGER {name} AFTER {when} ON first_scan FOR EACH ROW EXECUTE FUNCTION {name}()"""
SQLITE = (
    f"CREATE TRIGGER first_scan_opens AFTER INSERT ON first_scan BEGIN {ONE_MORE}; END",
    f"CREATE TRIGGER first_scan_closes AFTER DELETE ON first_scan BEGIN {ONE_LESS}; END",
)
POSTGRESQL = (
    ON_POSTGRESQL.format(name="first_scan_opens", when="INSERT", deed=ONE_MORE),
    ON_POSTGRESQL.format(name="first_scan_closes", when="DELETE", deed=ONE_LESS),
)
COUNTED = """
INSERT INTO opened_block (run_id, block, stamps)
SELECT run_id, stamp_index / 1024, count(*) FROM first_scan GROUP BY run_id, stamp_index / 1024"""


def upgrade() -> None:
    op.create_table(
        "opened_block",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "block", name=op.f("pk_opened_block")),
    )
    for statement in _statements():  # first: PostgreSQL then lets nobody write until what is there is counted
        op.execute(statement)
    op.execute(COUNTED)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in ("first_scan_opens", "first_scan_closes"):
        op.execute(f"DROP TRIGGER {name}" + (" ON first_scan" if on_postgresql else ""))
        if on_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("opened_block")


def _statements() -> tuple[str, ...]:
    return POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE
