"""Signed codes given out, listed and taken back: for a certificate, a carton of a lot, a roll of stamps.

What is signed is what the registry holds at that moment. The same paper asked for twice is one code, as long
as nothing it says has changed; a code that was taken back is never given out again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.contents import Contents
from traceapp.domain.days import day_begins, today_in_vietnam
from traceapp.domain.errors import Conflict, Malformed, NotFound
from traceapp.domain.identifiers import new_public_id
from traceapp.domain.permissions import Act, Role
from traceapp.domain.restrictions import RestrictionKind
from traceapp.domain.signed_codes import (
    CertificateClaims,
    Claims,
    CodeKey,
    CodeKind,
    RevokedFor,
    fingerprint,
    is_hardy,
    make,
    read,
)
from traceapp.domain.stamps import StampState
from traceapp.models import Certificate, Lot, SignedCode, StampRun, TradeItem
from traceapp.services import journal
from traceapp.services.locking import lock
from traceapp.services.stamping import check_stamps, worst_restriction

BY_HAND: Final = (RevokedFor.LOST, RevokedFor.MISTAKE, RevokedFor.REPLACED)
A_DAY: Final = timedelta(days=1)
GOODS_YEARS: Final = 2  # how long the code of goods without a use-by day runs
MOST_CARTONS: Final = 50


def sign_certificate(
    session: Session, *, actor: Actor, certificate: Certificate, key: CodeKey, issuer: str, now: datetime
) -> SignedCode:
    """A code that says what the registry holds of a certificate in force. Raises `code_not_in_force`."""
    actor.must(Act.ISSUE_CODE)
    if not actor.has(Role.PROVINCE, Role.INSPECTOR) and certificate.holder_id != actor.party_id:
        raise NotFound("record_not_found")
    lock(session, certificate)
    today = today_in_vietnam(now)
    if certificate.status_on(today).status is not CertificateStatus.ACTIVE:
        raise Conflict("code_not_in_force")
    claims = Claims(
        number="",
        kind=CodeKind.CERTIFICATE,
        expires_at=day_begins(certificate.valid_until + A_DAY),
        issuer=issuer,
        issued_at=now.replace(microsecond=0),
        certificate=certificate_claims(certificate, today),
    )
    given = SignedCode(
        kind=CodeKind.CERTIFICATE, party_id=certificate.holder_id, certificate=certificate, contents={}
    )
    return _given(session, actor, given, claims, key, SignedCode.certificate_id == certificate.id, now)


def certificate_claims(certificate: Certificate, today: date) -> CertificateClaims:
    """What a code says of a certificate."""
    numbers = [row.trade_item.subject for row in certificate.subjects if row.trade_item is not None]
    return CertificateClaims(
        number=certificate.number,
        holder=certificate.holder.name_on(today),
        standard=certificate.standard,
        products=tuple(numbers[:5]),
        all_products=len(numbers),
        sha256=certificate.evidence[0].sha256 if certificate.evidence else None,
    )


def sign_cartons(
    session: Session, *, actor: Actor, lot: Lot, count: int, cartons: int, key: CodeKey, now: datetime
) -> list[SignedCode]:
    """A code for each of some cartons of a lot, with so many pieces in each.

    Raises `lot_recalled`, `lot_on_hold`, `lot_past_use_by` for goods that must not be sold.
    """
    actor.must(Act.ISSUE_CODE)
    if lot.trade_item.party_id != actor.party_id:
        raise NotFound("record_not_found")
    _check_goods(session, lot.trade_item, lot, now)
    contents = Contents(CodeKind.CARTON, lot.trade_item.subject, lot.code, count)
    about = SignedCode.id.is_(None)  # every carton is a thing of its own: no code of another is given again
    return [
        _contents_given(
            session,
            actor,
            SignedCode(kind=CodeKind.CARTON, party_id=lot.trade_item.party_id, lot=lot),
            contents,
            key,
            lot,
            about,
            now,
        )
        for _ in range(min(cartons, MOST_CARTONS))
    ]


def case_count(session: Session, item: TradeItem) -> int | None:
    """How many pieces a registered case of a product holds."""
    query = select(TradeItem.contains_count).where(
        TradeItem.contains_id == item.id, TradeItem.archived_at.is_(None)
    )
    return session.scalar(query.order_by(TradeItem.id.desc()).limit(1))


def sign_roll(
    session: Session, *, actor: Actor, run: StampRun, serials: tuple[str, str], key: CodeKey, now: datetime
) -> SignedCode:
    """A code for the cover of a run of stamps, whose first and last serial are handed in.

    Raises `roll_void`, `stamps_recalled`, `stamps_on_hold`, and what `sign_cartons` does.
    """
    actor.must(Act.ISSUE_CODE)
    if run.trade_item.party_id != actor.party_id:
        raise NotFound("record_not_found")
    if run.state is StampState.VOID:
        raise Conflict("roll_void", run=run.public_id)
    _check_goods(session, run.trade_item, run.lot, now)
    check_stamps(session, run, None)
    lot = run.lot.code if run.lot else ""
    contents = Contents(CodeKind.ROLL, run.subject, lot, run.count, *serials)
    given = SignedCode(kind=CodeKind.ROLL, party_id=run.trade_item.party_id, stamp_run=run)
    about = SignedCode.stamp_run_id == run.id
    return _contents_given(session, actor, given, contents, key, run.lot, about, now)


def contents_of(code: SignedCode) -> Contents:
    """What a carton's or roll's code stands for."""
    return Contents(**(code.contents | {"kind": code.kind}))


def _check_goods(session: Session, item: TradeItem, lot: Lot | None, now: datetime) -> None:
    """Nothing is signed for goods that must not be sold."""
    found = worst_restriction(session, item, lot)
    if found is not None:
        name = lot.code if lot else item.name_vi
        raise Conflict("lot_recalled" if found is RestrictionKind.RECALL else "lot_on_hold", lot=name)
    if lot is not None and lot.expires_on is not None and lot.expires_on < today_in_vietnam(now):
        raise Conflict("lot_past_use_by", lot=lot.code, found=f"{lot.expires_on:%d/%m/%Y}")


def _contents_given(
    session: Session,
    actor: Actor,
    given: SignedCode,
    contents: Contents,
    key: CodeKey,
    lot: Lot | None,
    about: ColumnElement[bool],
    now: datetime,
) -> SignedCode:
    """The code of a carton or roll: it runs as long as the goods do."""
    today = today_in_vietnam(now)
    last = lot.expires_on if lot and lot.expires_on else today + GOODS_YEARS * 365 * A_DAY
    given.contents = {name: value for name, value in asdict(contents).items() if name != "kind"}
    claims = Claims("", given.kind, day_begins(last + A_DAY), digest=contents.digest())
    return _given(session, actor, given, claims, key, about, now)


def _given(
    session: Session,
    actor: Actor,
    given: SignedCode,
    claims: Claims,
    key: CodeKey,
    about: ColumnElement[bool],
    now: datetime,
) -> SignedCode:
    """The code as given out before, if nothing it says has changed; else a new one."""
    live = (SignedCode.revoked_at.is_(None), SignedCode.key_id == key.id, SignedCode.expires_at > now)
    ring = {key.id: key.public}
    for old in session.scalars(select(SignedCode).where(about, *live).order_by(SignedCode.id.desc())):
        if _same(read(old.code, ring), claims):
            return old
    number, code = _fresh(claims, key)
    given.public_id, given.code, given.sha256, given.key_id = number, code, fingerprint(code), key.id
    given.expires_at, given.issued_by_id, given.created_at = claims.expires_at, actor.account_id, now
    session.add(given)
    return _written(session, actor, given, "issued_signed_code", now)


def _same(old: Claims, new: Claims) -> bool:
    return replace(old, number=new.number, issued_at=new.issued_at) == new


def _fresh(claims: Claims, key: CodeKey) -> tuple[str, str]:
    """A new number, and its code, chosen so that no messenger's treatment of spaces breaks it."""
    random = secrets.SystemRandom()
    while True:
        number = new_public_id(random)
        code = make(replace(claims, number=number), key)
        if is_hardy(code):
            return number, code


def revoke_code(session: Session, *, actor: Actor, code: SignedCode, why: str, now: datetime) -> SignedCode:
    """Take a code back for ever; twice is once. Raises `revoke_reason` for none of `BY_HAND`."""
    actor.must(Act.REVOKE_CODE)
    if not actor.has(Role.PROVINCE) and code.party_id != actor.party_id:
        raise NotFound("record_not_found")
    reason = next((one for one in BY_HAND if one.value == why), None)
    if reason is None:
        raise Malformed("revoke_reason", field="why")
    lock(session, code)
    if code.revoked_at is not None:
        return code
    code.revoked_at, code.revoked_why, code.revoked_by_id = now, reason, actor.account_id
    return _written(session, actor, code, "revoked_signed_code", now)


def list_codes(
    session: Session, about: Certificate | Lot | StampRun, *, limit: int = 50
) -> Sequence[SignedCode]:
    """The codes given out for a record, the newest first."""
    column = {
        Certificate: SignedCode.certificate_id,
        Lot: SignedCode.lot_id,
        StampRun: SignedCode.stamp_run_id,
    }[type(about)]
    query = select(SignedCode).where(column == about.id).order_by(SignedCode.id.desc()).limit(limit)
    return session.scalars(query).all()


def own_code(session: Session, actor: Actor, number: str) -> SignedCode:
    """A code of the actor's own party; to a stranger it does not exist."""
    query = select(SignedCode).where(SignedCode.public_id == number, SignedCode.party_id == actor.party_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound("record_not_found")
    return found


def certificate_code(session: Session, certificate: Certificate, number: str) -> SignedCode:
    """A code of a certificate this actor was let read. Raises `NotFound` `record_not_found`."""
    query = select(SignedCode).where(
        SignedCode.public_id == number, SignedCode.certificate_id == certificate.id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("record_not_found")
    return found


def signed_together(session: Session, code: SignedCode) -> Sequence[SignedCode]:
    """The codes of cartons that were signed in one act with this one, in order."""
    if code.kind is not CodeKind.CARTON:
        return [code]
    query = select(SignedCode).where(
        SignedCode.lot_id == code.lot_id, SignedCode.created_at == code.created_at
    )
    return session.scalars(query.order_by(SignedCode.id)).all()


def _written(session: Session, actor: Actor, code: SignedCode, act: str, now: datetime) -> SignedCode:
    session.flush()
    journal.record(
        session,
        actor=actor,
        act=act,
        subject=("signed_code", code.public_id),
        now=now,
        party_id=code.party_id,
        facts={
            "kind": code.kind.value,
            "key": code.key_id,
            "sha256": code.sha256,
            "expires_at": code.expires_at,
            "why": code.revoked_why.value if code.revoked_why else None,
        },
    )
    return code
