"""The columns of a sheet of certificates: what stands over them, what to write, what a sample looks like."""

from typing import Final

from traceapp.services.importing.columns import Column

NUMBER = Column(
    "number",
    "Số chứng nhận",
    "Chép đúng như trên giấy.",
    ("VIDU-FSMS-0001", "VIDU-VG-0002", "VIDU-QMS-0003"),
    needed=True,
    width=22,
)
SCHEME = Column(
    "scheme",
    "Chương trình chứng nhận",
    "Chọn trong danh sách.",
    ("ISO 22000", "VietGAP", "ISO 9001"),
    needed=True,
    width=24,
)
STANDARD = Column(
    "standard",
    "Tiêu chuẩn và lần ban hành",
    "Như trên giấy. Để trống: lấy tên chương trình chứng nhận.",
    ("ISO 22000:2018", "TCVN 11892-1:2017", "ISO 9001:2015"),
    width=24,
)
BODY = Column(
    "body",
    "Tổ chức chứng nhận",
    "Tên đã có trong hệ thống. Chưa có thì nhập tổ chức chứng nhận trước.",
    ("Tổ chức chứng nhận Mẫu",) * 3,
    needed=True,
    width=34,
)
HOLDER_CODE = Column(
    "tax_code",
    "Mã số thuế chủ chứng nhận",
    "10 hoặc 13 chữ số. Điền mã số thuế hoặc tên; có cả hai thì lấy theo mã số thuế.",
    ("", "", ""),
    width=24,
)
HOLDER = Column(
    "holder",
    "Chủ chứng nhận",
    "Tên hợp tác xã, doanh nghiệp hoặc hộ đã có trong hệ thống.",
    ("HTX Mẫu", "HTX Mẫu", "HTX Mẫu"),
    width=34,
)
SCOPE = Column(
    "scope_text",
    "Phạm vi chứng nhận",
    "Chép như trên giấy.",
    ("Sản xuất rượu men lá", "Trồng na, 12 ha", "Sơ chế hoa hồi"),
    needed=True,
    width=40,
)
CATEGORY = Column(
    "category",
    "Nhóm hàng",
    "Chọn trong danh sách; nhiều nhóm cách nhau bằng dấu chấm phẩy. Cần nhóm hàng hoặc GTIN.",
    ("", "", ""),
    width=24,
)
GTIN = Column(
    "gtin",
    "GTIN sản phẩm",
    "Mã của sản phẩm được chứng nhận, đã có trong hệ thống; nhiều mã cách nhau bằng dấu chấm phẩy.",
    ("", "", ""),
    width=20,
)
ISSUED = Column(
    "issued_on", "Ngày cấp", "Ngày/tháng/năm.", ("10/06/2025", "01/03/2026", "15/01/2026"), needed=True
)
FROM = Column("valid_from", "Có hiệu lực từ", "Để trống: từ ngày cấp.", ("", "01/03/2026", ""))
UNTIL = Column(
    "valid_until",
    "Ngày hết hạn",
    "Ngày cuối còn hiệu lực.",
    ("09/06/2028", "28/02/2028", "14/01/2029"),
    needed=True,
)
COLUMNS: Final = (
    NUMBER, SCHEME, STANDARD, BODY, HOLDER, HOLDER_CODE, SCOPE, CATEGORY, GTIN, ISSUED, FROM, UNTIL,
)  # fmt: skip
OWN_COLUMNS: Final = tuple(column for column in COLUMNS if column not in {HOLDER, HOLDER_CODE})
