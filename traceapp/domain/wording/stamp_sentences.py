"""What is said when a rule about stamps, or about the orders that print them, is broken (see `sentences`)."""

from typing import Final

from traceapp.domain.words import N_

STAMP_SENTENCES: Final[dict[str, str]] = {
    # stamps
    "serials_exhausted": N_("Sản phẩm này đã dùng hết số sê-ri của khóa hiện tại. Xin báo người quản trị."),
    "stamp_range": N_("Số lượng tem phải từ 1 trở lên, đang là {given}."),
    "stamp_outside_run": N_("Đoạn tem {given} nằm ngoài đợt in ({expected})."),
    "stamp_move": N_("Tem đã ở trạng thái khác nên không làm được việc này. Xin tải lại trang và xem lại."),
    "stamps_not_printed": N_("Tem chưa in xong nên chưa kích hoạt được."),
    "stamps_moved_meanwhile": N_(
        "Tem của đợt vừa được đổi ở trang khác: nút bạn bấm ghi {given} tem, nay là {found} tem. "
        "Chưa làm gì cả. Xin xem lại rồi bấm lần nữa."
    ),
    "stamps_active_already": N_("Những tem này đã kích hoạt rồi."),
    "stamps_void_already": N_("Những tem này đã hủy rồi."),
    "activation_needs_lot": N_("Xin chọn lô hàng sẽ dán tem này, rồi kích hoạt."),
    "run_has_other_lot": N_("Đợt tem này đã thuộc lô {found}."),
    "void_reason": N_("Xin ghi lý do hủy tem."),
    "lot_of_other_item": N_("Lô này thuộc sản phẩm khác."),
    "issuer_suspended": N_(
        "Đơn vị đang bị tỉnh tạm ngừng nên chưa cấp tem mới, chưa kích hoạt tem được. Xin liên hệ tỉnh."
    ),
    "pin_none": N_("Tem này không có mã cào."),
    "pin_not_for_sale": N_("Lúc này không nhập mã cào cho tem này. Xin xem kết luận trên trang của tem."),
    "pin_not_checkable": N_(
        "Máy chủ chưa kiểm tra được mã cào của tem này. Đây không phải kết luận về sản phẩm. Xin thử lại sau."
    ),
    "area_unknown": N_("Không có tỉnh, thành “{given}” trong danh sách. Xin chọn lại hoặc để trống."),
    "pin_key_missing": N_(
        "Máy chủ này chưa có khóa mã cào nên chưa cấp được tem có mã cào. Xin báo người quản trị."
    ),
    "request_key_reused": N_("Yêu cầu này đã dùng cho việc khác. Xin mở lại trang rồi làm lại."),
    "request_key_differs": N_(
        "Trang này đã đặt một lệnh với số lượng, lô hoặc khổ giấy khác. Lần gửi này chưa đặt thêm gì. "
        "Xin xem các lệnh in; nếu vẫn muốn đặt thêm, xin bấm lại."
    ),
    "sheet_format": N_("Không đọc được số tờ “{given}”. Xin gõ số tờ in ở mép giấy, ví dụ 3 hoặc 3-7."),
    "sheet_unknown": N_("Lệnh in này có {most} tờ; không có tờ {given}."),
    "stamps_two_ways": N_("Xin chọn một cách: theo số tờ, hoặc theo tem đầu và tem cuối."),
    "stamps_no_sheets": N_("Đợt tem này chưa có lệnh in nên không chọn theo tờ được."),
    "reprint_reason": N_("Xin chọn lý do in lại: kẹt giấy, mờ hoặc mất."),
    "reprint_not_done": N_("Lệnh in chưa xong nên chưa in lại tờ nào được."),
    "reprint_one_sheet": N_("In lại y hệt mỗi lần một tờ; bạn chọn {given} tờ."),
    "reprint_lost": N_("Tờ đã mất thì không in lại y hệt được: hủy mã cũ và in mã mới."),
    "reprint_not_destroyed": N_("Chỉ in lại y hệt khi tờ cũ đã tiêu hủy. Xin đánh dấu xác nhận."),
    "reprint_too_late": N_(
        "Chỉ in lại y hệt trong {limit} giờ sau khi in. Nay chỉ còn cách hủy mã cũ và in mã mới."
    ),
    # prints
    "check_needs_gtin": N_("Chỉ có mã tem thì chưa đủ: xin thêm số GTIN của sản phẩm (--gtin)."),
    "check_needs_serial": N_("Đây là mã của sản phẩm hoặc lô, không phải của một con tem."),
    "no_manager": N_("Đơn vị này chưa có ai đứng tên được cho việc này."),
    "print_blocked": N_("Chưa in được. {rule}: {found}."),
    "scheme_unknown": N_("Không có loại chứng nhận “{given}”."),
    "mark_unknown": N_("Dấu {given} không có trong hồ sơ của hàng này. Xin xem lại các dấu đã chọn."),
    "print_state": N_("Lệnh in này đã xong hoặc đã hủy, không đổi được nữa."),
    "run_void": N_("Mọi tem của đợt {run} đã hủy nên không in. Xin cấp đợt tem mới."),
    "marks_lost": N_(
        "Dấu “{found}” trên mẫu này nay không còn chứng nhận hoặc quyền sử dụng nên chưa in tiếp. "
        "Những tờ đã xong vẫn được giữ. Nếu dấu có hiệu lực trở lại, xin bấm In tiếp; nếu không, xin "
        "hủy lệnh này và đặt lệnh mới không có dấu đó."
    ),
    "run_printed_already": N_("Đợt tem này đã có lệnh in."),
    "print_does_not_fit": N_("Không đủ chỗ cho {what} trên khổ này. Xin chọn khổ lớn hơn."),
    "print_glyph": N_("Phông chữ không có ký tự “{found}”. Xin bỏ ký tự này."),
    "medium_unknown": N_("Không có khổ giấy “{given}”."),
    "cell_unknown": N_("Tờ này không có ô số {given}."),
    "printer_unknown": N_("Không biết máy in “{given}”. Có: {expected}."),
    "media_not_json": N_("Tệp khổ giấy không phải JSON: lỗi ở dòng {line}."),
    "barcode_refused": N_("Không tạo được mã vạch từ “{given}” ({found})."),
    "undo_not_this": N_("Không có kích hoạt hay hủy nào để hoàn tác."),
    "undo_newer_act": N_(
        "Sau việc này đã có việc khác. Xin tải lại trang, rồi hoàn tác việc mới nhất trước."
    ),
    "undo_other_person": N_("Chỉ người đã làm việc này mới hoàn tác được."),
    "undo_touched": N_(
        "Sau đó người khác đã kích hoạt hoặc hủy một số tem trong đoạn này, nên bạn không hoàn tác được."
    ),
    "undo_too_late": N_("Chỉ hoàn tác được trong {limit} giờ; đã qua {found} giờ."),
    "undo_replaced": N_(
        "Tem của đợt {run} đang dùng thay cho những tem này nên không hoàn tác việc hủy được. "
        "Nếu tem ở đợt {run} không dùng đến, xin hủy tem ấy trước."
    ),
    "sheets_replaced": N_(
        "Tờ này đã có tem mới thay, ở đợt {run}. Nếu tờ mới cũng hỏng, xin in lại từ đợt {run}."
    ),
}
