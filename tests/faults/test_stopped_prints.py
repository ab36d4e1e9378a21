"""Orders paused, resumed and cancelled by several hands at moments nobody chose, while a worker draws.

However it went, an order that is finished has the bytes of one nobody touched, one that was given up offers
no file and its stamps are void, and the journal tells each step once. stamps.md section 4, trust.md B15.
"""

import shutil
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests.faults.ground import audit, chance, rounds
from tests.faults.press import COUNT, Press
from traceapp.domain.errors import Conflict
from traceapp.domain.printing import PrintState
from traceapp.domain.stamps import StampState
from traceapp.models import PrintRun
from traceapp.services import printing
from traceapp.storage import open_storage

HANDS, LAST_SHEET = 3, 10


class Room:
    """A worker that draws whenever the order may be drawn, and hands that play with its buttons."""

    def __init__(self, at: Press, files, keys, actor) -> None:
        self.at, self.keys, self.actor, self.files = at, keys, actor, files
        self.sheet = threading.Event()
        self.over = threading.Event()

    def work(self) -> None:
        """What a worker's sweep does, without its minute of rest."""
        while not self.over.is_set():
            printing.run(
                partial(Session, self.at.engine),
                open_storage(f"file://{self.files}"),
                self.at.order_id,
                keys=self.keys,
                worker=f"thread:{threading.get_ident()}",
                clock=lambda: datetime.now(UTC),
                watch=lambda _done: self.sheet.set(),
                every=timedelta(0),
            )
            self.over.wait(0.01)

    def parts(self) -> set[int]:
        """The files offered just now."""
        with Session(self.at.engine) as session:
            return {file.part for file in session.get_one(PrintRun, self.at.order_id).files}

    def press(self, button) -> PrintState:
        """One press, as the door does it; a button that is not there any more is a refusal, not a fault."""
        with Session(self.at.engine) as session:
            found = session.get_one(PrintRun, self.at.order_id, with_for_update=True)
            with suppress(Conflict):
                button(session, actor=self.actor, order=found, now=datetime.now(UTC))
            session.commit()
            return found.state

    def play(self, dice, presses: int) -> None:
        """Pause and resume at the pace of the sheets."""
        for _ in range(presses):
            self.sheet.wait(0.1)
            self.sheet.clear()
            self.press(dice.choice([printing.pause_print, printing.resume_print]))

    def disturbed(self, dice, presses: int) -> None:
        """Several hands at once, until all have pressed enough."""
        seeds = [type(dice)(dice.random()) for _ in range(HANDS)]
        hands = [threading.Thread(target=self.play, args=(seed, presses)) for seed in seeds]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()


@pytest.fixture
def room(press, app, cast, tmp_path):
    made = Room(press, tmp_path / "files", app.extensions["serial_keys"], cast.manager.actor)
    worker = threading.Thread(target=made.work)
    yield made, worker
    made.over.set()
    if worker.ident is not None:
        worker.join()


@pytest.mark.slow
def test_paused_and_resumed_by_many_hands_it_ends_with_the_same_bytes(press, honest, room):
    at, worker = room
    worker.start()
    dice, turns, unfinished = chance("hands"), rounds(3, 60), 0
    for turn in range(turns):
        at.disturbed(dice, presses=4)
        unfinished += at.press(printing.resume_print) is not PrintState.DONE
        while at.press(printing.resume_print) is not PrintState.DONE:
            at.sheet.wait(0.1)
        assert press.faults_of(at.files, honest) == [], f"turn {turn}"
        shutil.rmtree(at.files)
        press.again()
    print(f"{turns} turns, {unfinished} still open when the hands let go")


def cancelled(at: Room, worker: threading.Thread, dice, bound: int) -> tuple[PrintState, list[int]]:
    """Cancel after some sheets; the state that followed, and which parts came although it was cancelled."""
    worker.start()
    for _ in range(dice.randrange(1, bound)):
        at.sheet.wait(5)
        at.sheet.clear()
    after = at.press(printing.cancel_print)
    before = at.parts()
    threading.Event().wait(0.2)  # what a worker that did not look would go on drawing
    at.over.set()
    worker.join()
    return after, sorted(at.parts() - before)


@pytest.mark.slow
def test_cancelled_while_it_is_drawn_it_offers_nothing_and_its_stamps_are_void(press, room):
    at, worker = room
    after, late = cancelled(at, worker, chance("cancel"), bound=LAST_SHEET - 1)
    assert late == []
    with Session(press.engine) as session:
        for left in printing.leftovers(session):
            printing.discard_cancelled(session, open_storage(f"file://{at.files}"), left, datetime.now(UTC))
        session.commit()
        order = session.get_one(PrintRun, press.order_id)
        assert (order.state, order.stamp_run.state, order.count) in {
            (PrintState.CANCELLED, StampState.VOID, COUNT),
            (PrintState.DONE, StampState.PRINTED, COUNT),  # the worker was quicker than the hand
        }
        assert order.state is after
        assert after is PrintState.DONE or order.files == []
    assert audit(press.engine) == []


def test_a_worker_that_ignores_the_buttons_would_be_found(press, room, monkeypatch):
    at, worker = room
    monkeypatch.setattr("traceapp.services.printing.work._Job._still_ours", lambda self, session: None)
    after, late = cancelled(at, worker, chance("ignored"), bound=3)
    assert after is PrintState.CANCELLED
    assert late != []
