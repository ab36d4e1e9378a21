"""Forms of the account door. Passwords may be pasted and are never trimmed."""

from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired

from traceapp.i18n import N_
from traceapp.services.parties.accounts import check_password, normalised_login
from traceapp.web.entry import By, line
from traceapp.web.forms import Form

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"), ("zh", "中文"))


class SignInForm(Form):
    """Who, and the proof."""

    login = StringField(N_("Số điện thoại hoặc e-mail"), [InputRequired()])
    password = PasswordField(N_("Mật khẩu"), [InputRequired()])
    next = HiddenField()


class SignUpForm(Form):
    """Three fields; the rest of a cooperative's record comes later."""

    display_name = StringField(N_("Tên của bạn"), [InputRequired(), line(120)])
    login = StringField(N_("Số điện thoại hoặc e-mail"), [InputRequired(), By(normalised_login)])
    password = PasswordField(
        N_("Mật khẩu"),
        [InputRequired(), By(check_password)],
        description=N_("Ít nhất 8 ký tự. Một câu dài dễ nhớ là tốt nhất."),
    )


class SettingsForm(Form):
    """How one is called and spoken to."""

    display_name = StringField(N_("Tên của bạn"), [InputRequired(), line(120)])
    language = SelectField(N_("Ngôn ngữ"), choices=dict(LANGUAGES))


class PasswordForm(Form):
    """The old password proves who asks."""

    old_password = PasswordField(N_("Mật khẩu hiện tại"), [InputRequired()])
    password = PasswordField(
        N_("Mật khẩu mới"),
        [InputRequired(), By(check_password)],
        description=N_("Ít nhất 8 ký tự. Một câu dài dễ nhớ là tốt nhất."),
    )
