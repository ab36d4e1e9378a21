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
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, delete, distinct, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain.days import today_in_vietnam
from traceapp.models import DayKey, FirstScan, Scan
from traceapp.models.base import ScanBase
from traceapp.services.passport import Passport, Tally

ONE_SCAN: Final = timedelta(minutes=30)
ONE_DEVICE: Final = timedelta(hours=24)
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
    area: str | None = None

    @property
    def is_person(self) -> bool:
        """Somebody looking at a page, as far as can be told; not a robot, a preview or a prefetch.

        >>> Visitor("203.0.113.7", "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/120").is_person
        True
        >>> Visitor("203.0.113.7", "TelegramBot (like TwitterBot)").is_person
        False
        """
        fetched = re.search("prefetch|prerender|preview", self.purpose, re.IGNORECASE)
        return self.method == "GET" and bool(self.browser) and not fetched and not _ROBOT.search(self.browser)


def record_scan(scans: Session, passport: Passport, *, visitor: Visitor, now: datetime) -> Passport:
    """Count one opening of a stamp's page, unless it does not count; the passport as it now stands."""
    stamp = passport.stamp
    if stamp is None or not visitor.is_person:
        return passport
    at = now.replace(second=0, microsecond=0)
    tokens = device_tokens(scans, visitor, now)
    last = _last_by(scans, stamp.run_id, stamp.index, tokens, at - ONE_DEVICE)
    if last is not None and at - last.at < ONE_SCAN:
        return passport.counted(read_tally(scans, stamp.run_id, stamp.index))
    row = Scan(
        run_id=stamp.run_id,
        stamp_index=stamp.index,
        at=at,
        area=visitor.area,
        token=tokens[0] if last is None else last.token,  # the same device within 24 hours stays one
        verdict="",
    )
    _insert_once(scans, FirstScan, run_id=row.run_id, stamp_index=row.stamp_index, at=at, area=row.area)
    scans.add(row)
    scans.flush()
    counted = passport.counted(read_tally(scans, stamp.run_id, stamp.index))
    row.verdict = str(counted.verdict)
    scans.flush()
    return counted


def read_tally(scans: Session, run_id: int, index: int) -> Tally:
    """How often, from how many devices, and when first."""
    ours = (Scan.run_id == run_id, Scan.stamp_index == index)
    count, devices, areas = scans.execute(
        select(func.count(), func.count(distinct(Scan.token)), func.count(distinct(Scan.area))).where(*ours)
    ).one()
    first = scans.get(FirstScan, (run_id, index))
    return Tally(
        scans=max(count, 1 if first else 0),
        devices=devices,
        areas=areas,
        first_at=first.at if first else None,
        first_area=first.area if first else None,
    )


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
    today = today_in_vietnam(now)
    days = {row.day: row.key for row in scans.scalars(select(DayKey).where(DayKey.day >= today - _A_DAY))}
    if today not in days:
        forget_day_keys(scans, now)
        _insert_once(scans, DayKey, day=today, key=secrets.token_hex(32))
        days[today] = scans.scalars(select(DayKey.key).where(DayKey.day == today)).one()
    return tuple(token(days[day], visitor) for day in (today, today - _A_DAY) if day in days)


def token(key: str, visitor: Visitor) -> str:
    """What stands for a device for one day."""
    told = f"{visitor.address}\n{visitor.browser}".encode()
    return hmac.new(bytes.fromhex(key), told, hashlib.sha256).hexdigest()[:32]


def _last_by(
    scans: Session, run_id: int, index: int, tokens: tuple[str, ...], since: datetime
) -> Scan | None:
    return scans.scalar(
        select(Scan)
        .where(Scan.run_id == run_id, Scan.stamp_index == index, Scan.at > since, Scan.token.in_(tokens))
        .order_by(Scan.at.desc(), Scan.id.desc())
        .limit(1)
    )


def _insert_once(scans: Session, kind: type[ScanBase], **values: object) -> None:
    """Write a row unless it is there: two first scans at once must both succeed."""
    table = kind.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{kind.__name__} is not kept in a table")
    insert = sqlite.insert if scans.get_bind().dialect.name == "sqlite" else postgresql.insert
    scans.execute(insert(table).values(**values).on_conflict_do_nothing())
