"""What there is to do this week ("Cần làm tuần này"), and which reminders would go out now."""

from datetime import date, datetime

from flask import Response
from pydantic import BaseModel, Field

from traceapp import models
from traceapp.domain.checklist import Where
from traceapp.domain.letters import LetterState, masked
from traceapp.domain.permissions import Act
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.services import agenda
from traceapp.services.agenda import Task, TaskKind
from traceapp.services.post.outbox import ToSay
from traceapp.services.post.reminders import Ending, not_said
from traceapp.services.week import Agenda, province_agenda
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller
from traceapp.web.api.book import ALERTS, door
from traceapp.web.api.refusals import refused
from traceapp.web.api.restraint_shapes import Restraint, restraints
from traceapp.web.languages import gettext, now, today


class LotGap(BaseModel):
    """A line of the legal checklist that a lot does not meet yet."""

    number: int
    label: str
    where: Where


class OwnTask(BaseModel):
    """One thing to do, and the public ids of what it is about."""

    kind: TaskKind
    party: str | None
    certificate: str | None
    run: str | None
    lot: str | None
    restraint: str | None = Field(description=N_("Lệnh tạm dừng hoặc thu hồi"))
    days: int = Field(description=N_("Còn bao nhiêu ngày, hoặc đã qua bao nhiêu ngày"))
    count: int = Field(description=N_("Số tem chưa dùng, hoặc số mục còn thiếu của lô"))
    gaps: list[LotGap]


class OwnWeek(BaseModel):
    """Everything that waits for the caller's party, the most pressing first."""

    items: list[OwnTask]


class EndingCertificate(BaseModel):
    """A certificate that ends or has ended, the step of its reminders, and its renewal where there is one."""

    certificate: str
    number: str
    standard: str
    holder: shapes.Party
    valid_until: date
    step: int = Field(description=N_("Mốc nhắc gần nhất: 90, 60, 30, 7 hoặc 0 ngày"))
    renewal: str | None = Field(description=N_("Chứng nhận gia hạn chưa duyệt, nếu đã ghi"))
    renewal_waits: bool = Field(description=N_("Bản gia hạn đang chờ tỉnh duyệt"))
    told_at: datetime | None = Field(description=N_("Lần gần nhất đã gửi thư nhắc"))


class SuspendedCertificate(BaseModel):
    """A certificate that waits for its body's next decision."""

    certificate: str
    number: str
    holder: str
    since: date | None


class EndingWeek(BaseModel):
    """Monday to Sunday."""

    first: date
    last: date
    items: list[EndingCertificate]


class ProvinceWeek(BaseModel):
    """The province's week."""

    proposals: list[Restraint] = Field(description=N_("Đề nghị thu hồi chưa ai trả lời"))
    reviews: list[Restraint] = Field(description=N_("Lệnh tạm dừng đến ngày xem lại"))
    suspended: list[SuspendedCertificate]
    ended: list[EndingCertificate]
    weeks: list[EndingWeek]
    waiting: int = Field(description=N_("Số hồ sơ chờ duyệt"))
    oldest_waiting: datetime | None
    alerts: int
    letters: dict[LetterState, int]


class DueLetter(BaseModel):
    """A letter that would be put into the outbox now; nothing is sent by asking."""

    kind: str
    about: str
    day: date
    address: str


class DueLetters(BaseModel):
    """All of them."""

    items: list[DueLetter]


@door.get(
    "/own/week",
    summary=N_("Cần làm tuần này, của đơn vị mình"),
    tags=[ALERTS],
    responses={200: OwnWeek, **refused(401)},
    security=NEEDS_KEY,
)
def read_own_week() -> Response:
    """What waits for the caller's party."""
    tasks = agenda.to_do(reader(), caller(), now=now(), today=today())
    return showing.answer(OwnWeek(items=[_task(one) for one in tasks]))


@door.get(
    "/desk/week",
    summary=N_("Cần làm tuần này, của tỉnh"),
    tags=[ALERTS],
    responses={200: ProvinceWeek, **refused(401, 403)},
    security=NEEDS_KEY,
)
def read_desk_week() -> Response:
    """What waits for the province."""
    caller().must(Act.APPROVE_CERTIFICATE)
    return showing.answer(_week(province_agenda(reader(), today())))


@door.get(
    "/letters/due",
    summary=N_("Thư nhắc sẽ gửi nếu chạy bây giờ; chưa gửi gì"),
    tags=[ALERTS],
    responses={200: DueLetters, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_due_letters() -> Response:
    """The dry run of reminders."""
    caller().must(Act.SEND_LETTER)
    return showing.answer(DueLetters(items=[_due(one) for one in not_said(reader(), now=now())]))


def _task(one: Task) -> OwnTask:
    return OwnTask(
        kind=one.kind,
        party=_id(one.party),
        certificate=_id(one.certificate),
        run=_id(one.run),
        lot=_id(one.lot),
        restraint=_id(one.restriction),
        days=one.days,
        count=one.count,
        gaps=[LotGap(number=gap.number, label=gettext(gap.label_vi), where=gap.where) for gap in one.gaps],
    )


def _id(
    row: models.Party | models.Certificate | models.StampRun | models.Lot | models.Restriction | None,
) -> str | None:
    return row.public_id if row is not None else None


def _week(found: Agenda) -> ProvinceWeek:
    return ProvinceWeek(
        proposals=restraints(reader(), found.proposals),
        reviews=restraints(reader(), found.reviews),
        suspended=[
            SuspendedCertificate(
                certificate=one.public_id,
                number=one.number,
                holder=one.holder.public_id,
                since=status.since,
            )
            for one, status in found.suspended
        ],
        ended=[_ending(one, found) for one in found.ended],
        weeks=[
            EndingWeek(first=week.first, last=week.last, items=[_ending(one, found) for one in rows])
            for week, rows in found.weeks
        ],
        waiting=found.waiting,
        oldest_waiting=found.oldest,
        alerts=found.alerts,
        letters=found.letters,
    )


def _ending(one: Ending, found: Agenda) -> EndingCertificate:
    row = one.certificate
    return EndingCertificate(
        certificate=row.public_id,
        number=row.number,
        standard=row.standard,
        holder=showing.party(row.holder),
        valid_until=row.valid_until,
        step=one.step.days,
        renewal=_id(one.renewal),
        renewal_waits=one.pending,
        told_at=found.told.get(row.public_id),
    )


def _due(say: ToSay) -> DueLetter:
    return DueLetter(kind=say.kind, about=say.subject, day=say.day, address=masked(say.address))
