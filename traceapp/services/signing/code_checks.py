"""What is to be said of a signed code today, and which codes are believed no longer.

A signature cannot be unsaid, so a list has to say it: codes that were taken back, and codes whose certificate
is suspended or withdrawn, or whose goods are held or recalled, today. Codes that have expired are not on it:
they refuse themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.restrictions import RestrictionKind, worst
from traceapp.domain.signed_codes import (
    Claims,
    Revocation,
    RevokedFor,
    Ring,
    check,
    fingerprint,
    read,
    tidy,
)
from traceapp.domain.stamps import StampState
from traceapp.models import Certificate, CertificateDecision, Lot, Restriction, SignedCode, StampRun
from traceapp.services.case_reach import possible, striking_cases
from traceapp.services.nesting import Packed, around, lots_around, packed
from traceapp.services.recalls.restraints import as_rule

A_SECOND: Final = timedelta(seconds=1)
BY_STATUS: Final = {
    CertificateStatus.SUSPENDED: RevokedFor.SUSPENDED,
    CertificateStatus.WITHDRAWN: RevokedFor.WITHDRAWN,
    CertificateStatus.CANCELLED: RevokedFor.CANCELLED,
    CertificateStatus.DRAFT: RevokedFor.VOID,
}
BY_RESTRICTION: Final = {
    RestrictionKind.RECALL: RevokedFor.RECALLED,
    RestrictionKind.HOLD: RevokedFor.ON_HOLD,
}
COLUMNS: Final = {
    "run": Restriction.stamp_run_id,
    "all of a run": Restriction.stamp_run_id,
    "lot": Restriction.lot_id,
    "product": Restriction.trade_item_id,
}
GROUNDS: Final = (
    joinedload(SignedCode.certificate).selectinload(Certificate.decisions),
    joinedload(SignedCode.lot).joinedload(Lot.trade_item),
    joinedload(SignedCode.stamp_run).joinedload(StampRun.trade_item),
    joinedload(SignedCode.stamp_run).joinedload(StampRun.lot).joinedload(Lot.trade_item),
)

Struck = Mapping[tuple[str, int], Sequence[Restriction]]


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the registry knows of a code that its key signed. `code` None: it is not in the books.

    `may_hold`: its carton may hold stamps that are recalled or held; nobody knows in which carton they are.
    """

    code: SignedCode | None
    revocation: Revocation | None
    may_hold: RestrictionKind | None = None


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A code that was checked: what it says (None: not signed by us), why it is refused (None: it is not)."""

    text: str
    claims: Claims | None
    refusal: RuleBroken | None
    record: OnRecord | None = None

    @property
    def word(self) -> str:
        """`ok`, or the code of the refusal."""
        return self.refusal.code if self.refusal else "ok"


def check_code(session: Session | None, typed: str, *, ring: Ring, now: datetime) -> CodeCheck:
    """Everything in its order: form, signature, expiry, and, with a session, what the books say today.

    A code that is rightly signed and not in the books is refused too (`signed_unrecorded`): its key may have
    leaked, or the books may be older than the paper.
    """
    text = tidy(typed)
    try:
        claims = read(text, ring)
    except RuleBroken as refusal:
        return CodeCheck(text, None, refusal)
    record = on_record(session, text, claims, now=now) if session is not None else None
    try:
        if record is not None and record.code is None:
            raise NotFound("signed_unrecorded")
        revoked = {claims.number: record.revocation} if record and record.revocation else None
        check(claims, now=now, revoked=revoked)
    except RuleBroken as refusal:
        return CodeCheck(text, claims, refusal, record)
    return CodeCheck(text, claims, None, record)


def list_revoked(session: Session, *, now: datetime) -> Mapping[str, Revocation]:
    """Every code that would still run and is not to be believed, by its number.

    The database names those about which anything was decided; only they are looked at one by one, with what
    they stand on and every restriction read at once: anybody may ask for this list.
    """
    decided = exists().where(CertificateDecision.certificate_id == SignedCode.certificate_id)
    query = select(SignedCode).where(
        SignedCode.expires_at > now,
        or_(
            SignedCode.revoked_at.is_not(None),
            decided,
            SignedCode.lot_id.in_(_restricted_lots()),
            SignedCode.stamp_run_id.in_(_restricted_runs()),
        ),
    )
    codes = session.scalars(query.options(*GROUNDS)).all()
    struck = (
        _struck(session, or_(Restriction.lifted_at.is_(None), Restriction.lifted_at > now)) if codes else {}
    )
    held = _held(session, codes)
    found = {one.public_id: _revocation(one, struck, held, now) for one in codes}
    return {number: told for number, told in sorted(found.items()) if told is not None}


def _named(column: InstrumentedAttribute[int | None]) -> Select[int | None]:
    """What restrictions name in a column."""
    return select(column).where(column.is_not(None), Restriction.lifted_at.is_(None))


def _restricted_lots() -> Select[int]:
    items = around(_named(Restriction.trade_item_id))
    lots = lots_around(_named(Restriction.lot_id))
    stamped = select(StampRun.lot_id).where(StampRun.id.in_(_named(Restriction.stamp_run_id)))
    return select(Lot.id).where(
        or_(Lot.id.in_(lots), Lot.id.in_(lots_around(stamped)), Lot.trade_item_id.in_(items))
    )


def _restricted_runs() -> Select[int]:
    items = around(_named(Restriction.trade_item_id))
    return select(StampRun.id).where(
        or_(
            StampRun.state == StampState.VOID,
            StampRun.id.in_(_named(Restriction.stamp_run_id)),
            StampRun.trade_item_id.in_(items),
            StampRun.lot_id.in_(_restricted_lots()),
        )
    )


def on_record(session: Session, text: str, claims: Claims, *, now: datetime) -> OnRecord:
    """What the books say of a code that was read."""
    code = session.scalar(select(SignedCode).where(SignedCode.public_id == claims.number))
    if code is None or code.sha256 != fingerprint(text):
        return OnRecord(None, None)
    return OnRecord(code, revocation(session, code, now), may_hold(session, code))


def revocation(session: Session, code: SignedCode, now: datetime) -> Revocation | None:
    """Why a code is not to be believed today; None where it is."""
    held = _held(session, [code])
    about = _about(code, held)
    struck = _struck(session, or_(*(COLUMNS[name] == of for name, of in about))) if about else {}
    return _revocation(code, struck, held, now)


def may_hold(session: Session, code: SignedCode) -> RestrictionKind | None:
    """The worst hold or recall in force on stamps that may be in this carton; None where it strikes it."""
    if code.lot is None:
        return None
    begun = [row for row in possible(session, code.lot, loose=True) if row.from_at is not None]
    return worst(row.kind for row in begun if as_rule(row).in_force)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is in the goods that codes speak of; `loose` the runs on the lots that cartons were packed of."""

    packed: Packed
    loose: Mapping[int, frozenset[int]]


def _held(session: Session, codes: Iterable[SignedCode]) -> _Held:
    codes = list(codes)
    runs = [one.stamp_run for one in codes if one.stamp_run is not None]
    lots = [lot for one in codes if (lot := _lot(one)) is not None]
    boxed = {one.lot_id for one in codes if one.lot_id is not None}
    loose: dict[int, frozenset[int]] = {}
    if boxed:
        found = session.execute(select(StampRun.lot_id, StampRun.id).where(StampRun.lot_id.in_(boxed)))
        for number, run in found:
            loose[number or 0] = loose.get(number or 0, frozenset()) | {run}
    return _Held(packed(session, (run.trade_item for run in runs), lots), loose)


def _lot(code: SignedCode) -> Lot | None:
    return code.lot or (code.stamp_run.lot if code.stamp_run else None)


def _revocation(code: SignedCode, struck: Struck, held: _Held, now: datetime) -> Revocation | None:
    if code.revoked_at is not None and code.revoked_why is not None:
        return Revocation(code.revoked_why, today_in_vietnam(code.revoked_at))
    if code.certificate is not None:
        return _by_status(code.certificate, today_in_vietnam(now))
    return _by_goods(code, struck, held)


def _by_status(certificate: Certificate, today: date) -> Revocation | None:
    status = certificate.status_on(today)
    why = BY_STATUS.get(status.status)
    return Revocation(why, status.since or today) if why else None


def _by_goods(code: SignedCode, struck: Struck, held: _Held) -> Revocation | None:
    run = code.stamp_run
    if run is not None and run.state is StampState.VOID:
        return Revocation(RevokedFor.VOID, today_in_vietnam(run.state_at))
    rows = [row for one in _about(code, held) for row in struck.get(one, ()) if as_rule(row).in_force]
    for kind, why in BY_RESTRICTION.items():
        if begun := [row.from_at for row in rows if row.kind is kind and row.from_at]:
            return Revocation(why, today_in_vietnam(min(begun)))
    return None


def _about(code: SignedCode, held: _Held) -> set[tuple[str, int]]:
    """What strikes a code where a restriction names it: its run, lot, product, or what its case holds."""
    run, lot = code.stamp_run, _lot(code)
    found = {("run", run.id)} if run is not None else set()
    for one in (run, lot):
        if one is not None:
            found |= {("product", product) for product in held.packed.products[one.trade_item_id]}
    if lot is not None:
        found |= {("lot", one) for one in held.packed.lots[lot.id]}
        found |= {("all of a run", one) for one in held.packed.runs[lot.id]}
    if code.lot is not None:
        found |= {("all of a run", one) for one in held.loose.get(code.lot.id, ())}
    return found


def _struck(session: Session, these: ColumnElement[bool]) -> Struck:
    """Holds and recalls that were begun, by what they name."""
    found: dict[tuple[str, int], list[Restriction]] = {}
    rows = session.scalars(select(Restriction).where(these, Restriction.from_at.is_not(None))).all()
    striking = striking_cases(session, rows)
    for row in rows:
        named = {"run": row.stamp_run_id, "lot": row.lot_id, "product": row.trade_item_id}
        named["all of a run"] = row.stamp_run_id if row.id in striking else None
        for name, of in named.items():
            if of is not None:
                found.setdefault((name, of), []).append(row)
    return found
