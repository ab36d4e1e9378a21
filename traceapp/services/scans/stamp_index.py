"""The runs people scan, in memory: a serial that opens is placed without asking a database.

A run of a million stamps is a few numbers here: its range, and the cuts where a later act treats some of its
stamps differently. What changed since is read from the journal, which every act writes to in its own
transaction and in commit order: an entry that could touch public pages makes a new `edition` of all, an act
on one run a new version of its product, and whatever was made under an older one is made again. Everything
known at one look is one frozen `Seen`, as old as the beginning of that look. A stamp with a story of its own
(somebody said "I have just bought this", or used its PIN) is marked, so that it is not shown a page made for
others.
"""

import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from traceapp.domain.serials import Opened
from traceapp.models import JournalEntry, PrintRun, Restriction, StampRun
from traceapp.services.scans.runs import AT_ONCE, Product, load_products

ONE_STAMP: Final = frozenset({"confirmed_purchase", "used_pin", "used_pin_elsewhere"})
"""Acts that change the page of the one stamp they name."""
UNSEEN: Final = frozenset(
    {
        "reported_problem",
        "closed_report",
        "checked_evidence",
        "changed_account",
        "signed_up",
        "changed_password",
        "reset_password",
        "closed_account",
        "reopened_account",
        "gave_role",
        "ended_role",
        "ended_sessions",
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
        "added_printer",
        "renamed_printer",
        "archived_printer",
        "restored_printer",
        "measured_printer",
        "confirmed_calibration",
        "restored_calibration",
    }
)
"""Acts that change no public page; any other act, also one nobody has thought of yet, changes them all."""
ONE_PRODUCT: Final = frozenset(
    {
        "issued_stamps",
        "activated_stamps",
        "voided_stamps",
        "undid_stamps",
        "ended_stamps",
        "ordered_print",
        "finished_print",
    }
)
"""Acts on a run, or on an order to print it: while no stretch of it is held or recalled, which strikes other
goods too, they change the pages of its product alone."""
RUNLESS: Final = frozenset({"account", "party", "place", "certificate", "accreditation", "scheme", "lot"})
"""Kinds of records whose acts change pages and leave all runs, and their cuts, as they are."""
MOST_SUBJECTS: Final = 5_000
STALE: Final = 3.0  # seconds without word from the journal, after which nothing here is believed

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stamp stands: its run, its index there, and the stretch of stamps that fare alike.

    `version` is that of the pages of its product.
    """

    run_id: int
    index: int
    stretch: int
    version: Version


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at the journal left known: how far it was read, and when that was begun."""

    heard_at: float
    read_to: int = -1
    edition: int = 0
    products: Mapping[str, Product] = field(default_factory=dict)

    def version_of(self, subject: str) -> Version:
        """That of the pages of a product; of a code never issued that of them all."""
        product = self.products.get(subject)
        return self.edition, product.version if product else 0


@dataclass(frozen=True, slots=True)
class _Entry:
    seq: int
    act: str
    kind: str
    name: str
    body: bytes


class StampIndex:
    """Runs by the number their stamps carry, loaded when first asked for; safe to read from any thread."""

    def __init__(self, sessions: Callable[[], Session], clock: Callable[[], float] = monotonic) -> None:
        self._sessions, self._clock = sessions, clock
        self._seen = Seen(-STALE)
        self._begun = False
        self._wanted: set[str] = set()
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    @property
    def current(self) -> bool:
        """Whether the journal was read lately; a page made from memory may be shown only then."""
        return self._clock() - self._seen.heard_at < STALE

    @property
    def edition(self) -> int:
        """How often all pages have become new."""
        return self._seen.edition

    def version_of(self, subject: str) -> Version:
        """See `Seen`."""
        return self._seen.version_of(subject)

    def place(self, subject: str, openings: Iterable[Opened]) -> Place | None:
        """Where a serial stands that opens so: in the first run that holds it.

        None where that run is not (yet) here, or the stamp has its own story.
        """
        seen = self._seen
        product = seen.products.get(subject)
        if product is None:
            self._wanted.add(subject)
            return None
        self._asked.add(subject)
        for opened in openings:
            run = product.run_of(opened)
            if run is not None:
                index = opened.sequence - run.first
                version = seen.edition, product.version
                return None if index in run.alone else Place(run.id, index, run.stretch_of(index), version)
        return None

    def refresh(self) -> None:
        """Read on in the journal, load what was asked for; called every half second or so."""
        with self._lock, self._sessions() as session:
            heard_at, old = self._clock(), self._seen
            told = self._news(session)
            wanted = self._wanted.copy()
            self._wanted.difference_update(wanted)
            touched = self._touched(session, told)
            read_to = told[-1].seq if told else old.read_to
            if touched is None:
                kept, self._asked = self._asked, set()
                products = {
                    subject: old.products[subject] for subject in kept.copy() if subject in old.products
                }
            else:
                products = dict(old.products)
            stale = products.keys() & self._to_read(told, touched, products)
            wished = list(wanted | stale)[:MOST_SUBJECTS]
            known = _unnamed(products, {entry.name for entry in told if entry.act not in ONE_STAMP})
            products |= load_products(session, wished, version=read_to, known=known)
            _mark(products.values(), [entry for entry in told if entry.act in ONE_STAMP])
            edition = old.edition + (touched is None)
            self._seen = Seen(heard_at, read_to, edition, products if len(products) <= MOST_SUBJECTS else {})
            self._begun = True

    def _news(self, session: Session) -> list[_Entry]:
        """Entries since the last one read; at first only where the journal ends."""
        if not self._begun:
            last = session.scalar(select(func.max(JournalEntry.seq)))
            return [_Entry(-1 if last is None else last, "", "", "", b"")]
        entry = JournalEntry
        rows = session.execute(
            select(entry.seq, entry.act, entry.subject_kind, entry.subject_id, entry.body)
            .where(entry.seq > self._seen.read_to)
            .order_by(entry.seq)
        )
        return [_Entry(*row) for row in rows]

    def _touched(self, session: Session, told: Sequence[_Entry]) -> frozenset[str] | None:
        """The products whose pages change; None where that may be all of them."""
        changes = [entry for entry in told if entry.act not in UNSEEN | ONE_STAMP]
        if any(entry.act not in ONE_PRODUCT for entry in changes):
            return None
        return _products_of(session, changes) if changes else frozenset()

    def _to_read(
        self, told: Sequence[_Entry], touched: frozenset[str] | None, products: Mapping[str, Product]
    ) -> Collection[str]:
        """The products whose runs are read anew."""
        if touched is not None:
            return touched
        changes = (entry for entry in told if entry.act not in UNSEEN | ONE_STAMP)
        return frozenset() if all(entry.kind in RUNLESS for entry in changes) else products.keys()


def _products_of(session: Session, changes: Sequence[_Entry]) -> frozenset[str] | None:
    """The numbers that stamps of the goods carry that these acts are about.

    None where one of them cannot be found, has a stretch that was ever held or recalled, or is of a product
    with stamps that are: what their cases are told rests on the runs beside them (`case_reach`).
    """
    names = list({entry.name for entry in changes})
    if len(names) > AT_ONCE:
        return None
    run, order = StampRun, PrintRun
    runs = session.execute(select(run.id, run.trade_item_id).where(run.public_id.in_(names))).all()
    orders = session.execute(
        select(order.stamp_run_id, order.trade_item_id).where(order.public_id.in_(names))
    ).all()
    struck = Restriction.stamp_run_id.in_([*(one.id for one in runs), *(one.stamp_run_id for one in orders)])
    goods = {one.trade_item_id for one in (*runs, *orders)}
    beside = select(run.id).where(run.trade_item_id.in_(goods))
    standing = and_(Restriction.stamp_run_id.in_(beside), Restriction.lifted_at.is_(None))
    held = session.scalar(select(Restriction.id).where(or_(struck, standing)).limit(1))
    if held is not None or len(runs) + len(orders) < len(names):
        return None
    return frozenset(session.scalars(select(run.subject).where(run.trade_item_id.in_(goods)).distinct()))


def _unnamed(products: Mapping[str, Product], names: Collection[str]) -> dict[str, Product]:
    """Those of which no act names a run."""
    told = {subject for subject, one in products.items() if any(run.public_id in names for run in one.runs)}
    return {subject: one for subject, one in products.items() if subject not in told}


def _mark(products: Iterable[Product], entries: Sequence[_Entry]) -> None:
    """Stamps that have a story of their own by now; the sets only grow, whoever reads them just now."""
    if not entries:
        return
    by_name = {run.public_id: run for product in products for run in product.runs}
    for entry in entries:
        run = by_name.get(entry.name)
        if run is not None:
            run.alone.add(int(json.loads(entry.body)["facts"]["index"]))
