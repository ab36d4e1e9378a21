"""What passers-by tell the registry: a problem with goods in the hand, or "I have just bought this".

No account is needed. What they write and their telephone number stay out of the journal, which only says
that a report was made.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import phonenumbers
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from traceapp.domain.conformity import TONE, Tone
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.feedback import ProblemKind
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.text import clean_line, clean_text
from traceapp.models import ProblemReport, Purchase
from traceapp.services import journal
from traceapp.services.public.passport import Passport, Stamp
from traceapp.services.vouching.evidence import keep_file
from traceapp.storage import Storage

PHOTO: Final[dict[str, Any]] = {
    "actor": None,
    "media_type": "image/webp",
    "first_name": "report.webp",
    "inline": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the report form holds, as typed; `photo` is a picture already re-encoded by us."""

    kind: ProblemKind
    told: str = ""
    bought_where: str = ""
    phone: str = ""
    photo: bytes | None = None


def report_problem(
    session: Session,
    storage: Storage,
    *,
    about: str,
    told: Told,
    now: datetime,
    passport: Passport | None = None,
) -> ProblemReport:
    """Keep a report about a page, and about the goods it shows where there are any.

    Raises `Malformed`: `text_*` or `phone_number`, naming the field.
    """
    stamp = passport.stamp if passport else None
    report = ProblemReport(
        public_id=new_public_id(secrets.SystemRandom()),
        created_at=now,
        kind=told.kind,
        about=clean_line(about, 200, field="about"),
        trade_item_id=passport.product.id if passport and passport.product else None,
        lot_id=passport.lot.id if passport and passport.lot else None,
        stamp_run_id=stamp.run_id if stamp else None,
        stamp_index=stamp.index if stamp else None,
        told=clean_text(told.told, 1000, field="told") or None,
        bought_where=clean_line(told.bought_where, 200, field="bought_where") or None,
        phone=phone_number(told.phone, field="phone") if told.phone.strip() else None,
        photo_sha256=None
        if told.photo is None
        else keep_file(session, storage, told.photo, now=now, **PHOTO),
    )
    session.add(report)
    session.flush()
    journal.record(
        session,
        actor=None,
        act="reported_problem",
        subject=("problem_report", report.public_id),
        now=now,
        facts={"kind": told.kind.value, "about": report.about, "photo": report.photo_sha256},
    )
    return report


def was_reported(session: Session, public_id: str) -> bool:
    """Whether a report has this number: nobody is thanked for one that never came."""
    return session.scalar(select(ProblemReport.id).where(ProblemReport.public_id == public_id)) is not None


def phone_number(typed: str, *, field: str) -> str:
    """A telephone number in E.164, Vietnamese unless it says otherwise. Raises `phone_number`."""
    try:
        number = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException as unreadable:
        raise Malformed("phone_number", field=field, given=typed) from unreadable
    if not phonenumbers.is_possible_number(number):
        raise Malformed("phone_number", field=field, given=typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def confirm_purchase(session: Session, *, passport: Passport, now: datetime) -> Purchase:
    """Somebody says of an activated stamp "I have just bought this". The first to say so is kept.

    Raises `NotFound` `stamp_unknown`, or `Conflict` `purchase_not_for_sale`.
    """
    stamp = passport.stamp
    if stamp is None:
        raise NotFound("stamp_unknown")
    if not may_be_bought(passport):
        raise Conflict("purchase_not_for_sale")
    if _first_to_say(session, stamp, now):
        journal.record(
            session,
            actor=None,
            act="confirmed_purchase",
            subject=("stamp_run", stamp.run),
            now=now,
            facts={"index": stamp.index},
        )
    return session.scalars(
        select(Purchase).where(Purchase.stamp_run_id == stamp.run_id, Purchase.stamp_index == stamp.index)
    ).one()


def may_be_bought(passport: Passport) -> bool:
    """Whether a stamp is on goods that may be sold: its verdict is neither red nor slate."""
    return passport.verdict is not None and TONE[passport.verdict] in {Tone.OK, Tone.CAUTION}


def _first_to_say(session: Session, stamp: Stamp, now: datetime) -> bool:
    """Whether this was the first: the database decides between two who say it at once."""
    values = {"stamp_run_id": stamp.run_id, "stamp_index": stamp.index, "created_at": now}
    table = Purchase.__table__
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(Purchase) if on_sqlite else postgresql.insert(Purchase)
    written = session.scalar(insert.values(**values).on_conflict_do_nothing().returning(table.c.id))
    return written is not None
