"""The verdict on a stamp, and recalls. Asking is not scanning: nothing is counted."""

from datetime import date, datetime
from typing import Literal

from flask import Response, current_app
from pydantic import Field

from traceapp.domain.conformity import TONE, Verdict
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import Malformed
from traceapp.domain.identifiers import Gtin, RegistryNumber, SerialNumber
from traceapp.extensions import reader, scan_reader
from traceapp.i18n import N_
from traceapp.models import Restriction
from traceapp.services.public import lookup, open_records
from traceapp.services.public.passport import Passport
from traceapp.services.recalls.public_recalls import published_recalls
from traceapp.services.vouching.claims import schemes_by_code
from traceapp.web.api import answers, shapes, showing
from traceapp.web.api.book import STAMPS, door
from traceapp.web.api.claims import shown_claims
from traceapp.web.api.refusals import refused
from traceapp.web.errors import refusal
from traceapp.web.languages import gettext, now


class StampPath(shapes.Question):
    """A stamp by what stands in its code."""

    gtin: str = Field(max_length=40, description=N_("GTIN, hoặc mã sản phẩm 8 chữ số"))
    serial: str = Field(max_length=60, description=N_("Số sê-ri, phân biệt chữ hoa chữ thường"))


@door.get(
    "/stamps/<gtin>/<serial>",
    summary=N_("Kết luận về một con tem; tem lạ: 404 với code unknown"),
    tags=[STAMPS],
    responses={200: answers.StampAnswer, **refused(404)},
)
def read_stamp(path: StampPath) -> Response:
    """The verdict on a stamp."""
    told = answer_of(key_of(path.gtin, path.serial))
    return showing.answer(told) if told is not None else unknown(path.serial)


def answer_of(key: KeyPath) -> answers.StampAnswer | None:
    """The verdict on the stamp of a key; None where there is none."""
    found = passport_of(key)
    if found.verdict is None or found.verdict is Verdict.UNKNOWN or found.stamp is None:
        return None
    return _shape(found, found.verdict)


def passport_of(key: KeyPath) -> Passport:
    """What the registry knows of a key."""
    return lookup.look_up(
        reader(),
        scan_reader(),
        keys=current_app.extensions["serial_keys"],
        path=key,
        now=now(),
        many_scans_devices=current_app.extensions["settings"].many_scans_devices,
    )


def unknown(serial: str) -> Response:
    """No stamp of ours."""
    told = gettext("Không có mã này trong hệ thống.")
    return refusal(404, told, code="unknown", facts={"verdict": "unknown", "serial": serial})


def key_of(gtin: str, serial: str) -> KeyPath:
    """The key; eight digits are the registry's own number unless some GTIN-8 has been given them."""
    serial_number = SerialNumber.parse(serial)
    as_gtin = KeyPath(gtin=Gtin.parse(gtin), serial=serial_number)
    if len(gtin) != open_records.REGISTRY_DIGITS or lookup.find_trade_item(reader(), as_gtin) is not None:
        return as_gtin
    return KeyPath(registry_number=RegistryNumber.parse(gtin), serial=serial_number)


def _shape(found: Passport, verdict: Verdict) -> answers.StampAnswer:
    """Of a party that is not approved nothing but the words of the stamp are told."""
    stamp, product, lot = found.stamp, found.product, found.lot
    if stamp is None:
        raise Malformed("no_such_record")
    published = found.published
    if not published:
        product = lot = None
    return answers.StampAnswer(
        uri=showing.uri_of(found.path),
        verdict=verdict,
        tone=TONE[found.loudest or verdict],
        also=list(found.told_also),
        state=stamp.state,
        activated_at=stamp.activated_at,
        scans=found.tally.scans,
        first_scan_at=found.tally.first_at,
        pin_required=published and stamp.pin is not None,
        pin_used_on=_vietnamese_day(stamp.pin.at) if published and stamp.pin else None,
        trade_item=str(found.path.subject) if product else None,
        names=showing.names(product.names) if product else None,
        lot=lot.code if lot else None,
        made_on=lot.made_on if lot else None,
        packed_on=lot.packed_on if lot else None,
        expires_on=lot.expires_on if lot else None,
        claims=shown_claims(found.claims, schemes_by_code(reader())) if published else [],
        restraints=showing.standing(found.restraints) if published else [],
    )


def _vietnamese_day(at: datetime | None) -> date | None:
    return today_in_vietnam(at) if at else None


class RecallQuestion(shapes.Paging):
    """Which recalls."""

    state: Literal["in_force", "ended"] | None = Field(
        None, description=N_("Chỉ các đợt đang có hiệu lực, hoặc đã kết thúc")
    )


@door.get("/recalls", summary=N_("Các đợt thu hồi"), tags=[STAMPS], responses={200: shapes.Recalls})
def list_recalls(query: RecallQuestion) -> Response:
    """A page of recalls."""
    asked = published_recalls()
    if query.state is not None:
        over = Restriction.lifted_at.is_not(None)
        asked = asked.where(over if query.state == "ended" else ~over)
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    shown = [showing.recall(one) for one in page.records]
    return showing.answer(shapes.Recalls(items=shown, next=page.following))


@door.get(
    "/recalls/<public_id>",
    summary=N_("Một đợt thu hồi"),
    tags=[STAMPS],
    responses={200: shapes.Recall, **refused(404)},
)
def read_recall(path: shapes.Named) -> Response:
    """One recall, also when it is over."""
    named = open_records.by_public_id(Restriction, path.public_id)
    return showing.answer(showing.recall(open_records.one_of(reader(), published_recalls(), named)))
