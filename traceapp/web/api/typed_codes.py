"""A stamp by whatever somebody typed or scanned, and its scratch PIN. For everybody; no scan is counted.

Forgiven are O for 0, I and L for 1, hyphens, spaces and small letters; a character that cannot be right is
pointed at. A PIN is judged as on the stamp's page: five tries, then one an hour, whoever asks.
"""

from collections.abc import Iterator
from datetime import date, datetime
from math import ceil

from flask import Response, current_app, request
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from traceapp.domain import digital_link
from traceapp.domain.conformity import Verdict
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.digital_link import KeyPath
from traceapp.domain.errors import NotFound
from traceapp.extensions import limiter, reader, scans, transaction
from traceapp.i18n import N_
from traceapp.services.pins import PinAnswer, PinEntry, PinOutcome, enter_pin
from traceapp.services.public.search import find_stamp
from traceapp.services.scans.scanning import Visitor, device_tokens
from traceapp.web.api import answers, shapes, showing, stamps
from traceapp.web.api.book import STAMPS, door
from traceapp.web.api.refusals import refused
from traceapp.web.errors import refusal
from traceapp.web.languages import gettext, now


class TypedQuestion(shapes.Question):
    """What stands on the stamp, as somebody typed or scanned it."""

    code: str = Field(
        min_length=1,
        max_length=300,
        description=N_(
            "Mã in trên tem, hoặc cả địa chỉ trong mã QR; nhầm O/0, I/L/1, gạch nối, chữ thường đều được"
        ),
    )


class TypedAnswer(BaseModel):
    """The stamps that the code may be: one, or very rarely more, of several products."""

    items: list[answers.StampAnswer]


class PinWish(shapes.Question):
    """A PIN and the stamp it was scratched free on."""

    gtin: str = Field(max_length=40, description=N_("GTIN, hoặc mã sản phẩm 8 chữ số"))
    serial: str = Field(max_length=60, description=N_("Số sê-ri, phân biệt chữ hoa chữ thường"))
    pin: str = Field(min_length=1, max_length=40, description=N_("6 ký tự dưới lớp cào"))
    area: str = Field(
        "",
        max_length=10,
        description=N_("Mã tỉnh, hoặc mã nước ISO 3166-1, nếu người mua cho biết; ví dụ 20"),
    )
    device: str = Field(
        "",
        max_length=64,
        pattern="^[!-~]*$",
        description=N_(
            "Mã ngẫu nhiên ứng dụng đặt cho mỗi máy, để lần nhập lại trên cùng máy không bị coi là nơi khác; "
            "không lưu lại. Bỏ trống: xét theo địa chỉ mạng"
        ),
    )


class PinResult(BaseModel):
    """What came of it; the first right entry fixes day and province for ever. A wrong PIN is no verdict."""

    outcome: PinOutcome = Field(
        description=N_(
            "first: đúng, lần đầu; again: đúng, cùng nơi; elsewhere: đúng, đã dùng ở nơi khác; wrong: sai"
        )
    )
    tries_left: int
    next_at: datetime = Field(description=N_("Lúc nhập lần sau được"))
    used_on: date | None
    used_area: str | None


@door.get(
    "/stamps",
    summary=N_("Tem theo mã gõ tay hoặc quét được; ký tự không thể đúng thì chỉ ra ở facts"),
    tags=[STAMPS],
    responses={200: TypedAnswer, **refused(404)},
)
def read_typed_code(query: TypedQuestion) -> Response:
    """The verdict on each stamp the code may be."""
    path = digital_link.forgiven(digital_link.read(query.code))
    items = [one for one in map(stamps.answer_of, _paths(path)) if one is not None]
    return (
        showing.answer(TypedAnswer(items=items)) if items else stamps.unknown(str(path.serial or query.code))
    )


def _paths(path: KeyPath) -> Iterator[KeyPath]:
    if path.serial is None:
        raise NotFound("no_such_record")
    if path.subject is not None:
        yield path
    else:
        yield from find_stamp(reader(), keys=current_app.extensions["serial_keys"], serial=path.serial)


@door.post(
    "/stamps/pin",
    summary=N_("Nhập mã cào (PIN) của một con tem"),
    tags=[STAMPS],
    responses={200: PinResult, **refused(404, 409, 413, 415, 507)},
)
@limiter.limit("20 per minute; 200 per day")
def check_pin(body: PinWish) -> Response:
    """Judge a PIN; 429 with `retry_after` where the tries are spent."""
    key = stamps.key_of(body.gtin, body.serial)
    found = stamps.passport_of(key)
    if found.verdict in (None, Verdict.UNKNOWN):
        return stamps.unknown(body.serial)
    entry = PinEntry(body.pin, body.area, _tokens(body.device))
    with transaction() as session:
        keys = current_app.extensions["serial_keys"]
        answer = enter_pin(session, passport=found, keys=keys, entry=entry, now=now())
    return _told(answer)


def _tokens(device: str) -> tuple[str, ...]:
    """What stands for this device today and yesterday; nothing while the scan log cannot be written."""
    asked = Visitor(
        address="" if device else request.remote_addr or "",
        browser=device or request.user_agent.string,
        method=request.method,
        purpose="",
    )
    try:
        tokens = device_tokens(scans(), asked, now())
        scans().commit()
    except SQLAlchemyError:
        current_app.logger.exception("the scan log cannot be written")
        return ()
    return tokens


def _told(answer: PinAnswer) -> Response:
    if answer.outcome is PinOutcome.WAIT:
        told = gettext("Mã cào của tem này đã nhập sai nhiều lần. Xin đợi rồi nhập lại.")
        left = ceil((answer.next_at - now()).total_seconds())
        return refusal(429, told, code="pin_wait", retry_after=max(1, left))
    return showing.answer(
        PinResult(
            outcome=answer.outcome,
            tries_left=answer.left,
            next_at=answer.next_at,
            used_on=today_in_vietnam(answer.use.at) if answer.use.at else None,
            used_area=answer.use.area,
        )
    )
