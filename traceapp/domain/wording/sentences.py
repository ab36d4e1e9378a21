"""What is said when a rule is broken: one Vietnamese sentence for each code, filled in from the facts.

Each says what was given, what was expected or what to do next, calmly: most readers have only mistyped.
They are messages to translate; a test checks that every code raised anywhere has one and that its facts are
there.

>>> SENTENCES["four_eyes"]
'Người nhập hồ sơ không được tự duyệt. Xin nhờ một người khác quyết định.'
"""

from typing import Final

from traceapp.domain.words import N_

SENTENCES: Final[dict[str, str]] = {
    # text, numbers, days
    "text_direction": N_(
        "Ký tự thứ {position} ({found}) là chữ viết từ phải sang trái hoặc ký tự đổi chiều chữ. "
        "Xin xóa ký tự này."
    ),
    "text_control": N_("Ký tự thứ {position} ({found}) là ký tự ẩn. Xin xóa ký tự này rồi gõ lại."),
    "text_too_long": N_("Viết quá dài: {found} ký tự, tối đa {limit}."),
    "number_ambiguous": N_(
        "Số “{given}” có thể hiểu theo hai cách. Xin viết {one} hoặc {other}: "
        "dấu chấm ngăn hàng nghìn, dấu phẩy trước phần lẻ."
    ),
    "number_format": N_("“{given}” không phải là số. Xin viết như {expected}."),
    "number_not_whole": N_("Cần số nguyên, đang là {given}."),
    "number_range": N_("Số {given} ngoài khoảng cho phép: từ {least} đến {most}."),
    "day_format": N_("Không đọc được ngày “{given}”. Xin viết ngày/tháng/năm, ví dụ {expected}."),
    "day_impossible": N_("Không có ngày {given} trong lịch."),
    # keys
    "code_character": N_(
        "Ký tự thứ {position} (“{found}”) không có trong mã. Mã chỉ gồm chữ số và chữ cái, không có U."
    ),
    "code_length": N_("Mã phải có {expected} ký tự, bạn gõ {found}."),
    "gtin_digits": N_("GTIN gồm {expected} chữ số; “{given}” không đúng."),
    "gtin_check_digit": N_(
        "Số kiểm tra của mã {given} sai: chữ số cuối là {found}, đúng ra là {expected}. "
        "Nếu các số trước đúng, mã là {corrected}."
    ),
    "gtin_not_13": N_("{given} là mã của thùng hàng, không in được thành EAN-13."),
    "gtin_not_8": N_("{given} không phải là mã 8 chữ số, không in được thành EAN-8."),
    "case_indicator": N_("Chữ số chỉ cấp thùng phải từ 1 đến 8, đang là {given}."),
    "gln_digits": N_("GLN gồm {expected} chữ số; “{given}” không đúng."),
    "gln_check_digit": N_(
        "Số kiểm tra của GLN {given} sai: chữ số cuối là {found}, đúng ra là {expected}. "
        "Nếu các số trước đúng, mã là {corrected}."
    ),
    "registry_number_digits": N_("Mã sản phẩm của hệ thống gồm {expected} chữ số; “{given}” không đúng."),
    "registry_number_check_digit": N_(
        "Số kiểm tra của mã sản phẩm {given} sai: chữ số cuối là {found}, đúng ra là {expected}."
    ),
    "registry_numbers_exhausted": N_("Đã cấp hết mã sản phẩm của hệ thống (tối đa {limit})."),
    "qualifier_length": N_("Số lô hoặc số sê-ri dài {expected} ký tự; “{given}” có {found}."),
    "qualifier_character": N_("Ký tự thứ {position} (“{found}”) của “{given}” không có trong bộ ký tự GS1."),
    "lot_character": N_(
        "Số lô chỉ gồm chữ cái không dấu A-Z, chữ số, dấu gạch ngang và dấu chấm. "
        "Ký tự thứ {position} (“{found}”) không dùng được."
    ),
    "lot_start": N_("Số lô phải bắt đầu bằng chữ cái hoặc chữ số, không phải “{found}”."),
    "lot_codes_exhausted": N_("Ngày này đã có {found} lô đánh số tự động. Xin tự đặt số lô."),
    "tax_code_digits": N_("Mã số thuế gồm {expected} chữ số; “{given}” không đúng."),
    "tax_code_invalid": N_("Mã số thuế {given} không đúng số kiểm tra. Xin so lại với giấy đăng ký."),
    "demo_not_empty": N_(
        "Thư mục {found} đang giữ hồ sơ khác. Bản minh họa chỉ chạy được trên một thư mục trống."
    ),
    # addresses and scans
    "link_syntax": N_(
        "Đường dẫn {given} không phải là mã của hệ thống: cần bắt đầu bằng một trong {expected}."
    ),
    "link_rest": N_("Đường dẫn thừa hoặc thiếu phần cuối: “{found}”."),
    "link_empty_value": N_("Đường dẫn thiếu giá trị sau “{found}”."),
    "link_percent": N_("Đường dẫn có ký tự mã hóa sai: “{given}”."),
    "link_key_digits": N_("Sau “{key}” cần đúng {expected} chữ số; “{given}” có {found} ký tự."),
    "link_qualifier_unknown": N_("Không hiểu phần “{found}” của đường dẫn. Có thể dùng: {expected}."),
    "link_qualifier_order": N_("Phần “{found}” đứng sai chỗ. Thứ tự đúng: {expected}."),
    "premises_code": N_("Mã cơ sở “{given}” (AI 7040) phải là một chữ số và ba ký tự."),
    "link_type_none": N_("Không có liên kết loại “{given}” cho mã này."),
    "read_elements": N_("Không đọc được chuỗi mã vạch “{given}”."),
    "address_foreign": N_(
        "Địa chỉ này là của {found}, không phải của hệ thống ({expected}). Nếu trên tem ghi như vậy thì tem "
        "không thuộc hệ thống này: chưa nên dùng sản phẩm, và hãy báo cho chúng tôi."
    ),
    "read_no_key": N_("Mã vạch này không chứa mã sản phẩm, địa điểm hay đơn vị ({expected})."),
    "record_not_found": N_("Không tìm thấy hồ sơ này."),
    # trade items, parties, people
    "shelf_life": N_("Hạn dùng phải từ 1 trở lên và hợp lý, đang là {given}."),
    "record_step": N_(
        "Hồ sơ đã ở trạng thái khác nên không làm được việc này. Xin tải lại trang và xem lại."
    ),
    "role": N_("Tài khoản của bạn không có quyền làm việc này."),
    "four_eyes": N_("Người nhập hồ sơ không được tự duyệt. Xin nhờ một người khác quyết định."),
    "impartiality": N_("Bạn là thành viên của đơn vị này nên không được xét hồ sơ của đơn vị."),
    "already_approved": N_("{who} đã duyệt hồ sơ này lúc {at}. Không cần duyệt lại."),
    "already_returned": N_("{who} đã trả lại hồ sơ này lúc {at}."),
    "party_suspended": N_("{who} đã tạm ngừng đơn vị này lúc {at}."),
    "changed_since": N_("Hồ sơ vừa được sửa sau khi bạn mở trang. Xin xem lại bản mới rồi quyết định."),
    "photo_no_code": N_(
        "Không đọc được mã nào trong ảnh. Xin chụp lại gần hơn, đủ sáng, thấy trọn mã, hoặc gõ mã bằng tay."
    ),
    "cursor_unknown": N_("Không có trang nào bắt đầu sau “{given}”."),
    "reason_missing": N_("Cần ghi lý do."),
    "no_such_record": N_("Không tìm thấy hồ sơ này."),
    "report_closed": N_("Phản ánh này đã được đóng lúc {at}."),
    # certificates
    "certificate_dates": N_("Ngày hết hạn {given} đứng trước ngày bắt đầu {expected}."),
    "certificate_issued_future": N_("Ngày cấp {given} ở sau hôm nay, {expected}. Xin xem lại trên giấy."),
    "certificate_issued_late": N_("Ngày cấp {given} sau ngày hết hạn {expected}."),
    "decision_on_draft": N_("Chứng nhận chưa được duyệt nên chưa thể ra quyết định."),
    "decision_after_terminal": N_(
        "Chứng nhận đã có quyết định cuối cùng từ ngày {since}, không thể quyết định thêm."
    ),
    "decision_order": N_(
        "Vừa có quyết định khác về chứng nhận này. Xin tải lại trang và xem trước khi quyết định."
    ),
    "decision_backdated": N_("Ngày hiệu lực {given} đứng trước quyết định gần nhất ({expected})."),
    "decision_before_validity": N_("Ngày hiệu lực {given} đứng trước ngày đầu của chứng nhận ({expected})."),
    "decision_after_validity": N_("Ngày hiệu lực {given} sau ngày cuối của chứng nhận ({expected})."),
    "already_suspended": N_("Chứng nhận đang bị đình chỉ rồi."),
    "not_suspended": N_("Chứng nhận không bị đình chỉ nên không có gì để khôi phục."),
    "edition_missing": N_("Cần ghi tên bản tiêu chuẩn, ví dụ ISO 22000:2018."),
    "edition_unknown": N_("Chương trình chứng nhận {scheme} chưa có bản tiêu chuẩn {given}."),
    "edition_cycle": N_("Bản {given} đã thay bản {expected}, không thể thay ngược lại."),
    "edition_until": N_("Hạn chuyển đổi chỉ ghi cùng với bản bị thay."),
    "certificate_named": N_("Biên bản kiểm tra có nhắc tới bản này nên không bỏ được. Xin sửa rồi gửi lại."),
    "renewal_of_draft": N_("Chỉ gia hạn được chứng nhận đã được tỉnh duyệt."),
    "renewal_of_ended": N_("Chứng nhận đã bị thu hồi hoặc hủy nên không gia hạn. Xin thêm chứng nhận mới."),
    "renewal_exists": N_("Đã có bản gia hạn của chứng nhận này, số {number}."),
    "renewal_holder": N_("Bản gia hạn phải của cùng chủ chứng nhận với bản cũ."),
    "renewal_ends_earlier": N_(
        "Bản gia hạn đến hết {given}, sớm hơn bản cũ ({expected}). Xin xem lại ngày hết hiệu lực trên giấy."
    ),
    "renewal_scheme": N_("Bản gia hạn phải cùng chương trình chứng nhận với bản cũ: {expected}."),
    # what passers-by ask for and send
    "product_unknown": N_("Không có sản phẩm này trong hệ thống. Xin kiểm tra lại mã {given}."),
    "lot_unknown": N_(
        "Không có lô {given} của sản phẩm {product} trong hệ thống. Xin kiểm tra lại số lô in trên bao bì."
    ),
    "stamp_unknown": N_("Không có tem này trong hệ thống."),
    "purchase_not_for_sale": N_(
        "Tem này chưa hoặc không còn được dùng trên hàng bán, nên chưa ghi nhận được."
    ),
    "certificate_unknown": N_("Không có chứng nhận này trong hệ thống."),
    "party_unknown": N_("Không có đơn vị này trong hệ thống."),
    "place_unknown": N_("Không có địa điểm này trong hệ thống."),
    "right_unknown": N_("Không có nhãn hiệu hay chỉ dẫn địa lý này trong hệ thống."),
    "phone_number": N_("“{given}” không phải là số điện thoại. Xin viết như 0912 345 678, hoặc để trống."),
    "picture_bytes": N_("Ảnh nặng {found} MB, tối đa {limit} MB. Xin chụp lại ảnh nhỏ hơn."),
    "picture_pixels": N_(
        "Ảnh quá lớn: {found} triệu điểm ảnh, tối đa {limit} triệu. Xin chụp lại ảnh nhỏ hơn."
    ),
    "picture_format": N_("Không đọc được tệp này như một bức ảnh. Xin gửi ảnh {expected}."),
    # accounts
    "login_form": N_("“{given}” không phải là số điện thoại hay e-mail. Xin viết như 0912 345 678."),
    "email_form": N_("“{given}” không phải là địa chỉ e-mail. Xin viết như ten@example.com."),
    "login_taken": N_("Số điện thoại hoặc e-mail này đã có tài khoản. Xin đăng nhập."),
    "password_short": N_(
        "Mật khẩu cần ít nhất {least} ký tự, bạn gõ {found}. Một câu dài dễ nhớ là tốt nhất."
    ),
    "password_long": N_("Mật khẩu dài tối đa {limit} ký tự, bạn gõ {found}."),
    "password_common": N_("Mật khẩu này quá nhiều người dùng nên dễ bị đoán. Xin chọn mật khẩu khác."),
    "password_is_login": N_("Mật khẩu không được trùng số điện thoại hoặc e-mail của bạn."),
    "password_changed_meanwhile": N_("Mật khẩu vừa được đổi ở nơi khác. Xin đăng nhập lại."),
    "password_wrong": N_("Mật khẩu hiện tại không đúng."),
    "sign_in_wrong": N_(
        "Số điện thoại, e-mail hoặc mật khẩu không đúng. "
        "Xin kiểm tra rồi gõ lại; chữ hoa và chữ thường khác nhau."
    ),
    "name_missing": N_("Xin điền tên."),
    # the register
    "account_unknown": N_("Không có tài khoản {given}."),
    "role_of_party": N_("Vai trò {role} không hợp với {party}."),
    "role_elsewhere": N_(
        "Tài khoản này đang làm việc cho {party}. Mỗi tài khoản chỉ làm cho một đơn vị: xin bỏ vai "
        "trò cũ trước."
    ),
    "has_party": N_("Tài khoản này đã đăng ký một đơn vị rồi."),
    "tax_code_taken": N_(
        "Mã số thuế này đã có đơn vị khác đăng ký. Nếu đó là đơn vị của bạn, xin liên hệ tỉnh."
    ),
    "gln_taken": N_("GLN này đã thuộc hồ sơ khác. Xin kiểm tra lại giấy của GS1."),
    "prefix_taken": N_("Mã doanh nghiệp GS1 này đã thuộc đơn vị khác. Xin kiểm tra lại giấy của GS1."),
    "prefix_digits": N_("Mã doanh nghiệp GS1 gồm 7 đến 12 chữ số; “{given}” không đúng."),
    "party_code_missing": N_("Cần mã số thuế (hoặc GLN) trước khi gửi tỉnh duyệt."),
    "party_kind": N_("Hãy chọn loại hình trong danh sách."),
    "unit_missing": N_("Hãy chọn xã, phường trong danh sách."),
    "gtin_taken": N_("GTIN này đã có trong hệ thống. Mỗi sản phẩm, mỗi khối lượng cần một GTIN riêng."),
    "gtin_of_other": N_(
        "GTIN {given} thuộc mã doanh nghiệp GS1 của đơn vị khác. Xin kiểm tra lại giấy của GS1, "
        "hoặc để trống: hệ thống sẽ cấp mã sản phẩm."
    ),
    "gtin_outside_prefix": N_(
        "GTIN {given} không bắt đầu bằng mã doanh nghiệp GS1 của bạn ({expected}). Xin kiểm tra lại."
    ),
    "gtin_of_case": N_(
        "{given} là mã của thùng hàng. Xin thêm sản phẩm trước, rồi thêm thùng của sản phẩm đó."
    ),
    "gtin_in_store": N_("{given} là mã dùng nội bộ trong cửa hàng, không dùng được trên hàng bán ra ngoài."),
    "gtin_fixed": N_("GTIN {given} đã in trên tem nên không đổi được. Nếu sai, xin tạo sản phẩm mới."),
    "category_fixed": N_(
        "Sản phẩm đã có tem nên không đổi nhóm hàng được: chứng nhận có thể gọi tên nhóm. "
        "Nếu sai, xin tạo sản phẩm mới."
    ),
    "registry_number_taken": N_("Mã sản phẩm vừa được cấp cho hồ sơ khác. Xin gửi lại."),
    "item_exists": N_("Bạn đã có sản phẩm cùng tên và cùng khối lượng. Xin xem trong danh sách sản phẩm."),
    "standards_many": N_("Có {found} tiêu chuẩn, tối đa {limit}. Mỗi dòng một tiêu chuẩn."),
    "choice_unknown": N_("Hãy chọn một mục trong danh sách."),
    "place_exists": N_("Bạn đã có địa điểm cùng loại và cùng tên."),
    "coordinate": N_("Tọa độ “{given}” không đúng. Xin viết như {expected}."),
    "coordinates_both": N_("Xin điền cả vĩ độ và kinh độ, hoặc để trống cả hai."),
    "lot_code_taken": N_("Sản phẩm này đã có lô mang số đó. Xin chọn số lô khác."),
    "lot_code_missing": N_("Xin điền số lô."),
    "lot_packed_before_made": N_("Ngày đóng gói {given} đứng trước ngày sản xuất {expected}."),
    "lot_expires_early": N_("Hạn sử dụng {given} đứng trước ngày sản xuất hoặc đóng gói {expected}."),
    "lot_made_in_future": N_("Ngày sản xuất {given} chưa tới; hôm nay là {expected}. Xin xem lại ngày."),
    "certificate_number_taken": N_(
        "Tổ chức chứng nhận này đã có chứng nhận mang số {given} trong hệ thống. Xin kiểm tra lại số."
    ),
    "certificate_number_missing": N_("Xin điền số chứng nhận."),
    "certificate_body_missing": N_("Hãy chọn tổ chức chứng nhận, hoặc chọn “Tổ chức khác” rồi ghi tên."),
    "certificate_scope_missing": N_("Xin ghi phạm vi chứng nhận như trên giấy."),
    "certificate_subjects_missing": N_("Hãy chọn ít nhất một sản phẩm hoặc một địa điểm được chứng nhận."),
    "certificate_locked": N_("Chứng nhận đã gửi tỉnh hoặc đã duyệt nên không sửa được."),
    "certificate_no_evidence": N_(
        "Xin gửi kèm bản chụp hoặc tệp PDF của giấy chứng nhận trước khi gửi tỉnh."
    ),
    "day_missing": N_("Xin điền ngày."),
    "evidence_bytes": N_("Tệp nặng {found} MB; cần tệp có nội dung và nặng tối đa {limit} MB."),
    "evidence_format": N_("Chỉ nhận PDF, ảnh JPEG, PNG hoặc WebP. Tệp SVG và tài liệu Word không dùng được."),
    "evidence_missing": N_("Xin chọn tệp."),
    "evidence_files": N_("Bạn chọn {found} tệp; mỗi lần gửi tối đa {limit} tệp. Xin gửi làm nhiều lần."),
    "file_demanding": N_(
        "Mở tệp này tốn quá {seconds} giây hoặc {megabytes} MB bộ nhớ nên hệ thống không nhận. "
        "Xin lưu lại thành tệp nhỏ hơn hoặc đơn giản hơn, hoặc chụp ảnh lại."
    ),
    "pdf_encrypted": N_("Tệp PDF có mật khẩu hoặc bị khóa. Xin lưu lại bản không khóa, hoặc chụp ảnh giấy."),
    "pdf_unreadable": N_("Không đọc được tệp PDF này. Xin quét lại, hoặc chụp ảnh giấy chứng nhận."),
    "pdf_active": N_(
        "Tệp PDF có phần tự chạy hoặc tệp đính kèm ({found}) nên không an toàn để lưu. "
        "Xin in ra PDF mới, hoặc chụp ảnh giấy chứng nhận."
    ),
    "pdf_mixed": N_(
        "Tệp PDF này chứa cả dữ liệu loại khác ({found}) nên không an toàn để lưu. "
        "Xin in ra PDF mới, hoặc chụp ảnh giấy chứng nhận."
    ),
    "pdf_pages": N_("Tệp PDF có {found} trang; cần từ 1 đến {limit} trang."),
    # letters
    "letter_not_failed": N_("Thư này không cần gửi lại: đã gửi, đang gửi, hoặc người nhận không muốn nhận."),
    "letter_address_gone": N_("Địa chỉ người nhận của thư này đã được xóa, nên không gửi lại được."),
    # alerts
    "alert_reason": N_("Xin ghi rõ đã kiểm tra gì và vì sao đóng cảnh báo."),
}
