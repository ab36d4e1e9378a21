"""Holds and recalls before the officer: confirm a recall, let goods go again."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotFound
from traceapp.domain.restrictions import HOLD_REASONS, RECALL_ENDINGS, RecallEnding
from traceapp.extensions import reader
from traceapp.models import Account, Restriction
from traceapp.services import restrictions as service
from traceapp.web import access
from traceapp.web.languages import gettext, now
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act


@door.get("/restrictions")
@access.only(*OFFICERS)
def restrictions() -> ResponseReturnValue:
    """All that is held, recalled or proposed to be."""
    rows = service.open_restrictions(reader())
    return render_template(
        "province/restrictions.html",
        rows=rows,
        people={row.id: reader().get(Account, row.proposed_by_id) for row in rows},
        reasons=HOLD_REASONS,
        endings=RECALL_ENDINGS,
    )


@door.post("/restrictions/<public_id>/confirm")
@access.only(*OFFICERS)
def confirm_recall(public_id: str) -> ResponseReturnValue:
    """The second person's yes to a recall."""

    def deed(session: Session) -> None:
        service.confirm_recall(
            session, actor=access.actor(), restriction=_restriction(session, public_id), now=now()
        )

    said = gettext("Đã duyệt thu hồi. Người quét tem thấy ngay từ bây giờ.")
    return act(deed, said, url_for(".restrictions"))


@door.post("/restrictions/<public_id>/lift")
@access.only(*OFFICERS)
def lift(public_id: str) -> ResponseReturnValue:
    """Let the goods go again; a recall says how it ended."""
    asked = request.form.get("ending", "")
    ending = RecallEnding(asked) if asked in set(RecallEnding) else None

    def deed(session: Session) -> None:
        found = _restriction(session, public_id)
        service.lift(session, actor=access.actor(), restriction=found, ending=ending, now=now())

    return act(deed, gettext("Đã gỡ."), url_for(".restrictions"))


def _restriction(session: Session, public_id: str) -> Restriction:
    found = session.scalar(select(Restriction).where(Restriction.public_id == public_id.upper()))
    if found is None:
        raise NotFound("no_such_record")
    return found
