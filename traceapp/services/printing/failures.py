"""What an order says that could not be drawn (of its goods, stamps and marks: see `printability`)."""

from typing import Final

from traceapp.domain.words import N_

DISK_FULL: Final = N_(
    "Ổ đĩa của máy chủ đã đầy. Những tờ đã xong vẫn được giữ. Xin báo người quản trị, rồi bấm In tiếp."
)
STORE_REFUSED: Final = N_(
    "Kho tệp chưa nhận được tệp in. Những tờ đã xong vẫn được giữ. Xin thử lại sau ít phút."
)
KEY_GONE: Final = N_("Máy chủ này không có khóa của đợt tem. Xin báo người quản trị.")
PRESS_REFUSED: Final = N_("Không vẽ được mẫu này. Xin hủy lệnh in, chọn khổ khác rồi in lại.")
BROKE_DOWN: Final = N_(
    "Hệ thống gặp lỗi khi làm tệp in và đã ghi lại lỗi. Những tờ đã xong vẫn được giữ. Xin bấm In"
    " tiếp để thử lại."
)
