"""What scans contradict, by an inspector's program: the open alerts, taken over, closed with a reason."""

from datetime import datetime

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.alerts import AlertCode
from traceapp.domain.errors import NotAllowed
from traceapp.domain.permissions import Act, Role
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Alert
from traceapp.services.public import open_records
from traceapp.services.scans import alerts
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
    actor = caller()
    if not actor.has(Role.INSPECTOR, Role.PROVINCE):
        raise NotAllowed("role", given=Act.HANDLE_ALERT, found=", ".join(sorted(actor.roles)))
    asked = select(Alert).where(Alert.closed_at.is_(None))
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    return showing.answer(Alerts(items=[_shape(one) for one in page.records], next=page.following))


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
