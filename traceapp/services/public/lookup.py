"""What the registry knows of a code: from a key path to a passport.

A guessed serial is refused by arithmetic alone, before any database is asked. A stamp reaches its lot
through its run; its state is the run's, unless a later exception holds it. Of a party that the province has
not approved nothing is published: its products and lots are not found, its stamps await approval, or
say that it is suspended.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from traceapp.domain import stamps
from traceapp.domain.accreditation import Chain, ChainVerdict
from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.claims import Claim
from traceapp.domain.conformity import Facts, Judged
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import NotFound
from traceapp.domain.papers import Judgement, in_scope
from traceapp.domain.parties import PartyState
from traceapp.domain.restrictions import worst
from traceapp.domain.scope import SubjectKind
from traceapp.domain.serials import SerialKey
from traceapp.models import (
    Certificate,
    Lot,
    Purchase,
    StampPin,
    StampRun,
    TradeItem,
)
from traceapp.services.public import publishing
from traceapp.services.public.passport import Passport, PinUse, Stamp, Tally, Vouching
from traceapp.services.recalls.restraints import parts, restraints
from traceapp.services.scans.scanning import read_tally
from traceapp.services.stamping import activated_with, find_run
from traceapp.services.vouching.claims import ask_claims, certificates_about, subjects

log = logging.getLogger(__name__)


def look_up(
    session: Session,
    scans: Session | None,
    *,
    keys: Iterable[SerialKey],
    path: KeyPath,
    now: datetime,
    many_scans_devices: int,
) -> Passport:
    """The passport of a stamp, a lot or a product. Scans are read, never written (see `scanning`).

    A serial this registry never issued is a passport with the verdict `unknown`. Raises `NotFound`:
    `product_unknown` or `lot_unknown`, also for whatever is not published.
    """
    if path.serial is None and path.third_party is None:
        return _look_up_goods(session, path, now)
    found = find_run(session, keys, path)
    if found is None:
        today = today_in_vietnam(now)
        return Passport(path=path, now=now, today=today, facts=Facts(stamp=None, today=today))
    run, index = found
    passport = _stamped(session, path, now, run, index, many_scans_devices)
    return passport.counted(_read_tally(scans, run.id, index))


def _look_up_goods(session: Session, path: KeyPath, now: datetime) -> Passport:
    """A product or lot page: no verdict, because the code names a kind of goods and not one article."""
    item = find_trade_item(session, path)
    if item is None or item.party.state is not PartyState.APPROVED:
        raise NotFound("product_unknown", given=str(path.subject))
    lot = None if path.lot is None else _lot(session, item, path.lot.key)
    if path.lot is not None and lot is None:
        raise NotFound("lot_unknown", given=path.lot.value, product=item.name_vi)
    return _gather(session, path, now, item, lot)


def find_trade_item(session: Session, path: KeyPath) -> TradeItem | None:
    """The trade item a key path names, published or not."""
    if path.gtin is not None:
        return session.scalar(select(TradeItem).where(TradeItem.gtin == path.gtin.value14))
    if path.registry_number is not None:
        number = path.registry_number.value
        return session.scalar(select(TradeItem).where(TradeItem.registry_number == number))
    return None


def _lot(session: Session, item: TradeItem, code: str) -> Lot | None:
    return session.scalar(select(Lot).where(Lot.trade_item_id == item.id, Lot.code == code))


def _stamped(
    session: Session, path: KeyPath, now: datetime, run: StampRun, index: int, many_scans_devices: int
) -> Passport:
    stamp = _stamp(session, path, run, index)
    party = run.trade_item.party.state
    passport = _gather(session, path, now, run.trade_item, run.lot, run=run, index=index)
    facts = Facts(
        stamp=stamp.state,
        has_lot=run.lot is not None,
        party_approved=party is PartyState.APPROVED,
        party_suspended=party is PartyState.SUSPENDED,
        restriction=worst(one.kind for one in passport.restraints),
        may_hold=worst(one.kind for one in passport.inside),
        use_by=run.lot.expires_on if run.lot else None,
        certificates=tuple(one.judged for one in passport.certificates),
        today=passport.today,
        many_scans_devices=many_scans_devices,
    )
    return passport.of_stamp(stamp, facts)


def _stamp(session: Session, path: KeyPath, run: StampRun, index: int) -> Stamp:
    held = [one for one in run.exceptions if one.first_index <= index <= one.last_index]
    exceptions = [
        stamps.StampException(
            stamps.StampRange(one.first_index, one.last_index - one.first_index + 1), one.state
        )
        for one in held
    ]
    whole = stamps.StampRun(run.state, stamps.StampRange(0, run.count))
    state = stamps.state_of(index, whole, exceptions) or run.state
    live = state is stamps.StampState.ACTIVATED
    activated_at, with_it = activated_with(run, index) if live else (None, 0)
    since = held[-1].created_at if held and run.state is not stamps.StampState.VOID else run.state_at
    bought = session.scalar(
        select(Purchase).where(Purchase.stamp_run_id == run.id, Purchase.stamp_index == index)
    )
    return Stamp(
        run_id=run.id,
        run=run.public_id,
        index=index,
        serial=str(path.serial),
        state=state,
        state_at=since,
        activated_at=activated_at,
        activated_with=with_it,
        bought_at=bought.created_at if bought else None,
        pin=_pin(session, run, index),
    )


def _pin(session: Session, run: StampRun, index: int) -> PinUse | None:
    if run.pin_key is None:
        return None
    row = session.scalar(
        select(StampPin).where(StampPin.stamp_run_id == run.id, StampPin.stamp_index == index)
    )
    return PinUse(row.used_at, row.used_area) if row else PinUse()


def _gather(
    session: Session,
    path: KeyPath,
    now: datetime,
    item: TradeItem,
    lot: Lot | None,
    *,
    run: StampRun | None = None,
    index: int | None = None,
) -> Passport:
    today = today_in_vietnam(now)
    certificates = certificates_about(session, item)
    claims = ask_claims(session, item, lot, day=today, certificates=certificates, thorough=False)
    return Passport(
        path=path,
        now=now,
        today=today,
        product=publishing.product(item, today),
        lot=None if lot is None else publishing.batch(lot, today),
        certificates=_vouchings(claims, certificates, today),
        claims=claims,
        restraints=restraints(session, item, lot, run, index),
        parts=parts(session, item, lot, run),
    )


def _vouchings(
    claims: Sequence[Claim], certificates: Sequence[Certificate], today: date
) -> tuple[Vouching, ...]:
    """The certificates that do not exclude the goods, in their order, each with its judgement."""
    told = {one.paper.key: one for claim in claims for one in claim.judgements}
    known = [(row, told[row.public_id]) for row in certificates if row.public_id in told]
    holding = {row.scheme.kin: row.number for row, one in reversed(known) if _holds(one)}
    shown = (_vouching(row, one, holding.get(row.scheme.kin), today) for row, one in known)
    return tuple(one for one in shown if one is not None)


def _holds(one: Judgement) -> bool:
    return one.today.status is CertificateStatus.ACTIVE and in_scope(one.paper)


def _vouching(row: Certificate, judgement: Judgement, holding: str | None, today: date) -> Vouching | None:
    coverage = judgement.paper.coverage
    if coverage is None or coverage.product is not True or coverage.place is False:
        return None
    return Vouching(
        public_id=row.public_id,
        number=row.number,
        scheme=publishing.scheme_names(row.scheme),
        standard=row.standard,
        body=publishing.party_names(row.body, today),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        names_product=any(one.kind is not SubjectKind.PLACE for one in subjects(row)),
        covers=bool(coverage),
        judged=Judged(
            row.scheme.kin,
            judgement.today,
            judgement.made,
            unaccredited=_is_broken(judgement.paper.chain),
            covers=bool(coverage),
        ),
        conflicts=judgement.conflicts,
        followed_by=holding if judgement.today.status is CertificateStatus.EXPIRED else None,
        edition=row.edition_notice(today),
    )


def _is_broken(chain: Chain | None) -> bool:
    return chain is not None and chain.verdict is ChainVerdict.BROKEN


def _read_tally(scans: Session | None, run_id: int, index: int) -> Tally:
    """The count of scans; a log that cannot be read must not hide the verdict on the stamp."""
    if scans is None:
        return Tally()
    try:
        return read_tally(scans, run_id, index)
    except SQLAlchemyError:
        log.exception("the scan log cannot be read")
        return Tally(scans=None)
