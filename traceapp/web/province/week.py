"""The province's week, and the log of what was written to whom."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from traceapp.domain.letters import LetterState, masked
from traceapp.domain.restrictions import HOLD_REASONS
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Letter
from traceapp.services import week as service
from traceapp.services.parties import identity
from traceapp.services.post import outbox
from traceapp.services.post.subjects import subjects_of
from traceapp.web import access
from traceapp.web.languages import gettext, now, today
from traceapp.web.letter_words import KINDS, STATES
from traceapp.web.paging import backward
from traceapp.web.province import door
from traceapp.web.province.officers import OFFICERS, act
from traceapp.web.words import Said

MOST = 50  # certificates that end: about what an office deals with in a week
CUT_OFF = N_("Việc gửi bị ngắt đúng lúc giao thư, nên chưa rõ thư đã tới hay chưa.")
IDENTITY = {
    "name_vi": N_("tên"),
    "name_en": N_("tên tiếng Anh"),
    "name_zh": N_("tên tiếng Trung"),
    "tax_code": N_("mã số thuế"),
    "gln": N_("mã GLN"),
    "company_prefix": N_("mã doanh nghiệp GS1"),
    "kind": N_("loại đơn vị"),
}
ASK_FIRST = N_("Xin hỏi người nhận trước khi gửi lại.")


@door.get("/week")
@access.only(*OFFICERS)
def week() -> ResponseReturnValue:
    """Cần làm tuần này: what ends, week by week, and what waits."""
    agenda = service.province_agenda(reader(), today(), most=MOST)
    changed = identity.list_changed(reader(), now=now())
    told = {one.party.id: ", ".join(gettext(IDENTITY[name]) for name in one.what) for one in changed}
    return render_template(
        "province/week.html", agenda=agenda, reasons=HOLD_REASONS, changed=changed, what_changed=told
    )


@door.get("/reminders")
@access.only(*OFFICERS)
def reminders() -> ResponseReturnValue:
    """Letters, the newest first: to whom (masked), about what, how it went."""
    state = request.args.get("state", "")
    states = {LetterState(state)} if state in set(LetterState) else set()
    rows, more = backward(partial(outbox.list_letters, reader(), states=states))
    return render_template(
        "province/reminders.html",
        rows=[(row, masked(row.address or ""), standing(row), reason(row)) for row in rows],
        about=subjects_of(reader(), rows),
        kinds=KINDS,
        states=STATES,
        counts=outbox.count_letters(reader()),
        state=state,
        more=more,
    )


@door.post("/reminders/<public_id>/again")
@access.only(*OFFICERS)
def send_letter_again(public_id: str) -> ResponseReturnValue:
    """Let a letter that failed, or is in doubt, be tried again."""

    def deed(session: Session) -> None:
        letter = outbox.find_letter(session, public_id)
        outbox.send_again(session, actor=access.actor(), letter=letter, now=now())

    return act(deed, gettext("Đã đưa thư trở lại hàng chờ gửi."), url_for(".reminders"))


def standing(letter: Letter) -> Said:
    """How a letter stands in words: one in doubt whose worker may live is being sent."""
    in_hand = letter.lease_until is not None and letter.lease_until > now()
    if letter.state is LetterState.IN_DOUBT and in_hand:
        return STATES[LetterState.SENDING]
    return STATES[letter.state]


def reason(letter: Letter) -> str:
    """Why it was not sent: a sentence of ours, or the mail server's own words, which are nobody's markup."""
    if standing(letter) is STATES[LetterState.IN_DOUBT]:
        return gettext(letter.error or CUT_OFF) + " " + gettext(ASK_FIRST)
    return gettext(letter.error) if letter.error else ""
