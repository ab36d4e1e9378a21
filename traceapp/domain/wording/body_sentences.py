"""What is said when a rule about certification bodies and accreditations is broken (see `sentences`)."""

from typing import Final

from traceapp.domain.words import N_

BODY_SENTENCES: Final[dict[str, str]] = {
    "decision_document_missing": N_(
        "Xin ghi số văn bản của tổ chức chứng nhận. Chỉ tổ chức chứng nhận quyết định; ở đây chỉ ghi lại."
    ),
    "decision_scan_missing": N_(
        "Thu hồi và hủy là quyết định cuối cùng: xin đính kèm bản chụp văn bản của tổ chức chứng nhận."
    ),
    "mistake_marked": N_("Quyết định này đã được đánh dấu ghi nhầm ngày {since}."),
    "mistake_of_body": N_(
        "Quyết định này do chính tổ chức chứng nhận ghi: chỉ cán bộ của tổ chức đánh dấu ghi nhầm được."
    ),
    "mistake_four_eyes": N_(
        "Bạn đã ghi quyết định này và đó là quyết định cuối cùng. Xin nhờ một người khác đánh dấu ghi nhầm."
    ),
    "mistake_renewed": N_(
        "Bản gia hạn số {number} đã thay chỗ chứng nhận này. Xin xử lý bản đó trước khi đánh dấu ghi nhầm."
    ),
    # certification bodies and their accreditations
    "accreditation_dates": N_("Ngày hết hạn {given} đứng trước ngày bắt đầu {expected}."),
    "accreditation_number_missing": N_("Xin điền số công nhận."),
    "accreditation_number_taken": N_("Số công nhận {given} đã có trong hệ thống. Xin kiểm tra lại số."),
    "accreditation_accreditor_missing": N_("Xin ghi tổ chức công nhận, ví dụ BoA."),
    "accreditation_scope_missing": N_("Hãy chọn hoặc gõ ít nhất một phạm vi."),
    "accreditation_scope_code": N_(
        "Phạm vi “{given}” không đọc được. Xin gõ mã gồm chữ cái và chữ số, ví dụ {expected}."
    ),
    "accreditation_confirmed_already": N_("Công nhận này đã được xác nhận rồi."),
    "accreditation_confirmed_once": N_(
        "Công nhận này đã từng được xác nhận nên không bỏ được. Xin sửa lại nếu ghi sai."
    ),
    "accreditation_not_confirmed": N_(
        "Công nhận này đang chờ người thứ hai xác nhận nên chưa ghi thêm được."
    ),
    "accreditation_decided": N_("Công nhận này đã có quyết định nên không bỏ được. Xin sửa lại nếu ghi sai."),
    "accreditation_decision_kind": N_("Công nhận chỉ có thể bị đình chỉ, được khôi phục hoặc bị thu hồi."),
    "accreditation_decision_after_terminal": N_("Công nhận đã bị thu hồi từ ngày {since}."),
    "accreditation_decision_order": N_(
        "Vừa có quyết định khác về công nhận này. Xin tải lại trang và xem trước khi ghi."
    ),
    "accreditation_decision_backdated": N_(
        "Ngày hiệu lực {given} đứng trước quyết định gần nhất ({expected})."
    ),
    "accreditation_decision_before_validity": N_(
        "Ngày hiệu lực {given} đứng trước ngày đầu của công nhận ({expected})."
    ),
    "accreditation_decision_after_validity": N_(
        "Ngày hiệu lực {given} sau ngày cuối của công nhận ({expected})."
    ),
    "accreditation_already_suspended": N_("Công nhận đang bị đình chỉ rồi."),
    "accreditation_not_suspended": N_("Công nhận không bị đình chỉ nên không có gì để khôi phục."),
    "body_name_missing": N_("Xin điền tên tổ chức chứng nhận."),
    "body_known": N_("Đã có tổ chức chứng nhận tên “{given}” trong hệ thống."),
    "body_not_draft": N_("Tổ chức này đã được xem xét rồi."),
    "body_merge_itself": N_("Hãy chọn một tổ chức khác để gộp vào."),
    "body_merge_number": N_(
        "Cả hai tổ chức đều có chứng nhận mang số {given}. Xin xử lý hồ sơ trùng trước khi gộp."
    ),
}
