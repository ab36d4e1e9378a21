"""Registrations of producers by program: one's own record kept and sent, and the province's answer to it."""

from datetime import datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from traceapp.domain.actors import Actor
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.domain.permissions import Act
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Party, PartyAddress
from traceapp.services import taking_back
from traceapp.services.parties import approvals, registry
from traceapp.services.parties.registry import PartyEntry
from traceapp.services.public import open_records, publishing
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.bodies import VersionWish
from traceapp.web.api.book import PARTIES, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.languages import now, today


class PartyWish(shapes.Question):
    """A producer's record, whole."""

    kind: PartyKind = PartyKind.COOPERATIVE
    tax_code: str = Field("", max_length=20, description=N_("Cần có mã số thuế hoặc GLN để gửi duyệt"))
    name_vi: str = Field(min_length=1, max_length=200)
    name_en: str = Field("", max_length=200)
    name_zh: str = Field("", max_length=200)
    street: str = Field("", max_length=200)
    admin_unit: str = Field(min_length=1, max_length=60, description=N_("Mã xã, phường trong `/admin-units`"))
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=120)
    gln: str = Field("", max_length=20)
    company_prefix: str = Field("", max_length=20, description=N_("Đầu mã doanh nghiệp GS1, 7 đến 12 chữ số"))


class RefusedParty(VersionWish):
    """Why not, and what the officer has read."""

    reason: str = Field(min_length=1, max_length=500)


class Registration(BaseModel):
    """A producer's record as its owner and the province see it; `version` goes with an answer to it."""

    public_id: str
    kind: PartyKind
    state: PartyState
    version: int
    return_reason: str | None
    submitted_at: datetime | None
    names: shapes.Names
    street: str | None
    admin_unit: str | None = Field(description=N_("Mã xã, phường trong `/admin-units`"))
    address: str | None
    tax_code: str | None
    phone: str | None
    email: str | None
    gln: str | None
    company_prefix: str | None
    demo: bool


class Registrations(BaseModel):
    """A page of them."""

    items: list[Registration]
    next: str | None


class RegistrationQuestion(shapes.Paging):
    """Which records."""

    state: PartyState = Field(PartyState.SUBMITTED, description=N_("Mặc định: đang chờ duyệt"))


act = acts(PARTIES, Registration)


@door.get(
    "/own/party",
    summary=N_("Hồ sơ của đơn vị mình, và tỉnh đã trả lời thế nào"),
    tags=[PARTIES],
    responses={200: Registration, **refused(401, 404)},
    security=NEEDS_KEY,
)
def read_own_party() -> Response:
    """The record of the caller's party."""
    return showing.answer(_shape(registry.own_party(reader(), caller())))


@act("/own/party/edit", summary=N_("Sửa hồ sơ đơn vị: mọi mục được ghi lại theo nội dung gửi lên"))
@once
def edit_own_party(session: Session, actor: Actor, body: PartyWish) -> Registration:
    """Put the record right: every field is written anew."""
    entry = _entry(session, actor, body)
    return _shown(session, registry.edit_party(session, actor=actor, entry=entry, now=now(), today=today()))


@act("/own/party/submit", summary=N_("Gửi hồ sơ đơn vị lên tỉnh duyệt"))
@once
def submit_own_party(session: Session, actor: Actor) -> Registration:
    """Send it to the province."""
    return _shown(session, registry.submit_party(session, actor=actor, now=now()))


@act("/own/party/take-back", summary=N_("Rút hồ sơ đơn vị đã gửi lại để sửa, khi tỉnh chưa duyệt"))
@once
def take_back_own_party(session: Session, actor: Actor) -> Registration:
    """Have it back from the queue."""
    mine = registry.own_party(session, actor)
    return _shown(session, taking_back.take_back_party(session, actor=actor, party=mine, now=now()))


@door.get(
    "/desk/parties",
    summary=N_("Hồ sơ đơn vị đang chờ tỉnh duyệt, hoặc ở trạng thái khác"),
    tags=[PARTIES],
    responses={200: Registrations, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_registrations(query: RegistrationQuestion) -> Response:
    """A page of producers' records; drafts are their owners' alone."""
    caller().must(Act.APPROVE_PARTY)
    makers = [kind for kind in PartyKind if kind.makes_goods]
    asked = select(Party).where(Party.kind.in_(makers), Party.state == query.state)
    asked = asked.where(Party.state != PartyState.DRAFT)
    asked = asked.options(
        selectinload(Party.names), selectinload(Party.addresses).selectinload(PartyAddress.admin_unit)
    )
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    return showing.answer(Registrations(items=[_shape(one) for one in page.records], next=page.following))


@door.get(
    "/desk/parties/<public_id>",
    summary=N_("Hồ sơ của một đơn vị, trước khi duyệt"),
    tags=[PARTIES],
    responses={200: Registration, **refused(401, 403, 404, 409)},
    security=NEEDS_KEY,
)
def read_registration(path: shapes.Named) -> Response:
    """One record, as an officer sees it."""
    return showing.answer(_shape(_named(reader(), caller(), path)))


@act("/desk/parties/<public_id>/approve", summary=N_("Duyệt một đơn vị; đơn vị bị dừng được mở lại"))
@once
def approve_party(session: Session, actor: Actor, path: shapes.Named, body: VersionWish) -> Registration:
    """Yes: its goods become public."""
    row = _named(session, actor, path)
    done = approvals.approve_party(session, actor=actor, party=row, version=body.version, now=now())
    return _shown(session, done)


@act("/desk/parties/<public_id>/return", summary=N_("Trả lại hồ sơ đơn vị để sửa"))
@once
def return_party(session: Session, actor: Actor, path: shapes.Named, body: RefusedParty) -> Registration:
    """No, with what is to be put right."""
    row = _named(session, actor, path)
    done = approvals.return_party(
        session, actor=actor, party=row, reason=body.reason, version=body.version, now=now()
    )
    return _shown(session, done)


@act("/desk/parties/<public_id>/suspend", summary=N_("Dừng một đơn vị: hàng rời trang công khai"))
@once
def suspend_party(session: Session, actor: Actor, path: shapes.Named, body: RefusedParty) -> Registration:
    """Not any more: its goods leave the public side until it is approved again."""
    row = _named(session, actor, path)
    done = approvals.suspend_party(
        session, actor=actor, party=row, reason=body.reason, version=body.version, now=now()
    )
    return _shown(session, done)


def _named(session: Session, actor: Actor, path: shapes.Named) -> Party:
    """The record that is named, for those who answer it."""
    actor.must(Act.APPROVE_PARTY)
    return approvals.read_party(session, path.public_id)


def _entry(session: Session, actor: Actor, wish: PartyWish) -> PartyEntry:
    """As it would have been typed: the service reads both alike."""
    address = registry.own_party(session, actor).address_on(today())
    also = [address.admin_unit_id] if address is not None else []
    units = registry.list_units(session, today(), *also)
    unit = next((str(one.id) for one in units if one.code == wish.admin_unit), "")
    return PartyEntry(**wish.model_dump(mode="json", exclude={"admin_unit"}), admin_unit=unit)


def _shown(session: Session, row: Party) -> Registration:
    session.flush()
    return _shape(row)


def _shape(row: Party) -> Registration:
    address = row.address_on(today())
    told: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "public_id", "kind", "state", "version", "return_reason", "submitted_at", "tax_code", "phone",
            "email", "gln", "company_prefix", "demo",
        )
    }  # fmt: skip
    return Registration(
        **told,
        names=showing.names(publishing.party_names(row, today())),
        street=address.street if address else None,
        admin_unit=address.admin_unit.code if address else None,
        address=address.line() if address else None,
    )
