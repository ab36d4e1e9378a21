"""The record of a party as a form: short at sign-up, whole afterwards (experience.md, S2)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session
from wtforms import EmailField, SelectField, StringField, TelField
from wtforms.validators import InputRequired

from traceapp.domain.identifiers import Gln, TaxCode
from traceapp.domain.parties import PartyKind
from traceapp.i18n import N_
from traceapp.models import AdminUnit, Party
from traceapp.services.feedback import phone_number
from traceapp.services.parties import registry
from traceapp.services.parties.accounts import email_address
from traceapp.web.entry import By, line
from traceapp.web.forms import Form
from traceapp.web.languages import gettext
from traceapp.web.record_words import PARTY_KINDS


class RegisterForm(Form):
    """What is needed to begin."""

    kind = SelectField(
        N_("Loại hình"), choices={kind.value: PARTY_KINDS[kind] for kind in PartyKind if kind.makes_goods}
    )
    name_vi = StringField(
        N_("Tên đơn vị"),
        [InputRequired(), line(200)],
        description=N_("Như trên giấy đăng ký, ví dụ: Hợp tác xã Nông nghiệp ..."),
    )
    tax_code = StringField(
        N_("Mã số thuế"),
        [By(TaxCode.parse)],
        description=N_(
            "10 hoặc 13 chữ số; hộ kinh doanh dùng 12 số định danh cá nhân. Cần có khi gửi tỉnh duyệt."
        ),
    )
    admin_unit = SelectField(
        N_("Xã, phường"),
        description=N_("Chưa thấy xã của bạn? Chọn tỉnh Lạng Sơn rồi ghi tên xã ở ô dưới."),
        validate_choice=False,
    )
    street = StringField(N_("Thôn, đường, số nhà"), [line(200)])
    phone = TelField(N_("Số điện thoại của đơn vị"), [By(phone_number)])

    def offer_units(self, session: Session, today: date, *also: int) -> None:
        """Fill the list of units with those that stand today."""
        units = registry.list_units(session, today, *also)
        self.admin_unit.choices = unit_choices(units)


class PartyForm(RegisterForm):
    """The whole record."""

    email = EmailField(N_("E-mail"), [By(email_address)])
    name_en = StringField(N_("Tên tiếng Anh"), [line(200)])
    name_zh = StringField(N_("Tên tiếng Trung"), [line(200)])
    company_prefix = StringField(
        N_("Mã doanh nghiệp GS1"),
        [By(registry.read_prefix)],
        description=N_("Nếu đã đăng ký mã số mã vạch: 7 đến 12 chữ số, thường bắt đầu bằng 893."),
    )
    gln = StringField(N_("Mã địa điểm toàn cầu (GLN)"), [By(Gln.parse)], description=N_("13 chữ số, nếu có."))


def unit_choices(units: Sequence[AdminUnit]) -> list[tuple[str, str]]:
    """The units as a select offers them: name and province, more only where two would read alike."""
    alike = Counter(_short(unit) for unit in units)
    return [(str(unit.id), _short(unit) if alike[_short(unit)] == 1 else _long(unit)) for unit in units]


def _short(unit: AdminUnit) -> str:
    chain = unit.chain()
    return ", ".join(dict.fromkeys((unit.name, chain[-1].name)))


def _long(unit: AdminUnit) -> str:
    """With all units above it and, where it is known, the day it began."""
    named = ", ".join(above.name for above in unit.chain())
    if unit.valid_from is None:
        return named
    return gettext("{unit} (từ {day})", unit=named, day=f"{unit.valid_from:%d/%m/%Y}")


def party_as_typed(party: Party, today: date) -> dict[str, str]:
    """What the form shows of a record that exists."""
    address = party.address_on(today)
    names = {f"name_{row.language}": row.name for row in party.names if row.holds_on(today)}
    return names | {
        "kind": party.kind.value,
        "tax_code": party.tax_code or "",
        "gln": party.gln or "",
        "company_prefix": party.company_prefix or "",
        "phone": party.phone or "",
        "email": party.email or "",
        "street": address.street if address else "",
        "admin_unit": str(address.admin_unit_id) if address else "",
    }
