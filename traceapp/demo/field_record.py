"""One field record of the demonstration: the lot on hold, seen in a market; the seller does not sign."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from traceapp.demo.pictures import drawing
from traceapp.domain.actors import Actor
from traceapp.domain.serials import SerialKey
from traceapp.models import Lot
from traceapp.services import inspections
from traceapp.services.inspections import (
    AnswersEntry,
    Entry,
    ItemEntry,
    PeopleEntry,
    PlaceEntry,
    ResultEntry,
    SigningEntry,
    goods,
)
from traceapp.storage import Storage

BEGAN = timedelta(hours=2)


def write_field_record(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    lot: Lot,
    keys: Sequence[SerialKey],
    base_url: str,
    now: datetime,
) -> None:
    """Draw it up step by step, as an inspector does, and close it."""
    began = now - BEGAN
    row = inspections.start_inspection(session, actor=actor, now=began)
    row.demo = True
    for entry in _entries(lot):
        inspections.save_step(
            session,
            actor=actor,
            inspection=row,
            entry=entry,
            version=row.version,
            key=None,
            keys=keys,
            now=began,
        )
    inspections.add_photo(
        session,
        storage,
        actor=actor,
        inspection=row,
        photo=inspections.make_photo(drawing("bottle")),
        now=began,
    )
    address = f"{base_url}/minutes/{row.public_id}/"
    inspections.close_inspection(session, actor=actor, inspection=row, version=None, address=address, now=now)


def _entries(lot: Lot) -> tuple[Entry, ...]:
    return (
        PlaceEntry(site_name="Quầy số 7 (demo)", commune="xã Minh Họa (demo)", address="Chợ Minh Họa (demo)"),
        PeopleEntry(
            leader_name="Anh Minh (demo)",
            seller_name="Người bán minh họa (demo)",
            seller_role="chủ quầy",
            others="Người quản lý chợ (demo)",
        ),
        ItemEntry(code=goods.code_of_lot(lot), quantity="24", price="120.000", finding="unclear",
                  note="Nhãn phụ dán chồng lên nhãn gốc (demo)"),
        ItemEntry(named="Rượu đựng can nhựa, không nhãn (demo)", quantity="12,5", unit="LTR",
                  price="80.000", finding="non_conformant"),
        AnswersEntry(answers=(("label", "no"), ("stamp", "yes"), ("use_by", "yes"), ("papers", "no"))),
        ResultEntry(
            result="non_conformant",
            findings="Hàng có tem bày cùng kệ với hàng không nhãn (demo).",
            measures="Yêu cầu tách hàng không nhãn khỏi quầy (demo).",
        ),
        SigningEntry(
            signs="no", refusal_reason="Không đồng ý với kết quả (demo)", witnesses="Người chứng kiến (demo)"
        ),
    )  # fmt: skip
