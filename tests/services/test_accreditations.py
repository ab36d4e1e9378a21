"""Accreditations as the province keeps them: two people, corrections, decisions, and chains that follow."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from tests import factories
from traceapp.domain.accreditation import ChainReason, ChainVerdict
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.models import Accreditation, Party
from traceapp.services import journal
from traceapp.services.vouching import accreditations, body_lists, chains
from traceapp.services.vouching.accreditations import AccreditationEntry

ENTRY = AccreditationEntry(
    accreditor="BoA", number="DEMO-ACC-001", standard="ISO/IEC 17021-1:2015", scopes=["FSMS"],
    other_scopes="Organic, EMS", valid_from="1/1/2025", valid_until="31/12/2025", source_url="Quyết định 7",
)  # fmt: skip

TABLES = ("accreditation ", "accreditation_decision ")


@pytest.fixture
def body(session, cast):
    return session.get(Party, cast.body_id)


@pytest.fixture
def certificate(session, cast, now):
    return factories.make_certificate(
        session, cast, now, factories.make_trade_item(session, cast.cooperative_id, now)
    )


@pytest.fixture
def held(session, cast, now):
    return factories.make_accreditation(session, cast.body_id, now)


def added(session, cast, body, now, **more):
    return accreditations.add_accreditation(
        session, actor=cast.officer.actor, body=body, entry=replace(ENTRY, **more), now=now
    )


def decide(session, person, accreditation, kind, day, now):
    return accreditations.decide_accreditation(
        session, actor=person.actor, accreditation=accreditation, kind=kind, from_on=day,
        reason="Có lý do", document_number="5/QĐ-BoA", now=now,
    )  # fmt: skip


def acts(session):
    return [entry.act for entry in journal.list_entries(session)][::-1]


def test_nothing_rests_on_it_until_another_officer_agrees(session, cast, now, today, body, certificate):
    row = added(session, cast, body, now)
    assert row.scopes == ["EMS", "FSMS", "Organic"]
    waiting = chains.judge(session, certificate, today=today)
    assert waiting.chain.reason is ChainReason.ACCREDITATION_UNCONFIRMED
    with pytest.raises(NotAllowed, match="four_eyes"):
        accreditations.confirm_accreditation(session, actor=cast.officer.actor, accreditation=row, now=now)
    accreditations.confirm_accreditation(
        session, actor=cast.second_officer.actor, accreditation=row, version=row.version, now=now
    )
    standing = chains.judge(session, certificate, today=today)
    assert standing.chain.verdict is ChainVerdict.OK
    assert standing.lapse.reason is ChainReason.ACCREDITATION_EXPIRED
    assert standing.accredited_today is False
    with pytest.raises(Conflict, match="accreditation_confirmed_already"):
        accreditations.confirm_accreditation(
            session, actor=cast.second_officer.actor, accreditation=row, now=now
        )
    assert acts(session) == ["added_accreditation", "confirmed_accreditation"]


def test_a_correction_is_confirmed_anew_and_the_journal_keeps_what_was(
    session, cast, now, today, held, certificate
):
    entry = replace(ENTRY, valid_from="1/1/2026", valid_until="31/12/2026")
    accreditations.correct_accreditation(
        session, actor=cast.officer.actor, accreditation=held, entry=entry, now=now
    )
    assert chains.judge(session, certificate, today=today).chain.verdict is ChainVerdict.UNKNOWN
    [told] = journal.list_entries(session, act="corrected_accreditation")
    facts = json.loads(told.body)["facts"]
    assert (facts["valid_from"], facts["before"]["valid_from"]) == ("2026-01-01", "2023-01-01")
    stale = held.version
    accreditations.correct_accreditation(
        session, actor=cast.officer.actor, accreditation=held, entry=entry, now=now
    )
    assert len(journal.list_entries(session, act="corrected_accreditation")) == 1
    accreditations.correct_accreditation(
        session, actor=cast.officer.actor, accreditation=held, entry=ENTRY, now=now
    )
    with pytest.raises(Conflict, match="changed_since"):
        accreditations.confirm_accreditation(
            session, actor=cast.second_officer.actor, accreditation=held, version=stale, now=now
        )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"number": " "}, "accreditation_number_missing"),
        ({"accreditor": ""}, "accreditation_accreditor_missing"),
        ({"scopes": [], "other_scopes": " ,"}, "accreditation_scope_missing"),
        ({"other_scopes": "an toàn"}, "accreditation_scope_code"),
        ({"valid_until": "31/12/2024"}, "accreditation_dates"),
        ({"valid_from": "31/2/2024"}, "day_impossible"),
    ],
)
def test_nonsense_is_refused_by_its_field(session, cast, now, body, more, code):
    with pytest.raises(Malformed, match=code) as caught:
        added(session, cast, body, now, **more)
    assert caught.value.field in AccreditationEntry.__slots__
    assert acts(session) == []


def test_one_number_is_one_accreditation(session, cast, now, body, held):
    with pytest.raises(Conflict, match="accreditation_number_taken"):
        added(session, cast, body, now)


def test_a_mistake_is_taken_back_only_before_it_counts(session, cast, now, body, held):
    row = added(session, cast, body, now, number="NHẦM-1")
    accreditations.remove_accreditation(session, actor=cast.officer.actor, accreditation=row, now=now)
    with pytest.raises(Conflict, match="accreditation_confirmed_already"):
        accreditations.remove_accreditation(session, actor=cast.officer.actor, accreditation=held, now=now)
    assert session.query(Accreditation).all() == [held]
    assert acts(session) == ["added_accreditation", "removed_accreditation"]


def test_what_two_officers_confirmed_one_does_not_remove_by_correcting_it_first(session, cast, now, body):
    row = added(session, cast, body, now)
    accreditations.confirm_accreditation(session, actor=cast.second_officer.actor, accreditation=row, now=now)
    changed = replace(ENTRY, valid_until="30/12/2025")
    accreditations.correct_accreditation(
        session, actor=cast.officer.actor, accreditation=row, entry=changed, now=now
    )
    with pytest.raises(Conflict, match="accreditation_confirmed_once"):
        accreditations.remove_accreditation(session, actor=cast.officer.actor, accreditation=row, now=now)
    assert session.query(Accreditation).all() == [row]
    assert "removed_accreditation" not in acts(session)


def test_a_suspension_on_the_day_of_issue_breaks_the_chain_and_a_restoration_ends_it(
    session, cast, now, today, held, certificate
):
    decide(session, cast.officer, held, DecisionKind.SUSPENSION, date(2025, 6, 1), now)
    broken = chains.judge(session, certificate, today=today)
    assert broken.chain.reason is ChainReason.ACCREDITATION_SUSPENDED
    assert (broken.chain.day, broken.accredited_today) == (date(2025, 6, 1), False)
    with pytest.raises(Conflict, match="accreditation_already_suspended"):
        decide(session, cast.second_officer, held, DecisionKind.SUSPENSION, date(2025, 6, 2), now)
    decide(session, cast.officer, held, DecisionKind.RESTORATION, date(2025, 6, 10), now)
    assert chains.judge(session, certificate, today=today).chain.verdict is ChainVerdict.OK
    decide(session, cast.officer, held, DecisionKind.WITHDRAWAL, date(2026, 1, 5), now)
    late = chains.judge(session, certificate, today=today)
    assert (late.chain.verdict, late.lapse.day) == (ChainVerdict.OK, date(2026, 1, 5))
    assert [row.sequence for row in held.decisions] == [1, 2, 3]
    assert body_lists.resting_on(session, held).rows == (certificate,)
    facts = json.loads(journal.list_entries(session)[0].body)["facts"]
    assert (facts["kind"], facts["document"]) == ("withdrawal", "5/QĐ-BoA")
    assert "Có lý do" not in journal.list_entries(session)[0].body.decode()


def test_what_is_decided_is_one_of_three_and_about_what_counts(session, cast, now, body, held):
    with pytest.raises(Malformed, match="accreditation_decision_kind"):
        decide(session, cast.officer, held, DecisionKind.CANCELLATION, date(2025, 6, 1), now)
    row = added(session, cast, body, now, number="MỚI-1")
    with pytest.raises(Conflict, match="accreditation_not_confirmed"):
        decide(session, cast.officer, row, DecisionKind.SUSPENSION, date(2025, 6, 1), now)


@pytest.mark.parametrize("who", ["manager", "inspector", "body_officer"])
def test_only_the_province_keeps_accreditations(session, cast, now, body, held, who):
    actor = getattr(cast, who).actor
    about = {"session": session, "actor": actor, "now": now}
    with pytest.raises(NotAllowed, match="role"):
        accreditations.add_accreditation(**about, body=body, entry=ENTRY)
    with pytest.raises(NotAllowed, match="role"):
        accreditations.correct_accreditation(**about, accreditation=held, entry=ENTRY)
    with pytest.raises(NotAllowed, match="role"):
        accreditations.confirm_accreditation(**about, accreditation=held)
    with pytest.raises(NotAllowed, match="role"):
        accreditations.remove_accreditation(**about, accreditation=held)
    with pytest.raises(NotAllowed, match="role"):
        decide(session, getattr(cast, who), held, DecisionKind.SUSPENSION, date(2025, 6, 1), now)


def test_an_officer_of_the_body_keeps_none_of_it(session, cast, now, body, held):
    ours = replace(cast.officer.actor, party_id=body.id)
    with pytest.raises(NotAllowed, match="impartiality"):
        accreditations.add_accreditation(session, actor=ours, body=body, entry=ENTRY, now=now)


def test_the_missing_is_not_found(session):
    with pytest.raises(NotFound):
        accreditations.read_accreditation(session, "NOSUCH00")


def test_many_chains_are_read_in_one_question(session, cast, now, today, held, certificate):
    item = certificate.subjects[0].trade_item
    others = [
        factories.make_certificate(
            session, cast, now, item, number=f"DEMO-{year}", issued_on=date(year, 1, 1)
        )
        for year in range(2020, 2030)
    ]
    factories.make_accreditation(session, cast.body_id, now, number="DEMO-ACC-002", scopes=["QMS"])
    session.flush()
    asked: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    told = chains.judge_all(session, [certificate, *others], today=today)
    assert [sum(f"FROM {table}" in one for one in asked) for table in TABLES] == [1, 1]
    assert told[certificate.id].chain.verdict is ChainVerdict.OK
    assert told[others[0].id].chain.reason is ChainReason.ACCREDITATION_NOT_BEGUN
    assert chains.judge_all(session, [], today=today) == {}
