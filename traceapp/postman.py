"""The postman's rounds: once a day what is due is put into the outbox, every minute what waits is carried.

A round is a thread of its own beside the worker's prints: a mail server that is slow keeps no sheet waiting,
and a round that breaks down is followed by the next. Putting begins at seven in the morning in Vietnam and is
looked at again every hour, because a worker may have been asleep at seven; the outbox says each thing once.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

from flask import Flask
from huey import Huey, crontab
from sqlalchemy.orm import Session

from traceapp import keys, slips
from traceapp.domain.days import VIETNAM
from traceapp.domain.letters import LetterState
from traceapp.extensions import db
from traceapp.mailing import Mailbox, Postman
from traceapp.services.post import outbox, reminders, sending
from traceapp.services.post.letters import WRITERS, composer
from traceapp.services.post.outbox import ToSay
from traceapp.services.post.stationery import Stationery
from traceapp.settings import Settings

MORNING: Final = 7  # o'clock in Vietnam: letters are put in from here
EVENING: Final = 21  # until here; nobody is written to at night
GOODBYE: Final = 10.0  # seconds a worker that is told to stop waits for the letter in hand
log = logging.getLogger(__name__)


def is_time(now: datetime) -> bool:
    """Whether letters may be put in at this hour.

    >>> is_time(datetime(2026, 11, 22, 0, 0, tzinfo=UTC)), is_time(datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
    (True, False)
    """
    return MORNING <= now.astimezone(VIETNAM).hour < EVENING


def remind(app: Flask, now: datetime) -> list[ToSay]:
    """Put what is due into the outbox, and forget addresses whose time is over; what was new."""
    with app.app_context(), Session(db.engine) as session:
        news = reminders.put_due(session, now=now)
        outbox.forget_addresses(session, now)
        session.commit()
    return news


def carry(
    app: Flask, *, worker: str, is_gone: Callable[[str], bool], stopping: Callable[[], bool] = lambda: False
) -> Counter[LetterState]:
    """Send what waits; without a mail server it goes on waiting. What became of the letters."""
    settings: Settings = app.extensions["settings"]
    if not settings.mail_url:
        return Counter()
    with app.app_context():
        engine = db.engine
    folder = settings.instance_path / "post"
    with Session(engine) as session:
        sending.release(
            session,
            is_gone,
            datetime.now(UTC),
            stayed=lambda one: slips.stayed(folder, str(one.worker), one.id, one.tries),
        )
        session.commit()
    slips.forget(folder, is_gone)
    paper = Stationery(settings, keys.session_secret(settings.instance_path))
    with (
        closing(slips.Slip(folder, worker)) as slip,
        Postman(Mailbox.at(settings.mail_url), paper.sender()) as postman,
    ):
        post = sending.Post(
            sessions=lambda: Session(engine),
            carrier=postman,
            compose=composer(paper),
            kinds=tuple(WRITERS),
            sender=paper.sender(),
            worker=worker,
            clock=lambda: datetime.now(UTC),
            slip=slip,
        )
        return sending.send_waiting(post, stopping=stopping)


class Rounds:
    """One round at a time, in a thread; whoever stops the worker waits for the letter in hand."""

    def __init__(self, put: Callable[[], object], carry: Callable[[], object]) -> None:
        self._put, self._carry, self._thread = put, carry, threading.Thread()
        self.due = True

    def begin(self) -> None:
        """Set out, unless the last round is still under way."""
        if not self._thread.is_alive():
            self._thread = threading.Thread(target=self._go, name="post", daemon=True)
            self._thread.start()

    def _go(self) -> None:
        """Put in what is due, if it is time; carry what waits, whatever became of that."""
        try:
            if self.due and is_time(datetime.now(UTC)):
                self._put()
                self.due = False
        finally:
            self._carry()

    def end(self, patience: float = GOODBYE) -> None:
        """Wait for the letter in hand."""
        if self._thread.is_alive():
            self._thread.join(patience)


def take_rounds(
    queue: Huey, app: Flask, *, worker: str, is_gone: Callable[[str], bool], stopping: Callable[[], bool]
) -> Rounds:
    """Have a queue look after the post."""
    rounds = Rounds(
        lambda: remind(app, datetime.now(UTC)),
        lambda: carry(app, worker=worker, is_gone=is_gone, stopping=stopping),
    )

    @queue.periodic_task(crontab(minute="*"), name="post")  # type: ignore[untyped-decorator]  # huey is untyped
    def _post() -> None:
        rounds.begin()

    @queue.periodic_task(crontab(minute="0"), name="remind")  # type: ignore[untyped-decorator]  # huey is untyped
    def _remind() -> None:
        rounds.due = True

    rounds.begin()
    return rounds
