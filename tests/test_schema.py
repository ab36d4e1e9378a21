"""Migrations and models say the same, on both databases; and the databases hold their own rules."""

import hashlib
from datetime import date

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from traceapp import schema
from traceapp.app import create_app
from traceapp.domain.parties import RecordState
from traceapp.domain.recalls import Direction
from traceapp.domain.restrictions import HoldReason, RestrictionKind
from traceapp.models import Accreditation, Certificate, CertificateDecision, RecallNotice, Restriction, Scheme
from traceapp.services import journal
from traceapp.settings import load


def test_migrations_and_models_agree(settings):
    assert schema.differences(settings) == []


def test_a_second_upgrade_changes_nothing(settings):
    schema.upgrade(settings)
    assert schema.differences(settings) == []


def test_what_an_installation_keeps_is_for_its_user_alone(tmp_path):
    home = tmp_path / "new" / "home"
    told = load(home, {"TRACEAPP_STORAGE_URL": f"file://{home}/files"})
    schema.upgrade(told)
    create_app(told)
    kept = [home / "traceapp.sqlite", home / "scans.sqlite", *(home / "keys").glob("*.key")]
    assert {oct(path.stat().st_mode & 0o777) for path in kept} == {"0o600"}
    assert {oct((home / name).stat().st_mode & 0o777) for name in ("files", "keys")} == {"0o700"}


def test_accreditations_of_before_are_kept_and_count(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    schema._run("registry", url, lambda config: command.upgrade(config, "0011"))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO party (public_id, kind, state, demo, version, created_at)"
                 " VALUES ('BODY0001', 'certification_body', 'approved', 1, 1, '2026-01-01')")
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO accreditation (body_id, accreditor, number, scopes, valid_from, demo)"
                 " VALUES (1, 'BoA', 'VICAS 1', '[\"FSMS\"]', '2025-01-01', 1)")
        )  # fmt: skip
    schema._run("registry", url, lambda config: command.upgrade(config, "head"))
    with Session(engine) as session:
        kept = session.scalars(select(Accreditation)).one()
        assert (kept.number, kept.scopes, kept.valid_from) == ("VICAS 1", ["FSMS"], date(2025, 1, 1))
        assert len(kept.public_id) == 8
        assert kept.facts.confirmed
    engine.dispose()


def test_links_of_before_are_kept_as_their_hash(settings, session, cast, now):
    lot = factories.make_lot(session, factories.make_trade_item(session, cast.cooperative_id, now), now)
    recalled = Restriction(
        public_id="RECALL01", kind=RestrictionKind.RECALL, lot=lot, reason=HoldReason.MIXED_LOTS,
        proposed_by_id=cast.inspector.account_id, created_at=now,
    )  # fmt: skip
    notice = {"public_id": "NOTICE01", "holder": "k", "name": "Mai", "created_at": now}
    session.add(RecallNotice(restriction=recalled, direction=Direction.DESPATCHED, **notice))
    session.commit()
    migrate(settings, "0013")
    link = session.scalar(text("SELECT token FROM recall_notice"))
    assert len(link) == 43
    session.commit()
    migrate(settings, "head")
    row = session.execute(text("SELECT * FROM recall_notice")).mappings().one()
    assert row["token_sha256"] == hashlib.sha256(link.encode()).hexdigest()
    assert link not in row.values()
    session.commit()
    assert schema.differences(settings) == []


def test_a_forgotten_column_is_noticed(settings, session):
    session.execute(text("ALTER TABLE lot ADD COLUMN forgotten INTEGER"))
    session.commit()
    assert any("forgotten" in difference for difference in schema.differences(settings))


def test_stamp_ranges_of_one_number_never_overlap(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_run(session, cast, now, item, None, first_number=0, count=100)
    session.commit()
    with pytest.raises(IntegrityError):
        factories.make_run(session, cast, now, item, None, first_number=99, count=10)
    session.rollback()
    factories.make_run(session, cast, now, item, None, first_number=100, count=10)
    factories.make_run(session, cast, now, item, None, first_number=0, count=10, key_id="0002")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stamp_run SET count = count + 1",
        "UPDATE stamp_run SET first_number = 5",
        "DELETE FROM stamp_run",
    ],
)
def test_a_stamp_range_never_changes(session: Session, cast, now, statement):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_run(session, cast, now, item, None)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET act = 'x'", "DELETE FROM journal_entry"])
def test_the_journal_is_never_changed(session: Session, cast, now, statement):
    journal.record(session, actor=cast.manager.actor, act="tested", subject=("test", "1"), now=now)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


def test_a_number_is_made_of_digits(session, cast, now):
    with pytest.raises(IntegrityError):
        factories.make_trade_item(session, cast.cooperative_id, now, gtin="0952000901001X")


def test_an_installation_keeps_its_schemes_certificates_and_links_through_0008(settings, cast, now):
    """Down to before and up again, with rows in every table that is written anew."""
    migrate(settings, "0007")
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM scheme WHERE code LIKE 'ocop%'"))
        connection.execute(text("UPDATE scheme SET name_vi = 'Tên của tỉnh' WHERE code = 'iso_9001'"))
        scheme = connection.scalar(text("SELECT id FROM scheme WHERE code = 'iso_22000'"))
        for number, replaces in ((1, None), (2, 1)):
            connection.execute(
                text(
                    "INSERT INTO certificate (id, number, folded_number, scheme_id, standard, body_id,"
                    " holder_id, scope_text, issued_on, valid_from, valid_until, replaces_id, record_state,"
                    " entered_by_id, demo, version, public_id, created_at) VALUES (:id, :number, :number,"
                    " :scheme, 'ISO 22000:2005', :body, :holder, 'x', :day, :day, :day, :replaces, 'draft',"
                    " :who, :demo, 1, :number, :now)"
                ),
                {
                    "id": number, "number": f"THU-{number}", "scheme": scheme, "body": cast.body_id,
                    "holder": cast.cooperative_id, "day": now.date(), "replaces": replaces,
                    "who": cast.manager.account_id, "demo": True, "now": now,
                },
            )  # fmt: skip
    migrate(settings, "head")
    assert schema.differences(settings) == []
    with Session(engine) as session:
        first, second = session.scalars(select(Certificate).order_by(Certificate.id))
        assert second.replaces is first
        assert first.scheme.edition_of(first.standard) is not None
        told = dict(session.execute(select(Scheme.code, Scheme.name_vi)).all())
        assert told["iso_9001"] == "Tên của tỉnh"
        assert told["ocop_4"] == "OCOP 4 sao"
        second.replaces_id, first.replaces_id = None, second.id
        with pytest.raises(IntegrityError):
            session.flush()
    engine.dispose()


def test_certificates_sent_before_0019_belong_to_who_entered_them(settings, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    states = {"record_state": RecordState.SUBMITTED, "approved_by_id": None}
    drafted = {"record_state": RecordState.DRAFT, "approved_by_id": None}
    factories.make_certificate(session, cast, now, item, number="A", **states)
    factories.make_certificate(
        session, cast, now, item, number="B", entered_by_id=cast.body_officer.account_id, **states
    )
    factories.make_certificate(session, cast, now, item, number="C", **drafted)
    session.commit()
    migrate(settings, "0018")
    migrate(settings, "head")
    assert schema.differences(settings) == []
    session.expire_all()
    told = dict(session.execute(select(Certificate.number, Certificate.sent_by_id)).all())
    assert told == {"A": cast.cooperative_id, "B": cast.body_id, "C": None}


def test_numbers_of_renewals_that_were_ended_are_free_after_0020(settings, session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    for number, kind in (("A", "withdrawal"), ("B", "suspension"), ("C", None)):
        one = factories.make_certificate(session, cast, now, item, number=number)
        if kind:
            told = {"kind": kind, "from_on": now.date(), "reason": "x", "created_at": now}
            officer = cast.body_officer.account_id
            one.decisions.append(CertificateDecision(sequence=1, recorded_by_id=officer, **told))
    session.commit()
    migrate(settings, "0019")
    migrate(settings, "head")
    assert schema.differences(settings) == []
    session.expire_all()
    told = dict(session.execute(select(Certificate.number, Certificate.number_free)).all())
    assert told == {"A": True, "B": False, "C": False}


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": date(2020, 1, 1)},
        {"approved_by_id": None},
        {"number": "DEMO-FSMS-0001"},
        {"record_state": "unheard of"},
    ],
)
def test_a_certificate_still_keeps_every_rule_of_its_table(session, cast, now, change):
    """SQLite wrote the table anew in 0008: its checks are there all the same."""
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    factories.make_certificate(session, cast, now, item)
    other = factories.make_certificate(session, cast, now, item, number="THU-2")
    session.commit()
    values = ", ".join(f"{name} = :{name}" for name in change)
    with pytest.raises(DBAPIError):
        session.execute(text(f"UPDATE certificate SET {values} WHERE id = {other.id}"), change)


def migrate(settings, revision):
    """The registry at one revision."""
    up = revision == "head"
    schema._run("registry", settings.database_url, lambda config: step(config, revision, up=up))


def step(config, revision, *, up):
    (command.upgrade if up else command.downgrade)(config, revision)
