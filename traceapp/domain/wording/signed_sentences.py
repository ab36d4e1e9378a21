"""What is said of a signed code that is refused: one Vietnamese sentence for each code, like `sentences`.

>>> SIGNED_SENTENCES["signed_signature"]
'Chữ ký sai: mã đã bị sửa, hoặc không do hệ thống này ký.'
"""

from typing import Final

from traceapp.domain.words import N_

SIGNED_SENTENCES: Final[dict[str, str]] = {
    "signed_length": N_("Mã dài {found} ký tự; mã ký dài nhất {limit} ký tự."),
    "signed_prefix": N_("Đây không phải là mã ký của hệ thống: mã ký bắt đầu bằng {expected}."),
    "signed_base45": N_("Không đọc được mã ký ở ký tự thứ {position}. Xin quét hoặc chép lại cả mã."),
    "signed_form": N_("Bên trong mã không có cấu trúc của mã ký. Xin quét lại cả mã."),
    "signed_algorithm": N_(
        "Mã được ký theo cách {found}; hệ thống chỉ nhận cách ký Ed25519. Xin báo cơ quan quản lý."
    ),
    "signed_key": N_(
        "Không có khóa nào mang số “{found}” trong danh sách khóa. "
        "Mã không do hệ thống này ký, hoặc danh sách khóa đã cũ."
    ),
    "signed_signature": N_("Chữ ký sai: mã đã bị sửa, hoặc không do hệ thống này ký."),
    "signed_claims": N_("Chữ ký đúng nhưng nội dung của mã không đúng khuôn. Xin báo cơ quan quản lý."),
    "signed_expired": N_("Mã ký chỉ có giá trị đến hết ngày {given}."),
    "code_not_in_force": N_(
        "Chỉ ký mã cho chứng nhận đang có hiệu lực. "
        "Chứng nhận này hôm nay không có hiệu lực, hoặc chưa được duyệt."
    ),
    "roll_void": N_("Đợt tem {run} đã hủy nên không ký mã được nữa."),
    "revoke_reason": N_("Xin chọn lý do thu hồi mã."),
    "code_no_key": N_("Máy này không có khóa ký nên không ký mã mới được. Xin báo người quản trị."),
    "signed_unrecorded": N_(
        "Chữ ký đúng nhưng sổ của hệ thống không có mã này. Xin báo cơ quan quản lý, và đừng tin tờ giấy này."
    ),
    "keys_format": N_("Tệp khóa không phải là bộ khóa công khai Ed25519 (JWKS) đúng khuôn."),
    "signed_missing": N_("Xin dán mã ký, hoặc chọn ảnh chụp mã."),
    "signed_revoked": N_("Mã ký không còn giá trị từ ngày {given}."),
}
