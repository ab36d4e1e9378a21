"""What scans contradict, by an inspector's program: the open alerts, taken over, closed with a reason."""

from datetime import datetime

from flask import Response, current_app
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.alerts import AlertCode, ReviewFlag
from traceapp.domain.errors import NotAllowed
from traceapp.domain.permissions import Act, Role
from traceapp.extensions import reader, scan_reader
from traceapp.i18n import N_
from traceapp.models import Alert
from traceapp.services.public import open_records
from traceapp.services.scans import alerts
from traceapp.services.scans.watching import Flagged, flagged
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import ALERTS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.languages import now


class ClosingWish(shapes.Question):
    """What was checked and why it is over."""

    reason: str = Field(min_length=1, max_length=500)


class AlertLine(BaseModel):
    """An alert; `taken` says that somebody looks after it."""

    public_id: str
    code: AlertCode
    subject: str
    times: int
    first_at: datetime
    last_at: datetime
    trade_item: str | None
    lot: str | None
    taken: bool
    closed_at: datetime | None


class Alerts(BaseModel):
    """A page of open alerts."""

    items: list[AlertLine]
    next: str | None


class StampFlag(BaseModel):
    """A stamp opened on many devices; a count worth a look, never an accusation."""

    flag: ReviewFlag = Field(
        description=N_("R1: một tem mở trên nhiều thiết bị; R2: nhiều tem như vậy của một lô")
    )
    run: str
    number: int = Field(description=N_("Số thứ tự tem trong đợt, từ 1"))
    trade_item: str
    lot: str | None
    scans: int
    devices: int


class StampFlags(BaseModel):
    """The stamps to look at, those with most devices first; at most a hundred."""

    items: list[StampFlag]


act = acts(ALERTS, AlertLine)


@door.get(
    "/alerts",
    summary=N_("Cảnh báo đang mở từ lượt quét"),
    tags=[ALERTS],
    responses={200: Alerts, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_alerts(query: shapes.Paging) -> Response:
    """Open alerts."""
    _reader_of_alerts()
    asked = select(Alert).where(Alert.closed_at.is_(None))
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    return showing.answer(Alerts(items=[_shape(one) for one in page.records], next=page.following))


@door.get(
    "/alerts/flags",
    summary=N_("Tem được mở nhiều hơn thường lệ: nên xem lại, chưa phải cảnh báo"),
    tags=[ALERTS],
    responses={200: StampFlags, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_flags() -> Response:
    """What only counts say (R1, R2)."""
    _reader_of_alerts()
    devices = current_app.extensions["settings"].many_scans_devices
    found = flagged(reader(), scan_reader(), devices=devices)
    return showing.answer(StampFlags(items=[_flag(one) for one in found]))


@act("/alerts/<public_id>/take", summary=N_("Nhận xử lý một cảnh báo"))
@once
def take_alert(session: Session, actor: Actor, path: shapes.Named) -> AlertLine:
    """Look after it from now on."""
    return _shape(alerts.take_alert(session, actor=actor, public_id=path.public_id, now=now()))


@act("/alerts/<public_id>/close", summary=N_("Đóng một cảnh báo kèm lý do"))
@once
def close_alert(session: Session, actor: Actor, path: shapes.Named, body: ClosingWish) -> AlertLine:
    """End it with a reason."""
    closed, _now = alerts.close_alert(
        session, actor=actor, public_id=path.public_id, reason=body.reason, now=now()
    )
    return _shape(closed)


def _reader_of_alerts() -> None:
    """Inspectors look after alerts, the province reads them. Raises `role`."""
    actor = caller()
    if not actor.has(Role.INSPECTOR, Role.PROVINCE):
        raise NotAllowed("role", given=Act.HANDLE_ALERT, found=", ".join(sorted(actor.roles)))


def _flag(one: Flagged) -> StampFlag:
    return StampFlag(
        flag=ReviewFlag.R2 if one.several else ReviewFlag.R1,
        run=one.run.public_id,
        number=one.index + 1,
        trade_item=one.run.subject,
        lot=one.run.lot.code if one.run.lot else None,
        scans=one.scans,
        devices=one.devices,
    )


def _shape(row: models.Alert) -> AlertLine:
    return AlertLine(
        public_id=row.public_id,
        code=row.code,
        subject=row.subject,
        times=row.times,
        first_at=row.created_at,
        last_at=row.last_at,
        trade_item=row.trade_item.subject if row.trade_item else None,
        lot=row.lot.code if row.lot else None,
        taken=row.owner_id is not None,
        closed_at=row.closed_at,
    )
