"""Trade items: what a producer sells, under a GTIN of its own or the registry's number."""

from datetime import datetime
from secrets import SystemRandom
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Conflict, NotFound
from traceapp.domain.identifiers import Gtin, case_gtin, new_public_id
from traceapp.domain.permissions import Act
from traceapp.domain.text import clean_line
from traceapp.domain.trade_items import Level
from traceapp.models import Party, TradeItem, TradeItemImage
from traceapp.services import journal, uniqueness
from traceapp.services.pictures import Pictures
from traceapp.services.recalls.fixed_goods import check_case_count, on_stamps
from traceapp.services.trade_item_entry import TradeItemEntry, fill
from traceapp.services.vouching import evidence
from traceapp.storage import Storage

TAKEN: Final = {
    "trade_item.gtin": ("gtin_taken", "gtin"),
    "trade_item.registry_number": ("registry_number_taken", "gtin"),
}


def add_trade_item(
    session: Session, *, actor: Actor, entry: TradeItemEntry, contains: TradeItem | None = None, now: datetime
) -> TradeItem:
    """A new product, or the carton of one where ``contains`` names it.

    Raises what `fill` does, and `item_exists` where the same name and content stand in the list already:
    one number for one product in one size, and a form sent twice is one product.
    """
    actor.must(Act.EDIT_TRADE_ITEM)
    party = _own_party(session, actor)
    item = TradeItem(public_id=new_public_id(SystemRandom()), party=party, demo=party.demo, created_at=now)
    item.level, item.contains = (Level.CASE, contains) if contains else (Level.UNIT, None)
    with session.no_autoflush:
        fill(session, item, entry)
        _check_new(session, item)
    session.add(item)
    return _written(session, actor, item, "added_trade_item", now)


def edit_trade_item(
    session: Session, *, actor: Actor, item: TradeItem, entry: TradeItemEntry, now: datetime
) -> TradeItem:
    """Change a product. Raises `gtin_fixed`, `category_fixed`, `case_count_fixed` and what `fill` does."""
    actor.must(Act.EDIT_TRADE_ITEM)
    before, kind, held = item.gtin, item.category, item.contains_count
    with session.no_autoflush:
        fill(session, item, entry)
        if before is not None and item.gtin != before and on_stamps(session, item, before):
            raise Conflict("gtin_fixed", field="gtin", given=Gtin(before).shown)
        if item.category is not kind and on_stamps(session, item):
            raise Conflict("category_fixed", field="category")
        check_case_count(session, item, held)
    flag_modified(item, "level")
    return _written(session, actor, item, "edited_trade_item", now)


def archive_trade_item(session: Session, *, actor: Actor, item: TradeItem, now: datetime) -> TradeItem:
    """Take a product from the lists; its codes go on answering. Archiving twice is archiving once."""
    actor.must(Act.EDIT_TRADE_ITEM)
    if item.archived_at is not None:
        return item
    item.archived_at = now
    return _written(session, actor, item, "archived_trade_item", now)


def restore_trade_item(session: Session, *, actor: Actor, item: TradeItem, now: datetime) -> TradeItem:
    """Back into the lists."""
    actor.must(Act.EDIT_TRADE_ITEM)
    if item.archived_at is None:
        return item
    item.archived_at = None
    return _written(session, actor, item, "restored_trade_item", now)


def set_photo(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    item: TradeItem,
    pictures: Pictures,
    alt: str = "",
    now: datetime,
) -> TradeItem:
    """The first picture of a product, replacing what stood there; the old bytes stay in the store."""
    actor.must(Act.EDIT_TRADE_ITEM)
    kept = [
        evidence.keep_file(
            session,
            storage,
            content,
            actor=actor,
            media_type="image/webp",
            first_name="photo.webp",
            now=now,
            inline=True,
        )
        for content in (pictures.small, pictures.large)
    ]
    told = clean_line(alt, 200, field="alt") or item.name_vi
    image = item.images[0] if item.images else TradeItemImage(position=0, created_at=now)
    image.small_sha256, image.large_sha256, image.alt, image.drawing = kept[0], kept[1], told, False
    if image not in item.images:
        item.images.append(image)
    return _written(session, actor, item, "set_photo", now)


def own_item(session: Session, actor: Actor, public_id: str, *, lock: bool = False) -> TradeItem:
    """A product of the actor's own party; to a stranger it does not exist."""
    query = select(TradeItem).where(TradeItem.public_id == public_id, TradeItem.party_id == actor.party_id)
    item = session.scalar(query.with_for_update() if lock else query)
    if item is None:
        raise NotFound("record_not_found")
    return item


def suggested_case_gtin(session: Session, unit: TradeItem) -> str:
    """The unit's GTIN with the first free indicator of 1 to 8; nothing for a number of the registry."""
    if unit.gtin is None or Gtin(unit.gtin).value14[0] != "0":
        return ""
    offered = [case_gtin(Gtin(unit.gtin), indicator).value14 for indicator in range(1, 9)]
    taken = set(session.scalars(select(TradeItem.gtin).where(TradeItem.gtin.in_(offered))))
    return next((gtin for gtin in offered if gtin not in taken), "")


def _own_party(session: Session, actor: Actor) -> Party:
    if actor.party_id is None:
        raise NotFound("record_not_found")
    return session.get_one(Party, actor.party_id)


def _check_new(session: Session, item: TradeItem) -> None:
    same = select(TradeItem.id).where(
        TradeItem.party_id == item.party.id,
        TradeItem.folded == item.folded,
        TradeItem.level == item.level,
        TradeItem.archived_at.is_(None),
        TradeItem.net_content.is_not_distinct_from(item.net_content),
        TradeItem.net_unit.is_not_distinct_from(item.net_unit),
        TradeItem.contains_count.is_not_distinct_from(item.contains_count),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict("item_exists", field="name_vi")


def _written(session: Session, actor: Actor, item: TradeItem, act: str, now: datetime) -> TradeItem:
    uniqueness.flush(session, TAKEN)
    facts = {
        "gtin": item.gtin,
        "registry_number": item.registry_number,
        "name": item.name_vi,
        "category": item.category.value,
        "scratch_pin": item.scratch_pin,
        "pictures": [image.large_sha256 for image in item.images],
    }
    journal.record(
        session, actor=actor, act=act, subject=("trade_item", item.public_id), now=now, facts=facts
    )
    return item
