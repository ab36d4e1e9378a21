"""The goods an address of this door speaks of: by what was typed, or by the lot chosen from a list."""

from dataclasses import replace

from flask import current_app, request
from sqlalchemy import select

from traceapp.domain.errors import NotFound
from traceapp.domain.identifiers import LotNumber
from traceapp.domain.serials import SerialKey
from traceapp.extensions import reader, scan_reader
from traceapp.models import Lot
from traceapp.services.identification import Goods, identify, may_handle
from traceapp.services.public.lookup import look_up
from traceapp.services.public.passport import Passport
from traceapp.services.public.publishing import item_path
from traceapp.web import access
from traceapp.web.languages import now


def serial_keys() -> tuple[SerialKey, ...]:
    """The live serial keys."""
    keys: tuple[SerialKey, ...] = current_app.extensions["serial_keys"]
    return keys


def goods_in_hand() -> Goods | None:
    """The goods named by ``?lot=`` or ``?q=``; None where there are none or the text names several."""
    if lot_id := request.args.get("lot", "")[:20]:
        return _goods_of_lot(lot_id)
    if text := request.args.get("q", "")[:400].strip():
        found = identify(reader(), serial_keys(), text, actor=access.actor())
        return found.goods[0] if len(found.goods) == 1 else None
    return None


def _goods_of_lot(public_id: str) -> Goods:
    lot = reader().scalar(select(Lot).where(Lot.public_id == public_id.upper()))
    if lot is None or not may_handle(reader(), goods := Goods(lot.trade_item, lot), access.actor()):
        raise NotFound("no_such_record")
    return goods


def passport_of(goods: Goods) -> Passport | None:
    """What the public sees of a stamp; None for goods without one. No scan is counted."""
    if goods.path is None or goods.path.serial is None:
        return None
    return look_up(
        reader(),
        scan_reader(),
        keys=serial_keys(),
        path=goods.path,
        now=now(),
        many_scans_devices=current_app.extensions["settings"].many_scans_devices,
    )


def public_path(goods: Goods) -> str:
    """The public address of the goods: of the stamp or the code that was read, of the lot, of the product."""
    lot = LotNumber.parse(goods.lot.code) if goods.lot else None
    return (goods.path or replace(item_path(goods.item), lot=lot)).path()
