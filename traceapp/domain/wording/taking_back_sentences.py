"""What is said when what was sent was taken back, or cannot be any more (see `sentences`)."""

from typing import Final

from traceapp.domain.words import N_

TAKING_BACK_SENTENCES: Final[dict[str, str]] = {
    "taken_back": N_(
        "Bên gửi đã rút hồ sơ này lại để sửa lúc {at}. Khi được gửi lại, hồ sơ vào lại danh sách chờ duyệt."
    ),
    "answered_approved": N_(
        "Tỉnh đã duyệt hồ sơ này nên không rút lại được nữa. Nếu hồ sơ có chỗ sai, xin báo tỉnh."
    ),
    "answered_returned": N_("Tỉnh đã trả lại hồ sơ này: sửa rồi gửi lại được ngay, không cần rút."),
    "sent_by_other": N_("Hồ sơ này do bên khác gửi. Chỉ bên đã gửi mới rút lại được."),
    "kept_by_sender": N_("Hồ sơ này đang ở bên đã gửi: họ sửa rồi gửi lại. Nếu cần, xin hỏi họ."),
}
