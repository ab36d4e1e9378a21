"""Vietnam's 34 provinces and cities as they are since 1 July 2025, for people to say where they stand.

Resolution 202/2025/QH15. Names, not codes: what was said is kept as it was said that day.

>>> len(PROVINCES), PROVINCES[0], "Bắc Giang" in PROVINCES
(34, 'Lạng Sơn', False)
"""

from typing import Final

from traceapp.domain.words import N_

PROVINCES: Final = (
    "Lạng Sơn", "An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên",
    "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Nội", "Hà Tĩnh", "Hải Phòng", "Hồ Chí Minh", "Huế", "Hưng Yên",
    "Khánh Hòa", "Lai Châu", "Lào Cai", "Lâm Đồng", "Nghệ An", "Ninh Bình", "Phú Thọ", "Quảng Ngãi",
    "Quảng Ninh", "Quảng Trị", "Sơn La", "Tây Ninh", "Thái Nguyên", "Thanh Hóa", "Tuyên Quang", "Vĩnh Long",
)  # fmt: skip
ABROAD: Final = N_("Nước ngoài")
