"""Which reminders come by mail: one's own choice, and the page behind the link in every letter.

The link needs no sign-in: its seal says that whoever follows it was written to. A POST from a mail program
(RFC 8058, one click) ends the letters at once and is answered, not redirected.
"""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from traceapp.domain.errors import RuleBroken
from traceapp.domain.letters import masked, recipient_of
from traceapp.domain.reminders import STEPS
from traceapp.extensions import csrf, limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.services.post import mail_wishes
from traceapp.services.post.reminders import wanted_by
from traceapp.services.post.stationery import opened
from traceapp.web import access
from traceapp.web.account import door
from traceapp.web.account.settings import my_account
from traceapp.web.errors import sentence
from traceapp.web.languages import gettext, language, now
from traceapp.web.limits import who

ENOUGH = N_("Hôm nay lựa chọn của địa chỉ này đã được gửi 20 lần. Xin đổi tiếp vào ngày mai.")


def _addressed() -> str:
    """Whose changes are counted: the address's, however its link is written."""
    return str(_opened((request.view_args or {})["token"]))


@door.post("/reminders")
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
@limiter.limit("20 per hour; 40 per day", key_func=who)
def choose_reminders() -> ResponseReturnValue:
    """Keep one's own choice of reminders."""
    account = my_account()
    try:
        with transaction() as session:
            mail_wishes.change_wishes(
                session,
                actor=access.actor(),
                recipient=recipient_of(account.login),
                chosen=request.form.getlist("steps"),
                subject=("account", account.public_id),
                now=now(),
            )
    except RuleBroken as broken:
        flash(sentence(broken), "stop")
    else:
        flash(gettext("Đã lưu."), "ok")
    return redirect(url_for("account.home") + "#thu-nhac", 303)


@door.get("/reminders/<token>")
@limiter.limit("30 per minute")
def reminders(token: str) -> ResponseReturnValue:
    """Which letters go to the address this link was sent to; looking changes nothing."""
    return _page(token, saved=request.args.get("saved") == "1")


@door.post("/reminders/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]  # flask-wtf is untyped
@limiter.limit("30 per minute")
@limiter.limit(
    "20 per day",
    key_func=_addressed,
    error_message=lambda: gettext(ENOUGH),
)
def change_reminders(token: str) -> ResponseReturnValue:
    """Keep the choice; a mail program's one click ends the letters."""
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    recipient = _opened(token)
    with transaction() as session:
        letter = mail_wishes.last_letter_to(session, recipient)
        mail_wishes.change_wishes(
            session,
            actor=None,
            recipient=letter.recipient,
            chosen=[] if one_click or "stop" in request.form else request.form.getlist("steps"),
            subject=("letter", letter.public_id),
            now=now(),
        )
    if one_click:
        return _page(token, saved=True)
    return redirect(url_for(".reminders", token=token, saved=1, lang=language()), 303)


def _page(token: str, *, saved: bool) -> str:
    recipient = _opened(token)
    letter = mail_wishes.last_letter_to(reader(), recipient)
    return render_template(
        "account/reminders.html",
        address=masked(letter.address or ""),
        wanted=wanted_by(reader(), letter.recipient),
        steps=STEPS,
        saved=saved,
        token=token,
    )


def _opened(token: str) -> str | None:
    return opened(current_app.secret_key, token)  # type: ignore[arg-type]  # bytes, from keys.session_secret
