"""The form of a certificate as its paper says: the same for its holder and for the body that issued it."""

from collections.abc import Iterable

from flask_wtf.file import MultipleFileField
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from traceapp.domain.numbers import parse_day
from traceapp.domain.reference import ACTIVITIES
from traceapp.i18n import N_
from traceapp.models import Scheme
from traceapp.web.entry import By, line, lines
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, language


class Ticks(SelectMultipleField):  # type: ignore[misc]  # wtforms is untyped
    """Several of a list, each with its own box."""

    widget = ListWidget()
    option_widget = CheckboxInput()


class CertificateForm(Form):
    """A certificate as its paper says."""

    scheme = SelectField(N_("Chương trình chứng nhận"), validate_choice=False)
    standard = StringField(
        N_("Tiêu chuẩn và lần ban hành"), [line(80)], description=N_("Như trên giấy, ví dụ ISO 22000:2018.")
    )
    number = StringField(N_("Số chứng nhận"), [InputRequired(), line(80)])
    body = SelectField(N_("Tổ chức chứng nhận"), validate_choice=False)
    body_name = StringField(
        N_("Tên tổ chức khác"), [line(200)], description=N_("Chỉ điền khi chọn “Tổ chức khác” ở trên.")
    )
    scope_text = TextAreaField(
        N_("Phạm vi chứng nhận"), [InputRequired(), lines(1000)], description=N_("Chép như trên giấy.")
    )
    trade_items = Ticks(N_("Sản phẩm được chứng nhận"), validate_choice=False)
    places = Ticks(N_("Địa điểm được chứng nhận"), validate_choice=False)
    activities = Ticks(N_("Hoạt động được chứng nhận"), validate_choice=False)
    issued_on = StringField(
        N_("Ngày cấp"), [InputRequired(), By(parse_day)], description=N_("Ngày/tháng/năm.")
    )
    valid_from = StringField(N_("Có hiệu lực từ"), [By(parse_day)], description=N_("Để trống: từ ngày cấp."))
    valid_until = StringField(N_("Có hiệu lực đến"), [InputRequired(), By(parse_day)])
    evidence = MultipleFileField(
        N_("Bản chụp hoặc PDF của giấy chứng nhận"),
        description=N_("PDF, JPEG, PNG hoặc WebP, mỗi tệp tối đa 10 MB."),
    )


def with_standard(scheme: Scheme) -> str:
    """A scheme by name, and by the number of its standard where it has one: people look for "ISO 22000"."""
    numbers = {one.standard.partition(":")[0] for one in scheme.editions}
    name = scheme.name_in(language())
    return f"{name} · {min(numbers)}" if len(numbers) == 1 and min(numbers) not in name else name


def offer_schemes(form: CertificateForm, schemes: Iterable[Scheme]) -> None:
    """Schemes, editions and activities to choose from; another edition may be typed."""
    known = list(schemes)
    form.scheme.choices = [(scheme.code, with_standard(scheme)) for scheme in known]
    form.editions = [
        (one.standard, scheme.name_in(language())) for scheme in known for one in scheme.editions
    ]
    form.activities.choices = [(one.value, gettext(word)) for one, word in ACTIVITIES.items()]
