"""What is said of broken rules of `briefings`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "briefing-unknown": N_("Không có báo cáo này."),
    "briefing-changed-meanwhile": N_("Báo cáo đã được sửa hoặc ban hành từ khi bạn mở; mở lại để xem hiện trạng."),
    "briefing-cadence-unknown": N_("Chọn báo cáo tuần hoặc báo cáo tháng."),
    "briefing-of-period-exists": N_("Đã có báo cáo {name}; mở báo cáo đó trong danh sách."),
    "briefing-text-missing": N_("Ghi đủ trích yếu, các phần I, II, III và chức vụ người ký."),
    "briefing-text-length": N_("Phần này quá dài: tối đa {most} ký tự."),
    "briefing-text-unprintable": N_("Nội dung có ký tự không in được; gõ lại đoạn đó."),
}
