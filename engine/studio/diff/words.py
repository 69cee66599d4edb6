"""Describes a change in a sentence in the reader's language."""

from __future__ import annotations

import ast
import re

from engine.bpmn.lint.timers import DURATION_PATTERN
from engine.studio.diff.change import ADDED, MOVED, REMOVED, ElementChange
from engine.translation.catalogue import N_, Language, translate

MAX_EXCERPT = 80

_STEP, _EVENT, _GATEWAY = N_("bước"), N_("sự kiện"), N_("cổng")
# Display names of the kinds of items.
KIND_NAMES: dict[str, str] = {
    **dict.fromkeys(("userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"), _STEP),
    **dict.fromkeys(("task", "manualTask", "callActivity"), _STEP),
    **dict.fromkeys(("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"), _EVENT),
    "boundaryEvent": N_("sự kiện biên"),
    **dict.fromkeys(("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"), _GATEWAY),
    "complexGateway": _GATEWAY,
    **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess"), N_("quy trình con")),
    "sequenceFlow": N_("luồng"),
    "messageFlow": N_("luồng tin nhắn"),
    "process": N_("quy trình"),
    "collaboration": N_("sơ đồ cộng tác"),
    "participant": N_("bể"),
    "lane": N_("làn"),
    "message": N_("tin nhắn"),
    "signal": N_("tín hiệu"),
    "error": N_("lỗi"),
    "escalation": N_("leo thang"),
    "textAnnotation": N_("chú thích"),
    "association": N_("đường nối chú thích"),
    "group": N_("nhóm"),
    "dataObject": N_("dữ liệu"),
    "dataObjectReference": N_("dữ liệu"),
    "decision": N_("bảng quyết định"),
    "inputData": N_("dữ liệu đầu vào"),
    "input": N_("cột đầu vào"),
    "output": N_("cột kết quả"),
    "row": N_("dòng"),
    "field": N_("mục"),
    "form": N_("biểu mẫu"),
}
# Display names of the parts of items; the author's own name follows the colon.
PART_NAMES: dict[str, str] = {
    "aggregation": N_("cách tổng hợp"),
    "called": N_("quy trình được gọi"),
    "cardinality": N_("số lần lặp"),
    "cell": N_("ô {name}"),
    "collection": N_("danh sách lặp"),
    "completion": N_("điều kiện dừng lặp"),
    "condition": N_("điều kiện"),
    "decision": N_("bảng quyết định được gọi"),
    "default": N_("luồng mặc định"),
    "description": N_("mô tả"),
    "documentation": N_("ghi chú"),
    "error": N_("lỗi"),
    "escalation": N_("leo thang"),
    "expression": N_("biểu thức"),
    "hit_policy": N_("chính sách chọn dòng"),
    "host": N_("bước mang sự kiện"),
    "instructions": N_("hướng dẫn"),
    "interrupting": N_("ngắt bước đang làm"),
    "item": N_("biến của mỗi lần lặp"),
    "kind": N_("loại"),
    "label": N_("nhãn"),
    "lane": N_("làn"),
    "loop": N_("vòng lặp"),
    "loop_condition": N_("điều kiện lặp"),
    "message": N_("tin nhắn"),
    "multi_instance": N_("lặp nhiều lần"),
    "name": N_("tên"),
    "operator": N_("thao tác tự động"),
    "parameter": N_("tham số {name}"),
    "part": N_("phần {name}"),
    "property": N_("thuộc tính {name}"),
    "property:form": N_("biểu mẫu"),
    "property:instructions_en": N_("hướng dẫn tiếng Anh"),
    "property:missed": N_("cách xử lý hẹn giờ bị lỡ"),
    "property:name_en": N_("tên tiếng Anh"),
    "property:role": N_("vai trò"),
    "property:unit": N_("đơn vị"),
    "result": N_("biến kết quả"),
    "result_item": N_("biến kết quả của mỗi lần lặp"),
    "results": N_("danh sách kết quả"),
    "scope": N_("quy trình con chứa nó"),
    "script": N_("kịch bản"),
    "script_after": N_("kịch bản sau"),
    "script_before": N_("kịch bản trước"),
    "sequential": N_("lặp lần lượt"),
    "signal": N_("tín hiệu"),
    "source": N_("điểm đi"),
    "target": N_("điểm đến"),
    "text": N_("nội dung"),
    "timer": N_("thời gian chờ"),
    "timer_kind": N_("loại hẹn giờ"),
    "trigger": N_("sự kiện kích hoạt {name}"),
    "type": N_("kiểu"),
    # Parts of forms, by their names in the form document.
    "conditional.hide": N_("điều kiện ẩn"),
    "defaultValue": N_("giá trị mặc định"),
    "properties.description_en": N_("mô tả tiếng Anh"),
    "properties.kind": N_("kiểu mục"),
    "properties.label_en": N_("nhãn tiếng Anh"),
    "properties.multiple": N_("nhiều tệp"),
    "properties.store": N_("nơi lưu"),
    "subtype": N_("kiểu mục"),
    "validate.max": N_("giá trị lớn nhất"),
    "validate.maxLength": N_("độ dài lớn nhất"),
    "validate.min": N_("giá trị nhỏ nhất"),
    "validate.minLength": N_("độ dài nhỏ nhất"),
    "validate.pattern": N_("dạng yêu cầu"),
    "validate.required": N_("bắt buộc"),
    "values": N_("lựa chọn {name}"),
}
_SENTENCES = {
    "added": N_("Thêm {thing}."),
    "removed": N_("Bỏ {thing}."),
    "moved": N_("Di chuyển {thing} trên sơ đồ."),
    "ordered": N_("Chuyển {thing} từ vị trí {before} sang vị trí {after}."),
    "renamed": N_("Đổi tên {before} thành {after}."),
    "given": N_("Thêm {what} {after} cho {of}."),
    "taken": N_("Bỏ {what} {before} của {of}."),
    "chosen": N_("Chuyển {what} của {of} từ vị trí {before} sang vị trí {after}."),
    "changed": N_("{what} của {of} đổi từ {before} thành {after}."),
    "line added": N_("Thêm dòng {line}: {after}"),
    "line removed": N_("Bỏ dòng {line}: {before}"),
    "line changed": N_("Dòng {line} đổi từ {before} thành {after}."),
    "content": N_("Nội dung đổi từ {before} thành {after}."),
}
_BOOLEANS = {"true": N_("có"), "false": N_("không")}
_EMPTY = N_("(trống)")
TIMER_CALLS = {
    "working_hours": N_("{amount} giờ làm việc"),
    "working_days": N_("{amount} ngày làm việc"),
    "clock_hours": N_("{amount} giờ liên tục (24/7)"),
    "overdue_by": N_("{amount} ngày làm việc sau hạn"),
    "overdue_by_hours": N_("{amount} giờ liên tục sau hạn (24/7)"),
    "deadline": N_("hạn của hồ sơ"),
    "reminder": N_("{amount} thời hạn"),
}
_DURATION_UNITS = (
    N_("tuần"),
    N_("năm"),
    N_("tháng"),
    N_("ngày"),
    N_("giờ"),
    N_("phút"),
    N_("giây"),
)


def describe_change(change: ElementChange, language: Language = "vi") -> str:
    """Describe a change in one sentence."""
    key = _sentence_key(change)
    before, after = _differing_excerpts(change.before, change.after)
    facts = {
        "thing": f"{noun_for(change.what, language)} {_quote_text(change.name or change.element)}",
        "what": noun_for(change.what, language),
        "of": _quote_text(change.name or change.element) if change.element else noun_for("form", language),
        "line": change.element,
        "before": _value_text(key, change.what, before, language),
        "after": _value_text(key, change.what, after, language),
    }
    text = " ".join(translate(_SENTENCES[key], language).format_map(facts).split())
    return text[:1].upper() + text[1:]


def _sentence_key(change: ElementChange) -> str:
    """The key of the sentence that describes a change."""
    if change.what == "line":
        return f"line {change.kind}"
    if change.what == "content" or change.kind in (ADDED, REMOVED):
        return "content" if change.what == "content" else change.kind
    if change.kind == MOVED:
        ordered = change.before is not None and change.before.isdigit()
        return "chosen" if change.what.startswith("values[") else "ordered" if ordered else "moved"
    if change.what in ("name", "label") and change.before and change.after:
        return "renamed"
    return "given" if change.before is None else "taken" if change.after is None else "changed"


def noun_for(what: str, language: Language) -> str:
    """The display name of a kind of item or of a part."""
    noun = KIND_NAMES.get(what) or PART_NAMES.get(what)
    if noun is not None:
        return translate(noun, language)
    if what.startswith("values["):
        general, own_name = "values", what[len("values[") :].partition("]")[0]
    else:
        general, _, own_name = what.partition(":")
    noun = PART_NAMES.get(general if own_name else "part", PART_NAMES["part"])
    return translate(noun, language).format(name=_quote_text(own_name or what))


def _value_text(key: str, what: str, value: str | None, language: Language) -> str:
    """A value as shown in a sentence."""
    if value is None or key in ("moved", "ordered", "chosen", "content"):
        return value or ""
    if not value:
        return "" if key in ("given", "taken") else translate(_EMPTY, language)
    if value in _BOOLEANS:
        return _quote_text(translate(_BOOLEANS[value], language))
    if what == "kind" and value in KIND_NAMES:
        return _quote_text(f"{translate(KIND_NAMES[value], language)} ({value})")
    return (timer_duration(value, language) if what == "timer" else "") or _quote_text(value)


def _differing_excerpts(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Both values, cut to the parts that differ if they are long."""
    if before is None or after is None or max(len(before), len(after)) <= MAX_EXCERPT:
        return before, after
    words = [re.findall(r"\S+", text) for text in (before, after)]
    start = _common_prefix(*words)
    end = _common_prefix(*(text[start:][::-1] for text in words))
    first, second = (_excerpt_words(text, start, end) for text in words)
    return first, second


def _common_prefix(first: list[str], second: list[str]) -> int:
    """The number of leading words that both share."""
    pairs = zip(first, second, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def _excerpt_words(words: list[str], start: int, end: int) -> str:
    """The words between the common start and end, with a few words of context."""
    first, last = max(start - 3, 0), min(len(words) - end + 3, len(words))
    return " ".join(["…"] * (first > 0) + words[first:last] + ["…"] * (last < len(words)))


def _quote_text(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= MAX_EXCERPT else flat[: MAX_EXCERPT - 1] + '…'}”"


def timer_duration(timer: str, language: Language) -> str:
    """How long a timer waits, in words; empty for a computed time."""
    try:
        tree = ast.parse(timer.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    match tree:
        case ast.Constant(value=str(text)):
            return _duration_words(text, language)
        case ast.Call(func=ast.Name(id="reminder"), args=[ast.Constant(value=int() | float() as share)], keywords=[]):
            return translate(TIMER_CALLS["reminder"], language).format(amount=f"{share:.0%}")
        case ast.Call(func=ast.Name(id="deadline"), args=[], keywords=[]):
            return translate(TIMER_CALLS["deadline"], language)
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=int() | float() as count)], keywords=[]):
            return translate(TIMER_CALLS.get(name, ""), language).format(amount=count)
        case _:
            return ""


def _duration_words(text: str, language: Language) -> str:
    match = DURATION_PATTERN.fullmatch(text)
    parts = zip(match.groups(), _DURATION_UNITS, strict=True) if match is not None else ()
    return " ".join(f"{int(count)} {translate(word, language)}" for count, word in parts if count)
