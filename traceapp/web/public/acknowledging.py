"""The page on which a holder of recalled goods says what they still have: a link, no account, no cookie.

Who has the link sees what was delivered to its holder and nothing of any other. An answer may be corrected
while the recall lasts; every one is kept.
"""

from flask import Response, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from traceapp.domain.errors import NotFound, RuleBroken
from traceapp.domain.numbers import parse_number, typed_number
from traceapp.domain.recalls import DEEDS
from traceapp.domain.trade_items import Unit
from traceapp.extensions import limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.services.recalls import public_recalls, recall_notices
from traceapp.services.recalls.recall_answers import Answer
from traceapp.services.recalls.recall_answers import acknowledge as acknowledge_goods
from traceapp.services.recalls.recall_notices import Told
from traceapp.web.entry import By, line
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now
from traceapp.web.limits import unnamed
from traceapp.web.public.shell import chosen_language, door, quantity
from traceapp.web.record_words import pack_words

ENOUGH = N_("Hôm nay đã có 20 lần trả lời qua đường dẫn này. Xin trả lời tiếp vào ngày mai.")


class LinkForm(Form):
    """No session stands behind these forms: the link is the key."""

    class Meta(Form.Meta):
        """Without a token."""

        csrf = False


class NoteForm(LinkForm):
    """What else there is to say."""

    note = StringField(N_("Nói thêm nếu cần"), [line(300)])


class AnswerForm(LinkForm):
    """What was done with the goods, and how many there are, in one unit."""

    deed = RadioField(N_("Bạn đã làm gì với hàng này?"), coerce=str, validators=[InputRequired()])
    held = StringField(N_("Hiện còn giữ"), [By(parse_number)])
    returned = StringField(N_("Đã trả lại"), [By(parse_number)])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        words = ((deed.value, gettext(told)) for deed, told in DEEDS.items())
        self.deed.choices = [(value, word[0].upper() + word[1:]) for value, word in words]


def _link() -> str:
    """Whose answers are counted: each is kept for ever, and the link may be in anybody's hand."""
    return unnamed((request.view_args or {}).get("token"))


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
    told = recall_notices.find_notice(reader(), _secret(), public_id, token)
    asked = {unit: AnswerForm(prefix=unit.value, data=_said(told, unit)) for unit in told.asked}
    noted = told.answers.get(told.unit, told.answer)
    note = NoteForm(data={"note": (noted.note if noted else None) or ""})
    if request.method == "GET":
        return _page(told, asked, note, 200)
    readable = [form.validate() for form in (*asked.values(), note)]  # each says what is wrong with it
    if all(readable) and _keep(asked, note, public_id, token):
        language = chosen_language().get("lang")
        extra = f"&lang={language}" if language else ""
        return redirect(f"{request.path}?done=1{extra}", 303)
    return _page(told, asked, note, 422)


def _keep(asked: dict[Unit, AnswerForm], note: NoteForm, public_id: str, token: str) -> bool:
    """Keep the answers, all or none; whether there was nothing to blame."""
    try:
        with transaction() as session:
            told = recall_notices.find_notice(session, _secret(), public_id, token)
            for unit, form in asked.items():
                answer = _answer(form, note if unit is told.unit else None)
                try:
                    acknowledge_goods(session, told=told, answer=answer, unit=unit, actor=None, now=now())
                except RuleBroken as broken:
                    form.blame(broken)
                    raise
    except NotFound:
        raise
    except RuleBroken:
        return False
    return True


def _answer(form: AnswerForm, note: NoteForm | None) -> Answer:
    return Answer(
        deed=form.deed.data or "",
        held=form.held.data or "",
        returned=form.returned.data or "",
        note=(note.note.data or "") if note else "",
    )


def _said(told: Told, unit: Unit) -> dict[str, str]:
    """The form begins with the last answer."""
    answer = told.answers.get(unit)
    if answer is None:
        return {}
    return {
        "deed": answer.deed.value,
        "held": typed_number(answer.held),
        "returned": typed_number(answer.returned),
    }


def _secret() -> bytes:
    return current_app.secret_key  # type: ignore[return-value]  # bytes, from keys.session_secret


def _page(told: Told, asked: dict[Unit, AnswerForm], note: NoteForm, status: int) -> Response:
    row = told.notice.restriction
    page = render_template(
        "public/acknowledge.html",
        notice=public_recalls.notice_of(row, now()),
        told=told,
        note=note,
        asked=[(unit, _amount(told, unit), form, told.answers.get(unit)) for unit, form in asked.items()],
        faulty=any(form.faulty or form.form_errors for form in (*asked.values(), note)),
        over=row.lifted_at is not None,
        packs=pack_words(told.packs),
        done=request.args.get("done") == "1" and told.answer is not None and not told.unanswered,
    )
    response = make_response(page, status)
    # The address is the key. Under "no-referrer" browsers would call the origin of our own form "null".
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _amount(told: Told, unit: Unit) -> str | None:
    """What went to them in this unit, in words; None where all of it was taken back."""
    amount = told.accounts[unit].despatched
    return quantity(amount, unit) if amount else None
