"""The list of communes in a form: short, and never two lines that read alike."""

from datetime import date

from traceapp.domain.reference import UnitLevel
from traceapp.models import AdminUnit
from traceapp.web.party_form import unit_choices


def unit(number, name, parent=None, begun=None, level=UnitLevel.COMMUNE):
    return AdminUnit(id=number, name=name, level=level, parent=parent, valid_from=begun)


def test_a_unit_is_named_with_its_province_only():
    province = unit(1, "tỉnh Lạng Sơn", level=UnitLevel.PROVINCE)
    district = unit(2, "huyện Bắc Sơn", province, level=UnitLevel.DISTRICT)
    commune = unit(3, "xã Vũ Lễ", district, date(2025, 7, 1))
    assert unit_choices([province, commune]) == [("1", "tỉnh Lạng Sơn"), ("3", "xã Vũ Lễ, tỉnh Lạng Sơn")]


def test_units_that_share_a_name_are_told_apart_by_all_above_and_the_day(app):
    province = unit(1, "tỉnh Lạng Sơn", level=UnitLevel.PROVINCE)
    old = unit(2, "xã Thử", unit(9, "huyện Cũ", province, level=UnitLevel.DISTRICT))
    new = unit(3, "xã Thử", province, date(2025, 7, 1))
    with app.test_request_context():
        told = dict(unit_choices([old, new, unit(4, "xã Khác", province, date(2025, 7, 1))]))
    assert told == {
        "2": "xã Thử, huyện Cũ, tỉnh Lạng Sơn",
        "3": "xã Thử, tỉnh Lạng Sơn (từ 01/07/2025)",
        "4": "xã Khác, tỉnh Lạng Sơn",
    }
