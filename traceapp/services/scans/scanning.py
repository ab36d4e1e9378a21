"""The scan log: counting who opened a stamp's page without knowing who they are.

Kept: the stamp, the minute, a token and the verdict shown. The token is an HMAC of address and browser under
a random key of the day; the key is destroyed when its day is two days past, and nobody can find a person
again (trust.md, section 8). Opening a page uses nothing up: robots and link previews do not count, one device
counts once in 30 minutes, and for the suspicion of a copy one device is one for 24 hours.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, and_, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain.areas import bit, count_of
from traceapp.domain.conformity import Verdict, counted_verdict
from traceapp.domain.days import today_in_vietnam
from traceapp.models import DayKey, FirstScan, Scan
from traceapp.models.base import ScanBase
from traceapp.services.public.passport import Passport, Stamp, Tally

ONE_SCAN: Final = timedelta(minutes=30)
ONE_DEVICE: Final = timedelta(hours=24)
_LONGEST: Final = 1024  # characters; browsers say a tenth of that of themselves
_A_DAY: Final = timedelta(days=1)
_ROBOT: Final = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp/|embedly|vkshare|pinterest/"
    r"|skypeuri|viber/|bitly|google-read-aloud|lighthouse|monitor|uptime"
    r"|^(curl|wget|python|go-http-client|java|libwww|okhttp|node|axios|httpie)",
    re.IGNORECASE,
)  # CUBOT is a telephone


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened the page, for this moment only: neither address nor browser is stored.

    `purpose` is what `Sec-Purpose`, `Purpose`, `X-Purpose` and `X-Moz` said.
    """

    address: str = field(repr=False)
    browser: str = field(repr=False)
    method: str = "GET"
    purpose: str = ""

    @property
    def is_person(self) -> bool:
        """Somebody looking at a page, as far as can be told; not a robot, a preview or a prefetch.

        >>> Visitor("203.0.113.7", "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/120").is_person
        True
        >>> Visitor("203.0.113.7", "TelegramBot (like TwitterBot)").is_person
        False
        """
        known = len(self.browser) + len(self.purpose) <= _LONGEST
        look = _looks_on if known else _looks_on.__wrapped__  # nothing long is remembered
        return self.method == "GET" and look(self.browser, self.purpose)


@lru_cache(maxsize=4096)  # a few hundred browsers open nearly all pages
def _looks_on(browser: str, purpose: str) -> bool:
    fetched = re.search("prefetch|prerender|preview", purpose, re.IGNORECASE)
    return bool(browser) and not fetched and not _ROBOT.search(browser)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page is about to show of a stamp: its run's id and its index, the verdict but for the count."""

    run_id: int
    index: int
    verdict: Verdict
    many_scans_devices: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The tally after an opening, whether it was written, and whether its device was new this day."""

    tally: Tally
    new_device: bool = False
    written: bool = False


_TALLY: Final = (FirstScan.at, FirstScan.area, FirstScan.scans, FirstScan.devices, FirstScan.areas)
_remembered: Final[WeakKeyDictionary[Engine, dict[date, str]]] = WeakKeyDictionary()


def record_scan(
    scans: Session, passport: Passport, *, visitor: Visitor, now: datetime, reader: Session | None = None
) -> Passport:
    """Count one opening of a stamp's page, unless it does not count; the passport as it now stands."""
    stamp, facts = passport.stamp, passport.facts
    if stamp is None or facts is None or passport.verdict is None:
        return passport
    shown = Shown(stamp.run_id, stamp.index, passport.verdict, facts.many_scans_devices)
    return passport.counted(count_scan(scans, shown, visitor=visitor, now=now, reader=reader).tally)


def count_scan(
    scans: Session, shown: Shown, *, visitor: Visitor, now: datetime, reader: Session | None = None
) -> Counted:
    """Count one opening of a stamp's page, unless it does not count: a robot, or the same device again.

    One question where it does not count, two writes more where it does. `reader` is asked instead of `scans`
    where there is one, so that a repeat waits for no writer. Two openings at one instant may both be written
    down with the verdict of the first; their pages are told apart by the counter.
    """
    if not visitor.is_person:
        return Counted(read_tally(reader or scans, shown.run_id, shown.index))
    at = now.replace(second=0, microsecond=0)
    tokens = device_tokens(scans, visitor, now)
    tally, last_at = _seen_before(reader or scans, shown, tokens, at - ONE_DEVICE)
    if last_at is not None and at - last_at < ONE_SCAN:
        return Counted(tally)
    new_device = last_at is None
    after = replace(tally, scans=(tally.scans or 0) + 1, devices=tally.devices + new_device)
    written = scans.scalar(
        _insert(scans, Scan)
        .values(
            run_id=shown.run_id,
            stamp_index=shown.index,
            at=at,
            token=tokens[0],  # of today: tomorrow knows it, and no row ties two days together for longer
            verdict=counted_verdict(
                shown.verdict, scans=after.scans or 1, devices=after.devices, many=shown.many_scans_devices
            ).value,
        )
        .on_conflict_do_nothing()
        .returning(Scan.id)
    )
    if written is None:  # this device, in this minute, a moment ago
        return Counted(read_tally(scans, shown.run_id, shown.index))
    return Counted(_count_up(scans, shown, at, new_device), new_device=new_device, written=True)


def _seen_before(
    scans: Session, shown: Shown, tokens: tuple[str, ...], since: datetime
) -> tuple[Tally, datetime | None]:
    """The tally of a stamp, and when this device last scanned it, in one question."""
    found = scans.execute(
        select(*_TALLY, Scan.at)
        .outerjoin(
            Scan,
            and_(
                Scan.run_id == FirstScan.run_id,
                Scan.stamp_index == FirstScan.stamp_index,
                Scan.at > since,
                Scan.token.in_(tokens),
            ),
        )
        .where(FirstScan.run_id == shown.run_id, FirstScan.stamp_index == shown.index)
        .order_by(Scan.at.desc().nulls_last(), Scan.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return Tally(), None
    *tally, at = found
    return _tally(tally), at


def _count_up(scans: Session, shown: Shown, at: datetime, new_device: bool) -> Tally:
    """One more on the stamp's own row; the tally that makes."""
    counted = (
        _insert(scans, FirstScan)
        .values(run_id=shown.run_id, stamp_index=shown.index, at=at, scans=1, devices=1, areas=0)
        .on_conflict_do_update(
            index_elements=[FirstScan.run_id, FirstScan.stamp_index],
            set_={"scans": FirstScan.scans + 1, "devices": FirstScan.devices + int(new_device)},
        )
        .returning(*_TALLY)
    )
    return _tally(scans.execute(counted).one())


def place_scan(scans: Session, stamp: Stamp, area: str, *, visitor: Visitor, now: datetime) -> bool:
    """Keep the area a person said with this device's last scan of the stamp; whether there was one.

    What was said once stays. Nobody who did not open the page can say where it was opened.
    """
    tokens = device_tokens(scans, visitor, now)
    mine = (Scan.run_id == stamp.run_id, Scan.stamp_index == stamp.index)
    found = scans.scalar(
        select(Scan)
        .where(*mine, Scan.token.in_(tokens), Scan.at > now - ONE_DEVICE)
        .order_by(Scan.at.desc(), Scan.id.desc())
        .limit(1)
    )
    if found is None or found.area is not None:
        return False
    found.area = area
    scans.flush()
    first = FirstScan.run_id == stamp.run_id, FirstScan.stamp_index == stamp.index
    scans.execute(update(FirstScan).where(*first).values(areas=FirstScan.areas.bitwise_or(bit(area))))
    earliest = select(Scan.id).where(*mine).order_by(Scan.at, Scan.id).limit(1).scalar_subquery()
    scans.execute(
        update(FirstScan)
        .where(*first, FirstScan.at == found.at, FirstScan.area.is_(None), earliest == found.id)
        .values(area=area)
        .execution_options(synchronize_session=False)
    )
    return True


def read_tally(scans: Session, run_id: int, index: int) -> Tally:
    """How often, from how many devices, and when first; one row by its key."""
    asked = select(*_TALLY).where(FirstScan.run_id == run_id, FirstScan.stamp_index == index)
    found = scans.execute(asked).one_or_none()
    return Tally() if found is None else _tally(found)


def _tally(row: Sequence[Any]) -> Tally:
    at, area, count, devices, areas = row
    return Tally(scans=count, devices=devices, areas=count_of(areas), first_at=at, first_area=area)


def forget_day_keys(scans: Session, now: datetime) -> int:
    """Destroy the keys of days that are two days past; how many there were."""
    if scans.get_bind().dialect.name == "sqlite":
        scans.execute(text("PRAGMA secure_delete = ON"))  # overwritten on the disk, not only unlinked
    oldest = today_in_vietnam(now) - _A_DAY
    gone = scans.scalars(select(DayKey.day).where(DayKey.day < oldest)).all()
    if gone:
        scans.execute(delete(DayKey).where(DayKey.day < oldest))
    return len(gone)


def device_tokens(scans: Session, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    """This device's token of today and, where yesterday had a key, of yesterday."""
    return tokens_of(day_keys(scans, now), visitor, today_in_vietnam(now))


def tokens_of(keys: Mapping[date, str], visitor: Visitor, today: date) -> tuple[str, ...]:
    """The same under keys that are at hand."""
    return tuple(token(keys[day], visitor) for day in (today, today - _A_DAY) if day in keys)


def day_keys(scans: Session, now: datetime) -> dict[date, str]:
    """The keys of today and yesterday: from this process's memory, else from the log, else made now.

    Memory keeps only what was read back: a key made in this transaction may yet be rolled back.
    """
    today = today_in_vietnam(now)
    remembered = _remembered.setdefault(scans.get_bind().engine, {})
    for gone in [day for day in remembered if day < today - _A_DAY]:
        remembered.pop(gone, None)
    if today in remembered:
        return dict(remembered)
    rows = scans.execute(select(DayKey.day, DayKey.key).where(DayKey.day >= today - _A_DAY))
    days = {row.day: row.key for row in rows}
    if today in days:
        remembered.update(days)
        return days
    forget_day_keys(scans, now)
    scans.execute(
        _insert(scans, DayKey).values(day=today, key=secrets.token_hex(32)).on_conflict_do_nothing()
    )
    return days | {today: scans.scalars(select(DayKey.key).where(DayKey.day == today)).one()}


def token(key: str, visitor: Visitor) -> str:
    """What stands for a device for one day."""
    told = f"{visitor.address}\n{visitor.browser}".encode()
    return hmac.new(bytes.fromhex(key), told, hashlib.sha256).hexdigest()[:32]


def _insert(scans: Session, kind: type[ScanBase]) -> "sqlite.Insert | postgresql.Insert":
    """An insert that can say what happens where the row is there already."""
    return sqlite.insert(kind) if scans.get_bind().dialect.name == "sqlite" else postgresql.insert(kind)
