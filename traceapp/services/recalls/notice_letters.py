"""The letters about a notice: that goods are recalled; that the row which named a holder was taken back.

Rows are often reversed only to be written anew. So a letter that still waits is dropped when it is due, not
when the row is reversed; one that has left is corrected an hour later, if the row is still reversed then; and
whoever is written down anew hears of the recall again.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.domain.letters import LetterState
from traceapp.models import Letter, Party, RecallNotice
from traceapp.services.post.outbox import ToSay, put_letter

LETTER: Final = "recall_notice"
AGAIN: Final = "recall_notice_again"
CORRECTION: Final = "recall_correction"
LEFT: Final = frozenset({LetterState.SENDING, LetterState.IN_DOUBT, LetterState.SENT})
PATIENCE: Final = timedelta(hours=1)
"""How long a row may stay reversed until its holder hears of it."""


def write_to(session: Session, notice: RecallNotice, now: datetime) -> None:
    """A letter in the outbox, where the holder is a party with an address that may be written to."""
    _put(session, notice, LETTER, today_in_vietnam(now), now)


def correct(session: Session, notices: Iterable[RecallNotice], now: datetime) -> None:
    """To those whose letter has left already: one correction each for all time, by the outbox's own rule."""
    notices = list(notices)
    gone = {one.subject for one in _about(session, notices) if one.kind != CORRECTION and one.state in LEFT}
    for notice in notices:
        if _subject(notice) in gone:
            _put(session, notice, CORRECTION, today_in_vietnam(notice.created_at), now + PATIENCE)


def write_anew(session: Session, notices: Iterable[RecallNotice], now: datetime) -> None:
    """To those who were written down anew: what was dropped is said after all, what was corrected again."""
    notices = list(notices)
    corrected = set[str]()
    for one in _about(session, notices):
        if one.kind == CORRECTION and one.state in LEFT:
            corrected.add(one.subject)
        elif one.kind == LETTER and one.state is LetterState.UNWANTED and one.address is not None:
            one.state, one.tries, one.next_try_at = LetterState.WAITING, 0, now
    for notice in notices:
        if _subject(notice) in corrected:
            _put(session, notice, AGAIN, today_in_vietnam(now), now)


def _about(session: Session, notices: list[RecallNotice]) -> list[Letter]:
    subjects = [_subject(one) for one in notices if one.party_id is not None]
    query = select(Letter).where(Letter.kind.in_((LETTER, AGAIN, CORRECTION)), Letter.subject.in_(subjects))
    return list(session.scalars(query.order_by(Letter.id))) if subjects else []


def _subject(notice: RecallNotice) -> str:
    return f"recall_notice:{notice.public_id}"


def _put(session: Session, notice: RecallNotice, kind: str, day: date, when: datetime) -> None:
    if notice.party is None or not notice.party.email or not _may_write(notice, notice.party, day):
        return
    say = ToSay(
        kind=kind,
        subject=_subject(notice),
        day=day,
        address=notice.party.email,
        facts={"notice": notice.public_id},
        party_id=notice.party_id,
    )
    put_letter(session, say, now=when)


def _may_write(notice: RecallNotice, party: Party, today: date) -> bool:
    """Demonstration goods concern demonstration parties only, real goods real ones.

    A real party shown from public information that has nobody here has not asked for letters: it is rung.
    """
    if notice.restriction.demo is not party.demo:
        return False
    return party.source_url is None or any(
        one.holds_on(today) and not one.account.closed for one in party.memberships
    )
