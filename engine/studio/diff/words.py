"""Says a change in a sentence, Vietnamese or English. Imported by the difference alone."""

from __future__ import annotations

import ast
import re

from engine.bpmn.lint.timers import DURATION_PATTERN
from engine.errors import BadInput
from engine.studio.diff.change import ADDED, MOVED, REMOVED, ElementChange

LANGUAGES = ("vi", "en")
MAX_EXCERPT = 80

_STEP, _EVENT, _GATEWAY = ("bước", "step"), ("sự kiện", "event"), ("cổng", "gateway")
# What things are called.
KIND_NAMES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"), _STEP),
    **dict.fromkeys(("task", "manualTask", "callActivity"), _STEP),
    **dict.fromkeys(("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"), _EVENT),
    "boundaryEvent": ("sự kiện biên", "boundary event"),
    **dict.fromkeys(("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"), _GATEWAY),
    "complexGateway": _GATEWAY,
    **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess"), ("quy trình con", "sub-process")),
    "sequenceFlow": ("luồng", "flow"),
    "messageFlow": ("luồng tin nhắn", "message flow"),
    "process": ("quy trình", "process"),
    "collaboration": ("sơ đồ cộng tác", "collaboration"),
    "participant": ("bể", "pool"),
    "lane": ("làn", "lane"),
    "message": ("tin nhắn", "message"),
    "signal": ("tín hiệu", "signal"),
    "error": ("lỗi", "error"),
    "escalation": ("leo thang", "escalation"),
    "textAnnotation": ("chú thích", "note"),
    "association": ("đường nối chú thích", "association"),
    "group": ("nhóm", "group"),
    "dataObject": ("dữ liệu", "data object"),
    "dataObjectReference": ("dữ liệu", "data object"),
    "decision": ("bảng quyết định", "decision"),
    "inputData": ("dữ liệu đầu vào", "input data"),
    "input": ("cột đầu vào", "input column"),
    "output": ("cột kết quả", "output column"),
    "row": ("dòng", "row"),
    "field": ("mục", "field"),
    "form": ("biểu mẫu", "form"),
}
# What the parts of things are called; after a colon stands a name that the author chose.
PART_NAMES: dict[str, tuple[str, str]] = {
    "aggregation": ("cách tổng hợp", "aggregation"),
    "called": ("quy trình được gọi", "called process"),
    "cardinality": ("số lần lặp", "number of turns"),
    "cell": ("ô {}", "cell {}"),
    "collection": ("danh sách lặp", "collection"),
    "completion": ("điều kiện dừng lặp", "completion condition"),
    "condition": ("điều kiện", "condition"),
    "decision": ("bảng quyết định", "decision table"),
    "default": ("luồng mặc định", "default flow"),
    "description": ("mô tả", "description"),
    "documentation": ("ghi chú", "documentation"),
    "error": ("lỗi", "error"),
    "escalation": ("leo thang", "escalation"),
    "expression": ("biểu thức", "expression"),
    "hit_policy": ("chính sách chọn dòng", "hit policy"),
    "host": ("bước mang sự kiện", "host"),
    "instructions": ("hướng dẫn", "instructions"),
    "interrupting": ("ngắt bước đang làm", "interrupting"),
    "item": ("biến của mỗi lần lặp", "item"),
    "kind": ("loại", "kind"),
    "label": ("nhãn", "label"),
    "lane": ("làn", "lane"),
    "loop": ("vòng lặp", "loop"),
    "loop_condition": ("điều kiện lặp", "loop condition"),
    "message": ("tin nhắn", "message"),
    "multi_instance": ("lặp nhiều lần", "multi-instance"),
    "name": ("tên", "name"),
    "operator": ("thao tác", "operator"),
    "parameter": ("tham số {}", "parameter {}"),
    "part": ("phần {}", "part {}"),
    "property": ("thuộc tính {}", "property {}"),
    "property:form": ("biểu mẫu", "form"),
    "property:missed": ("cách xử lý hẹn giờ bị lỡ", "treatment when missed"),
    "property:role": ("vai trò", "role"),
    "property:unit": ("đơn vị", "unit"),
    "result": ("biến kết quả", "result variable"),
    "result_item": ("biến kết quả của mỗi lần lặp", "result of each turn"),
    "results": ("danh sách kết quả", "results"),
    "scope": ("quy trình con chứa nó", "enclosing sub-process"),
    "script": ("kịch bản", "script"),
    "script_after": ("kịch bản sau", "script afterwards"),
    "script_before": ("kịch bản trước", "script beforehand"),
    "sequential": ("lặp lần lượt", "sequential"),
    "signal": ("tín hiệu", "signal"),
    "source": ("điểm đi", "source"),
    "target": ("điểm đến", "target"),
    "text": ("nội dung", "text"),
    "timer": ("hạn", "timer"),
    "timer_kind": ("loại hẹn giờ", "kind of timer"),
    "trigger": ("sự kiện kích hoạt {}", "trigger {}"),
    "type": ("kiểu", "type"),
    # Of forms, by the names of the form document.
    "conditional.hide": ("điều kiện ẩn", "condition for hiding"),
    "defaultValue": ("giá trị mặc định", "default value"),
    "properties.description_en": ("mô tả tiếng Anh", "English description"),
    "properties.kind": ("kiểu", "kind"),
    "properties.label_en": ("nhãn tiếng Anh", "English label"),
    "properties.multiple": ("nhiều tệp", "several files"),
    "properties.store": ("nơi lưu", "place of storage"),
    "subtype": ("kiểu", "kind"),
    "validate.max": ("giá trị lớn nhất", "largest value"),
    "validate.maxLength": ("độ dài lớn nhất", "greatest length"),
    "validate.min": ("giá trị nhỏ nhất", "smallest value"),
    "validate.minLength": ("độ dài nhỏ nhất", "least length"),
    "validate.pattern": ("dạng yêu cầu", "pattern"),
    "validate.required": ("bắt buộc", "required"),
    "values": ("lựa chọn {}", "choice {}"),
}
_SENTENCES = {
    "added": ("Thêm {thing}.", "{thing} added."),
    "removed": ("Bỏ {thing}.", "{thing} removed."),
    "moved": ("Di chuyển {thing} trên sơ đồ.", "{thing} moved on the drawing."),
    "ordered": (
        "Chuyển {thing} từ vị trí {before} sang vị trí {after}.",
        "{thing} moved from place {before} to {after}.",
    ),
    "renamed": ("Đổi tên {before} thành {after}.", "{before} renamed to {after}."),
    "given": ("Thêm {what} {after} cho {of}.", "{what} of {of} set to {after}."),
    "taken": ("Bỏ {what} {before} của {of}.", "{what} {before} of {of} removed."),
    "chosen": (
        "Chuyển {what} của {of} từ vị trí {before} sang vị trí {after}.",
        "{what} of {of} moved from place {before} to {after}.",
    ),
    "changed": ("{what} của {of} đổi từ {before} thành {after}.", "{what} of {of} changed from {before} to {after}."),
    "line added": ("Thêm dòng {line}: {after}", "Line {line} added: {after}"),
    "line removed": ("Bỏ dòng {line}: {before}", "Line {line} removed: {before}"),
    "line changed": ("Dòng {line} đổi từ {before} thành {after}.", "Line {line} changed from {before} to {after}."),
    "content": ("Nội dung đổi từ {before} thành {after}.", "The content changed from {before} to {after}."),
}
_BOOLEANS = {"true": ("có", "yes"), "false": ("không", "no")}
_TIMER_CALLS = {
    "working_hours": ("{} giờ làm việc", "{} working hours"),
    "working_days": ("{} ngày làm việc", "{} working days"),
    "clock_hours": ("{} giờ liên tục (24/7)", "{} hours around the clock"),
    "overdue_by": ("{} ngày làm việc sau hạn", "{} working days after the deadline"),
    "deadline": ("hạn của hồ sơ", "the case's deadline"),
}
_DURATION_UNITS = (
    ("tuần", "weeks"),
    ("năm", "years"),
    ("tháng", "months"),
    ("ngày", "days"),
    ("giờ", "hours"),
    ("phút", "minutes"),
    ("giây", "seconds"),
)


def describe_change(change: ElementChange, language: str = "vi") -> str:
    """The change as one sentence in one of LANGUAGES (BadInput for another)."""
    if language not in LANGUAGES:
        raise BadInput(f"Changes are told in {' and '.join(LANGUAGES)}, not {language!r}.")
    language_index = LANGUAGES.index(language)
    key = _sentence_key(change)
    before, after = _differing_excerpts(change.before, change.after)
    facts = {
        "thing": f"{noun_for(change.what, language_index)} {_quote_text(change.name or change.element)}",
        "what": noun_for(change.what, language_index),
        "of": _quote_text(change.name or change.element) if change.element else noun_for("form", language_index),
        "line": change.element,
        "before": _value_text(key, change.what, before, language_index),
        "after": _value_text(key, change.what, after, language_index),
    }
    text = " ".join(_SENTENCES[key][language_index].format_map(facts).split())
    return text[:1].upper() + text[1:]


def _sentence_key(change: ElementChange) -> str:
    """Which of the sentences says a change."""
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


def noun_for(what: str, language_index: int) -> str:
    """What people call a kind of thing or a part of one."""
    names = KIND_NAMES.get(what) or PART_NAMES.get(what)
    if names is not None:
        return names[language_index]
    if what.startswith("values["):
        return PART_NAMES["values"][language_index].format(_quote_text(what[len("values[") :].partition("]")[0]))
    general, _, own_name = what.partition(":")
    return PART_NAMES.get(general if own_name else "part", PART_NAMES["part"])[language_index].format(
        _quote_text(own_name or what)
    )


def _value_text(key: str, what: str, value: str | None, language_index: int) -> str:
    """A value as it stands in a sentence."""
    if value is None or key in ("moved", "ordered", "chosen", "content"):
        return value or ""
    if not value:
        return "" if key in ("given", "taken") else ("(trống)", "(empty)")[language_index]
    if value in _BOOLEANS:
        return _quote_text(_BOOLEANS[value][language_index])
    if what == "kind" and value in KIND_NAMES:
        return _quote_text(f"{KIND_NAMES[value][language_index]} ({value})")
    return (timer_duration(value, language_index) if what == "timer" else "") or _quote_text(value)


def _differing_excerpts(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Both values, of long ones only where they differ."""
    if before is None or after is None or max(len(before), len(after)) <= MAX_EXCERPT:
        return before, after
    words = [re.findall(r"\S+", text) for text in (before, after)]
    start = _common_prefix(*words)
    end = _common_prefix(*(text[start:][::-1] for text in words))
    first, second = (_excerpt_words(text, start, end) for text in words)
    return first, second


def _common_prefix(first: list[str], second: list[str]) -> int:
    """How many words both begin with."""
    pairs = zip(first, second, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def _excerpt_words(words: list[str], start: int, end: int) -> str:
    """The words between two common parts, with a few of these around them."""
    first, last = max(start - 3, 0), min(len(words) - end + 3, len(words))
    return " ".join(["…"] * (first > 0) + words[first:last] + ["…"] * (last < len(words)))


def _quote_text(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= MAX_EXCERPT else flat[: MAX_EXCERPT - 1] + '…'}”"


def timer_duration(timer: str, language_index: int) -> str:
    """How long a timer waits, in words; empty for what is computed."""
    try:
        tree = ast.parse(timer.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    match tree:
        case ast.Constant(value=str(text)):
            return _duration_words(text, language_index)
        case ast.Call(func=ast.Name(id="reminder"), args=[ast.Constant(value=int() | float() as share)], keywords=[]):
            return (f"{share:.0%} thời hạn", f"{share:.0%} of the deadline")[language_index]
        case ast.Call(func=ast.Name(id="deadline"), args=[], keywords=[]):
            return _TIMER_CALLS["deadline"][language_index]
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=int() | float() as count)], keywords=[]):
            return _TIMER_CALLS[name][language_index].format(count) if name in _TIMER_CALLS else ""
        case _:
            return ""


def _duration_words(text: str, language_index: int) -> str:
    match = DURATION_PATTERN.fullmatch(text)
    parts = zip(match.groups(), _DURATION_UNITS, strict=True) if match is not None else ()
    return " ".join(f"{int(count)} {words[language_index]}" for count, words in parts if count)
