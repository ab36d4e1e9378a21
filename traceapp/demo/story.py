"""What happened in the demonstration: lots made, stamps printed and put on, one lot recalled, one held.

Every act goes through the same services as a person's, with its journal entry; days are counted from today,
so that the story is as fresh in a year. One run for each word a stamp's page can say.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.demo.records import Records
from traceapp.domain.actors import Actor
from traceapp.domain.areas import bit
from traceapp.domain.conformity import Verdict
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.identifiers import suggest_lot_code
from traceapp.domain.numbers import format_day
from traceapp.domain.recalls import Direction
from traceapp.domain.restrictions import HoldReason
from traceapp.domain.serials import SerialKey
from traceapp.domain.stamps import StampRange
from traceapp.domain.trade_items import Unit, shelf_life_end
from traceapp.models import FirstScan, Lot, Scan, StampRun, TradeItem
from traceapp.services import journal, stamping
from traceapp.services.recalls import movements, restrictions
from traceapp.services.recalls.movement_entry import MovementEntry

BEFORE, OFTEN, TORN = 1, 2, 64
BOUGHT_IN = ("01", "20", "24")  # domain/areas: Hà Nội, Lạng Sơn, Bắc Ninh
"""Stamps of the first run that were scanned before, scanned by nine devices, and void."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A lot and the run of stamps printed for it. Days are counted back from today."""

    key: str
    item: str
    made: int
    count: int
    activated: int | None
    quantity: int = 1200
    medium: str | None = None
    manager: str = "htx-ruou@example.com"


CHAPTERS = (
    Chapter("first", "demo_prd_ruou", 79, 130, 72, medium="a4-65"),
    Chapter("round", "demo_prd_ruou", 40, 70, 35, quantity=700, medium="a4-r25"),
    Chapter("recalled", "demo_prd_ruou", 322, 65, 317, quantity=800),
    Chapter("held", "demo_prd_ruou", 120, 65, 110, quantity=600),
    Chapter("waiting", "demo_prd_ruou", 4, 65, None, quantity=650),
    Chapter("expired", "mo", 200, 65, 190, quantity=300),
    Chapter("own_number", "nam_lit", 30, 48, 28, quantity=48, medium="a4-44"),
    Chapter(
        "fresh", "demo_prd_na", 2, 63, 1, quantity=500, medium="r110-3x35x22", manager="htx-na@example.com"
    ),
    Chapter("past", "demo_prd_na", 30, 65, 29, quantity=400, manager="htx-na@example.com"),
    Chapter("suspended", "na_say", 60, 65, 55, quantity=900, manager="htx-na@example.com"),
    Chapter("before_suspension", "na_say", 100, 65, 95, quantity=700, manager="htx-na@example.com"),
    Chapter("withdrawn", "hoi", 90, 65, 85, quantity=250, manager="htx-na@example.com"),
    Chapter("unverified", "sim", 50, 65, 45, quantity=300),
    Chapter("unapproved", "hong", 3, 65, None, quantity=200, manager="htx-hong@example.com"),
)
TRAIL = (
    (Direction.RECEIVED, "Hộ trồng lúa Minh Họa (DEMO)", 400, 320),
    (Direction.DESPATCHED, "Cửa hàng Minh Họa 1 (DEMO)", 300, 310),
    (Direction.DESPATCHED, "Đại lý Minh Họa 2 (DEMO)", 240, 305),
)
"""Where the recalled lot came from and went to: who, how much, how many days ago."""
SHOWN: tuple[tuple[str, int, Verdict], ...] = (
    ("first", 0, Verdict.VALID_FIRST),
    ("own_number", 0, Verdict.VALID_FIRST),
    ("fresh", 0, Verdict.VALID_FIRST),
    ("first", BEFORE, Verdict.VALID_REPEAT),
    ("first", OFTEN, Verdict.MANY_SCANS),
    ("first", TORN, Verdict.VOID),
    ("recalled", 0, Verdict.RECALLED),
    ("held", 0, Verdict.ON_HOLD),
    ("waiting", 0, Verdict.NOT_ACTIVATED),
    ("unapproved", 0, Verdict.AWAITING_APPROVAL),
    ("past", 0, Verdict.PAST_USE_BY),
    ("expired", 0, Verdict.CERTIFICATE_EXPIRED),
    ("suspended", 0, Verdict.CERTIFICATE_SUSPENDED),
    ("before_suspension", 0, Verdict.CERTIFICATE_SUSPENDED),
    ("withdrawn", 0, Verdict.CERTIFICATE_WITHDRAWN),
    ("unverified", 0, Verdict.VALID_FIRST),
)
"""Which stamp of which run shows which word."""


@dataclass
class Story:
    """The demonstration being told; ``runs`` and ``lots`` by chapter."""

    records: Records
    actors: dict[str, Actor]
    key: SerialKey
    now: datetime
    runs: dict[str, StampRun] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)

    def tell(self) -> None:
        """All of it, in one transaction of the registry."""
        for chapter in CHAPTERS:
            self.lots[chapter.key] = self._make_lot(chapter)
            self.runs[chapter.key] = self._put_on(chapter)
        self._void_a_torn_stamp()
        self._recall_and_hold()

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def _make_lot(self, chapter: Chapter) -> Lot:
        item, made = self.records.items[chapter.item], today_in_vietnam(self._ago(chapter.made))
        taken = {lot.code for lot in self.lots.values() if lot.trade_item_id == item.id}
        lot = Lot(
            public_id=self.records.new_id(),
            trade_item=item,
            code=suggest_lot_code(made, taken),
            made_on=made,
            packed_on=made,
            expires_on=_use_by(item, made),
            quantity=Decimal(chapter.quantity),
            unit=Unit.PIECE,
            place=next((place for place in self.records.places.values() if place.party is item.party), None),
            created_at=self._ago(chapter.made),
        )
        self.records.session.add(lot)
        self.records.session.flush()
        journal.record(
            self.records.session,
            actor=self.actors[chapter.manager],
            act="added_lot",
            subject=("lot", lot.public_id),
            now=self._ago(chapter.made),
        )
        return lot

    def _put_on(self, chapter: Chapter) -> StampRun:
        session, manager = self.records.session, self.actors[chapter.manager]
        at = self._ago((chapter.activated or 0) + 1)
        run = stamping.issue_stamps(
            session,
            actor=manager,
            trade_item=self.records.items[chapter.item],
            lot=self.lots[chapter.key],
            count=chapter.count,
            key=self.key,
            request_key=f"demo-{chapter.key}",
            now=at,
        )
        stamping.mark_printed(run, at)
        if chapter.activated is not None:
            stamping.activate_run(session, actor=manager, run=run, now=self._ago(chapter.activated))
        session.flush()
        return run

    def _void_a_torn_stamp(self) -> None:
        stamping.void_stamps(
            self.records.session,
            actor=self.actors["htx-ruou@example.com"],
            run=self.runs["first"],
            reason="Tem bị rách khi dán (minh họa)",
            now=self._ago(70),
            stretch=StampRange(TORN, 1),
        )

    def _recall_and_hold(self) -> None:
        session = self.records.session
        for direction, name, quantity, ago in TRAIL:
            self._move(self.lots["recalled"], direction, name, quantity, ago)
        recall = restrictions.propose_recall(
            session,
            actor=self.actors["kiem-tra@example.com"],
            lot=self.lots["recalled"],
            reason=HoldReason.MIXED_LOTS,
            decision_number="Quyết định minh họa (DEMO)",
            told="Minh họa: chai của lô khác bị xếp lẫn vào thùng của lô này.",
            now=self._ago(6),
        )
        restrictions.confirm_recall(
            session, actor=self.actors["tinh@example.com"], restriction=recall, now=self._ago(5)
        )
        restrictions.hold_lot(
            session,
            actor=self.actors["kiem-tra@example.com"],
            lot=self.lots["held"],
            reason=HoldReason.WRONG_LABEL,
            now=self._ago(2),
        )

    def _move(self, lot: Lot, direction: Direction, name: str, quantity: int, ago: int) -> None:
        at = self._ago(ago)
        movements.record_movement(
            self.records.session,
            actor=self.actors["htx-ruou@example.com"],
            lot=lot,
            entry=MovementEntry(
                direction=direction.value,
                name=name,
                phone="",
                address="Địa chỉ minh họa",
                quantity=str(quantity),
                unit=(Unit.PIECE if direction is Direction.DESPATCHED else Unit.KILOGRAM).value,
                moved_on=format_day(today_in_vietnam(at)),
                document_number="PX-DEMO",
            ),
            request_key=None,
            now=at,
            today=today_in_vietnam(at),
        )


def _use_by(item: TradeItem, made: date) -> date | None:
    if item.shelf_life is None or item.shelf_life_unit is None:
        return None
    return shelf_life_end(made, item.shelf_life, item.shelf_life_unit)


def run_of(session: Session, chapter: str) -> StampRun:
    """The run of a chapter, found again. Raises NoResultFound where it was never told."""
    return session.scalars(select(StampRun).where(StampRun.request_key == f"demo-{chapter}")).one()


def is_told(session: Session, chapter: str) -> bool:
    """Whether this instance has the chapter: one filled by an older version lacks the younger ones."""
    return session.scalar(select(StampRun.id).where(StampRun.request_key == f"demo-{chapter}")) is not None


def write_scans(scans: Session, run: StampRun, now: datetime, devices: int) -> None:
    """Two stamps with a past: one scanned twice, two months ago, one by more devices than a bottle meets."""
    for index, count in ((BEFORE, 2), (OFTEN, devices + 1)):
        for number in range(count):
            at = (now - timedelta(days=60 - 2 * number)).replace(second=0, microsecond=0)
            scans.add(
                Scan(
                    run_id=run.id,
                    stamp_index=index,
                    at=at,
                    area=BOUGHT_IN[number % 3],
                    token=f"demo-{index}-{number}",
                    verdict=Verdict.VALID_FIRST,
                )
            )
        scans.add(
            FirstScan(
                run_id=run.id,
                stamp_index=index,
                at=(now - timedelta(days=60)).replace(second=0, microsecond=0),
                area=BOUGHT_IN[0],
                scans=count,
                devices=count,
                areas=sum(bit(code) for code in BOUGHT_IN[:count]),
            )
        )
