"""The certification body's own desk by program: its certificates, and those it enters for their holders.

What it decides about them is said at `/certificates/{public_id}/decisions`.
"""

from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.certificates import CertificateStatus
from traceapp.domain.permissions import Act
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services.public import publishing
from traceapp.services.vouching import body_desk, body_entry
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, Once, caller, done_once
from traceapp.web.api.book import CERTIFICATES, door
from traceapp.web.api.files import FileWish, read_scan
from traceapp.web.api.own_certificates import PaperWish, act, entry_of, shown, shown_all
from traceapp.web.api.refusals import refused
from traceapp.web.api.turning import HandledCertificates, Turning
from traceapp.web.languages import now, today

MOST_SCANS = 10  # at once: each is opened in a room of its own


class DeskQuestion(Turning):
    """Which of the body's certificates."""

    number: str = Field("", max_length=80, description=N_("Một phần của số chứng nhận"))
    status: CertificateStatus | None = None


class HolderQuestion(shapes.Question):
    """Whom to find."""

    q: str = Field(min_length=1, max_length=80, description=N_("Một phần của tên, hoặc mã số thuế"))


class Thing(BaseModel):
    """What a certificate may cover."""

    public_id: str
    name: str


class Holder(BaseModel):
    """An approved producer, with its goods and places."""

    public_id: str
    names: shapes.Names
    address: str | None
    trade_items: list[Thing]
    places: list[Thing]


class Holders(BaseModel):
    """Who was found, twenty at most."""

    items: list[Holder]


class IssuedWish(PaperWish):
    """A certificate the body has issued, with its scans; it goes to the province at once."""

    holder: str = Field(pattern=shapes.PUBLIC_ID)
    replaces: str | None = Field(
        None, pattern=shapes.PUBLIC_ID, description=N_("Chứng nhận mà chứng nhận này gia hạn")
    )
    scans: list[FileWish] = Field(min_length=1, max_length=MOST_SCANS)


@door.get(
    "/body/certificates",
    summary=N_("Chứng nhận do tổ chức mình cấp, hết hạn sớm nhất trước"),
    tags=[CERTIFICATES],
    responses={200: HandledCertificates, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def list_issued(query: DeskQuestion) -> Response:
    """A page of the body's certificates."""
    page = body_desk.list_issued(
        reader(),
        actor=caller(),
        number=query.number,
        status=query.status,
        today=today(),
        after=query.key,
        limit=query.limit,
    )
    items = shown_all(reader(), page.rows)
    return showing.answer(HandledCertificates(items=items, next=page.following))


@door.get(
    "/body/holders",
    summary=N_("Tìm đơn vị được cấp chứng nhận, cùng sản phẩm và địa điểm của họ"),
    tags=[CERTIFICATES],
    responses={200: Holders, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def find_holders(query: HolderQuestion) -> Response:
    """Approved producers by a part of their name."""
    body_desk.own_body(reader(), caller())
    return showing.answer(Holders(items=[_holder(one) for one in body_entry.find_holders(reader(), query.q)]))


@act(
    "/body/certificates",
    summary=N_("Tổ chức chứng nhận nhập chứng nhận đã cấp, mới hoặc gia hạn, kèm bản quét; gửi tỉnh ngay"),
)
def enter_issued(header: Once, body: IssuedWish) -> Response:
    """Enter it and send it."""
    caller().must(Act.DECIDE_CERTIFICATE)  # nobody's bytes are looked into before
    scans = [found for one in body.scans if (found := read_scan(one, field="scans"))]

    def deed(session: Session, actor: Actor) -> BaseModel:
        own = body_desk.own_body(session, actor)
        old = body_desk.read_own_certificate(session, body.replaces, actor=actor) if body.replaces else None
        made = body_entry.enter_certificate(
            session,
            current_app.extensions["storage"],
            actor=actor,
            holder=body_entry.read_holder(session, body.holder),
            entry=entry_of(body, body=own.public_id),
            scans=scans,
            replaces=old,
            now=now(),
            today=today(),
        )
        return shown(session, made)

    return done_once(header, deed)


def _holder(row: models.Party) -> Holder:
    told = publishing.producer(row, today())
    items, places = body_entry.goods_of(reader(), row)
    return Holder(
        public_id=row.public_id,
        names=showing.names(told.names),
        address=told.address,
        trade_items=[Thing(public_id=one.public_id, name=one.name_vi) for one in items],
        places=[Thing(public_id=one.public_id, name=one.name) for one in places],
    )
