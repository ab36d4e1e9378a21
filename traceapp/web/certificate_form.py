"""The form of a certificate as its paper says: the same for its holder and for the body that issued it."""

from collections.abc import Callable, Iterable

from flask import request
from flask_wtf.file import MultipleFileField
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from traceapp.domain.numbers import parse_day
from traceapp.domain.reference import ACTIVITIES
from traceapp.domain.text import nfc
from traceapp.extensions import reader
from traceapp.i18n import N_
from traceapp.models import Scheme
from traceapp.services.vouching.bodies import NEW_BODY
from traceapp.services.vouching.subject_choice import Offered, offer_items, offer_places
from traceapp.web.entry import By, line, lines
from traceapp.web.forms import Form
from traceapp.web.languages import gettext, language

MOST_SOUGHT = 80


class Ticks(SelectMultipleField):  # type: ignore[misc]  # wtforms is untyped
    """Several of a list, each with its own box."""

    widget = ListWidget()
    option_widget = CheckboxInput()


class Picks(Ticks):
    """Several of a list that may be long: what is ticked stands first, the rest is found by a search."""

    data: list[str] | None
    offered: Offered | None = None
    sought = ""

    def offer(self, find: Callable[..., Offered], party_id: int) -> None:
        """What may be ticked now; ``find`` is `offer_items` or `offer_places`."""
        every = request.form.get("every") == self.name
        self.sought = nfc(request.form.get(f"find_{self.name}", "")).strip()[:MOST_SOUGHT]
        self.offered = find(reader(), party_id, chosen=self.data or [], typed=self.sought, every=every)
        self.choices = self.offered.choices
        if every:
            self.data = [public_id for public_id, _ in self.offered.chosen]


class CertificateForm(Form):
    """A certificate as its paper says."""

    scheme = SelectField(N_("Chương trình chứng nhận"), [InputRequired()], validate_choice=False)
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
    trade_items = Picks(N_("Sản phẩm được chứng nhận"), validate_choice=False)
    places = Picks(N_("Địa điểm được chứng nhận"), validate_choice=False)
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

    @property
    def searching(self) -> bool:
        """Whether goods to tick are sought: what was typed comes back, and nothing is saved or blamed."""
        return self.is_submitted() and not {"find", "every"}.isdisjoint(request.form)

    @property
    def refused(self) -> bool:
        """Whether it was handed in, and comes back with what is wrong."""
        return self.is_submitted() and not self.searching

    def validate_on_submit(self, extra_validators: object = None) -> bool:
        """As the library's; a search is no handing in."""
        return not self.searching and bool(super().validate_on_submit(extra_validators))

    def offer_goods(self, party_id: int) -> None:
        """The holder's goods and places to tick."""
        self.trade_items.offer(offer_items, party_id)
        self.places.offer(offer_places, party_id)

    def validate_body_name(self, field: StringField) -> None:
        """A name beside a body that was chosen would be dropped without a word: one of them is a mistake."""
        if field.data and self.body.data not in {"", NEW_BODY}:
            raise ValidationError(
                gettext("Đã chọn một tổ chức ở trên. Xin xóa tên này, hoặc chọn “Tổ chức khác”.")
            )


def with_standard(scheme: Scheme) -> str:
    """A scheme by name, and by the number of its standard where it has one: people look for "ISO 22000"."""
    numbers = {one.standard.partition(":")[0] for one in scheme.editions}
    name = scheme.name_in(language())
    return f"{name} · {min(numbers)}" if len(numbers) == 1 and min(numbers) not in name else name


def offer_schemes(form: CertificateForm, schemes: Iterable[Scheme]) -> None:
    """Schemes, editions and activities to choose from; another edition may be typed."""
    known = list(schemes)
    form.scheme.choices = [("", gettext("chưa chọn"))] + [(one.code, with_standard(one)) for one in known]
    form.editions = [
        (one.standard, scheme.name_in(language())) for scheme in known for one in scheme.editions
    ]
    form.activities.choices = [(one.value, gettext(word)) for one, word in ACTIVITIES.items()]
