"""Alerts: raised the moment a scan contradicts the records, taken over and closed by an inspector.

There is one open alert for each code and subject: the database decides between two scans at one instant, and
repeats are counted on it. Nothing about the person who scanned is kept.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from traceapp.domain.actors import Actor
from traceapp.domain.alerts import REPEATS, AlertCode
from traceapp.domain.errors import Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act, check_impartial
from traceapp.domain.text import clean_text
from traceapp.models import Alert
from traceapp.models.alert import OPEN
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.public.passport import Passport

PAGE = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about: `name` is its key among the open ones; the rest lead to the records."""

    name: str
    trade_item_id: int | None = None
    lot_id: int | None = None
    stamp_run_id: int | None = None
    stamp_index: int | None = None
    path: str | None = None


def run_of(passport: Passport) -> Subject:
    """The whole run of a scanned stamp."""
    return _subject(passport, f"run:{passport.stamp.run}" if passport.stamp else "")


def stamp_of(passport: Passport) -> Subject:
    """The stamp itself."""
    stamp = passport.stamp
    return _subject(passport, f"stamp:{stamp.run}/{stamp.index}" if stamp else "")


def goods_of(passport: Passport) -> Subject:
    """Its lot; its product where it has none yet."""
    if passport.lot is not None:
        return _subject(passport, f"lot:{passport.lot.public_id}")
    return _subject(passport, f"trade_item:{passport.product.public_id if passport.product else ''}")


def _subject(passport: Passport, name: str) -> Subject:
    stamp = passport.stamp
    return Subject(
        name,
        trade_item_id=passport.product.id if passport.product else None,
        lot_id=passport.lot.id if passport.lot else None,
        stamp_run_id=stamp.run_id if stamp else None,
        stamp_index=stamp.index if stamp else None,
        path=passport.path.path(),
    )


def is_news(session: Session, code: AlertCode, name: str, now: datetime) -> bool:
    """Whether raising it would write anything: no such alert is open, or its last repeat is a minute old."""
    last = session.scalar(select(Alert.last_at).where(*_open(code, name)))
    return last is None or last <= now - REPEATS


def raise_alert(
    session: Session, *, code: AlertCode, subject: Subject, facts: Mapping[str, object], now: datetime
) -> bool:
    """Open an alert, or count the repeat on the open one; whether it was opened."""
    public_id = new_public_id(secrets.SystemRandom())
    values = {
        "code": code,
        "subject": subject.name,
        "trade_item_id": subject.trade_item_id,
        "lot_id": subject.lot_id,
        "stamp_run_id": subject.stamp_run_id,
        "stamp_index": subject.stamp_index,
        "path": subject.path,
        "facts": dict(facts),
        "times": 1,
        "created_at": now,
        "last_at": now,
        "public_id": public_id,
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(Alert) if on_sqlite else postgresql.insert(Alert)
    opened = session.scalar(
        insert.values(**values)
        .on_conflict_do_nothing(index_elements=["code", "subject"], index_where=OPEN)
        .returning(Alert.id)
    )
    if opened is None:
        _count_repeat(session, code, subject, facts, now)
        return False
    told = {"code": code.value, "subject": subject.name, **facts}
    journal.record(session, actor=None, act="raised_alert", subject=("alert", public_id), now=now, facts=told)
    return True


def _count_repeat(
    session: Session, code: AlertCode, subject: Subject, facts: Mapping[str, object], now: datetime
) -> None:
    """One more on the open alert, with what was seen last; no more than one a minute."""
    session.execute(
        update(Alert)
        .where(*_open(code, subject.name), Alert.last_at <= now - REPEATS)
        .values(
            times=Alert.times + 1,
            last_at=now,
            path=subject.path,
            stamp_run_id=subject.stamp_run_id,
            stamp_index=subject.stamp_index,
            facts=dict(facts),
        )
        .execution_options(synchronize_session=False)
    )


def _open(code: AlertCode, name: str) -> tuple[ColumnElement[bool], ...]:
    return Alert.code == code, Alert.subject == name, Alert.closed_at.is_(None)


def list_open(session: Session, *, before: int | None = None, limit: int = PAGE) -> Sequence[Alert]:
    """Open alerts, the newest first, a page at a time."""
    asked = (
        select(Alert)
        .where(Alert.closed_at.is_(None))
        .options(joinedload(Alert.trade_item), joinedload(Alert.lot), joinedload(Alert.owner))
        .order_by(Alert.id.desc())
        .limit(limit)
    )
    return session.scalars(asked if before is None else asked.where(Alert.id < before)).all()


def count_open(session: Session) -> int:
    """How many are open."""
    return session.scalar(select(func.count()).select_from(Alert).where(Alert.closed_at.is_(None))) or 0


def take_alert(session: Session, *, actor: Actor, public_id: str, now: datetime) -> Alert:
    """Make the actor its owner, also after another. Harmless twice, and once it is closed."""
    alert = _held(session, actor, public_id)
    if alert.closed_at is None and alert.owner_id != actor.account_id:
        alert.owner_id, alert.taken_at = actor.account_id, now
        _record(session, actor, "took_alert", alert, now, {})
    return alert


def close_alert(
    session: Session, *, actor: Actor, public_id: str, reason: str, now: datetime
) -> tuple[Alert, bool]:
    """End it with a reason; the first closing stands: (alert, whether this one did it).

    Raises `alert_reason` where none is given, and what `clean_text` does.
    """
    alert = _held(session, actor, public_id)
    if alert.closed_at is not None:
        return alert, False
    said = clean_text(reason, 500, field="reason")
    if not said:
        raise Malformed("alert_reason", field="reason")
    alert.closed_at, alert.closed_by_id, alert.closing = now, actor.account_id, said
    _record(session, actor, "closed_alert", alert, now, {"reason_sha256": journal.fingerprint(said)})
    return alert, True


def _held(session: Session, actor: Actor, public_id: str) -> Alert:
    """The alert, locked. Raises `NotFound` `no_such_record`, `NotAllowed` `role` or `impartiality`."""
    actor.must(Act.HANDLE_ALERT)
    alert = session.scalar(select(Alert).where(Alert.public_id == public_id.upper()))
    if alert is None:
        raise NotFound("no_such_record")
    if alert.trade_item is not None:
        check_impartial({actor.party_id}, alert.trade_item.party_id)
    lock(session, alert)
    return alert


def _record(
    session: Session, actor: Actor, act: str, alert: Alert, now: datetime, facts: Mapping[str, object]
) -> None:
    session.flush()
    told = {"code": alert.code.value, "subject": alert.subject, **facts}
    journal.record(session, actor=actor, act=act, subject=("alert", alert.public_id), now=now, facts=told)
