"""A field record drawn up by a program: begun, written step by step, given photos, closed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from flask import Response, current_app, request
from flask_openapi3.models import RawModel
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.days import VIETNAM
from traceapp.domain.errors import Malformed
from traceapp.domain.inspections import Finding, Seen
from traceapp.domain.numbers import format_number, typed_number
from traceapp.domain.trade_items import Unit
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import inspections
from traceapp.services.inspections import (
    AnswersEntry,
    Entry,
    ItemEntry,
    PeopleEntry,
    PlaceEntry,
    ResultEntry,
    SigningEntry,
)
from traceapp.web.api import amounts, shapes
from traceapp.web.api.acting import Once, caller, done_once, once
from traceapp.web.api.book import INSPECTIONS, acts
from traceapp.web.api.inspections import Inspection, show
from traceapp.web.languages import now
from traceapp.web.minutes_link import handed_address

EARLIEST, LATEST = 2000, 2200  # years: beyond them a calendar breaks before anybody inspects anything
act = acts(INSPECTIONS, Inspection)
Name = Annotated[str, Field("", max_length=120)]
Line = Annotated[str, Field("", max_length=200)]
Note = Annotated[str, Field("", max_length=500)]
Text = Annotated[str, Field("", max_length=1000)]
Long = Annotated[str, Field("", max_length=2000)]


class StartWish(shapes.Question):
    """What is in hand: codes as the inspector's box reads them."""

    codes: list[Annotated[str, Field(max_length=300)]] = Field(
        default_factory=list, max_length=10, description=N_("Mã tem, số lô, GTIN hoặc số chứng nhận")
    )


class PlaceWish(shapes.Question):
    """Where and when."""

    site_name: Line
    commune: Name
    address: Line
    began_at: AwareDatetime | None = None
    latitude: amounts.Latitude | None = Field(None, description=N_("Vĩ độ; luôn đi cùng kinh độ"))
    longitude: amounts.Longitude | None = Field(None, description=N_("Kinh độ; luôn đi cùng vĩ độ"))


class PeopleWish(shapes.Question):
    """Who was there."""

    seller_name: Name
    seller_role: Name
    leader_name: Name
    others: Text


class ItemWish(shapes.Question):
    """One more of the goods."""

    code: Annotated[str, Field("", max_length=300)]
    named: Line
    quantity: amounts.Counted | None = None
    unit: Unit = Unit.PIECE
    price: int | None = Field(None, ge=1, le=10**12)
    finding: Finding | None = None
    note: Note


class AnswersWish(shapes.Question):
    """The answer to each question; one that is left out was not looked at."""

    label: Seen | None = None
    stamp: Seen | None = None
    certificate: Seen | None = None
    scope: Seen | None = None
    use_by: Seen | None = None
    storage: Seen | None = None
    papers: Seen | None = None
    quantity: Seen | None = None
    note: Text


class ResultWish(shapes.Question):
    """What was found."""

    result: Finding | None = None
    findings: Long
    measures: Text


class SigningWish(shapes.Question):
    """Who signs."""

    seller_signs: bool
    refusal_reason: Note
    witnesses: Note
    commune_authority: Line


class StepsWish(shapes.Question):
    """Steps to write, each whole; `version` is that of the record they were made of."""

    version: int = Field(ge=1, lt=10**9, description=N_("Phiên bản hồ sơ mà chương trình đã đọc"))
    place: PlaceWish | None = None
    people: PeopleWish | None = None
    items: list[ItemWish] = Field(default_factory=list, max_length=30)
    answers: AnswersWish | None = None
    result: ResultWish | None = None
    signing: SigningWish | None = None


class Picture(RawModel):
    """A photo, as the camera made it."""

    mimetypes: list[str] = ["image/jpeg", "image/png", "image/webp"]  # noqa: RUF012 - its base has it so


@act("/inspections", summary=N_("Bắt đầu một biên bản kiểm tra"))
@once
def start_inspection(session: Session, actor: Actor, body: StartWish) -> Inspection:
    """Begin a record."""
    keys = current_app.extensions["serial_keys"]
    return show(inspections.start_inspection(session, actor=actor, codes=body.codes, keys=keys, now=now()))


@act("/inspections/<public_id>/steps", summary=N_("Ghi các bước của một biên bản"))
@once
def write_steps(session: Session, actor: Actor, path: shapes.Named, body: StepsWish) -> Inspection:
    """Write steps, all of them or none."""
    found = own(session, actor, path)
    for entry in _entries(body):
        inspections.save_step(
            session,
            actor=actor,
            inspection=found,
            entry=entry,
            version=body.version,
            key=None,  # the whole request has one
            keys=current_app.extensions["serial_keys"],
            now=now(),
        )
    return show(found)


@act("/inspections/<public_id>/photos", summary=N_("Gửi một ảnh vào biên bản"))
def add_photo(path: shapes.Named, header: Once, raw: Picture) -> Response:  # noqa: ARG001 - for the specification
    """Add a photo."""
    # nobody's bytes are looked into before it is known whose they are, and whose record they go to
    own(reader(), caller(), path)
    photo = inspections.make_photo(request.get_data())

    def deed(session: Session, actor: Actor) -> BaseModel:
        found, storage = own(session, actor, path), current_app.extensions["storage"]
        inspections.add_photo(session, storage, actor=actor, inspection=found, photo=photo, now=now())
        return show(found)

    return done_once(header, deed)


@act(
    "/inspections/<public_id>/close",
    summary=N_("Đóng biên bản: nhận số và mã băm, không sửa được nữa"),
)
@once
def close_inspection(session: Session, actor: Actor, path: shapes.Named) -> Inspection:
    """Close a record."""
    found = own(session, actor, path)
    closed = inspections.close_inspection(
        session,
        actor=actor,
        inspection=found,
        version=None,
        address=handed_address(found.public_id),
        now=now(),
    )
    return show(closed)


def own(session: Session, actor: Actor, path: shapes.Named) -> models.Inspection:
    """The record that is named, to whoever draws it up."""
    return inspections.own_inspection(session, actor=actor, public_id=path.public_id)


def _entries(body: StepsWish) -> Iterator[Entry]:
    """The steps as they would have been typed: the service reads both alike."""
    if body.place:
        yield _place(body.place)
    if body.people:
        yield PeopleEntry(**body.people.model_dump())
    for item in body.items:
        yield item_entry(item)
    if body.answers:
        seen = body.answers.model_dump(mode="json", exclude={"note"}, exclude_none=True)
        yield AnswersEntry(answers=tuple(seen.items()), answers_note=body.answers.note)
    if body.result:
        told = body.result.model_dump(exclude={"result"})
        yield ResultEntry(result=body.result.result.value if body.result.result else "", **told)
    if body.signing:
        told = body.signing.model_dump(exclude={"seller_signs"})
        yield SigningEntry(signs="yes" if body.signing.seller_signs else "no", **told)


def _place(wish: PlaceWish) -> PlaceEntry:
    if wish.began_at and not EARLIEST <= wish.began_at.year < LATEST:
        raise Malformed("day_impossible", field="began_at", given=wish.began_at.isoformat())
    local: datetime | None = wish.began_at.astimezone(VIETNAM) if wish.began_at else None
    return PlaceEntry(
        site_name=wish.site_name,
        commune=wish.commune,
        address=wish.address,
        began_on=f"{local:%d/%m/%Y}" if local else "",
        began_time=f"{local:%H:%M}" if local else "",
        latitude=f"{wish.latitude:f}" if wish.latitude is not None else "",
        longitude=f"{wish.longitude:f}" if wish.longitude is not None else "",
    )


def item_entry(wish: ItemWish) -> ItemEntry:
    """As it would have been typed."""
    return ItemEntry(
        code=wish.code,
        named=wish.named,
        quantity=typed_number(wish.quantity) if wish.quantity is not None else "",
        unit=wish.unit.value,
        price=format_number(wish.price) if wish.price is not None else "",
        finding=wish.finding.value if wish.finding else "",
        note=wish.note,
    )
