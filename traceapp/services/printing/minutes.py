"""The minutes of a field record: its facts put into the words and the order of the paper.

In Vietnamese whatever the reader's language, because it is signed here. The form is the project's own reading
of what such minutes say; it is no official form, and does not call itself one.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from labels.minutes import Grid, Minutes, Section, Signature, minutes_pdf
from traceapp.domain.days import VIETNAM
from traceapp.domain.numbers import format_number
from traceapp.services.inspections.facts import Facts

DOTS = "…………………………"
SIGN = "(Ký, ghi rõ họ tên)"
CLOSING = (
    "Biên bản lập thành 02 bản có nội dung như nhau, mỗi bên giữ 01 bản.",
    "Những người có tên dưới đây đã đọc lại biên bản, công nhận nội dung ghi đúng và cùng ký tên.",
)


def draw_minutes(facts: Facts, *, sha256: str | None) -> bytes:
    """The minutes as PDF: a pure function of the record's bytes. Without a hash it is a draft and says so."""
    return minutes_pdf(minutes_of(facts, sha256))


def minutes_of(facts: Facts, sha256: str | None) -> Minutes:
    """All the words, in order."""
    number = facts["number"] or DOTS
    supplement = facts["supplements"]
    return Minutes(
        office=facts["office"] or DOTS,
        title="BIÊN BẢN KIỂM TRA" + (" BỔ SUNG" if supplement else ""),
        number=f"Số: {number}",
        remarks=_remarks(facts),
        facts=_where(facts),
        address=facts["address"],
        caption="Mở biên bản trên hệ thống",
        sections=_sections(facts),
        closing=CLOSING,
        signatures=_signatures(facts),
        footer=_footer(facts, sha256),
    )


def _remarks(facts: Facts) -> tuple[str, ...]:
    told = []
    if not facts["number"]:
        told.append("BẢN NHÁP – chưa đóng, chưa có số")
    if facts["supplements"]:
        told.append(f"Bổ sung cho biên bản số {facts['supplements']}")
    if facts["demo"]:
        told.append("Dữ liệu minh họa (demo)")
    return tuple(told)


def _where(facts: Facts) -> tuple[tuple[str, str], ...]:
    place = facts["place"]
    where = ", ".join(part for part in (place["address"], place["commune"]) if part)
    told = [
        ("Thời gian:", f"bắt đầu {_moment(facts['began_at'])}, kết thúc {_moment(facts['closed_at'])}."),
        ("Địa điểm:", where or DOTS),
        ("Cơ sở được kiểm tra:", place["site"] or DOTS),
    ]
    if place["latitude"]:
        told.append(("Tọa độ (làm tròn):", f"{_decimal(place['latitude'])}; {_decimal(place['longitude'])}"))
    return tuple(told)


def _people(people: dict[str, str | None]) -> Section:
    """Who was there; the list may be long, so it stands under the code, not beside it."""
    seller = " – ".join(part for part in (people["seller"], people["seller_role"]) if part)
    told = [("Đại diện cơ sở:", seller or DOTS), ("Trưởng đoàn kiểm tra:", people["leader"] or DOTS)]
    if people["others"]:
        told.append(("Người khác có mặt:", people["others"]))
    return Section("1. Người có mặt", tuple(told))


def _sections(facts: Facts) -> tuple[Section, ...]:
    told = [_people(facts["people"]), _goods(facts["items"]), _questions(facts)]
    found = [("Kết quả:", facts["result"] or DOTS)]
    if facts["findings"]:
        found.append(("", facts["findings"]))
    told.append(Section("4. Kết quả kiểm tra", tuple(found)))
    told.append(Section("5. Biện pháp", _measures(facts)))
    told.append(_photos(facts["photos"]))
    if facts["signing"]["signs"] is False:
        told.append(Section("7. Người bán không ký", _refusal(facts["signing"])))
    return tuple(told)


def _goods(items: list[dict[str, Any]]) -> Section:
    if not items:
        return Section("2. Hàng được kiểm tra", (("", "Không ghi mặt hàng nào."),))
    rows = tuple(
        (
            str(number),
            _described(item),
            f"{_decimal(item['quantity'])} {item['unit']}" if item["quantity"] else "",
            format_number(item["price"]) if item["price"] else "",
            "\n".join(part for part in (item["finding"], item["note"]) if part),
        )
        for number, item in enumerate(items, 1)
    )
    heads = ("STT", "Tên hàng, lô, tem, chứng nhận", "Số lượng", "Giá (đồng)", "Nhận xét")
    return Section("2. Hàng được kiểm tra", grid=Grid(heads, (11, 74, 24, 23, 38), rows, frozenset({2, 3})))


def _described(item: dict[str, Any]) -> str:
    told = [item["named"]]
    told += [f"{word} {item[name]}" for name, word in KNOWN if item[name]]
    if not item["on_record"]:
        told.append("Không có trong hệ thống" + (f" (mã: {item['code']})" if item["code"] else ""))
    return "\n".join(told)


KNOWN = (("maker", "Đơn vị:"), ("lot", "Lô:"), ("serial", "Tem:"), ("certificate", "Chứng nhận:"))


def _questions(facts: Facts) -> Section:
    rows = tuple(
        (str(number), one["question"], one["answer"]) for number, one in enumerate(facts["checklist"], 1)
    )
    grid = Grid(("STT", "Câu hỏi", "Trả lời"), (11, 129, 30), rows)
    note = facts["checklist_note"]
    return Section("3. Câu hỏi kiểm tra", (("Ghi chú:", note),) if note else (), grid)


def _measures(facts: Facts) -> tuple[tuple[str, str], ...]:
    told = []
    for item in facts["items"]:
        if hold := item["hold"]:
            since = _moment(hold["from_at"])
            said = (
                f"{item['lot']} ({item['named']}), từ {since}, số {hold['number']}; lý do: {hold['reason']}."
            )
            told.append(("Tạm dừng lưu thông lô", said))
    if facts["measures"]:
        told.append(("", facts["measures"]))
    return tuple(told) or (("", "Không áp dụng biện pháp nào."),)


def _photos(photos: list[dict[str, Any]]) -> Section:
    if not photos:
        return Section("6. Ảnh kèm theo", (("", "Không có ảnh."),))
    rows = tuple(
        (
            str(number),
            _moment(one["taken_at"]) if one["taken_at"] else "máy ảnh không ghi giờ",
            _halved(one["sha256"]),
        )
        for number, one in enumerate(photos, 1)
    )
    grid = Grid(("STT", "Chụp lúc", "SHA-256 của ảnh"), (11, 39, 120), rows)
    return Section("6. Ảnh kèm theo", grid=grid)


def _halved(sha256: str) -> str:
    """A hash in two even lines, as wide as the column; read as one."""
    return f"{sha256[:32]}\n{sha256[32:]}"


def _refusal(signing: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    told = [("Lý do:", signing["refusal_reason"] or DOTS)]
    if signing["commune_authority"]:
        told.append(("Đại diện chính quyền xã:", signing["commune_authority"]))
    if signing["witnesses"]:
        told.append(("Người chứng kiến:", signing["witnesses"]))
    return tuple(told)


def _signatures(facts: Facts) -> tuple[Signature, ...]:
    people, signing = facts["people"], facts["signing"]
    leader = Signature("TRƯỞNG ĐOÀN KIỂM TRA", SIGN, people["leader"] or "")
    if signing["signs"] is not False:
        return Signature("ĐẠI DIỆN CƠ SỞ", SIGN, people["seller"] or ""), leader
    blocks = []
    if signing["commune_authority"]:
        blocks.append(Signature("ĐẠI DIỆN CHÍNH QUYỀN XÃ", SIGN, signing["commune_authority"]))
    witnesses = [line for line in (signing["witnesses"] or "").split("\n") if line.strip()]
    blocks += [Signature("NGƯỜI CHỨNG KIẾN", SIGN, one) for one in witnesses]
    return *blocks, leader


def _footer(facts: Facts, sha256: str | None) -> tuple[str, ...]:
    if sha256 is None:
        return (f"Bản nháp {facts['record']}",)
    return f"Biên bản {facts['number']}", f"SHA-256 của hồ sơ: {sha256}"


def _moment(told: str | None) -> str:
    """An instant of the record as it is said on paper."""
    if told is None:
        return DOTS
    local = datetime.fromisoformat(told).astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} ngày {local:%d/%m/%Y}"


def _decimal(told: str) -> str:
    """A number of the record as it is written here; the minus of the south is kept."""
    number = Decimal(told)
    return ("-" if number < 0 else "") + format_number(abs(number))
