"""Forms of the cooperative's records. Labels in Vietnamese; what is optional stands in a folded part."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from traceapp.domain.identifiers import Gln, Gtin, LotNumber
from traceapp.domain.numbers import parse_count, parse_day, parse_number
from traceapp.domain.trade_items import CATEGORIES, UNIT_NAMES
from traceapp.i18n import N_
from traceapp.services.parties import places
from traceapp.services.trade_item_entry import read_alcohol
from traceapp.web.entry import By, line, lines
from traceapp.web.forms import Form
from traceapp.web.record_words import PLACE_KINDS, SHELF_LIFE_UNITS


def listed(words: Mapping[Any, str]) -> dict[str, str]:
    """The choices of a select: words by value."""
    return {kind.value: told for kind, told in words.items()}


class TradeItemForm(Form):
    """A product as its label says."""

    name_vi = StringField(N_("Tên sản phẩm"), [InputRequired(), line(120)])
    category = SelectField(N_("Nhóm hàng"), choices=listed(CATEGORIES))
    net_content = StringField(
        N_("Khối lượng, thể tích"), [By(parse_number)], description=N_("Ví dụ 500 hoặc 1,5.")
    )
    net_unit = SelectField(N_("Đơn vị tính"), choices=listed(UNIT_NAMES), default="GRM")
    gtin = StringField(
        N_("Mã GTIN (số dưới mã vạch)"),
        [By(Gtin.parse)],
        description=N_("Sản phẩm chưa có mã GTIN: để trống, hệ thống cấp mã sản phẩm."),
    )
    photo = FileField(N_("Ảnh sản phẩm"), description=N_("JPEG, PNG hoặc WebP, chụp rõ mặt trước bao bì."))
    shelf_life = StringField(N_("Hạn dùng từ ngày sản xuất"), [By(partial(parse_count, most=3650))])
    shelf_life_unit = SelectField(N_("Tính bằng"), choices=listed(SHELF_LIFE_UNITS), default="month")
    storage = TextAreaField(N_("Hướng dẫn bảo quản"), [lines(200)])
    alcohol_percent = StringField(
        N_("Hàm lượng etanol (% thể tích)"),
        [By(read_alcohol)],
        description=N_("Với rượu, bia; ví dụ 29,5."),
    )
    ingredients = TextAreaField(N_("Thành phần"), [lines(500)])
    warnings = TextAreaField(N_("Cảnh báo an toàn"), [lines(300)])
    standards = TextAreaField(
        N_("Tiêu chuẩn áp dụng"), description=N_("Mỗi dòng một tiêu chuẩn, ví dụ TCVN 7043:2013.")
    )
    brand = StringField(N_("Thương hiệu, nhãn hiệu"), [line(70)])
    short_name = StringField(N_("Tên ngắn để in tem nhỏ"), [line(20)], description=N_("Tối đa 20 ký tự."))
    scratch_pin = BooleanField(
        N_("Tem có mã cào (PIN)"),
        description=N_(
            "Mỗi tem có thêm mã 6 ký tự dưới lớp cào; người mua nhập mã để biết đã có ai dùng chưa. "
            "Chỉ áp dụng cho tem in từ nay; tem đã in giữ nguyên."
        ),
    )
    name_en = StringField(N_("Tên tiếng Anh"), [line(120)])
    name_zh = StringField(N_("Tên tiếng Trung"), [line(120)])

    MORE = (
        "shelf_life", "shelf_life_unit", "storage", "alcohol_percent", "ingredients", "warnings", "standards",
        "brand", "short_name", "scratch_pin", "name_en", "name_zh",
    )  # fmt: skip

    @property
    def faulty_inside(self) -> bool:
        """Whether the folded part must be open."""
        return any(self[name].errors for name in self.MORE)


class NewTradeItemForm(TradeItemForm):
    """A product not yet on record: nobody's goods are liquor because liquor heads the list."""

    category = SelectField(
        N_("Nhóm hàng"), [InputRequired()], choices={"": N_("chưa chọn")} | listed(CATEGORIES)
    )


class CaseForm(Form):
    """The carton of a product."""

    name_vi = StringField(N_("Tên thùng hàng"), [InputRequired(), line(120)])
    contains_count = StringField(N_("Số sản phẩm trong một thùng"), [InputRequired(), By(parse_count)])
    gtin = StringField(
        N_("Mã GTIN-14 của thùng"),
        [By(Gtin.parse)],
        description=N_("Gợi ý: thêm chữ số 1 đến 8 trước mã của sản phẩm, số kiểm tra tính lại."),
    )


class PhotoForm(Form):
    """One picture."""

    photo = FileField(N_("Ảnh sản phẩm"), description=N_("JPEG, PNG hoặc WebP, chụp rõ mặt trước bao bì."))
    alt = StringField(
        N_("Mô tả ảnh cho người khiếm thị"), [line(200)], description=N_("Để trống: dùng tên sản phẩm.")
    )


class LotForm(Form):
    """A lot."""

    code = StringField(
        N_("Số lô"),
        [InputRequired(), By(LotNumber.mint)],
        description=N_("Chữ cái không dấu, chữ số, dấu gạch ngang, dấu chấm; tối đa 20 ký tự."),
    )
    made_on = StringField(
        N_("Ngày sản xuất"), [By(parse_day)], description=N_("Ngày/tháng/năm, ví dụ 05/09/2026.")
    )
    expires_on = StringField(N_("Hạn sử dụng"), [By(parse_day)])
    quantity = StringField(N_("Số lượng"), [By(parse_number)], description=N_("Ví dụ 1.200 hoặc 1.000,5."))
    unit = SelectField(N_("Đơn vị tính"), choices=listed(UNIT_NAMES), default="H87")
    packed_on = StringField(N_("Ngày đóng gói"), [By(parse_day)])
    place = SelectField(N_("Nơi sản xuất, vùng trồng"), validate_choice=False)
    note = StringField(N_("Ghi chú nội bộ"), [line(300)])


class PlaceForm(Form):
    """A place."""

    kind = SelectField(N_("Loại địa điểm"), choices=listed(PLACE_KINDS))
    name = StringField(N_("Tên địa điểm"), [InputRequired(), line(200)])
    admin_unit = SelectField(N_("Xã, phường"), validate_choice=False)
    hectares = StringField(N_("Diện tích (ha)"), [By(parse_number)])
    name_en = StringField(N_("Tên tiếng Anh"), [line(200)])
    gln = StringField(N_("Mã địa điểm toàn cầu (GLN)"), [By(Gln.parse)], description=N_("13 chữ số, nếu có."))
    latitude = StringField(
        N_("Vĩ độ"), [By(places.read_coordinate)], description=N_("Như điện thoại chỉ, ví dụ 21,85372.")
    )
    longitude = StringField(N_("Kinh độ"), [By(places.read_coordinate)])
    coordinates_public = BooleanField(N_("Cho người mua xem vị trí này trên bản đồ"))


class EvidenceForm(Form):
    """Further scans of the paper."""

    evidence = MultipleFileField(
        N_("Bản chụp hoặc PDF của giấy chứng nhận"),
        description=N_("PDF, JPEG, PNG hoặc WebP, mỗi tệp tối đa 10 MB."),
    )
