"""What is said when a rule of holds, recalls and movements of goods is broken; others are in `sentences`.

>>> RECALL_SENTENCES["recall_ending"]
'Cần chọn cách xử lý hàng khi kết thúc thu hồi.'
"""

from typing import Final

from traceapp.domain.words import N_

RECALL_SENTENCES: Final[dict[str, str]] = {
    "already_held": N_("Lô {lot} đang tạm dừng từ {since} rồi."),
    "already_lifted": N_("Việc này đã kết thúc lúc {since} rồi."),
    "goods_held": N_("{lot} đang tạm dừng từ {since} rồi."),
    "goods_recalled": N_("{lot} đã có đề nghị thu hồi hoặc đang bị thu hồi."),
    "run_missing": N_("Xin chọn một đợt tem, hoặc quét mã tem đầu tiên của đoạn."),
    "hold_only": N_("Chỉ gia hạn được việc tạm dừng, không gia hạn thu hồi."),
    "review_day": N_("Ngày xem lại {given} phải sau ngày {expected}."),
    "recall_not_confirmed": N_("Đề nghị thu hồi này chưa ai duyệt: xin duyệt, từ chối hoặc rút lại."),
    "proposal_of_another": N_("Chỉ người đã đề nghị mới rút lại được. Người khác thì duyệt hoặc từ chối."),
    "outcome_more": N_("Số đã xử lý {given} lớn hơn số thu hồi được {expected}."),
    "stamps_recalled": N_(
        "Tem số {first}–{last} của đợt {run} đang bị thu hồi nên chưa in, chưa kích hoạt được."
    ),
    "stamps_on_hold": N_(
        "Tem số {first}–{last} của đợt {run} đang tạm dừng để kiểm tra nên chưa in, chưa kích hoạt được."
    ),
    "undo_recalled": N_(
        "Hàng mang tem này đang bị thu hồi nên không hoàn tác kích hoạt được: tem ở lại với lô, "
        "người mua quét sẽ thấy cảnh báo. Tem hỏng thì xin hủy."
    ),
    "undo_on_hold": N_(
        "Hàng mang tem này đang tạm dừng để kiểm tra nên chưa hoàn tác kích hoạt được: tem ở lại với lô, "
        "người mua quét sẽ thấy cảnh báo. Tem hỏng thì xin hủy."
    ),
    "recall_open": N_("Lô {lot} đã có đề nghị thu hồi hoặc đang bị thu hồi."),
    "recall_not_open": N_("Không có đề nghị thu hồi nào đang chờ duyệt ở đây."),
    "recall_ending": N_("Cần chọn cách xử lý hàng khi kết thúc thu hồi."),
    "recall_over": N_(
        "Đợt thu hồi này đã kết thúc nên không nhận thêm trả lời. Cần hỏi thêm, xin gọi đường dây nóng."
    ),
    "answer_sold_out": N_("Đã chọn “bán hết” mà vẫn ghi số còn giữ hoặc đã trả. Xin xem lại."),
    "answer_unit": N_(
        "Hàng được giao theo nhiều đơn vị tính. Xin nói rõ trả lời cho đơn vị nào: {expected}."
    ),
    "movement_holder": N_("Xin ghi tên người nhận hoặc người giao, hoặc chọn trong danh sách."),
    "movement_code": N_(
        "Không có đơn vị nào trong hệ thống mang mã {given}. Xin kiểm tra lại, hoặc để trống và ghi tên."
    ),
    "movement_own": N_("Đây là đơn vị của bạn. Xin ghi nơi giao hoặc nơi nhận khác."),
    "movement_unit": N_("Lô này tính bằng {expected}. Xin ghi số lượng giao bằng {expected}."),
    "movement_more": N_(
        "Lô có {expected}, đã giao {sent}, còn {left}: không giao thêm {given} được. "
        "Nếu lô nhiều hơn, xin sửa số lượng của lô trước."
    ),
    "lot_less_than_sent": N_("Đã giao {sent} từ lô này, nên số lượng của lô không thể là {given}."),
    "lot_recalled": N_("{lot} đang bị thu hồi nên chưa cấp, chưa kích hoạt tem được."),
    "lot_on_hold": N_("{lot} đang tạm dừng lưu thông để kiểm tra nên chưa cấp, chưa kích hoạt tem được."),
    "lot_past_use_by": N_("{lot} đã quá hạn sử dụng {found} nên không cấp, không kích hoạt tem."),
    "lot_code_fixed": N_("Lô {given} đã in tem hoặc nhãn nên không đổi số lô được."),
    "lot_code_known": N_(
        "Lô {given} đã giao, nhận hàng, hoặc đã có tạm dừng, thu hồi, nên không đổi số lô được: "
        "người giữ hàng biết lô theo số này."
    ),
    "case_count_fixed": N_(
        "Thùng này đã giao hàng, hoặc đang tạm dừng, thu hồi, nên số sản phẩm trong thùng giữ nguyên {given}"
        ". Thùng đóng số khác là một sản phẩm khác: xin tạo thùng mới."
    ),
    "movement_quantity": N_("Xin ghi số lượng lớn hơn 0."),
    "movement_future": N_("Ngày {given} chưa tới; hôm nay là {expected}. Xin xem lại ngày."),
    "movement_reversed": N_("Dòng này đã được hủy rồi, hoặc là dòng hủy."),
    "recall_unknown": N_("Không có đợt thu hồi này trong hệ thống."),
}
