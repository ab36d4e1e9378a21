"""Keys for programs: make one (it is shown once), see when each was last used, end one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired

from traceapp.domain.errors import NotAllowed
from traceapp.extensions import limiter, reader, transaction
from traceapp.i18n import N_
from traceapp.models import ApiKey
from traceapp.services.parties import accounts, api_keys
from traceapp.web import access
from traceapp.web.account import door
from traceapp.web.account.settings import my_account
from traceapp.web.acting import tried
from traceapp.web.entry import line
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, now, today
from traceapp.web.limits import who


class KeyForm(Form):
    """What the key is for and how long it lives; the password proves who asks."""

    name = StringField(
        N_("Dùng cho việc gì"), [line(80)], description=N_("Ví dụ: phần mềm kế toán, điện thoại của đoàn")
    )
    days = SelectField(N_("Dùng được trong"), default="90")
    old_password = PasswordField(N_("Mật khẩu hiện tại"), [InputRequired()])

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.days.choices = [(str(n), gettext("{n} ngày", n=n)) for n in api_keys.LIVES]


@door.route("/keys", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
@limiter.limit("10 per 5 minutes; 20 per hour", key_func=who, methods=["POST"])
def keys() -> ResponseReturnValue:
    """One's keys, and a new one. Its text is in this one answer and nowhere else."""
    form = asked = KeyForm()
    if made := tried(asked, lambda: _made(asked)):
        reader().rollback()  # a reader sees the database as it was when it first looked
        form = KeyForm(formdata=None)
    page = render_template(
        "account/keys.html",
        form=form,
        made=made,
        rows=api_keys.list_keys(reader(), access.actor()),
        login=my_account().login,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _made(form: KeyForm) -> tuple[ApiKey, str]:
    account = my_account()
    if not accounts.is_password(account, form.old_password.data or ""):
        raise NotAllowed("password_wrong", field="old_password")
    with transaction() as session:
        return api_keys.create_key(
            session,
            actor=access.actor(),
            proved=account.password_hash,
            name=form.name.data or "",
            days=int(form.days.data),
            now=now(),
            today=today(),
        )


@door.post("/keys/<public_id>/revoke")
@login_required  # type: ignore[untyped-decorator]  # flask-login is untyped
def revoke_key(public_id: str) -> ResponseReturnValue:
    """End a key of one's own at once."""
    with transaction() as session:
        api_keys.revoke_key(session, actor=access.actor(), public_id=public_id, now=now())
    flash(gettext("Đã thu hồi khóa. Chương trình dùng khóa này không làm được gì nữa."), "ok")
    return redirect(url_for(".keys"), 303)
