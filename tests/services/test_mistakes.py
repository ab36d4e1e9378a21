"""A decision written down by mistake: who may say so, and what stands afterwards."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import factories
from traceapp.domain.certificates import CertificateStatus, DecisionKind
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.permissions import Role
from traceapp.domain.story import Happening
from traceapp.models import CertificateDecision, DecisionMistake, JournalEntry, Party
from traceapp.services import journal
from traceapp.services.scans import stamp_index
from traceapp.services.vouching import body_desk, certification, mistakes
from traceapp.services.vouching.certificate_lists import status_of
from traceapp.services.vouching.certificate_story import tell_story

DAY, WHY = date(2026, 9, 1), "Nhầm chứng nhận, số đúng là DEMO-FSMS-0002"
W, S, R = DecisionKind.WITHDRAWAL, DecisionKind.SUSPENSION, DecisionKind.RESTORATION


@pytest.fixture
def held(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    made = factories.make_certificate(session, cast, now, item)
    session.commit()
    return made


@pytest.fixture
def decide(session, held, now):
    def decide(person, kind, day=DAY, certificate=held):
        scan = factories.make_scan(session, now)
        made = certification.record_decision(
            session, actor=person.actor, certificate=certificate, kind=kind, from_on=day,
            reason="Không khắc phục", document_number="9/QĐ", file_sha256=scan, now=now,
        )  # fmt: skip
        session.commit()
        return made

    return decide


@pytest.fixture
def mark(session, held, now):
    def mark(person, sequence=1, reason=WHY, certificate=held):
        made = mistakes.mark_mistake(
            session, actor=person.actor, certificate=certificate, sequence=sequence, reason=reason, now=now
        )
        session.commit()
        return made

    return mark


def acts(session):
    return session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)).all()


def test_after_the_mark_it_stands_as_if_the_decision_had_not_been(session, cast, held, decide, mark, today):
    row = decide(cast.officer, W)
    assert held.status_on(today).status is CertificateStatus.WITHDRAWN
    assert held.number_free
    before = (row.kind, row.from_on, row.reason, row.document_number, row.file_sha256, row.sequence)
    mark(cast.second_officer)
    for day in (DAY - timedelta(days=1), DAY, today):
        assert held.status_on(day).status is CertificateStatus.ACTIVE
        assert session.scalar(select(status_of(day))) == "active"
    assert not held.number_free
    assert (row.kind, row.from_on, row.reason, row.document_number, row.file_sha256, row.sequence) == before
    assert acts(session) == ["recorded_decision", "marked_mistake"]


def test_the_journal_knows_the_reason_by_its_fingerprint_alone(session, cast, held, decide, mark):
    decide(cast.officer, W)
    mark(cast.second_officer)
    [entry] = journal.list_entries(session, act="marked_mistake")
    facts = json.loads(entry.body)["facts"]
    assert facts["reason_sha256"] == journal.fingerprint(WHY)
    assert WHY not in entry.body.decode()
    assert (facts["decision"]["sequence"], facts["decision"]["kind"]) == (1, "withdrawal")
    assert (facts["number"], facts["by_body"]) == (held.number, False)


def test_public_pages_hear_of_it():
    assert "marked_mistake" not in stamp_index.UNSEEN | stamp_index.ONE_STAMP | stamp_index.ONE_PRODUCT


def test_the_right_decision_is_written_anew_and_marked_again_if_need_be(
    session, cast, held, decide, mark, today
):
    for turn, day in enumerate((DAY, DAY - timedelta(days=30), DAY + timedelta(days=30)), 1):
        decide(cast.officer, W, day)
        assert held.status_on(today).since == day
        mark(cast.second_officer, turn)
    last = decide(cast.body_officer, W)
    assert (last.sequence, last.ending) == (4, 4)
    assert [one.kind for one in held.decisions] == [W] * 4
    assert held.status_on(today).status is CertificateStatus.WITHDRAWN
    with pytest.raises(Conflict, match="decision_after_terminal"):
        decide(cast.body_officer, S)


def test_a_final_decision_is_called_a_mistake_by_another_person(session, cast, held, decide, mark):
    decide(cast.officer, W)
    with pytest.raises(NotAllowed, match="mistake_four_eyes"):
        mark(cast.officer)
    session.rollback()
    assert acts(session) == ["recorded_decision"]
    for person in (cast.inspector, cast.second_officer, cast.body_officer):
        mistakes.check_marker(person.actor, held.decisions[0])
    mark(cast.body_officer)


def test_ones_own_suspension_one_may_call_a_mistake(cast, held, decide, mark, today):
    decide(cast.officer, S)
    mark(cast.officer)
    assert held.status_on(today).status is CertificateStatus.ACTIVE
    assert body_desk.possible_decisions(held)[0] is S


def test_what_the_body_decided_itself_only_the_body_calls_a_mistake(session, cast, held, decide, mark, now):
    decide(cast.body_officer, W)
    for person in (cast.officer, cast.inspector):
        with pytest.raises(NotAllowed, match="mistake_of_body"):
            mark(person)
        session.rollback()
    with pytest.raises(NotAllowed, match="mistake_four_eyes"):
        mark(cast.body_officer)
    session.rollback()
    body = session.get_one(Party, cast.body_id)
    mark(factories.make_person(session, "tam@example.com", "Tâm", body, Role.BODY_OFFICER, now))
    assert held.decisions[0].mistake is not None


def test_strangers_and_those_without_the_right_mark_nothing(session, cast, held, decide, mark, now):
    decide(cast.officer, W)
    unit = session.get_one(Party, cast.body_id).addresses[0].admin_unit
    other = factories.make_party(session, "Tổ chức Khác", "certification_body", now, unit)
    stranger = factories.make_person(session, "khac@example.com", "Khác", other, Role.BODY_OFFICER, now)
    session.commit()
    for person, refused in ((stranger, NotFound), (cast.manager, NotAllowed), (cast.rival, NotAllowed)):
        with pytest.raises(refused):
            mark(person)
        session.rollback()
    assert acts(session) == ["recorded_decision"]


def test_a_mark_is_made_once_for_a_reason_and_of_what_there_is(session, cast, held, decide, mark, now):
    decide(cast.officer, W)
    with pytest.raises(NotFound):
        mark(cast.second_officer, 2)
    session.rollback()
    with pytest.raises(Malformed):
        mark(cast.second_officer, reason="  ")
    session.rollback()
    mark(cast.second_officer)
    with pytest.raises(Conflict, match="mistake_marked") as twice:
        mark(cast.inspector)
    assert "22/11/2026" in twice.value.sentence()
    session.rollback()
    assert acts(session).count("marked_mistake") == 1
    session.add(
        DecisionMistake(
            decision_id=held.decisions[0].id, reason="x", marked_by_id=cast.officer.account_id, created_at=now
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_still_holds_one_end_at_a_time(session, cast, held, decide, mark, now):
    decide(cast.officer, W)
    mark(cast.second_officer)
    decide(cast.officer, W)
    second = {"certificate_id": held.id, "kind": W, "from_on": DAY, "reason": "x", "created_at": now}
    session.add(CertificateDecision(sequence=9, ending=2, recorded_by_id=cast.officer.account_id, **second))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_story_keeps_both_rows_and_names_no_person(session, cast, held, decide, mark, today):
    decide(cast.officer, W)
    mark(cast.second_officer)
    for public in (False, True):
        told = tell_story(session, held, today=today, language="vi", public=public)
        [struck] = [one for one in told if one.struck]
        [slip] = [one for one in told if one.kind is Happening.MISTAKE]
        assert (struck.kind, struck.on, struck.written_by) == (Happening.WITHDRAWAL, DAY, "Sở Thử Nghiệm")
        assert (slip.on, slip.by, slip.reason) == (today, "Sở Thử Nghiệm", WHY)
        assert slip.about == (Happening.WITHDRAWAL, DAY)


@pytest.fixture
def renewals(session, cast, now, held):
    """What renews it under its own number: one that is approved, and how to make another."""
    [subject] = held.subjects

    def make(**more):
        told = {"number": held.number, "valid_until": date(2031, 6, 9), "replaces": held} | more
        return factories.make_certificate(session, cast, now, subject.trade_item, **told)

    first = make()
    session.commit()
    return first, make


WAITING = {"record_state": "submitted", "approved_by_id": None, "approved_at": None}


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ({"number": "MOI"}, True),
        (WAITING, True),
        (WAITING | {"number": "demo-fsms-0001"}, True),
        (WAITING | {"number": "MOI"}, False),
        (WAITING | {"record_state": "draft"}, False),
    ],
)
def test_a_renewal_lives_again_only_where_none_took_its_place(
    session, cast, held, decide, mark, renewals, today, second, refused
):
    first, make = renewals
    decide(cast.officer, W, certificate=first)
    other = make(**second)
    session.commit()
    session.expire_all()
    if not refused:
        mark(cast.second_officer, certificate=first)
        assert held.successor_on(today) is first
        return
    with pytest.raises(Conflict, match="mistake_renewed") as told:
        mark(cast.second_officer, certificate=first)
    assert other.number in told.value.sentence()
    session.rollback()
    decide(cast.body_officer, W, certificate=other) if other.approved_at else session.delete(other)
    session.commit()
    mark(cast.second_officer, certificate=first)
    session.expire_all()
    assert held.successor_on(today) is first
