"""The page on which a holder of recalled goods says what they still have: a link, no account, no cookie.

Who has the link sees what was delivered to its holder and nothing of any other. An answer may be corrected
while the recall lasts; every one is kept.
"""

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.numbers import format_number, parse_number
from traceapp.domain.recalls import DEEDS
from traceapp.extensions import limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.services.recalls import public_recalls, recall_notices
from traceapp.services.recalls.recall_notices import Answer, Told
from traceapp.web.entry import By, line
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now
from traceapp.web.public.shell import chosen_language, door, quantity

ENOUGH = N_("Hôm nay liên kết này đã được gửi trả lời 20 lần. Xin trả lời tiếp vào ngày mai.")


class AnswerForm(Form):
    """What was done with the goods, and how many there are."""

    class Meta(Form.Meta):
        """No session stands behind this form: the link is the key."""

        csrf = False

    deed = RadioField(N_("Bạn đã làm gì với hàng này?"), coerce=str, validators=[InputRequired()])
    held = StringField(N_("Hiện còn giữ"), [By(parse_number)])
    returned = StringField(N_("Đã trả lại"), [By(parse_number)])
    note = StringField(N_("Nói thêm nếu cần"), [line(300)])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = ((deed.value, gettext(told)) for deed, told in DEEDS.items())
        self.deed.choices = [(value, word[0].upper() + word[1:]) for value, word in words]


def _link() -> str:
    """Whose answers are counted: each is kept for ever, and the link may be in anybody's hand."""
    return str((request.view_args or {}).get("token"))


@door.route("/recalls/<public_id>/acknowledge/<token>", methods=["GET", "POST"])
@limiter.limit("60 per minute")
@limiter.limit(
    "20 per day",
    key_func=_link,
    methods=["POST"],
    error_message=lambda: gettext(ENOUGH),
)
def acknowledge(public_id: str, token: str) -> ResponseReturnValue:
    """Read what is recalled, and answer."""
    told = recall_notices.find_notice(reader(), public_id, token)
    form = AnswerForm(data=_said(told))
    if form.validate_on_submit():
        try:
            _keep(form, public_id, token)
        except NotFound:
            raise
        except RuleBroken as broken:
            form.blame(broken)
        else:
            language = chosen_language().get("lang")
            extra = f"&lang={language}" if language else ""
            return redirect(f"{request.path}?done=1{extra}", 303)
    return _page(told, form, 422 if form.is_submitted() else 200)


def _keep(form: AnswerForm, public_id: str, token: str) -> None:
    answer = Answer(
        deed=form.deed.data or "",
        held=form.held.data or "",
        returned=form.returned.data or "",
        note=form.note.data or "",
    )
    with transaction() as session:
        told = recall_notices.find_notice(session, public_id, token)
        recall_notices.acknowledge(session, told=told, answer=answer, actor=None, now=now())


def _said(told: Told) -> dict[str, str]:
    """The form begins with the last answer."""
    if told.answer is None:
        return {}
    return {
        "deed": told.answer.deed.value,
        "held": format_number(told.answer.held),
        "returned": format_number(told.answer.returned),
        "note": told.answer.note or "",
    }


def _page(told: Told, form: AnswerForm, status: int) -> Response:
    row = told.notice.restriction
    page = render_template(
        "public/acknowledge.html",
        notice=public_recalls.notice_of(row, now()),
        told=told,
        form=form,
        amount=quantity(told.amount, told.unit) if told.amount else None,
        unit=told.unit,
        over=row.lifted_at is not None,
        done=request.args.get("done") == "1" and told.answer is not None,
    )
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
