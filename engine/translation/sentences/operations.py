"""What is said of broken rules of `operations` and `backup`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "backup-of-no-tables": N_(
        "Cơ sở dữ liệu chưa có bảng nào nên không có gì để sao lưu; lệnh tongdai migrate tạo các bảng."
    ),
    "backup-table-damaged": N_("Bảng {table} đếm được {counted} dòng nhưng chỉ đọc ra {read} dòng: bảng bị hỏng."),
    "backup-column-unknown": N_("Bảng {table}: bản sao lưu không giữ được cột {column} kiểu {kind}."),
    "backup-not-written": N_("Không ghi được bản sao lưu {file}: {reason}."),
    "backup-file-exists": N_("Đã có tệp {file}; bản sao lưu không bao giờ ghi đè tệp."),
    "backup-not-read": N_("Không đọc được bản sao lưu {file}: {reason}."),
    "backup-not-zip": N_(
        "{file} không phải bản sao lưu của chương trình này hoặc đã bị cắt cụt: đây không phải tệp zip."
    ),
    "backup-entry-missing": N_("{file} không phải bản sao lưu của chương trình này: thiếu {entry}."),
    "backup-damaged": N_("Bản sao lưu {file} bị hỏng ở {entry}: {reason}."),
    "backup-line-too-long": N_("Bản sao lưu {file} bị hỏng: một dòng của {entry} quá dài."),
    "backup-compression-unknown": N_("Bản sao lưu {file} được nén theo cách chương trình này không dùng."),
    "backup-format-unknown": N_("Bản sao lưu {file} có định dạng {format}; chương trình này đọc định dạng {known}."),
    "backup-manifest-unreadable": N_("Bản kê của {file} không phải của một bản sao lưu: {reason}."),
    "backup-has-more-rows": N_("Bản sao lưu {file} có nhiều dòng của bảng {table} hơn bản kê ghi."),
    "backup-row-unreadable": N_("Bảng {table}, dòng {number}: đây không phải một dòng của bảng."),
    "backup-rows-refused": N_("Bảng {table}: cơ sở dữ liệu không nhận các dòng của bản sao lưu: {reason}."),
    "backup-revision-unknown": N_(
        "Bản sao lưu ở phiên bản dữ liệu {revision}; có phải của chương trình mới hơn? {reason}"
    ),
    "backup-table-differs": N_("Bản sao lưu không có đúng các bảng của phiên bản dữ liệu của nó: bảng {table} khác."),
    "backup-row-count-differs": N_("Bảng {table} có {read} dòng trong bản sao lưu, bản kê ghi {stated}."),
    "backup-rows-differ": N_("Bảng {table}: các dòng không phải những dòng đã sao lưu."),
    "backup-history-broken": N_("Lịch sử trong bản sao lưu không khớp với chuỗi xác thực: {breach}."),
    "restore-into-filled-table": N_("Bảng {table} đã có dữ liệu; bản sao lưu chỉ khôi phục vào cơ sở dữ liệu trống."),
}
