"""Following a recall: who holds the goods, who was rung, what they answer.

An inspectorate or the province follows with its key. A holder needs none: the link in their letter is theirs
alone, and its last part answers here as it does on the page.
"""

from decimal import Decimal

from flask import Response, current_app, request
from pydantic import Field
from sqlalchemy.orm import Session

from traceapp.domain.actors import Actor
from traceapp.domain.errors import Malformed
from traceapp.domain.numbers import typed_number
from traceapp.domain.permissions import Act
from traceapp.domain.recalls import Deed
from traceapp.domain.trade_items import Unit
from traceapp.extensions import limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.services.recalls import recall_notices, restrictions
from traceapp.services.recalls.recall_answers import Answer, acknowledge
from traceapp.services.recalls.recall_notices import Told
from traceapp.web.api import restraint_shapes as told_shapes
from traceapp.web.api import shapes, showing
from traceapp.web.api.acting import NEEDS_KEY, caller, once
from traceapp.web.api.book import RESTRAINTS, acts, door
from traceapp.web.api.refusals import refused
from traceapp.web.languages import now, today
from traceapp.web.limits import unnamed

act = acts(RESTRAINTS, told_shapes.Notice)
LINK = "^[A-Za-z0-9_-]{20,80}$"


class NoticePath(shapes.Named):
    """A holder's notice of one recall."""

    number: str = Field(pattern=shapes.PUBLIC_ID)


class CallWish(shapes.Question):
    """Whether somebody rang them."""

    called: bool = Field(True, description=N_("false: bỏ dấu đã gọi điện"))


class AnswerWish(shapes.Question):
    """What a holder says."""

    deed: Deed
    unit: Unit | None = Field(
        None, description=N_("Đơn vị tính của hàng; phải ghi khi hàng được giao theo nhiều đơn vị tính")
    )
    held: shapes.Amount = Field(Decimal(0), description=N_("Hiện còn giữ"))
    returned: shapes.Amount = Field(Decimal(0), description=N_("Đã trả lại"))
    note: str = Field("", max_length=300)


class OwnAnswerWish(AnswerWish):
    """The same, by the holder; `token` is the last part of the link they were sent."""

    token: str = Field(pattern=LINK, description=N_("Phần cuối của đường dẫn trong thư báo thu hồi"))


@door.get(
    "/restraints/<public_id>/notices",
    summary=N_("Những ai giữ hàng bị thu hồi, đã gọi chưa, trả lời gì"),
    tags=[RESTRAINTS],
    responses={200: told_shapes.Notices, **refused(401, 403, 404)},
    security=NEEDS_KEY,
)
def list_notices(path: shapes.Named) -> Response:
    """Everybody who is told: one step forward, one step back."""
    caller().must(Act.FOLLOW_RECALL)
    row = restrictions.find_restriction(reader(), path.public_id)
    found = [told_shapes.notice(one, today()) for one in recall_notices.told_of(reader(), row)]
    return showing.answer(told_shapes.Notices(items=found))


@act("/restraints/<public_id>/notices/<number>/call", summary=N_("Ghi rằng đã gọi điện cho người giữ hàng"))
@once
def mark_called(session: Session, actor: Actor, path: NoticePath, body: CallWish) -> told_shapes.Notice:
    """Somebody rang this holder; or did not after all."""
    told = _named(session, actor, path)
    recall_notices.mark_called(session, actor=actor, notice=told.notice, called=body.called, now=now())
    return told_shapes.notice(_named(session, actor, path), today())


@act(
    "/restraints/<public_id>/notices/<number>/answer",
    summary=N_("Ghi trả lời của người giữ hàng qua điện thoại"),
)
@once
def write_answer(session: Session, actor: Actor, path: NoticePath, body: AnswerWish) -> told_shapes.Notice:
    """Write down what a holder said."""
    told = _named(session, actor, path)
    acknowledge(session, told=told, answer=_answer(body), unit=_unit(told, body), actor=actor, now=now())
    return told_shapes.notice(_named(session, actor, path), today())


def _named(session: Session, actor: Actor, path: NoticePath) -> Told:
    """What is on record of the holder that is named, for those who follow the recall."""
    actor.must(Act.FOLLOW_RECALL)
    row = restrictions.find_restriction(session, path.public_id)
    return recall_notices.notice_of(session, row, path.number)


def _link() -> str:
    """Whose answers are counted."""
    return unnamed(request.get_json()["token"])


@door.post(
    "/recalls/<public_id>/acknowledge",
    summary=N_("Người giữ hàng trả lời thông báo thu hồi; đường dẫn trong thư là chìa khóa"),
    tags=[RESTRAINTS],
    responses={201: told_shapes.HolderAnswer, **refused(403, 404, 409, 413, 415, 507)},
)
@limiter.limit("60 per minute")
@limiter.limit("20 per day", key_func=_link)
def acknowledge_recall(path: shapes.Named, body: OwnAnswerWish) -> Response:
    """The holder's own answer. Sent again unchanged it is kept once."""
    with transaction() as session:
        secret: bytes = current_app.secret_key  # type: ignore[assignment]  # bytes, from keys.session_secret
        told = recall_notices.find_notice(session, secret, path.public_id, body.token)
        answer = _answer(body)
        row = acknowledge(session, told=told, answer=answer, unit=_unit(told, body), actor=None, now=now())
        said = told_shapes.answered(row)
    return Response(said.model_dump_json(), 201, content_type="application/json")


def _unit(told: Told, wish: AnswerWish) -> Unit:
    """Of which goods they speak. Raises `answer_unit` where that could be several."""
    if wish.unit is None and len(told.asked) > 1:
        units = ", ".join(unit.value for unit in told.asked)
        raise Malformed("answer_unit", field="unit", expected=units)
    return wish.unit or told.unit


def _answer(wish: AnswerWish) -> Answer:
    """As it would have been typed: the service reads both alike."""
    held, returned = typed_number(wish.held), typed_number(wish.returned)
    return Answer(deed=wish.deed.value, held=held, returned=returned, note=wish.note)
