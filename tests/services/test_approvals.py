"""The province's yes and no: once, by another person than the one who entered it, and told to the others."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from traceapp.domain.certificates import CertificateStatus, DecisionKind, RecordState
from traceapp.domain.errors import Conflict, Malformed, NotAllowed, NotFound
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.extensions import db
from traceapp.models import AdminUnit, Certificate, JournalEntry, Party
from traceapp.services import journal, waiting
from traceapp.services.paging import key_of
from traceapp.services.parties import approvals
from traceapp.services.vouching import certification


@pytest.fixture
def party(session, cast, now):
    party = session.get(Party, cast.rival_id)
    party.state = PartyState.SUBMITTED
    party.submitted_by_id, party.submitted_at = cast.rival.account_id, now
    session.flush()
    return party


@pytest.fixture
def certificate(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    return factories.make_certificate(
        session, cast, now, item,
        record_state=RecordState.SUBMITTED, submitted_at=now, approved_by_id=None, approved_at=None,
    )  # fmt: skip


def acts(session):
    return [entry.act for entry in journal.list_entries(session)]


def test_a_party_is_approved_once_and_the_second_officer_is_told_by_whom(session, cast, now, party):
    approvals.approve_party(session, actor=cast.officer.actor, party=party, now=now)
    assert (party.state, party.decided_by_id) == (PartyState.APPROVED, cast.officer.account_id)
    with pytest.raises(Conflict, match="already_approved") as late:
        approvals.approve_party(session, actor=cast.second_officer.actor, party=party, now=now)
    assert late.value.sentence() == "Hoa đã duyệt hồ sơ này lúc 09:14 22/11/2026. Không cần duyệt lại."
    assert acts(session) == ["approved_party"]


def test_who_submitted_a_party_does_not_approve_it(session, cast, now, party):
    party.submitted_by_id = cast.officer.account_id
    with pytest.raises(NotAllowed, match="four_eyes"):
        approvals.approve_party(session, actor=cast.officer.actor, party=party, now=now)


def test_an_officer_of_the_party_does_not_approve_it(session, cast, now, party):
    ours = replace(cast.officer.actor, party_id=party.id)
    with pytest.raises(NotAllowed, match="impartiality"):
        approvals.approve_party(session, actor=ours, party=party, now=now)


@pytest.mark.parametrize("who", ["manager", "inspector", "body_officer"])
def test_only_the_province_approves(session, cast, now, party, certificate, who):
    actor = getattr(cast, who).actor
    with pytest.raises(NotAllowed, match="role"):
        approvals.approve_party(session, actor=actor, party=party, now=now)
    with pytest.raises(NotAllowed, match="role"):
        certification.approve_certificate(session, actor=actor, certificate=certificate, now=now)


def test_a_party_is_returned_with_a_reason(session, cast, now, party):
    with pytest.raises(Malformed, match="reason_missing"):
        approvals.return_party(session, actor=cast.officer.actor, party=party, reason=" ", now=now)
    approvals.return_party(
        session, actor=cast.officer.actor, party=party, reason="Địa chỉ thiếu thôn", now=now
    )
    assert (party.state, party.return_reason) == (PartyState.RETURNED, "Địa chỉ thiếu thôn")
    with pytest.raises(Conflict, match="already_returned"):
        approvals.return_party(session, actor=cast.officer.actor, party=party, reason="Lại", now=now)
    assert acts(session) == ["returned_party"]


def test_a_party_is_suspended_and_comes_back(session, cast, now, party):
    actor = cast.officer.actor
    approvals.approve_party(session, actor=actor, party=party, now=now)
    approvals.suspend_party(session, actor=actor, party=party, reason="Không còn hoạt động", now=now)
    with pytest.raises(Conflict, match="party_suspended"):
        approvals.suspend_party(session, actor=actor, party=party, reason="Lần nữa", now=now)
    approvals.approve_party(session, actor=actor, party=party, now=now)
    assert (party.state, party.return_reason) == (PartyState.APPROVED, None)
    assert acts(session) == ["reinstated_party", "suspended_party", "approved_party"]


def test_a_record_edited_meanwhile_is_read_again(session, cast, now, certificate):
    shown = certificate.version
    certificate.scope_text = "Phạm vi mới"
    session.flush()
    with pytest.raises(Conflict, match="changed_since"):
        certification.approve_certificate(
            session, actor=cast.officer.actor, certificate=certificate, version=shown, now=now
        )


def test_a_draft_is_not_approved(session, cast, now, certificate):
    certificate.record_state = RecordState.DRAFT
    with pytest.raises(Conflict, match="record_step"):
        certification.approve_certificate(session, actor=cast.officer.actor, certificate=certificate, now=now)


def test_a_certificate_is_returned_with_a_reason(session, cast, now, certificate):
    certification.return_certificate(
        session, actor=cast.officer.actor, certificate=certificate, reason="Tệp mờ", now=now
    )
    assert (certificate.record_state, certificate.return_reason) == (RecordState.RETURNED, "Tệp mờ")
    assert certificate.status_on(now.date()).status is CertificateStatus.DRAFT
    assert acts(session) == ["returned_certificate"]


def test_twenty_officers_at_once_approve_once(app, settings, session, cast, now, certificate):
    number = certificate.id
    session.commit()
    session.close()

    def press(turn):
        person = (cast.officer, cast.second_officer)[turn % 2]
        with Session(engine) as own:
            try:
                certification.approve_certificate(
                    own, actor=person.actor, certificate=own.get_one(Certificate, number), now=now
                )
                own.commit()
            except Conflict as late:
                return late.code
            return "approved"

    with app.app_context():
        engine = db.engine
        with ThreadPoolExecutor(20) as officers:
            answers = list(officers.map(press, range(20)))
    assert sorted(answers) == ["already_approved"] * 19 + ["approved"]
    entries = session.scalars(select(JournalEntry).where(JournalEntry.act == "approved_certificate")).all()
    assert len(entries) == 1
    assert session.get_one(Certificate, number).approved_by_id == entries[0].actor_id


@pytest.fixture
def approved(session, cast, now, certificate):
    return certification.approve_certificate(
        session, actor=cast.officer.actor, certificate=certificate, now=now
    )


def decide(session, person, certificate, kind, day, now):
    return certification.record_decision(
        session,
        actor=person.actor,
        certificate=certificate,
        kind=kind,
        from_on=day,
        reason="Có lý do",
        document_number="12/QĐ-CN",
        now=now,
    )


def test_a_suspension_holds_until_it_is_lifted(session, cast, now, approved):
    decide(session, cast.officer, approved, DecisionKind.SUSPENSION, date(2026, 9, 1), now)
    assert approved.status_on(date(2026, 8, 31)).status is CertificateStatus.ACTIVE
    assert approved.status_on(date(2026, 9, 1)).status is CertificateStatus.SUSPENDED
    with pytest.raises(Conflict, match="already_suspended"):
        decide(session, cast.second_officer, approved, DecisionKind.SUSPENSION, date(2026, 9, 1), now)
    second = decide(session, cast.inspector, approved, DecisionKind.RESTORATION, date(2026, 10, 1), now)
    assert second.sequence == 2
    assert approved.status_on(date(2026, 10, 1)).status is CertificateStatus.ACTIVE
    assert acts(session) == ["recorded_decision", "recorded_decision", "approved_certificate"]


def test_a_body_decides_about_its_own_certificates_only(session, cast, now, approved):
    decide(session, cast.body_officer, approved, DecisionKind.SUSPENSION, date(2026, 9, 1), now)
    stranger = replace(cast.body_officer.actor, party_id=cast.rival_id)
    with pytest.raises(NotFound):
        certification.record_decision(
            session, actor=stranger, certificate=approved, kind=DecisionKind.WITHDRAWAL,
            from_on=date(2026, 10, 1), reason="Không phải của mình", now=now,
        )  # fmt: skip


def test_who_is_not_of_the_body_copies_a_paper_and_says_which(session, cast, now, approved):
    about = {"certificate": approved, "kind": DecisionKind.SUSPENSION, "from_on": date(2026, 9, 1),
             "reason": "Có lý do", "now": now}  # fmt: skip
    for person in (cast.officer, cast.inspector):
        with pytest.raises(Malformed, match="decision_document_missing"):
            certification.record_decision(session, actor=person.actor, document_number=" ", **about)
    own = certification.record_decision(session, actor=cast.body_officer.actor, **about)
    assert own.document_number is None
    told = json.loads(journal.list_entries(session, act="recorded_decision")[0].body)["facts"]
    assert told["by_body"] is True


@pytest.mark.parametrize("kind", [DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION])
def test_who_is_not_of_the_body_ends_nothing_without_the_scan_of_its_paper(
    session, cast, now, approved, kind
):
    about = {"certificate": approved, "kind": kind, "from_on": date(2026, 10, 1), "reason": "Có lý do",
             "document_number": "12/QĐ-CN", "now": now}  # fmt: skip
    for person in (cast.officer, cast.inspector):
        with pytest.raises(Malformed, match="decision_scan_missing") as refused:
            certification.record_decision(session, actor=person.actor, **about)
        assert refused.value.field == "file"
    assert approved.decisions == []
    scan = factories.make_scan(session, now)
    made = certification.record_decision(session, actor=cast.inspector.actor, file_sha256=scan, **about)
    told = json.loads(journal.list_entries(session, act="recorded_decision")[0].body)["facts"]
    assert (made.file_sha256, told["file"], told["by_body"]) == (scan, scan, False)


@pytest.mark.parametrize("kind", [DecisionKind.WITHDRAWAL, DecisionKind.CANCELLATION])
def test_a_body_ends_its_own_certificate_without_a_scan(session, cast, now, approved, kind):
    ended = certification.record_decision(
        session, actor=cast.body_officer.actor, certificate=approved, kind=kind, from_on=date(2026, 10, 1),
        reason="Có lý do", now=now,
    )  # fmt: skip
    assert (ended.file_sha256, ended.document_number) == (None, None)


def test_a_cooperative_decides_nothing(session, cast, now, approved):
    with pytest.raises(NotAllowed, match="role"):
        decide(session, cast.manager, approved, DecisionKind.CANCELLATION, date(2026, 10, 1), now)


def test_the_longest_wait_comes_first(session, cast, now, party, certificate):
    certificate.submitted_at, party.submitted_at = now - timedelta(days=2), now - timedelta(days=1)
    session.flush()
    page = waiting.list_waiting(session, counted=True)
    assert [row.certificate or row.party for row in page.rows] == [certificate, party]
    assert [row.since for row in page.rows] == [certificate.submitted_at, party.submitted_at]
    assert page.count == waiting.count_waiting(session) == 2
    assert waiting.oldest_waiting(session) == certificate.submitted_at
    assert waiting.list_waiting_certificates(session).rows == (certificate,)


def test_what_waits_is_found_by_name_tax_code_and_number(session, cast, now, party, certificate):
    def found(text):
        return [row.certificate or row.party for row in waiting.list_waiting(session, text=text).rows]

    party.tax_code = "4900123456"
    session.flush()
    assert found("4900123456") == [party]
    assert found(certificate.number.lower()) == [certificate]
    assert party in found(party.names[0].name.upper())
    assert found("nowhere") == []


def test_the_line_is_walked_page_by_page_though_the_head_of_it_is_decided(session, cast, now):
    item = factories.make_trade_item(session, cast.cooperative_id, now)
    waits = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}
    for n in range(9):  # two of each minute, sent in the same instant
        at = now - timedelta(minutes=n // 2)
        factories.make_certificate(session, cast, now, item, number=f"CHO-{n}", submitted_at=at, **waits)
    unit = session.query(AdminUnit).first()
    for n in range(4):
        at = now - timedelta(minutes=n)
        more = {"state": PartyState.SUBMITTED, "submitted_at": at}
        factories.make_party(session, f"HTX {n}", PartyKind.COOPERATIVE, now, unit, **more)
    session.commit()
    whole = [row.certificate or row.party for row in waiting.list_waiting(session).rows]
    seen, after = [], None
    while True:
        page = waiting.list_waiting(session, after=after, limit=3)
        seen += [row.certificate or row.party for row in page.rows]
        if page.following is None:
            break
        after = key_of(page.following)
        if isinstance(seen[-1], Certificate):  # decided while the next page is asked for
            seen[-1].record_state = RecordState.RETURNED
            session.commit()
    assert len(whole) == 13
    assert seen == whole
