"""The runs people scan, in memory: a serial that opens is placed without asking a database.

A run of a million stamps is a few numbers here: its range, and the cuts where a later act treats some of its
stamps differently. What changed since is read from the journal, which every act writes to in its own
transaction and in commit order: an entry that could touch a public page makes a new `edition`, and whatever
was made under an older one is made again. A stamp with a story of its own (somebody
said "I have just bought this", or used its PIN) is marked, so that it is not shown a page made for others.
"""

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from traceapp.domain.serials import Opened
from traceapp.models import JournalEntry, Purchase, Restriction, StampException, StampPin, StampRun

ONE_STAMP: Final = frozenset({"confirmed_purchase", "used_pin", "used_pin_elsewhere"})
"""Acts that change the page of the one stamp they name."""
UNSEEN: Final = frozenset(
    {
        "reported_problem",
        "closed_report",
        "checked_evidence",
        "changed_account",
        "renewed_certificate",
        "discarded_certificate",
        "took_back_certificate",
        "corrected_certificate",
        "took_back_party",
        "imported_certificate",
        "imported_rows",
        "paused_print",
        "raised_alert",
        "took_alert",
        "recorded_movement",
        "reversed_movement",
        "acknowledged_recall",
        "called_holder",
        "uncalled_holder",
        "extended_hold",
        "closed_alert",
        "created_api_key",
        "revoked_api_key",
        "sent_letter_again",
        "started_inspection",
        "saved_inspection",
        "added_inspection_photo",
        "removed_inspection_photo",
        "discarded_inspection",
        "closed_inspection",
        "chose_reminders",
        "issued_signed_code",
        "revoked_signed_code",
    }
)
"""Acts that change no public page; any other act, also one nobody has thought of yet, changes them all."""
MOST_SUBJECTS: Final = 5_000
STALE: Final = 3.0  # seconds without word from the journal, after which nothing here is believed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stamp stands: its run, its index there, and the stretch of stamps that fare alike."""

    run_id: int
    index: int
    stretch: int


@dataclass(slots=True)
class _Run:
    id: int
    public_id: str
    key_id: str
    first: int
    count: int
    cuts: list[int] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)


class StampIndex:
    """Runs by the number their stamps carry, loaded when first asked for; safe to read from any thread."""

    def __init__(self, sessions: Callable[[], Session], clock: Callable[[], float] = monotonic) -> None:
        self._sessions, self._clock = sessions, clock
        self._runs: dict[str, list[_Run]] = {}
        self._wanted: set[str] = set()
        self._asked: set[str] = set()
        self._lock = threading.Lock()
        self._read_to: int | None = None
        self._heard_at = -STALE
        self.edition = 0

    @property
    def current(self) -> bool:
        """Whether the journal was read lately; a page made from memory may be shown only then."""
        return self._clock() - self._heard_at < STALE

    def place(self, subject: str, openings: Iterable[Opened]) -> Place | None:
        """Where a serial stands that opens so: in the first run that holds it.

        None where that run is not (yet) here, or the stamp has its own story.
        """
        runs = self._runs.get(subject)
        if runs is None:
            self._wanted.add(subject)
            return None
        self._asked.add(subject)
        for opened in openings:
            for run in runs:
                index = opened.sequence - run.first
                if 0 <= index < run.count and run.key_id == opened.key_id:
                    if index in run.alone:
                        return None
                    return Place(run.id, index, bisect_right(run.cuts, index) if run.cuts else 0)
        return None

    def refresh(self) -> None:
        """Read on in the journal, load what was asked for; called every half second or so."""
        with self._lock, self._sessions() as session:
            first = self._read_to is None
            told = self._news(session)
            changed = first or any(act not in UNSEEN | ONE_STAMP for _, act, _ in told)
            wanted, self._wanted = self._wanted, set()
            if changed:
                kept, self._asked = self._asked, set()
                runs = self._loaded(session, {*wanted, *kept})
            else:
                runs = self._runs | self._loaded(session, wanted)
            self._runs = runs if len(runs) <= MOST_SUBJECTS else {}
            self._mark(body for _, act, body in told if act in ONE_STAMP)
            if changed:
                self.edition += 1
            self._read_to = told[-1][0] if told else self._read_to
            self._heard_at = self._clock()

    def _news(self, session: Session) -> list[tuple[int, str, bytes]]:
        """Entries since the last one read; at first only where the journal ends."""
        if self._read_to is None:
            last = session.scalar(select(func.max(JournalEntry.seq)))
            return [(-1 if last is None else last, "", b"")]
        rows = session.execute(
            select(JournalEntry.seq, JournalEntry.act, JournalEntry.body)
            .where(JournalEntry.seq > self._read_to)
            .order_by(JournalEntry.seq)
        )
        return [(seq, act, body) for seq, act, body in rows]

    def _loaded(self, session: Session, subjects: Iterable[str]) -> dict[str, list[_Run]]:
        found: dict[str, list[_Run]] = {}
        for subject in list(subjects)[:MOST_SUBJECTS]:
            rows = session.execute(
                select(
                    StampRun.id, StampRun.public_id, StampRun.key_id, StampRun.first_number, StampRun.count
                ).where(StampRun.subject == subject)
            )
            found[subject] = [_Run(*row) for row in rows]
            for run in found[subject]:
                run.cuts = _cuts(session, run.id)
                run.alone = _alone(session, run.id)
        return found

    def _mark(self, bodies: Iterable[bytes]) -> None:
        by_name: dict[str, _Run] = {}
        for body in bodies:
            by_name = by_name or {run.public_id: run for runs in self._runs.values() for run in runs}
            told = json.loads(body)
            run = by_name.get(told["subject"]["id"])
            if run is not None:
                run.alone.add(int(told["facts"]["index"]))


def _cuts(session: Session, run_id: int) -> list[int]:
    """Indexes at which another stretch begins: where an exception or a restriction starts or has ended."""
    parts = (
        select(StampException.first_index, StampException.last_index).where(StampException.run_id == run_id),
        select(Restriction.first_index, Restriction.last_index).where(Restriction.stamp_run_id == run_id),
    )
    found = [tuple(row) for part in parts for row in session.execute(part)]
    starts = {first for first, _ in found if first is not None}
    return sorted(starts | {last + 1 for _, last in found if last is not None})


def _alone(session: Session, run_id: int) -> set[int]:
    """Indexes of stamps that somebody has bought, or whose PIN somebody has tried."""
    bought = select(Purchase.stamp_index).where(Purchase.stamp_run_id == run_id)
    tried = select(StampPin.stamp_index).where(StampPin.stamp_run_id == run_id)
    return {*session.scalars(bought), *session.scalars(tried)}
