"""What a text in the inspector's box may name: a certificate, a stamp, a product, a lot.

Typed in a market with cold fingers, a number comes without its hyphens, in small letters, with spaces. All
that it may mean is gathered; two records under one number are both shown (conflict X7), none is chosen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from traceapp.domain import digital_link
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import RecordState
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import Malformed, RuleBroken
from traceapp.domain.identifiers import RegistryNumber
from traceapp.domain.parties import PartyState
from traceapp.domain.permissions import Act, Role
from traceapp.domain.serials import SerialKey
from traceapp.domain.text import clean_line
from traceapp.models import Certificate, Lot, StampRun, TradeItem
from traceapp.services.public.lookup import find_trade_item
from traceapp.services.public.search import find_stamp
from traceapp.services.stamping import find_run
from traceapp.services.vouching.certificate_lists import between_left_out, squeezed, squeezed_column
from traceapp.services.vouching.claims import certificates_about

MOST: Final = 20
LONGEST: Final = 300
LEAST_OF_A_NUMBER: Final = 4
_PAGE: Final = re.compile(r"/certificates/([0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{8})/?(?:[?#].*)?$")


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods in the inspector's hand: a product, its lot where known, the stamp where there is one."""

    item: TradeItem
    lot: Lot | None = None
    path: KeyPath | None = None
    run: StampRun | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All that a text may mean. `alike`: numbers that contain it. `stray`: a stamp's code never issued.

    Twelve letters and digits alone may be a stamp's code or a certificate's number: `maybe_stamp`.
    """

    text: str
    certificates: tuple[Certificate, ...] = ()
    goods: tuple[Goods, ...] = ()
    alike: tuple[Certificate, ...] = ()
    stray: bool = False
    maybe_stamp: bool = False
    broken: RuleBroken | None = None

    @property
    def nothing(self) -> bool:
        """Whether it names nothing that is on record."""
        return not (self.certificates or self.goods or self.alike)


def identify(session: Session, keys: Sequence[SerialKey], text: str, *, actor: Actor) -> Found:
    """Everything the text may name that this actor may see. Raises `NotAllowed` or `text_*`."""
    actor.must(Act.LOOK_UP_CERTIFICATE)
    asked = clean_line(text, LONGEST, field="q")
    certificates = find_certificates(session, asked, actor=actor)
    goods, stray, broken = _goods(session, keys, asked)
    if not certificates and not goods:
        goods = _lots(session, asked)
    goods = tuple(one for one in goods if may_handle(session, one, actor))
    alike = () if certificates or goods else _alike(session, asked, actor)
    return Found(asked, certificates, goods, alike, stray, not stray and broken is None, broken)


def find_certificates(session: Session, text: str, *, actor: Actor) -> tuple[Certificate, ...]:
    """Certificates with this number, however it is spaced, or with this page's address."""
    page = _PAGE.search(text)
    if page is not None:
        named: ColumnElement[bool] = Certificate.public_id == page[1].upper()
    else:
        named = squeezed_column() == squeezed(text)
    return _one_of_each_chain(_certificates(session, named, actor))


def _one_of_each_chain(found: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """Of certificates that renew one another under one number, the newest that is approved."""

    def rank(one: Certificate) -> tuple[bool, int]:
        return one.record_state is RecordState.APPROVED, one.id

    chains = {one.id: {other.id for other in one.chain()} for one in found}
    return tuple(
        one for one in found if all(rank(one) > rank(other) for other in found if other.id in chains[one.id])
    )


def certificates_of(session: Session, goods: Goods, *, actor: Actor) -> tuple[Certificate, ...]:
    """Certificates that name the goods, or belong to who makes them; those naming the product first."""
    return tuple(certificates_about(session, goods.item, visible=visible(actor), most=MOST))


def may_handle(session: Session, goods: Goods, actor: Actor) -> bool:
    """Whether this actor may know of the goods: a body's officer, of what is not published, only what the
    own body's certificates are about."""
    if actor.has(Role.INSPECTOR, Role.PROVINCE) or goods.item.party.state is PartyState.APPROVED:
        return True
    return any(one.body_id == actor.party_id for one in certificates_of(session, goods, actor=actor))


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which certificates an actor may know of: no draft; a body's officer, of others only approved ones."""
    if actor.has(Role.INSPECTOR, Role.PROVINCE):
        return Certificate.record_state != RecordState.DRAFT
    own = (Certificate.body_id == actor.party_id) & (Certificate.record_state != RecordState.DRAFT)
    return or_(Certificate.record_state == RecordState.APPROVED, own)


def _certificates(session: Session, named: ColumnElement[bool], actor: Actor) -> tuple[Certificate, ...]:
    query = select(Certificate).where(named, visible(actor)).order_by(Certificate.valid_until.desc())
    return tuple(session.scalars(query.limit(MOST)))


def _alike(session: Session, text: str, actor: Actor) -> tuple[Certificate, ...]:
    part = squeezed(text)
    if len(part) < LEAST_OF_A_NUMBER:
        return ()
    return _certificates(session, squeezed_column().contains(part, autoescape=True), actor)


def _goods(
    session: Session, keys: Sequence[SerialKey], text: str
) -> tuple[tuple[Goods, ...], bool, RuleBroken | None]:
    """The goods a code names; whether it is a stamp's code that was never issued; why it cannot be read."""
    try:
        path = digital_link.read(text)
    except Malformed as broken:
        return _by_registry_number(session, text), False, broken
    if path.serial is None:
        return _by_item(session, path) or _by_registry_number(session, text), False, None
    paths = [path] if path.subject else find_stamp(session, keys=keys, serial=path.serial)
    stamps = tuple(one for one in (_by_stamp(session, keys, each) for each in paths) if one is not None)
    return stamps, not stamps and path.subject is not None, None


def _by_stamp(session: Session, keys: Sequence[SerialKey], path: KeyPath) -> Goods | None:
    found = find_run(session, keys, path)
    return Goods(found[0].trade_item, found[0].lot, path, found[0]) if found else None


def _by_item(session: Session, path: KeyPath) -> tuple[Goods, ...]:
    item = find_trade_item(session, path)
    if item is None:
        return ()
    code = path.lot.key if path.lot else None
    lot = session.scalar(select(Lot).where(Lot.trade_item_id == item.id, Lot.code == code)) if code else None
    return (Goods(item, lot, path),)


def _by_registry_number(session: Session, text: str) -> tuple[Goods, ...]:
    """Eight digits may be the registry's own number where they are no GTIN-8 on record."""
    try:
        number = RegistryNumber.parse(text)
    except Malformed:
        return ()
    return _by_item(session, KeyPath(registry_number=number))


def _lots(session: Session, text: str) -> tuple[Goods, ...]:
    """Lots of that code, or else of one that differs in what people put between its parts."""
    for same in (Lot.code == text.upper(), between_left_out(func.lower(Lot.code)) == squeezed(text)):
        lots = session.scalars(select(Lot).where(same).order_by(Lot.id.desc()).limit(MOST)).all()
        if lots:
            return tuple(Goods(lot.trade_item, lot) for lot in lots)
    return ()
