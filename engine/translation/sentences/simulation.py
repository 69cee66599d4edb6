"""What is said of simulations, of replays of past reports and of measurements."""

from __future__ import annotations

from engine.translation.catalogue import N_

_ASSUMPTIONS = {
    "assumptions-without-steps": N_("steps: Đây phải là bảng các bước."),
    "assumption-no-table": N_("steps: {step}: Đây phải là một bảng."),
    "assumption-key-unknown": N_("steps: {step}: Không có khóa {key}; dùng một trong: {keys}."),
    "assumption-hours-incomplete": N_("steps: {step}: hours cần có median và p90."),
    "assumption-hours-disordered": N_("steps: {step}: hours: p90 nhỏ hơn median."),
    "assumption-number-outside": N_("steps: {step}: {key}: {value} không phải là số từ 0 đến {most}."),
    "assumption-answers-no-list": N_("steps: {step}: answers phải là danh sách có ít nhất một câu trả lời."),
    "assumption-answers-weightless": N_("steps: {step}: answers: ít nhất một trọng số phải lớn hơn 0."),
    "assumption-answer-incomplete": N_("steps: {step}: answers: mỗi câu trả lời cần weight và values."),
    "assumption-step-unknown": N_("steps: Bản nháp không có việc {step}."),
    "assumption-answer-refused": N_("steps: {step}: answers: Biểu mẫu không nhận {field} {value}."),
}

_SIMULATIONS = {
    "simulation-without-cases": N_("Cơ sở dữ liệu chưa có hồ sơ nào để mô phỏng."),
    "simulation-without-history": N_("Các hồ sơ không có lịch sử để mô phỏng."),
    "simulated-case-turns-in-circle": N_("Hồ sơ chạy vòng tròn, không đi đến đâu."),
    "simulated-case-cannot-go-on": N_("Hồ sơ không chạy tiếp được ({kind})."),
}

_MAPPINGS = {
    "mapping-section-no-table": N_("{section}: Cần một bảng tên và giá trị."),
    "mapping-entry-unknown": N_("{section}: Không có mục {entry}; dùng một trong: {entries}."),
    "mapping-entry-missing": N_("{section}: Thiếu {entry}."),
    "mapping-province-unknown": N_("province: Không có loại tỉnh {province}; dùng một trong: {provinces}."),
    "mapping-claims-no-share": N_("claims: {value} không phải là tỷ lệ; viết một số từ 0 đến 1."),
    "mapping-zone-unknown": N_("dates: Không có múi giờ {zone}; viết tên như Asia/Ho_Chi_Minh."),
    "mapping-value-table-unusable": N_("values: {entry}: table cần các tên có giá trị."),
}

_REPORTS = {
    "in-row": N_("Dòng {row}: {reason}"),
    "in-step": N_("{step}: {reason}"),
    "reports-not-csv": N_("Đây không phải là tệp CSV mã UTF-8."),
    "reports-column-missing": N_("Thiếu cột {column}."),
    "reports-without-rows": N_("Không có dòng nào để chạy lại."),
    "reports-without-usable-row": N_("Không dòng nào chạy lại được. {first}"),
    "row-of-another-width": N_("Dòng có {columns} cột thay vì {header}."),
    "row-without-receipt": N_("Thiếu thời điểm tiếp nhận."),
    "row-closed-before-received": N_("Đóng trước khi tiếp nhận."),
    "row-stage-no-number": N_("stage: “{stage}” không phải là số bước."),
    "row-date-unreadable": N_("{column}: “{text}” không phải là thời điểm theo dạng {format}."),
    "row-offset-without-end": N_("Thời điểm tính lùi cần có lúc kết thúc của lần chạy lại."),
    "row-place-no-commune": N_("place: “{place}” không phải là xã, phường."),
    "row-without-place": N_("place: Dòng không nêu địa bàn."),
    "row-course-unknown": N_("course: Không có diễn biến {course}."),
}

_REPLAYS = {
    "replay-task-unscripted": N_("Lần chạy lại không biết ghi gì trong việc {task}."),
    "replay-database-holds-cases": N_("Cơ sở dữ liệu đã có hồ sơ; chạy lại cần một cơ sở dữ liệu chưa có hồ sơ."),
    "replay-form-refused": N_("Biểu mẫu của việc {task} không nhận: {reason}"),
    "replay-nobody-for-task": N_(
        "Không ai ở đơn vị {unit} được làm việc {task}; hãy bố trí cán bộ cho các đơn vị trước."
    ),
    "replay-other-province": N_("Cơ sở dữ liệu đang giữ một tỉnh khác loại {province}; hãy dùng cơ sở dữ liệu riêng."),
    "seed-more-open-than-all": N_("Số hồ sơ đang mở không thể nhiều hơn tổng số hồ sơ."),
}

SENTENCES: dict[str, str] = {**_ASSUMPTIONS, **_SIMULATIONS, **_MAPPINGS, **_REPORTS, **_REPLAYS}
