"""What is said of broken rules of `journal`: chains that do not hold."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "journal-row-missing": N_(
        "nhật ký hệ thống, phần {chain}, dòng {row}: thiếu dòng này; dòng kế tiếp là {following}"
    ),
    "journal-row-changed": N_("nhật ký hệ thống, phần {chain}, dòng {row}: nội dung đã bị sửa"),
    "journal-count-differs": N_(
        "nhật ký hệ thống, phần {chain}, từ dòng {row}: đã ghi {written} dòng, nay có {left} dòng"
    ),
    "journal-rewritten": N_("nhật ký hệ thống, phần {chain}, dòng {row}: chuỗi xác thực đã bị viết lại"),
    "journal-row-gone": N_(
        "nhật ký hệ thống, phần {chain}, dòng {row}: bản lưu đối chiếu có dòng này nhưng nay không còn"
    ),
    "journal-row-differs": N_("nhật ký hệ thống, phần {chain}, dòng {row}: bản lưu đối chiếu ghi nội dung khác"),
}
