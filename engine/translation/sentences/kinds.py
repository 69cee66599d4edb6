"""What is said of an error that names no rule of its own: one sentence for each kind of `engine.errors`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "error": N_("Đã có lỗi xảy ra."),
    "bad-input": N_("Dữ liệu đưa vào không dùng được."),
    "bad-setting": N_("Một cấu hình có giá trị không dùng được."),
    "not-found": N_("Không có mục này."),
    "forbidden": N_("Bạn không được làm việc này."),
    "stale": N_("Người khác đã nhanh hơn: việc hoặc hồ sơ đã thay đổi."),
    "overloaded": N_("Hệ thống đang nhận quá nhiều yêu cầu; đợi ít giây rồi thử lại."),
    "step-failed": N_("Quy trình không đi tiếp được bước này."),
    "not-migratable": N_("Hồ sơ không chạy tiếp được theo bản sơ đồ kia."),
    "script-failed": N_("Biểu thức nằm ngoài ngôn ngữ cho phép hoặc bị lỗi khi chạy."),
    "history-tampered": N_("Lịch sử không khớp với chuỗi xác thực của nó."),
    "files-have-problems": N_("Các tệp còn lỗi:\n{problems}"),
}
