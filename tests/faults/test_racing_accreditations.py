"""Twenty officers act on one accreditation at once: one confirms it, one suspends it, the others are told."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import factories
from tests.faults.test_racing_decisions import at_once
from traceapp.domain.certificates import DecisionKind
from traceapp.domain.errors import RuleBroken
from traceapp.models import Accreditation, AccreditationDecision, JournalEntry
from traceapp.services.vouching import accreditations

OFFICERS = 20


def met_by(engine, act, public_id):
    """What each of the officers met, all let go at the same moment."""

    def one(_number):
        try:
            with Session(engine) as session:
                act(session, accreditations.read_accreditation(session, public_id))
                session.commit()
        except RuleBroken as refused:
            return [refused.code]
        except DBAPIError as fault:
            return [str(fault.orig)]
        return ["done"]

    return Counter(at_once(one, OFFICERS))


def test_one_confirms_and_one_suspends_however_many_press_the_button(session, cast, now, engine):
    held = factories.make_accreditation(
        session, cast.body_id, now, approved_at=None, entered_by_id=cast.officer.account_id
    )
    public_id, first_day = held.public_id, held.valid_from
    session.commit()
    second = cast.second_officer.actor
    confirmed = met_by(
        engine,
        lambda each, row: accreditations.confirm_accreditation(
            each, actor=second, accreditation=row, now=now
        ),
        public_id,
    )
    assert confirmed == {"done": 1, "accreditation_confirmed_already": OFFICERS - 1}
    suspended = met_by(
        engine,
        lambda each, row: accreditations.decide_accreditation(
            each,
            actor=second,
            accreditation=row,
            kind=DecisionKind.SUSPENSION,
            from_on=first_day,
            reason="Thử",
            now=now,
        ),
        public_id,
    )
    assert suspended == {"done": 1, "accreditation_already_suspended": OFFICERS - 1}
    session.expire_all()
    assert session.scalars(select(Accreditation)).one().approved_at is not None
    assert len(session.scalars(select(AccreditationDecision)).all()) == 1
    assert session.scalars(select(JournalEntry.act).order_by(JournalEntry.seq)).all() == [
        "confirmed_accreditation",
        "decided_accreditation",
    ]
