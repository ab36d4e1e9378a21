"""Reminders by program: which of them one wants by mail, and for the province the log of letters."""

from datetime import datetime

from flask import Response
from pydantic import BaseModel, Field, StrictInt
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp import models
from traceapp.domain.actors import Actor
from traceapp.domain.letters import LetterState, masked, recipient_of
from traceapp.domain.permissions import Act
from traceapp.extensions import limiter, reader
from traceapp.i18n import N_
from traceapp.models import Account, Letter
from traceapp.services.post import mail_wishes, outbox
from traceapp.services.post.reminders import wanted_by
from traceapp.services.public import open_records
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, key_shown, once
from traceapp.web.api.book import ALERTS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.languages import gettext, now


class WishedReminders(shapes.Question):
    """Days before the end on which a letter comes; none: no letters. Pages show what is due all the same."""

    steps: list[StrictInt] = Field(
        max_length=10, description=N_("Trong số 90, 60, 30, 7, 0 ngày trước khi hết hạn")
    )


class Reminders(BaseModel):
    """What is wanted."""

    steps: list[int]


class LetterQuestion(shapes.Paging):
    """Which letters."""

    state: LetterState | None = None


class LetterLine(BaseModel):
    """A letter: to whom (masked), about what, how it went."""

    public_id: str
    kind: str
    about: str
    address: str | None
    state: LetterState
    tries: int
    created_at: datetime
    sent_at: datetime | None
    error: str | None


class Letters(BaseModel):
    """A page of letters."""

    items: list[LetterLine]
    next: str | None


@door.get(
    "/me/reminders",
    summary=N_("Chủ khóa muốn nhận thư nhắc vào những mốc nào"),
    tags=[ALERTS],
    responses={200: Reminders, **refused(401)},
    security=NEEDS_KEY,
)
def read_wishes() -> Response:
    """What the owner of the key wants."""
    account = reader().get_one(Account, caller().account_id)
    return showing.answer(Reminders(steps=list(wanted_by(reader(), recipient_of(account.login)))))


@acts(ALERTS, Reminders)("/me/reminders", summary=N_("Chọn các mốc nhận thư nhắc"))
@limiter.limit("20 per hour; 40 per day", key_func=key_shown)
@once
def choose_reminders(session: Session, actor: Actor, body: WishedReminders) -> Reminders:
    """Keep the choice."""
    account = session.get_one(Account, actor.account_id)
    kept = mail_wishes.change_wishes(
        session,
        actor=actor,
        recipient=recipient_of(account.login),
        chosen=[str(step) for step in body.steps],
        subject=("account", account.public_id),
        now=now(),
    )
    return Reminders(steps=list(kept))


@door.get(
    "/letters",
    summary=N_("Nhật ký thư nhắc và thư báo thu hồi"),
    tags=[ALERTS],
    responses={200: Letters, **refused(401, 403)},
    security=NEEDS_KEY,
)
def list_letters(query: LetterQuestion) -> Response:
    """The log of letters, for the province."""
    caller().must(Act.SEND_LETTER)
    asked = select(Letter)
    if query.state is not None:
        asked = asked.where(Letter.state == query.state)
    page = open_records.page_of(reader(), asked, after=query.after, limit=query.limit)
    return showing.answer(Letters(items=[_shape(one) for one in page.records], next=page.following))


@acts(ALERTS, LetterLine)(
    "/letters/<public_id>/again", summary=N_("Gửi lại một thư bị lỗi hoặc chưa rõ đã tới hay chưa")
)
@once
def send_again(session: Session, actor: Actor, path: shapes.Named) -> LetterLine:
    """Let it be tried again."""
    actor.must(Act.SEND_LETTER)
    letter = outbox.find_letter(session, path.public_id.upper())
    return _shape(outbox.send_again(session, actor=actor, letter=letter, now=now()))


def _shape(row: models.Letter) -> LetterLine:
    return LetterLine(
        public_id=row.public_id,
        kind=row.kind,
        about=row.subject,
        address=masked(row.address) if row.address else None,
        state=row.state,
        tries=row.tries,
        created_at=row.created_at,
        sent_at=row.sent_at,
        error=gettext(row.error) if row.error else None,
    )
