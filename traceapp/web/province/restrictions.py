"""Holds and recalls before the officer: answer a proposal, extend a hold, let goods go again."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField, TextAreaField

from traceapp.domain.errors import Conflict, Malformed
from traceapp.domain.numbers import parse_day, parse_number
from traceapp.domain.reasons import BEARINGS
from traceapp.domain.restrictions import HOLD_REASONS, RECALL_ENDINGS, RecallEnding
from traceapp.domain.trade_items import UNIT_NAMES, Unit
from traceapp.extensions import reader, scan_reader, transaction
from traceapp.i18n import N_
from traceapp.models import Account, Restriction
from traceapp.services.choices import chosen
from traceapp.services.recalls import reaching, reason_check, recall_scope, restriction_steps
from traceapp.services.recalls import restrictions as service
from traceapp.services.recalls.reaching import Reach
from traceapp.services.recalls.recall_answers import read_amount
from traceapp.services.recalls.restrictions import Outcome, find_restriction
from traceapp.web import access
from traceapp.web.entry import By, line
from traceapp.web.errors import sentence
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now, today
from traceapp.web.paging import backward
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act
from traceapp.web.record_words import area_words
from traceapp.web.words import STATUS_WORDS


class ExtendForm(Form):
    """Until when a hold goes on at least, and why."""

    review_on = StringField(N_("Xem lại ngày"))
    reason = TextAreaField(N_("Vì sao gia hạn"))


class EndForm(Form):
    """How a recall ended, and what became of the goods."""

    ending = RadioField(N_("Hàng được xử lý thế nào"), validate_choice=False)
    recovered = StringField(N_("Số lượng thu hồi được"), [By(parse_number)])
    handled = StringField(N_("Trong đó đã xử lý"), [By(parse_number)])
    unit = SelectField(
        N_("Đơn vị tính"),
        choices={kind.value: told for kind, told in UNIT_NAMES.items()},
        validate_choice=False,
    )
    reason = StringField(N_("Ghi thêm"), [line(300)])

    @property
    def outcome(self) -> Outcome | None:
        """The quantities; None where none is given. Raises what reading numbers and units does."""
        if not self.recovered.data and not self.handled.data:
            return None
        recovered = read_amount(self.recovered.data or "", field="recovered")
        handled = read_amount(self.handled.data or "", field="handled")
        return Outcome(recovered, handled, chosen(Unit, self.unit.data or "", field="unit"))


@door.get("/restrictions")
@access.only(*OFFICERS)
def restrictions() -> ResponseReturnValue:
    """All that is held, recalled or proposed to be, a page at a time."""
    return _page()


def _page(
    extend: ExtendForm | None = None, refused: str = "", end: EndForm | None = None
) -> ResponseReturnValue:
    rows, follow = backward(partial(service.open_restrictions, reader()))
    more = rows[-1].id if follow else None
    if refused and refused not in {row.public_id for row in rows}:
        rows.insert(0, service.find_restriction(reader(), refused))  # what was typed stands with its row
    page = render_template(
        "province/restrictions.html",
        rows=rows,
        more=more,
        reaches=_reaches([row for row in rows if row.from_at is None]),
        registers={row.id: reason_check.said_to(reader(), row, today=today()) for row in rows},
        bearings=BEARINGS,
        status_words=STATUS_WORDS,
        people=_people(rows),
        reasons=HOLD_REASONS,
        endings=RECALL_ENDINGS,
        extend=extend,
        blank=ExtendForm(formdata=None),
        end=end,
        blank_end=EndForm(formdata=None),
        units=UNIT_NAMES,
        refused=refused,
    )
    return page, 422 if refused else 200


def _reaches(rows: list[Restriction]) -> dict[int, tuple[Reach, str]]:
    """How far each proposal reaches, looked at before it is answered."""
    found = reaching.reaches(reader(), scan_reader(), [recall_scope.about_of(row) for row in rows])
    return {row.id: (one, area_words(one.areas)) for row, one in zip(rows, found, strict=True)}


def _people(rows: list[Restriction]) -> dict[int, Account]:
    """Who proposed each."""
    query = select(Account).where(Account.id.in_({row.proposed_by_id for row in rows}))
    people = {one.id: one for one in reader().scalars(query)}
    return {row.id: people[row.proposed_by_id] for row in rows}


@door.post("/restrictions/<public_id>/confirm")
@access.only(*OFFICERS)
def confirm_recall(public_id: str) -> ResponseReturnValue:
    """The second person's yes to a recall."""

    def deed(session: Session) -> None:
        row = find_restriction(session, public_id)
        service.confirm_recall(session, actor=access.actor(), restriction=row, now=now())

    said = gettext("Đã duyệt thu hồi. Người quét tem thấy ngay từ bây giờ.")
    return act(deed, said, url_for(".restrictions"))


@door.post("/restrictions/<public_id>/refuse")
@access.only(*OFFICERS)
def refuse_recall(public_id: str) -> ResponseReturnValue:
    """The second person's no, with a reason."""
    reason = request.form.get("reason", "")

    def deed(session: Session) -> None:
        row = find_restriction(session, public_id)
        restriction_steps.refuse_recall(
            session, actor=access.actor(), restriction=row, reason=reason, now=now()
        )

    return act(deed, gettext("Đã từ chối đề nghị thu hồi."), url_for(".restrictions"))


@door.post("/restrictions/<public_id>/drop")
@access.only(*OFFICERS)
def drop_proposal(public_id: str) -> ResponseReturnValue:
    """Who proposed it takes it back."""

    def deed(session: Session) -> None:
        row = find_restriction(session, public_id)
        restriction_steps.drop_proposal(session, actor=access.actor(), restriction=row, now=now())

    return act(deed, gettext("Đã rút lại đề nghị thu hồi."), url_for(".restrictions"))


@door.post("/restrictions/<public_id>/extend")
@access.only(*OFFICERS)
def extend_hold(public_id: str) -> ResponseReturnValue:
    """Look at a hold again on a later day."""
    form = ExtendForm()
    if not form.validate_on_submit():
        return _page(form, public_id.upper())
    try:
        with transaction() as session:
            row = find_restriction(session, public_id)
            restriction_steps.extend_hold(
                session,
                actor=access.actor(),
                restriction=row,
                review_on=parse_day(form.review_on.data or "", field="review_on"),
                reason=form.reason.data or "",
                now=now(),
            )
    except (Malformed, Conflict) as broken:
        form.blame(Malformed(broken.code, field=broken.field or "review_on", **broken.facts))
        return _page(form, public_id.upper())
    flash(gettext("Đã gia hạn tạm dừng."), "ok")
    return redirect(url_for(".restrictions"), 303)


@door.post("/restrictions/<public_id>/lift")
@access.only(*OFFICERS)
def lift(public_id: str) -> ResponseReturnValue:
    """Let the goods go again: a hold says why, a recall how it ended and what became of the goods."""
    form = EndForm()
    if not form.validate_on_submit():
        return _page(None, public_id.upper(), form)
    asked = form.ending.data or ""
    try:
        with transaction() as session:
            row = service.lift(
                session,
                actor=access.actor(),
                restriction=find_restriction(session, public_id),
                ending=RecallEnding(asked) if asked in set(RecallEnding) else None,
                outcome=form.outcome,
                reason=form.reason.data or "",
                now=now(),
            )
    except Malformed as broken:
        form.blame(broken)
        return _page(None, public_id.upper(), form)
    except Conflict as broken:
        flash(sentence(broken), "stop")
    else:
        flash(gettext("Đã kết thúc thu hồi.") if row.ending else gettext("Đã gỡ tạm dừng."), "ok")
    return redirect(url_for(".restrictions"), 303)
