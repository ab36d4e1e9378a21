"""How the signed-in side says a status or a verdict: a word, a tone and an icon.

Two audiences show the same words, and no audience may import another.

>>> STATUS_WORDS[CertificateStatus.SUSPENDED].word
'đình chỉ'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from traceapp.domain.certificates import CertificateStatus, DecisionKind
from traceapp.domain.claims import ClaimFinding
from traceapp.domain.conformity import Doubt, Verdict, Word
from traceapp.domain.feedback import ProblemKind
from traceapp.domain.parties import PartyKind, PartyState
from traceapp.i18n import N_


@dataclass(frozen=True, slots=True)
class Said:
    """A word with its tone (a class of office.css) and its icon."""

    word: str
    tone: str
    icon: str


STATUS_WORDS: Final[Mapping[CertificateStatus, Said]] = MappingProxyType(
    {
        CertificateStatus.DRAFT: Said(N_("chưa được tỉnh duyệt"), "", "wait"),
        CertificateStatus.NOT_YET_VALID: Said(N_("chưa đến ngày hiệu lực"), "", "wait"),
        CertificateStatus.ACTIVE: Said(N_("còn hiệu lực"), "ok", "ok"),
        CertificateStatus.SUSPENDED: Said(N_("đình chỉ"), "caution", "pause"),
        CertificateStatus.WITHDRAWN: Said(N_("đã bị thu hồi"), "stop", "no"),
        CertificateStatus.CANCELLED: Said(N_("đã bị hủy"), "stop", "no"),
        CertificateStatus.EXPIRED: Said(N_("đã hết hạn"), "caution", "warn"),
    }
)
ACCREDITATION_WORDS: Final[Mapping[CertificateStatus, Said]] = MappingProxyType(
    {
        CertificateStatus.NOT_YET_VALID: Said(N_("chưa đến ngày hiệu lực"), "", "wait"),
        CertificateStatus.ACTIVE: Said(N_("còn hiệu lực"), "ok", "ok"),
        CertificateStatus.SUSPENDED: Said(N_("đang bị đình chỉ"), "caution", "pause"),
        CertificateStatus.WITHDRAWN: Said(N_("đã bị thu hồi"), "stop", "no"),
        CertificateStatus.EXPIRED: Said(N_("đã hết hạn"), "caution", "warn"),
    }
)
ANSWER_WORDS: Final[Mapping[ClaimFinding, Said]] = MappingProxyType(
    {
        ClaimFinding.MAY: Said(N_("được ghi"), "ok", "ok"),
        ClaimFinding.UNKNOWN: Said(N_("chưa đủ dữ liệu"), "", "none"),
        ClaimFinding.UNACCREDITED: Said(
            N_("tổ chức chứng nhận không được công nhận vào ngày cấp"), "caution", "warn"
        ),
        ClaimFinding.MAY_NOT: Said(N_("không được ghi"), "stop", "no"),
    }
)
"""Whether goods may claim a scheme."""
DECISION_WORDS: Final[Mapping[DecisionKind, str]] = MappingProxyType(
    {
        DecisionKind.SUSPENSION: N_("Đình chỉ"),
        DecisionKind.RESTORATION: N_("Khôi phục"),
        DecisionKind.WITHDRAWAL: N_("Thu hồi chứng nhận"),
        DecisionKind.CANCELLATION: N_("Hủy theo yêu cầu của chủ chứng nhận"),
    }
)
ACCREDITATION_DECISION_WORDS: Final[Mapping[DecisionKind, str]] = MappingProxyType(
    {**DECISION_WORDS, DecisionKind.WITHDRAWAL: N_("Thu hồi công nhận")}
)
VERDICT_WORDS: Final[Mapping[Word, Said]] = MappingProxyType(
    {
        Verdict.RECALLED: Said(N_("Đang bị thu hồi"), "stop", "no"),
        Verdict.ON_HOLD: Said(N_("Đang tạm dừng lưu thông"), "stop", "pause"),
        Verdict.VOID: Said(N_("Tem đã bị hủy"), "stop", "no"),
        Verdict.UNKNOWN: Said(N_("Không có mã này trong hệ thống"), "stop", "no"),
        Verdict.AWAITING_APPROVAL: Said(N_("Tem mẫu, đơn vị đang chờ tỉnh duyệt"), "", "wait"),
        Doubt.PARTY_SUSPENDED: Said(N_("Đơn vị in tem này đang bị tạm ngừng"), "caution", "pause"),
        Verdict.NOT_ACTIVATED: Said(N_("Tem chưa kích hoạt"), "", "wait"),
        Verdict.PAST_USE_BY: Said(N_("Hàng đã quá hạn sử dụng"), "stop", "no"),
        Verdict.CERTIFICATE_WITHDRAWN: Said(N_("Tem hợp lệ, chứng nhận đã bị thu hồi"), "caution", "warn"),
        Verdict.CERTIFICATE_SUSPENDED: Said(N_("Tem hợp lệ, chứng nhận bị đình chỉ"), "caution", "pause"),
        Verdict.CERTIFICATE_EXPIRED: Said(N_("Tem hợp lệ, chứng nhận đã hết hạn"), "caution", "warn"),
        Doubt.CERTIFICATE_UNVERIFIED: Said(
            N_("Tem hợp lệ, nơi cấp chứng nhận không được công nhận lúc cấp"), "caution", "warn"
        ),
        Doubt.MAY_HOLD_RECALLED: Said(
            N_("Tem hợp lệ, trong thùng có thể có hàng bị thu hồi"), "caution", "warn"
        ),
        Doubt.MAY_HOLD_HELD: Said(
            N_("Tem hợp lệ, trong thùng có thể có hàng tạm dừng lưu thông"), "caution", "pause"
        ),
        Verdict.MANY_SCANS: Said(N_("Tem được quét nhiều lần bất thường"), "caution", "warn"),
        Verdict.VALID_REPEAT: Said(N_("Tem hợp lệ"), "ok", "ok"),
        Verdict.VALID_FIRST: Said(N_("Tem hợp lệ"), "ok", "ok"),
    }
)
PARTY_KINDS: Final[Mapping[PartyKind, str]] = MappingProxyType(
    {
        PartyKind.COOPERATIVE: N_("hợp tác xã"),
        PartyKind.COMPANY: N_("công ty"),
        PartyKind.HOUSEHOLD: N_("hộ sản xuất"),
        PartyKind.ASSOCIATION: N_("hội"),
        PartyKind.CERTIFICATION_BODY: N_("tổ chức chứng nhận"),
        PartyKind.AUTHORITY: N_("cơ quan quản lý"),
        PartyKind.PUBLIC_BODY: N_("đơn vị công"),
    }
)
PARTY_STATES: Final[Mapping[PartyState, Said]] = MappingProxyType(
    {
        PartyState.DRAFT: Said(N_("đang soạn"), "", "none"),
        PartyState.SUBMITTED: Said(N_("chờ duyệt"), "", "wait"),
        PartyState.APPROVED: Said(N_("đã duyệt"), "ok", "ok"),
        PartyState.RETURNED: Said(N_("đã trả lại để sửa"), "caution", "back"),
        PartyState.SUSPENDED: Said(N_("tạm ngừng"), "stop", "pause"),
    }
)
PROBLEM_KINDS: Final[Mapping[ProblemKind, str]] = MappingProxyType(
    {
        ProblemKind.SUSPECTED_FAKE: N_("Nghi hàng giả"),
        ProblemKind.UNKNOWN_CODE: N_("Mã không có trong hệ thống"),
        ProblemKind.WRONG_LABEL: N_("Nhãn sai"),
        ProblemKind.PAST_USE_BY: N_("Hàng quá hạn"),
        ProblemKind.DAMAGED: N_("Hàng hư hỏng"),
        ProblemKind.SAFETY: N_("Nghi mất an toàn"),
        ProblemKind.OTHER: N_("Việc khác"),
    }
)
SUBJECT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account": N_("tài khoản"),
        "accreditation": N_("công nhận"),
        "alert": N_("cảnh báo"),
        "api_key": N_("khóa truy cập"),
        "calibration": N_("lần căn chỉnh máy in"),
        "certificate": N_("chứng nhận"),
        "inspection": N_("biên bản kiểm tra"),
        "letter": N_("thư"),
        "lot": N_("lô"),
        "membership": N_("vai trò"),
        "party": N_("đơn vị"),
        "place": N_("địa điểm"),
        "print_run": N_("lệnh in"),
        "printer": N_("máy in"),
        "import_draft": N_("tệp nhập"),
        "problem_report": N_("phản ánh"),
        "registry": N_("hệ thống"),
        "restriction": N_("tạm dừng, thu hồi"),
        "scheme": N_("chương trình chứng nhận"),
        "signed_code": N_("mã ký"),
        "stamp_run": N_("đợt tem"),
        "trade_item": N_("sản phẩm"),
    }
)
REPRINT_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {"jam": N_("Kẹt giấy"), "faint": N_("Mờ"), "lost": N_("Mất")}
)
ACT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acknowledged_recall": N_("trả lời thông báo thu hồi"),
        "activated_stamps": N_("kích hoạt tem"),
        "added_accreditation": N_("ghi công nhận"),
        "added_body": N_("thêm tổ chức chứng nhận"),
        "added_office": N_("thêm cơ quan quản lý"),
        "marked_mistake": N_("đánh dấu quyết định ghi nhầm"),
        "imported_certificate": N_("nhập chứng nhận từ Excel"),
        "imported_rows": N_("nhập tệp Excel"),
        "added_certificate": N_("thêm chứng nhận"),
        "added_evidence": N_("tải tệp bằng chứng lên"),
        "added_inspection_photo": N_("thêm ảnh vào biên bản kiểm tra"),
        "added_lot": N_("thêm lô"),
        "added_place": N_("thêm địa điểm"),
        "added_printer": N_("đặt tên máy in"),
        "added_trade_item": N_("thêm sản phẩm"),
        "approved_body": N_("duyệt tổ chức chứng nhận"),
        "approved_certificate": N_("duyệt chứng nhận"),
        "approved_party": N_("duyệt đơn vị"),
        "archived_lot": N_("lưu trữ lô"),
        "archived_printer": N_("xóa tên máy in"),
        "archived_trade_item": N_("lưu trữ sản phẩm"),
        "called_holder": N_("ghi đã gọi điện báo thu hồi"),
        "cancelled_print": N_("hủy lệnh in"),
        "changed_account": N_("sửa tài khoản"),
        "changed_password": N_("đổi mật khẩu"),
        "checked_evidence": N_("băm lại tệp bằng chứng"),
        "closed_account": N_("đóng tài khoản"),
        "closed_alert": N_("đóng cảnh báo"),
        "sent_letter_again": N_("cho gửi lại một thư"),
        "closed_inspection": N_("đóng biên bản kiểm tra"),
        "chose_reminders": N_("chọn thư nhắc muốn nhận"),
        "closed_report": N_("đóng phản ánh"),
        "confirmed_accreditation": N_("xác nhận công nhận"),
        "confirmed_calibration": N_("xác nhận máy in đã khớp"),
        "confirmed_purchase": N_("người mua xác nhận đã mua"),
        "confirmed_recall": N_("duyệt thu hồi"),
        "corrected_accreditation": N_("sửa công nhận"),
        "decided_accreditation": N_("ghi quyết định về công nhận"),
        "discarded_certificate": N_("bỏ bản nháp chứng nhận"),
        "discarded_inspection": N_("bỏ bản nháp kiểm tra"),
        "dropped_recall": N_("rút lại đề nghị thu hồi"),
        "edited_certificate": N_("sửa chứng nhận"),
        "edited_lot": N_("sửa lô"),
        "edited_party": N_("sửa đơn vị"),
        "edited_place": N_("sửa địa điểm"),
        "edited_trade_item": N_("sửa sản phẩm"),
        "ended_recall": N_("kết thúc thu hồi"),
        "ended_sessions": N_("đăng xuất các máy khác"),
        "ended_role": N_("bỏ vai trò của tài khoản"),
        "ended_stamps": N_("hủy tem của lệnh in đã hủy"),
        "entered_certificate": N_("tổ chức chứng nhận nhập chứng nhận"),
        "failed_print": N_("lệnh in bị lỗi"),
        "finished_print": N_("in xong"),
        "extended_hold": N_("gia hạn tạm dừng"),
        "gave_role": N_("giao vai trò cho tài khoản"),
        "held_goods": N_("tạm dừng sản phẩm hoặc đoạn tem"),
        "held_lot": N_("tạm dừng lô"),
        "issued_signed_code": N_("tạo mã ký"),
        "issued_stamps": N_("cấp tem"),
        "revoked_signed_code": N_("thu hồi mã ký"),
        "created_api_key": N_("tạo khóa truy cập cho phần mềm"),
        "revoked_api_key": N_("thu hồi khóa truy cập"),
        "used_pin": N_("mã cào được nhập lần đầu"),
        "used_pin_elsewhere": N_("mã cào đã dùng được nhập lại"),
        "lifted_hold": N_("gỡ tạm dừng"),
        "loaded_demo": N_("nạp dữ liệu minh họa"),
        "measured_printer": N_("đo máy in để căn chỉnh"),
        "merged_body": N_("gộp tổ chức chứng nhận"),
        "ordered_print": N_("đặt in"),
        "paused_print": N_("tạm dừng in"),
        "proposed_recall": N_("đề nghị thu hồi"),
        "refused_recall": N_("từ chối đề nghị thu hồi"),
        "raised_alert": N_("hệ thống phát cảnh báo"),
        "recorded_edition": N_("ghi bản tiêu chuẩn"),
        "recorded_decision": N_("ghi quyết định về chứng nhận"),
        "recorded_movement": N_("ghi hàng nhận, giao"),
        "registered_party": N_("khai đơn vị"),
        "reinstated_party": N_("cho đơn vị hoạt động lại"),
        "removed_accreditation": N_("bỏ công nhận ghi nhầm"),
        "removed_evidence": N_("gỡ tệp bằng chứng"),
        "renamed_printer": N_("đổi tên máy in"),
        "renewed_certificate": N_("nhập bản gia hạn chứng nhận"),
        "removed_inspection_photo": N_("gỡ ảnh khỏi biên bản kiểm tra"),
        "reported_problem": N_("gửi phản ánh"),
        "restored_calibration": N_("dùng lại lần căn chỉnh trước"),
        "restored_printer": N_("lấy lại tên máy in"),
        "restored_lot": N_("đưa lô trở lại danh sách"),
        "restored_trade_item": N_("đưa sản phẩm trở lại danh sách"),
        "reprinted_alike": N_("in lại y hệt một tờ tem"),
        "reprinted_anew": N_("in lại tờ tem bằng mã mới"),
        "reopened_account": N_("mở lại tài khoản"),
        "reset_password": N_("đặt lại mật khẩu cho tài khoản"),
        "resumed_print": N_("in tiếp"),
        "reversed_movement": N_("hủy dòng hàng nhận, giao"),
        "returned_certificate": N_("trả lại chứng nhận để sửa"),
        "returned_party": N_("trả lại đơn vị để sửa"),
        "saved_inspection": N_("lưu nháp biên bản kiểm tra"),
        "set_photo": N_("lưu ảnh sản phẩm"),
        "signed_up": N_("đăng ký tài khoản"),
        "started_inspection": N_("bắt đầu biên bản kiểm tra"),
        "submitted_certificate": N_("gửi duyệt chứng nhận"),
        "submitted_party": N_("gửi duyệt đơn vị"),
        "suspended_party": N_("tạm ngừng đơn vị"),
        "took_alert": N_("nhận xử lý cảnh báo"),
        "corrected_certificate": N_("sửa rồi gửi lại chứng nhận"),
        "took_back_certificate": N_("rút chứng nhận đã gửi lại để sửa"),
        "took_back_party": N_("rút hồ sơ đơn vị đã gửi lại để sửa"),
        "uncalled_holder": N_("bỏ dấu đã gọi điện"),
        "undid_stamps": N_("hoàn tác với tem"),
        "voided_stamps": N_("hủy tem"),
    }
)
