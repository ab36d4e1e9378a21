"""What is said when a rule about programs, their keys and their requests is broken (see `sentences`)."""

from typing import Final

from traceapp.domain.words import N_

API_SENTENCES: Final[dict[str, str]] = {
    "api_key_name": N_("Xin đặt tên cho khóa, ví dụ “phần mềm kế toán”."),
    "api_key_life": N_(
        "Khóa dùng được {expected} ngày, không dùng được {given} ngày. Xin chọn trong danh sách."
    ),
    "api_key_no_party": N_("Tài khoản này chưa thuộc đơn vị nào nên chưa tạo được khóa."),
    "api_keys_many": N_("Mỗi tài khoản có tối đa {limit} khóa còn dùng được. Xin thu hồi một khóa cũ."),
    "restraint_goods": N_("Hãy nêu đúng một trong ba: lot, trade_item hoặc run."),
    "restraint_stretch": N_("Đợt tem này có {expected} tem; không có đoạn {given}."),
    "request_key_form": N_(
        "Idempotency-Key “{given}” chưa đúng: cần 8 đến 64 ký tự ASCII không có dấu cách, ví dụ một UUID."
    ),
    "base64_broken": N_("Tệp gửi kèm chưa đúng định dạng base64."),
    "repeated_request_differs": N_(
        "Idempotency-Key này đã dùng cho một yêu cầu khác. Lần gửi này chưa làm gì. Xin dùng khóa mới."
    ),
}
