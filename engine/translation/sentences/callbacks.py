"""Sentences about finished cases whose citizens are called back."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES = {
    "callback-rate-range": N_("Tỷ lệ gọi lại là số nguyên từ 0 đến 100."),
    "callback-verdict-incomplete": N_(
        "Đã liên lạc được với người dân thì ghi cả hai: có hài lòng không, kết quả có đúng không."
    ),
    "callback-unknown": N_("Không có hồ sơ này trong danh sách gọi lại."),
    "callback-recorded": N_("Đồng nghiệp đã gọi và ghi kết quả của hồ sơ này."),
}
