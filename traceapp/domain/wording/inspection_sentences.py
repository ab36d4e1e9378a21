"""What is said when a rule of field records is broken; the rest stands in `sentences`.

>>> INSPECTION_SENTENCES["inspection_signing_missing"]
'Hãy chọn người bán có ký biên bản hay không.'
"""

from typing import Final

from traceapp.domain.words import N_

INSPECTION_SENTENCES: Final[dict[str, str]] = {
    "time_format": N_("Không đọc được giờ “{given}”. Xin viết giờ:phút, ví dụ {expected}."),
    "inspection_changed": N_(
        "Bước này vừa được sửa từ máy hoặc trang khác (bản {found}, bạn đang sửa bản {given}). Chữ bạn gõ "
        "vẫn còn ở đây; bản đã lưu ghi bên cạnh. Bấm lưu lần nữa để giữ chữ của bạn."
    ),
    "inspection_item_changed": N_(
        "Mặt hàng “{named}” vừa được sửa từ máy hoặc trang khác (bản {found}, trang của bạn là bản "
        "{given}) nên chưa bỏ."
    ),
    "inspection_key_differs": N_(
        "Trang này đã được lưu với nội dung khác. Chữ bạn gõ vẫn còn ở đây. Xin bấm lưu lần nữa."
    ),
    "inspection_closed": N_(
        "Biên bản {number} đã đóng nên không sửa được. Nếu cần thêm, xin lập biên bản bổ sung."
    ),
    "minutes_unknown": N_(
        "Không có biên bản nào ở địa chỉ này. Xin quét lại mã QR in trên biên bản, hoặc gọi đường dây nóng."
    ),
    "inspection_not_closed": N_("Biên bản chưa đóng: còn sửa được nên chưa cần bổ sung."),
    "inspection_place_missing": N_("Xin ghi nơi kiểm tra: tên cơ sở hoặc xã, phường."),
    "inspection_result_missing": N_("Xin chọn kết quả kiểm tra."),
    "inspection_signing_missing": N_("Hãy chọn người bán có ký biên bản hay không."),
    "inspection_refusal_reason": N_("Xin ghi vì sao người bán không ký."),
    "inspection_refusal_unwitnessed": N_(
        "Người bán không ký thì phải có đại diện chính quyền xã hoặc ít nhất một người chứng kiến ký."
    ),
    "inspection_item_unnamed": N_("Xin ghi tên hàng, hoặc mã để hệ thống tìm tên."),
    "inspection_items_many": N_(
        "Biên bản đã đủ {limit} mặt hàng, không thêm được nữa. Xin lập biên bản khác."
    ),
    "inspection_photos_many": N_("Biên bản đã đủ {limit} ảnh. Xin gỡ bớt một ảnh rồi thêm ảnh khác."),
    "inspection_coordinates": N_("Xin điền cả vĩ độ và kinh độ, hoặc để trống cả hai."),
    "inspection_began_late": N_("Giờ bắt đầu {given} chưa tới. Xin xem lại ngày và giờ."),
}
