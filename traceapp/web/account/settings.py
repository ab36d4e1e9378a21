"""One's own account: name, language, password."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import Session

from traceapp.domain.errors import NotAllowed
from traceapp.domain.letters import recipient_of
from traceapp.domain.reminders import STEPS
from traceapp.extensions import limiter, reader, transaction
from traceapp.models import Account
from traceapp.services.parties import accounts
from traceapp.services.post.reminders import READERS, wanted_by
from traceapp.web import access
from traceapp.web.account import door
from traceapp.web.account.forms import PasswordForm, SettingsForm
from traceapp.web.acting import done, tried
from traceapp.web.languages import gettext, now, today
from traceapp.web.limits import who
from traceapp.web.record_words import ROLES


def my_account() -> Account:
    """The account of this request, as stored."""
    return reader().scalars(select(Account).where(Account.id == access.actor().account_id)).one()


@door.route("/", methods=["GET", "POST"], strict_slashes=False)
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
@limiter.limit("20 per hour; 40 per day", key_func=who, methods=["POST"])
def home() -> ResponseReturnValue:
    """Who one is here, for whom one acts, and how one is spoken to."""
    account = my_account()
    form = SettingsForm(obj=account)

    def deed(session: Session) -> Account:
        name, language = form.display_name.data, form.language.data
        return accounts.change_settings(
            session, actor=access.actor(), display_name=name, language=language, now=now()
        )

    if done(form, deed):
        flash(gettext("Đã lưu."), "ok")
        return redirect(url_for("account.home"), 303)
    memberships = account.memberships_on(today())
    page = render_template(
        "account/home.html",
        form=form,
        account=account,
        memberships=memberships,
        roles=ROLES,
        gets_letters=any(one.role in READERS for one in memberships),
        by_mail="@" in account.login,
        steps=STEPS,
        wanted=wanted_by(reader(), recipient_of(account.login)),
    )
    return page, 422 if form.is_submitted() else 200


@door.route("/password", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
@limiter.limit("10 per 5 minutes", key_func=who, methods=["POST"])
def password() -> ResponseReturnValue:
    """A new password; every other session of the account ends."""
    form = PasswordForm()
    if account := tried(form, lambda: _changed(form.old_password.data, form.password.data)):
        access.sign_in(account)
        flash(gettext("Đã đổi mật khẩu. Các máy khác đã đăng xuất."), "ok")
        return redirect(url_for("account.home"), 303)
    page = render_template("account/password.html", form=form, login=my_account().login)
    return page, 422 if form.is_submitted() else 200


@door.post("/sessions/end")
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
@limiter.limit("20 per hour; 40 per day", key_func=who)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here: a lost telephone, a shared computer, a cookie that somebody copied."""
    with transaction() as session:
        accounts.end_sessions(session, actor=access.actor(), now=now())
    reader().rollback()  # a reader sees the database as it was when it first looked
    access.sign_in(my_account())
    flash(gettext("Mọi máy khác đã đăng xuất. Máy này vẫn mở."), "ok")
    return redirect(url_for("account.home"), 303)


def _changed(old: str, new: str) -> Account:
    account = my_account()
    if not accounts.is_password(account, old):
        raise NotAllowed("password_wrong", field="old_password")
    credentials = accounts.new_credentials(account.login, new)
    with transaction() as session:
        accounts.change_password(
            session,
            actor=access.actor(),
            proved=account.password_hash,
            credentials=credentials,
            now=now(),
        )
    reader().rollback()  # a reader sees the database as it was when it first looked
    return my_account()
