"""Vietnamese sentences of the rules on start events, by rule."""

from __future__ import annotations

from engine.translation.catalogue import N_

START_SENTENCES: dict[str, str] = {
    "start-form-missing": N_(
        "Sự kiện bắt đầu ghi ai được bắt đầu, mã hoặc nội dung nhưng chưa có biểu mẫu; hãy chọn biểu mẫu."
    ),
    "start-form-place": N_(
        "Biểu mẫu chỉ đặt ở sự kiện bắt đầu không có kích hoạt của chính quy trình; ở đây hãy bỏ biểu mẫu, hoặc vẽ một "
        "sự kiện bắt đầu riêng cho người."
    ),
    "start-roles-missing": N_("Không ai được bắt đầu quy trình này; hãy đánh dấu ít nhất một vai trò được bắt đầu."),
    "start-role-unknown": N_("Không có vai trò '{role}' để bắt đầu; hãy chọn trong: {known}."),
    "start-unit-unknown": N_("Không có loại đơn vị '{name}'; hãy chọn trong: {known}."),
    "start-nobody": N_(
        "Không ai bắt đầu được: vai trò {roles} không có ở loại đơn vị {units}; hãy đổi vai trò hoặc loại đơn vị."
    ),
    "start-matter-unknown": N_(
        "Biểu mẫu {form} không có trường '{name}' để hiện trong danh sách; hãy chọn một trong: {known}."
    ),
    "start-code": N_(
        "Chữ đầu của mã phải là hai chữ cái in hoa không dấu, khác {reports} của phản ánh, không phải '{code}'."
    ),
    "start-keep-days": N_("Số ngày giữ dữ liệu sau khi kết thúc phải là số nguyên từ {least} đến {most}."),
    "start-code-taken": N_("Chữ đầu của mã '{code}' đã dùng cho quy trình trong {file}; hãy chọn hai chữ cái khác."),
    "start-timer-data": N_(
        "Hẹn giờ bắt đầu quy trình khi chưa có hồ sơ nào nên không có '{name}'; hãy dùng thời điểm, chu kỳ hoặc hàm "
        "như working_hours(8)."
    ),
    "start-timer-deadline": N_(
        "{name}() tính theo thời hạn của hồ sơ, mà lúc bắt đầu chưa có; hãy dùng thời điểm, chu kỳ hoặc "
        "working_hours(8)."
    ),
    "start-hours": N_(
        "Thuộc tính hours chỉ có giá trị working, ở sự kiện bắt đầu hẹn giờ của quy trình; không dùng '{value}' ở đây."
    ),
    "starter-nobody": N_(
        "Việc này giao cho người bắt đầu, nhưng có đường đến đây mà không ai bắt đầu bằng biểu mẫu; hãy giao cho một "
        "vai trò, hoặc thêm biểu mẫu vào sự kiện bắt đầu."
    ),
}
