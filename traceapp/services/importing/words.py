"""The words on the form itself. They are Vietnamese for every reader: a sheet is found again by them."""

from collections.abc import Mapping
from typing import Final

from traceapp.services.importing.columns import Column

GUIDE: Final = "Hướng dẫn"
LISTS: Final = "Danh mục"
SAMPLE: Final = "DÒNG MẪU"
TITLES: Final[Mapping[str, str]] = {
    "certificates": "Chứng nhận",
    "own-certificates": "Chứng nhận",
    "bodies": "Tổ chức chứng nhận",
    "accreditations": "Công nhận",
}
NOTE: Final = Column(
    "note",
    "Ghi chú",
    "Không nhập vào hệ thống. Dòng mẫu để nguyên thì được bỏ qua.",
    (
        f"{SAMPLE} – thay bằng dữ liệu thật",
        f"{SAMPLE} – thay bằng dữ liệu thật",
        f"{SAMPLE} – có thể để nguyên",
    ),
    width=34,
)
REASON: Final = Column("reason", "Lý do", width=70)
FILL_IN: Final = (
    "Cách điền biểu mẫu",
    "Mỗi dòng là một hồ sơ. Cột có dấu * phải điền. Không đổi tên cột; đổi thứ tự thì được.",
    "Ngày viết ngày/tháng/năm, ví dụ 05/09/2026. Ô ngày của Excel cũng đọc được.",
    "Dán giá trị, không dán công thức. GTIN và mã số thuế để dạng Văn bản (Text) cho khỏi mất số 0 ở đầu.",
    "Dòng mẫu (chữ nghiêng, có chữ DÒNG MẪU ở cột Ghi chú) chỉ để minh họa và được bỏ qua.",
    "Tải tệp lên xong, hệ thống cho xem từng dòng. Chưa có gì được lưu cho đến khi bạn bấm Nhập.",
)
