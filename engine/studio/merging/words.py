"""Names the parts that two people have both changed, for their author to choose."""

from __future__ import annotations

from engine.translation.catalogue import N_
from engine.translation.wording import Term

_PARTS: dict[str, str] = {
    "file": N_("cả tệp"),
    "lines": N_("các dòng"),
    "element": N_("phần tử"),
    "field": N_("mục"),
    "order": N_("thứ tự"),
    "text": N_("nội dung"),
    "name": N_("tên"),
    "label": N_("nhãn"),
    "description": N_("mô tả"),
    "documentation": N_("ghi chú"),
    "conditionExpression": N_("điều kiện"),
    "condition": N_("điều kiện"),
    "conditional": N_("điều kiện hiện"),
    "script": N_("kịch bản tính"),
    "extensionElements": N_("thuộc tính của bước"),
    "properties": N_("thuộc tính"),
    "validate": N_("kiểm tra khi nhập"),
    "values": N_("các lựa chọn"),
    "default": N_("luồng mặc định"),
    "sourceRef": N_("nơi đi"),
    "targetRef": N_("nơi đến"),
    "attachedToRef": N_("bước mang sự kiện"),
    "timeDuration": N_("thời gian chờ"),
    "timeDate": N_("thời điểm"),
    "timeCycle": N_("chu kỳ"),
    "hitPolicy": N_("cách chọn dòng"),
    "Bounds": N_("chỗ trên bản vẽ"),
    "waypoint": N_("đường vẽ"),
}


def part_name(what: str) -> Term | str:
    """What people call a part of an element, a field or a file; a rare one by its name in the file."""
    return Term(_PARTS[what]) if what in _PARTS else what
