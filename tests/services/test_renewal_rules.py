"""What may renew what, and whose a number is."""

import json
from datetime import date

import pytest

from tests import factories
from traceapp.domain.certificates import DecisionKind, RecordState
from traceapp.domain.errors import Conflict, Malformed
from traceapp.models import Certificate
from traceapp.services import journal
from traceapp.services.vouching import certification, renewals

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
    assert renewals.may_renew(old, today)


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
