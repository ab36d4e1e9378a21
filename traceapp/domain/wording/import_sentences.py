"""What is said of a workbook and of its cells: one sentence for each code, as in `sentences`."""

from typing import Final

from traceapp.domain.words import N_

IMPORT_SENTENCES: Final[dict[str, str]] = {
    "workbook_bytes": N_("Tệp Excel nặng {found} MB; cần tệp có nội dung và nặng tối đa {limit} MB."),
    "workbook_format": N_(
        "Không đọc được tệp này như một tệp Excel. Xin mở bằng Excel và lưu lại thành “Excel "
        "Workbook (.xlsx)”, không đặt mật khẩu."
    ),
    "workbook_macro": N_(
        "Tệp Excel này có macro nên hệ thống không nhận. Xin lưu lại thành “Excel Workbook (.xlsx)”."
    ),
    "workbook_rows": N_("Tệp có quá nhiều dòng; mỗi lần nhập tối đa {limit} dòng. Xin chia thành nhiều tệp."),
    "workbook_weight": N_(
        "Tệp có quá nhiều chữ; mỗi lần nhập tối đa {limit} MB chữ. Xin chia thành nhiều tệp."
    ),
    "workbook_heads": N_("Thiếu cột: {missing}. Xin tải mẫu Excel và giữ nguyên tên cột."),
    "workbook_empty": N_("Tệp chưa có dòng nào để nhập (dòng mẫu được bỏ qua)."),
    "cell_long": N_("Ô {cell} dài {found} ký tự; mỗi ô tối đa {limit} ký tự. Xin rút gọn rồi gửi lại."),
    "cell_missing": N_("Ô này phải điền."),
    "cell_formula": N_("Ô {cell} là công thức ({given}). Xin dán giá trị thay cho công thức."),
    "cell_no_text": N_(
        "Ô {cell} chứa “{given}”, không phải là chữ. Xin đổi ô sang dạng Văn bản (Text) rồi gõ lại."
    ),
    "cell_day_range": N_("Ngày {given} ngoài khoảng cho phép: từ {least} đến {most}."),
    "import_unknown": N_("Chưa có “{given}” trong hệ thống."),
    "import_unknown_near": N_("Chưa có “{given}” trong hệ thống. Gần giống: {near}."),
    "import_name_twice": N_("Trong hệ thống có {found} đơn vị tên “{given}”. Xin điền mã số thuế để chỉ rõ."),
    "import_no_subject": N_("Cần nhóm hàng hoặc GTIN của sản phẩm được chứng nhận."),
    "import_no_item": N_("Chủ chứng nhận không có sản phẩm mang GTIN {given} trong hệ thống."),
    "import_on_file": N_("Đã có “{given}” trong hệ thống."),
    "import_twice": N_("“{given}” đã có ở dòng {first} của tệp này."),
    "import_none": N_("Không có dòng nào nhập được. Xin sửa trong Excel rồi gửi lại."),
    "import_changed": N_(
        "Dữ liệu trong hệ thống vừa thay đổi: nay có {found} dòng đúng, khác với trang trước. "
        "Chưa nhập dòng nào. Xin xem lại rồi bấm Nhập."
    ),
    "import_gone": N_("Tệp này đã bỏ hoặc đã quá 7 ngày nên không còn được giữ. Xin gửi lại."),
}
