"""What may renew what, and whose a number is."""

import json
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.errors import Conflict, Malformed
from traceapp.models import Certificate, CertificateEvidence
from traceapp.services import journal, taking_back
from traceapp.services.vouching import body_corrections, certificates, certification, renewals
from traceapp.services.vouching.certificate_entry import CertificateEntry, as_typed

UNAPPROVED = {"record_state": RecordState.SUBMITTED, "approved_by_id": None, "approved_at": None}


@pytest.fixture
def item(session, cast, now):
    return factories.make_trade_item(session, cast.cooperative_id, now)


@pytest.fixture
def old(session, cast, now, item):
    made = factories.make_certificate(session, cast, now, item)
    session.commit()
    return made


@pytest.fixture
def renewal(session, cast, now, item, old):
    def make(**more) -> Certificate:
        told = {"number": "DEMO-FSMS-0009", "valid_until": date(2031, 6, 9), "replaces": old} | more
        return factories.make_certificate(session, cast, now, item, **told)

    return make


def withdraw(session, cast, certificate, now, from_on):
    certification.record_decision(
        session, actor=cast.body_officer.actor, certificate=certificate, kind=DecisionKind.WITHDRAWAL,
        from_on=from_on, reason="Lý do thử nghiệm", now=now,
    )  # fmt: skip


def test_what_renews_a_certificate_withdrawn_meanwhile_is_not_approved(
    session, cast, now, today, old, renewal
):
    new = renewal(**UNAPPROVED)
    renewals.check_only_successor(session, new, today)
    withdraw(session, cast, old, now, date(2026, 11, 1))
    with pytest.raises(Conflict, match="renewal_of_ended"):
        certification.approve_certificate(session, actor=cast.officer.actor, certificate=new, now=now)


def test_a_renewal_is_of_the_same_holder_and_ends_no_earlier(session, cast, old, renewal):
    new = renewal()
    renewals.check_follows(session, new, old)
    new.valid_until = old.valid_until
    renewals.check_follows(session, new, old)
    new.valid_until = date(2028, 6, 8)
    with pytest.raises(Malformed, match="renewal_ends_earlier"):
        renewals.check_follows(session, new, old)
    other = renewal(number="DEMO-FSMS-0010", holder_id=cast.rival_id)
    with pytest.raises(Conflict, match="renewal_holder"):
        renewals.check_follows(session, other, old)


@pytest.mark.parametrize("number", ["DEMO-FSMS-0009", "demo-fsms-0009", "demo-fsms-0001"])
def test_a_number_of_a_body_is_one_chains_however_it_is_spelled(session, cast, now, item, renewal, number):
    new = renewal()
    renewals.check_number(session, new)
    stranger = factories.make_certificate(session, cast, now, item, number=number, scheme="vietgap")
    with pytest.raises(Conflict, match="certificate_number_taken"):
        renewals.check_number(session, stranger)


def test_a_renewal_withdrawn_from_its_first_day_renews_nothing(session, cast, now, today, old, renewal):
    begins = date(2027, 1, 1)
    new = renewal(issued_on=date(2026, 11, 1), valid_from=begins)
    assert old.taken_over_on(today)
    withdraw(session, cast, new, now, begins)
    session.commit()
    session.expire_all()
    assert not old.taken_over_on(today)
    assert renewals.may_renew(old, today, cast.cooperative_id)


def test_the_journal_holds_what_an_approval_rested_on(session, cast, now, item, renewal):
    new = renewal(**UNAPPROVED)
    certification.approve_certificate(session, actor=cast.officer.actor, certificate=new, now=now)
    [entry, *_] = journal.list_entries(session, subject=("certificate", new.public_id))
    facts = json.loads(entry.body)["facts"]
    assert facts["issued_on"] == "2025-06-10"
    assert (facts["standard"], facts["subjects"]) == ("ISO 22000:2018", [item.public_id])
    assert facts["scope_sha256"] == journal.fingerprint(new.scope_text)
    assert facts["body"] == new.body.public_id
    assert facts["holder"] == new.holder.public_id


def entry(certificate, **more):
    return CertificateEntry(**as_typed(certificate) | more)


def test_the_number_of_a_renewal_that_was_withdrawn_is_borne_by_the_next(
    session, cast, now, today, old, renewal
):
    first = renewal(number=old.number)
    withdraw(session, cast, first, now, today)
    second = certificates.add_certificate(
        session, actor=cast.manager.actor, entry=entry(first), replaces=old, now=now, today=today
    )
    second.evidence.append(CertificateEvidence(sha256=factories.make_scan(session, now), created_at=now))
    certificates.submit_certificate(session, actor=cast.manager.actor, certificate=second, now=now)
    certification.approve_certificate(session, actor=cast.officer.actor, certificate=second, now=now)
    assert (second.number, old.successor_on(today)) == (old.number, second)


def test_a_renewal_that_is_only_suspended_keeps_its_number(session, cast, now, today, old, renewal):
    first = renewal(number=old.number)
    certification.record_decision(
        session, actor=cast.body_officer.actor, certificate=first, kind=DecisionKind.SUSPENSION,
        from_on=today, reason="Lý do thử nghiệm", now=now,
    )  # fmt: skip
    waiting = renewal(number=old.number, **UNAPPROVED | {"record_state": RecordState.DRAFT})
    waiting.evidence.append(CertificateEvidence(sha256=factories.make_scan(session, now), created_at=now))
    with pytest.raises(Conflict, match="certificate_number_taken"):
        certificates.submit_certificate(session, actor=cast.manager.actor, certificate=waiting, now=now)


@pytest.fixture
def drafts(session, cast, now, today, old, renewal):
    """The body sent a renewal and took it back; then the holder entered the same paper."""
    bodys = renewal(**UNAPPROVED, sent_by_id=cast.body_id, entered_by_id=cast.body_officer.account_id)
    taking_back.take_back_certificate(session, actor=cast.body_officer.actor, certificate=bodys, now=now)
    holders = certificates.add_certificate(
        session, actor=cast.manager.actor, entry=entry(bodys), replaces=old, now=now, today=today
    )
    for one in (bodys, holders):
        scan = factories.make_scan(session, now)
        one.evidence.append(CertificateEvidence(sha256=scan, created_at=now))
    session.commit()
    return bodys, holders


def correct(session, cast, app, certificate, now, today, **more):
    body_corrections.correct_certificate(
        session, app.extensions["storage"], actor=cast.body_officer.actor, certificate=certificate,
        entry=entry(certificate, **more), scans=[], now=now, today=today,
    )  # fmt: skip


def test_a_draft_that_was_taken_back_holds_no_number_and_stands_in_nobodys_way(
    session, cast, app, now, today, old, drafts
):
    bodys, holders = drafts
    assert bodys.number == holders.number
    with pytest.raises(Conflict, match="renewal_exists"):  # one's own draft is one's renewal
        renewals.check_renewable(old, today, cast.cooperative_id)
    certificates.submit_certificate(session, actor=cast.manager.actor, certificate=holders, now=now)
    session.commit()
    for number in (holders.number, holders.number.lower()):
        with pytest.raises(Conflict, match="certificate_number_taken") as refused:
            correct(session, cast, app, bodys, now, today, number=number)
        assert refused.value.field == "number"
        session.rollback()
    taking_back.take_back_certificate(session, actor=cast.manager.actor, certificate=holders, now=now)
    correct(session, cast, app, bodys, now, today)
    session.commit()
    assert [one.record_state.value for one in (bodys, holders)] == ["submitted", "draft"]
    assert old.successor_on(today) is bodys


def test_what_is_furthest_on_its_way_is_the_renewal(session, cast, now, today, old, drafts):
    bodys, holders = drafts
    certificates.submit_certificate(session, actor=cast.manager.actor, certificate=holders, now=now)
    certification.approve_certificate(session, actor=cast.officer.actor, certificate=holders, now=now)
    session.refresh(old, ["successors"])
    assert old.successors_on(today) == [holders, bodys]
    assert old.taken_over_on(today)


@pytest.mark.parametrize(
    ("state", "free", "fits"),
    [
        (RecordState.SUBMITTED, False, False),
        (RecordState.APPROVED, False, False),
        (RecordState.APPROVED, True, True),
        (RecordState.RETURNED, False, True),
        (RecordState.DRAFT, False, True),
    ],
)
def test_the_database_lets_no_two_living_renewals_share_a_number(session, old, renewal, state, free, fits):
    decided = {} if state is RecordState.APPROVED else UNAPPROVED | {"record_state": state}
    renewal(number_free=free, **decided)
    if fits:
        renewal(**UNAPPROVED)
        return
    with pytest.raises(IntegrityError):
        renewal(**UNAPPROVED)
