"""Letters carried to the mail server, one after another; a worker may die at any moment.

A letter is claimed for a while (a lease); just before the dot that ends it, its row says `in_doubt` and is
committed; after the server's answer it says `sent`. Found `sending` when its lease is over, it has not
arrived and is sent again; found `in_doubt`, it has almost surely arrived and only a person sends it again,
unless the dead worker's slip proves that the dot never left.
docs/decisions/0005-letters.md says why.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from traceapp.domain.errors import RuleBroken
from traceapp.domain.letters import MOST_TRIES, LetterState, message_id, pause_after
from traceapp.domain.words import N_
from traceapp.mailing import Refused, Sender, Unanswered, Unreachable, Written
from traceapp.models import Letter
from traceapp.slips import Slip

LEASE: Final = timedelta(minutes=15)  # longer than a server may take over one letter
UNANSWERED = N_("Máy chủ thư đã nhận hết thư nhưng không trả lời, nên chưa rõ thư đã tới hay chưa.")
INTERRUPTED = N_("Việc gửi bị ngắt nhiều lần.")
NO_ADDRESS = N_("Không còn địa chỉ người nhận.")
UNWORDED = N_("Hệ thống chưa soạn được thư này; nguyên nhân nằm trong nhật ký của máy chủ.")
UNWORDABLE: Final = (LookupError, RuleBroken, ValueError, NoResultFound)  # of a record, a fact or an address
log = logging.getLogger(__name__)

Sessions = Callable[[], Session]
Compose = Callable[[Session, Letter, datetime], Written | None]


class Carrier(Protocol):
    """Who speaks with the mail server."""

    def hand_over(
        self, message: EmailMessage, address: str, at_the_dot: Callable[[], Callable[[], None]]
    ) -> None:
        """Deliver one message; ``at_the_dot`` is called when everything but its end was given.

        What that answers is called the moment before the end leaves.

        Raises `Refused`, `Unreachable`, `Unanswered`.
        """


class TakenOver(Exception):
    """The letter is in another worker's hand."""


@dataclass(frozen=True, slots=True)
class Post:
    """Everything a round needs: databases, a carrier, who words and who signs the letters."""

    sessions: Sessions
    carrier: Carrier
    compose: Compose
    kinds: Collection[str]
    sender: Sender
    worker: str
    clock: Callable[[], datetime]
    slip: Slip
    lease: timedelta = LEASE


def send_waiting(post: Post, *, stopping: Callable[[], bool] = lambda: False) -> Counter[LetterState]:
    """Send whatever waits, until nothing does, the server cannot be reached, or this worker is to stop."""
    tally: Counter[LetterState] = Counter()
    while not stopping():
        letter_id = _claim_next(post)
        if letter_id is None:
            break
        try:
            tally[_carry(post, letter_id)] += 1
        except Unreachable:
            tally[LetterState.WAITING] += 1
            break  # the server is as silent to the others
        except TakenOver:
            log.warning("letter %s was taken over by another worker", letter_id)
    return tally


def release(
    session: Session,
    gone: Callable[[str], bool],
    now: datetime,
    *,
    stayed: Callable[[Letter], bool] = lambda _letter: False,
) -> None:
    """Put back the letters of workers known to be gone, without waiting for their lease to end.

    One in doubt stays in doubt, unless its dot is known to have ``stayed``; nobody has it in hand any more.
    """
    held = or_(Letter.state == LetterState.SENDING, Letter.state == LetterState.IN_DOUBT)
    for letter in session.scalars(select(Letter).where(held, Letter.lease_until > now)):
        if letter.worker and gone(letter.worker):
            letter.lease_until = now
            if letter.state is LetterState.SENDING or stayed(letter):
                letter.state, letter.worker, letter.lease_until = LetterState.WAITING, None, None


def _free(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Waiting, or its worker fell silent. A lease far ahead is one from before the clock was set back."""
    due = and_(Letter.state == LetterState.WAITING, Letter.next_try_at <= now)
    silent = or_(Letter.lease_until < now, Letter.lease_until > now + 2 * lease)
    return or_(due, and_(Letter.state == LetterState.SENDING, silent))


def _claim_next(post: Post) -> int | None:
    """Take the oldest letter that waits; of two workers who reach for one, one gets it."""
    while True:
        now = post.clock()
        free = and_(Letter.kind.in_(post.kinds), _free(now, post.lease))
        with post.sessions() as session:
            oldest = select(Letter.id).where(free).order_by(Letter.next_try_at, Letter.id)
            found = session.scalar(oldest.limit(1))
            if found is None:
                return None
            values = {"worker": post.worker, "lease_until": now + post.lease, "tries": Letter.tries + 1}
            mine = update(Letter).where(Letter.id == found, free)
            claimed = _changed(session, mine.values(state=LetterState.SENDING, error=None, **values))
            session.commit()
        if claimed:
            return found


def _carry(post: Post, letter_id: int) -> LetterState:
    """Word it, hand it over, write down how that went; a fault in one letter holds up no other."""
    with post.sessions() as session:
        tries = session.get_one(Letter, letter_id).tries
    if tries > MOST_TRIES:
        return _settle(post, letter_id, LetterState.FAILED, error=INTERRUPTED)
    try:
        with post.sessions() as session:
            letter = session.get_one(Letter, letter_id)
            address, message = letter.address, _message(post, session, letter)
            session.commit()
    except UNWORDABLE:
        log.exception("letter %s cannot be worded", letter_id)
        return _put_back(post, letter_id, UNWORDED, now=post.clock())
    if message is None:
        return _settle(post, letter_id, LetterState.UNWANTED)
    if not address:
        return _settle(post, letter_id, LetterState.FAILED, error=NO_ADDRESS)
    try:
        post.carrier.hand_over(message, address, lambda: _at_the_dot(post, letter_id, tries))
    except Refused as refused:
        if refused.for_good:
            return _settle(post, letter_id, LetterState.FAILED, error=refused.told)
        return _put_back(post, letter_id, refused.told, now=post.clock())
    except Unreachable as silence:
        _put_back(post, letter_id, silence.told, now=post.clock())
        raise
    except Unanswered:
        _settle(post, letter_id, LetterState.IN_DOUBT, error=UNANSWERED)
        return LetterState.IN_DOUBT
    return _settle(post, letter_id, LetterState.SENT, sent_at=post.clock())


def _message(post: Post, session: Session, letter: Letter) -> EmailMessage | None:
    """The letter as it goes out; None where it is no longer to be said. Raises what is UNWORDABLE.

    Where it says less than it was to say, its row says so before it leaves.
    """
    written = post.compose(session, letter, post.clock())
    if written is None:
        return None
    if written.facts is not None:
        _changed(session, _mine(post, letter.id).values(facts=dict(written.facts)))
    name = message_id(letter.kind, letter.subject, letter.day, letter.recipient, post.sender.host)
    return post.sender.message(written, to=letter.address or "", message_id=name, at=post.clock())


def _at_the_dot(post: Post, letter_id: int, tries: int) -> Callable[[], None]:
    """From here on only the slip can tell; raises TakenOver where the letter is no longer ours to end."""
    post.slip.fill(letter_id, tries)
    with post.sessions() as session:
        until = post.clock() + post.lease
        ours = _mine(post, letter_id, LetterState.SENDING)
        if not _changed(session, ours.values(state=LetterState.IN_DOUBT, lease_until=until)):
            raise TakenOver
        session.commit()
    return post.slip.leaves


def _put_back(post: Post, letter_id: int, told: str, *, now: datetime) -> LetterState:
    """Try again later; not for ever."""
    with post.sessions() as session:
        pause = pause_after(session.get_one(Letter, letter_id).tries)
    if pause is None:
        return _settle(post, letter_id, LetterState.FAILED, error=told)
    return _settle(post, letter_id, LetterState.WAITING, error=told, next_try_at=now + pause)


def _settle(post: Post, letter_id: int, state: LetterState, **values: Any) -> LetterState:
    """Write how it ended and give it out of our hand."""
    told: dict[str, Any] = {"state": state, "worker": None, "lease_until": None} | values
    if state is LetterState.IN_DOUBT:
        told |= {"worker": post.worker, "lease_until": post.clock()}
    with post.sessions() as session:
        if not _changed(session, _mine(post, letter_id).values(**told)):
            raise TakenOver
        session.commit()
    return state


def _mine(post: Post, letter_id: int, *states: LetterState) -> Any:
    held = states or (LetterState.SENDING, LetterState.IN_DOUBT)
    return update(Letter).where(Letter.id == letter_id, Letter.worker == post.worker, Letter.state.in_(held))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1
