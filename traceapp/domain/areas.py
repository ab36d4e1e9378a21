"""Where goods were bought, as far as a person says it: a province or city of Vietnam, or a country.

Nobody's place is guessed from an address on the network: half of such guesses are wrong.
The 34 provinces and cities and their names are those of Resolution 202/2025/QH15, at work since 1 July 2025;
the codes are those of Decision 19/2025/QĐ-TTg. Countries have their ISO 3166-1 codes, `ZZ` is any other.

The place in `AREAS` is a bit in the scan log and for ever: new ones are added at the end, none is moved.

>>> len([one for one in AREAS if one.in_vietnam]), named("20").vi, count_of(bit("20") | bit("CN"))
(34, 'Lạng Sơn', 2)
>>> [one.vi for one in in_order()[:4]], in_order()[-1].vi
(['Lạng Sơn', 'An Giang', 'Bắc Ninh', 'Cà Mau'], 'Nước khác')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from traceapp.domain.errors import Malformed
from traceapp.domain.text import folded


@dataclass(frozen=True, slots=True)
class Area:
    """A province, city or country, by its code and its names."""

    code: str
    vi: str
    zh: str
    english: str | None = None

    @property
    def in_vietnam(self) -> bool:
        """Whether it is a province or city of Vietnam: their codes are digits."""
        return self.code.isdecimal()

    def spoken(self, language: str) -> str:
        """Its name in a language; English keeps the Vietnamese name of a province."""
        return {"zh": self.zh, "en": self.english or self.vi}.get(language, self.vi)


AREAS: Final = (
    Area("01", "Hà Nội", "河内"),
    Area("04", "Cao Bằng", "高平"),
    Area("08", "Tuyên Quang", "宣光"),
    Area("11", "Điện Biên", "奠边"),
    Area("12", "Lai Châu", "莱州"),
    Area("14", "Sơn La", "山罗"),
    Area("15", "Lào Cai", "老街"),
    Area("19", "Thái Nguyên", "太原"),
    Area("20", "Lạng Sơn", "谅山"),
    Area("22", "Quảng Ninh", "广宁"),
    Area("24", "Bắc Ninh", "北宁"),
    Area("25", "Phú Thọ", "富寿"),
    Area("31", "Hải Phòng", "海防"),
    Area("33", "Hưng Yên", "兴安"),
    Area("37", "Ninh Bình", "宁平"),
    Area("38", "Thanh Hóa", "清化"),
    Area("40", "Nghệ An", "乂安"),
    Area("42", "Hà Tĩnh", "河静"),
    Area("44", "Quảng Trị", "广治"),
    Area("46", "Huế", "顺化"),
    Area("48", "Đà Nẵng", "岘港"),
    Area("51", "Quảng Ngãi", "广义"),
    Area("52", "Gia Lai", "嘉莱"),
    Area("56", "Khánh Hòa", "庆和"),
    Area("66", "Đắk Lắk", "多乐"),
    Area("68", "Lâm Đồng", "林同"),
    Area("75", "Đồng Nai", "同奈"),
    Area("79", "TP. Hồ Chí Minh", "胡志明市", "Ho Chi Minh City"),
    Area("80", "Tây Ninh", "西宁"),
    Area("82", "Đồng Tháp", "同塔"),
    Area("86", "Vĩnh Long", "永隆"),
    Area("91", "An Giang", "安江"),
    Area("92", "Cần Thơ", "芹苴"),
    Area("96", "Cà Mau", "金瓯"),
    Area("CN", "Trung Quốc", "中国", "China"),
    Area("LA", "Lào", "老挝", "Laos"),
    Area("KH", "Campuchia", "柬埔寨", "Cambodia"),
    Area("TH", "Thái Lan", "泰国", "Thailand"),
    Area("KR", "Hàn Quốc", "韩国", "South Korea"),
    Area("JP", "Nhật Bản", "日本", "Japan"),
    Area("US", "Hoa Kỳ", "美国", "United States"),
    Area("ZZ", "Nước khác", "其他国家", "Another country"),
)
_BY_CODE: Final[Mapping[str, Area]] = MappingProxyType({one.code: one for one in AREAS})
_BITS: Final[Mapping[str, int]] = MappingProxyType({one.code: 1 << at for at, one in enumerate(AREAS)})


def parse(typed: str, *, field: str = "area") -> str | None:
    """The code of a chosen area; None where nobody says. Raises `area_unknown`."""
    code = typed.strip()
    if code and code not in _BY_CODE:
        raise Malformed("area_unknown", field=field, given=code)
    return code or None


def named(code: str) -> Area:
    """The area of a code that was parsed once."""
    return _BY_CODE[code]


def said(kept: str, language: str) -> str:
    """An area that was kept, in a language; early rows kept the Vietnamese name itself.

    >>> said("01", "zh"), said("Hà Nội", "zh")
    ('河内', 'Hà Nội')
    """
    return _BY_CODE[kept].spoken(language) if kept in _BY_CODE else kept


def in_order() -> tuple[Area, ...]:
    """As people look for them: Lạng Sơn, the other provinces and cities by name, then countries."""
    first, home = _BY_CODE["20"], [one for one in AREAS if one.in_vietnam]
    others = sorted((one for one in home if one is not first), key=lambda one: folded(one.vi))
    return (first, *others, *(one for one in AREAS if not one.in_vietnam))


def bit(code: str) -> int:
    """The bit that stands for an area among those said of a stamp."""
    return _BITS[code]


def count_of(bits: int) -> int:
    """How many areas were said."""
    return bits.bit_count()
