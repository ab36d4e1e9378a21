"""Papers that carry a signed code: a certificate's sheet (A4), the cover of a carton or of a roll (A6).

They say what the registry holds, and that they are no certificate: that is the body's own paper.
"""

import io
from collections.abc import Sequence
from datetime import timedelta

from labels.fact_sheet import A4, A6, FactSheet, Page, fact_sheets
from traceapp.domain.contents import Contents, shown_digest
from traceapp.domain.days import today_in_vietnam
from traceapp.domain.numbers import format_day, format_number
from traceapp.domain.reference import ACTIVITIES
from traceapp.domain.serials import shown
from traceapp.domain.signed_codes import CodeKind
from traceapp.domain.trade_items import CATEGORIES
from traceapp.models import Certificate, SignedCode, TradeItem
from traceapp.services.printing.refusals import as_rules
from traceapp.services.signing.signed_codes import contents_of
from traceapp.settings import Settings

MOST_NAMED = 8
TRUTH = (
    "Mã chứng minh hệ thống đã ghi như trên vào ngày ký. Mã không chứng minh tờ giấy này là bản duy nhất: "
    "bản sao cũng mang mã đúng. Đình chỉ hay thu hồi sau ngày ký chỉ thấy khi kiểm tra."
)
A_SECOND = timedelta(seconds=1)
TITLES = {CodeKind.CARTON: "Bìa thùng hàng", CodeKind.ROLL: "Bìa cuộn tem"}


def certificate_sheet(code: SignedCode, settings: Settings) -> bytes:
    """One page: what the registry holds of the certificate, with the code that says so."""
    certificate = code.certificate
    if certificate is None:
        raise ValueError(f"code {code.public_id} is not of a certificate")
    note = "Bản in từ hệ thống; bản gốc do tổ chức chứng nhận cấp."
    if certificate.demo:
        note += " Bản minh họa (DEMO): mọi tên, số, ngày đều là demo."
    sheet = FactSheet(
        registry=settings.registry_name,
        host=settings.host,
        title=f"Bản ghi chứng nhận {certificate.number}",
        note=note,
        facts=_certificate_facts(code, certificate),
        code=code.code,
        beside=_sentences(code, settings),
    )
    return _drawn([sheet], A4)


def covers(codes: Sequence[SignedCode], settings: Settings) -> bytes:
    """Covers of cartons or rolls, one a page: what is in each, with the digest that its code carries."""
    return _drawn([_cover(code, settings) for code in codes], A6)


def _cover(code: SignedCode, settings: Settings) -> FactSheet:
    return FactSheet(
        registry=settings.registry_name,
        host=settings.host,
        title=TITLES[code.kind],
        note="Bản minh họa (DEMO)." if _item(code).demo else "",
        facts=_cover_facts(code, contents_of(code)),
        code=code.code,
        beside=_sentences(code, settings)[:3],
    )


def _item(code: SignedCode) -> TradeItem:
    goods = code.lot or code.stamp_run
    if goods is None:
        raise ValueError(f"code {code.public_id} is not of goods")
    return goods.trade_item


def _drawn(sheets: Sequence[FactSheet], page: Page) -> bytes:
    sink = io.BytesIO()
    with as_rules():
        fact_sheets(sink, sheets, page)
    return sink.getvalue()


def _certificate_facts(code: SignedCode, certificate: Certificate) -> tuple[tuple[str, str], ...]:
    day = today_in_vietnam(code.created_at)
    address = certificate.holder.address_on(day)
    items = [one.trade_item for one in certificate.subjects if one.trade_item is not None]
    sites = [one.place.name for one in certificate.subjects if one.place is not None]
    groups = [CATEGORIES[one.category] for one in certificate.subjects if one.category is not None]
    activities = [ACTIVITIES[one.activity] for one in certificate.activities]
    told = (
        ("Tiêu chuẩn", certificate.standard),
        ("Chương trình chứng nhận", certificate.scheme.name_vi),
        ("Chủ chứng nhận", certificate.holder.name_on(day)),
        ("Địa chỉ", address.line() if address else ""),
        ("Tổ chức chứng nhận", certificate.body.name_on(day)),
        ("Phạm vi", certificate.scope_text),
        ("Hoạt động", ", ".join(activities)),
        ("Sản phẩm", _listed([f"{one.name_vi} ({one.subject})" for one in items])),
        ("Nhóm sản phẩm", _listed(groups)),
        ("Cơ sở", _listed(sites)),
        ("Ngày cấp", format_day(certificate.issued_on)),
        ("Hiệu lực", f"{format_day(certificate.valid_from)} đến hết {format_day(certificate.valid_until)}"),
        (f"Ngày {format_day(day)}", "Còn hiệu lực khi ký mã này"),
        ("Tệp bằng chứng (SHA-256)", _hash(certificate)),
    )
    return tuple((name, value) for name, value in told if value)


def _listed(names: Sequence[str]) -> str:
    """Names with commas; where they are many, how many more there are."""
    more = f" và {len(names) - MOST_NAMED} mục khác" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _hash(certificate: Certificate) -> str:
    """The first file's hash, in groups that can be broken over lines."""
    if not certificate.evidence:
        return ""
    text = certificate.evidence[0].sha256
    return " ".join(text[at : at + 16] for at in range(0, len(text), 16))


def _cover_facts(code: SignedCode, contents: Contents) -> tuple[tuple[str, str], ...]:
    item = _item(code)
    pieces = "Số tem" if code.kind is CodeKind.ROLL else "Số sản phẩm trong thùng"
    told = (
        ("Mã số", shown_number(code)),
        ("Sản phẩm", item.name_vi),
        ("GTIN" if item.gtin else "Mã sản phẩm", contents.product),
        ("Đơn vị", item.party.name_on(today_in_vietnam(code.created_at))),
        ("Lô", contents.lot or "chưa gắn lô"),
        (pieces, format_number(contents.count)),
        ("Tem đầu", shown(contents.first) if contents.first else ""),
        ("Tem cuối", shown(contents.last) if contents.last else ""),
        ("Dấu nội dung", shown_digest(contents.digest())),
    )
    return tuple((name, value) for name, value in told if value)


def _sentences(code: SignedCode, settings: Settings) -> tuple[str, ...]:
    signed = format_day(today_in_vietnam(code.created_at))
    ends = format_day(today_in_vietnam(code.expires_at - A_SECOND))
    return (
        f"Mã số {shown_number(code)}, ký ngày {signed}, khóa {code.key_id}; có giá trị đến hết {ends}.",
        f"Kiểm tra: {settings.host}/verify",
        "Khi không có mạng: dùng trang kiểm tra đã lưu sẵn.",
        TRUTH,
    )


def shown_number(code: SignedCode) -> str:
    """A code's number in fours."""
    return f"{code.public_id[:4]}-{code.public_id[4:]}"
