"""What is said of printers and their calibration (see `sentences`)."""

from typing import Final

from traceapp.domain.words import N_

CALIBRATION_SENTENCES: Final[dict[str, str]] = {
    "reading_missing": N_("Cần gõ số này. Mép tem nằm đúng nét viền in thì gõ 0."),
    "reading_format": N_("“{given}” không phải là số milimét. Gõ ví dụ 0,5 hoặc -1."),
    "reading_range": N_(
        "{given} mm nằm ngoài thước răng: từ −{most} đến {most}. Lệch hơn thì xem mục “Lệch quá 5 mm”"
        " bên dưới."
    ),
    "ruler_wrong": N_(
        "Thước in ra {found} mm, phải là {expected} mm. Tắt “vừa trang”, chọn 100 %, rồi in lại tờ căn chỉnh."
    ),
    "print_scaled": N_(
        "Các số này cho thấy tờ giấy được in ở {percent} % cỡ thật. Tắt “vừa trang”, chọn 100 %, "
        "in lại tờ căn chỉnh rồi đo lại."
    ),
    "print_skewed": N_(
        "Các số này cho thấy giấy vào máy bị xiên {degrees} độ. Chỉnh thanh chặn giấy cho sát, "
        "in lại tờ căn chỉnh rồi đo lại."
    ),
    "calibration_far": N_(
        "Cộng với lần trước, tem lệch {found} mm, quá {most} mm. Xem lại khổ giấy đã chọn, rồi đo từ đầu."
    ),
    "printer_name_taken": N_("Đã có máy in tên này. Hãy đặt tên khác, ví dụ thêm nơi đặt máy."),
    "printer_name_missing": N_("Cần đặt tên cho máy in, ví dụ Canon 2900 ở văn phòng."),
    "printer_gone": N_("Máy in đã chọn vừa được xóa khỏi danh sách. Xin chọn lại máy in."),
    "printer_other_kind": N_(
        "Máy in này không in loại giấy đã chọn. Hãy chọn máy in khác hoặc khổ giấy khác."
    ),
    "calibration_superseded": N_("Đã có lần căn chỉnh mới hơn cho máy in và khổ giấy này."),
    "calibration_unconfirmed": N_("Lần căn chỉnh này chưa được xác nhận là khớp nên chưa dùng lại được."),
}
