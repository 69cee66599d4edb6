"""What is said of each conversion and each open point, in Vietnamese and English. For the conversion alone."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.lint.finding import shorten_text
from engine.studio.importing.report import BilingualText

CONVERSION_TEXTS: Mapping[str, BilingualText] = {
    "called": ("Lấy quy trình được gọi từ phần mở rộng.", "The called process is taken from the extension."),
    "decision": ("Lấy bảng quyết định từ phần mở rộng.", "The decision table is taken from the extension."),
    "executable": (
        "Tệp không nói quy trình có chạy được không; đã đánh dấu chạy được.",
        "The file does not say whether the process can run; it is marked as executable.",
    ),
    "expression": ("Viết lại biểu thức theo ngôn ngữ ở đây.", "The expression is written in the language used here."),
    "form": ("Khóa biểu mẫu thành thuộc tính form.", "The form key becomes the property form."),
    "operator": ("Việc dịch vụ dùng thao tác theo bảng.", "The service task gets the operator of the table."),
    "repeat": ("Ghi danh sách lặp bằng phần tử chuẩn của BPMN.", "The repetition is written in BPMN's own elements."),
    "role": (
        "Nhóm hoặc người làm thành thuộc tính role theo bảng.",
        "The group or assignee becomes the property role of the table.",
    ),
    "script": ("Biểu thức và biến kết quả thành kịch bản.", "The expression and its result variable become a script."),
    "timer-expression": (
        "Viết lại thời hạn tính được theo ngôn ngữ ở đây.",
        "The computed timer is written in the language used here.",
    ),
    "timer-quoted": ("Đặt thời hạn trong dấu nháy.", "The time is put in quotes."),
    "timer-zone": (
        "Thời điểm không có múi giờ; đã lấy giờ Việt Nam và đặt trong dấu nháy.",
        "The instant has no offset; Vietnam's time is assumed, and it is put in quotes.",
    ),
}
OPEN_POINT_TEXTS: Mapping[str, BilingualText] = {
    "attribute": (
        "Thiết lập {name} = “{value}” giữ nguyên nhưng không có tác dụng ở đây; hãy vẽ lại ý đó nếu cần.",
        "The setting {name} = “{value}” stays but does nothing here; draw what it means if it is needed.",
    ),
    "computed": (
        "“{text}” được tính khi chạy; ở đây phải là một tên cố định, hãy chọn.",
        "“{text}” is computed while running; a fixed name is needed here, choose one.",
    ),
    "expression": (
        "Biểu thức “{text}” không chuyển được (ở “{detail}”); hãy viết lại.",
        "The expression “{text}” cannot be converted (at “{detail}”); write it anew.",
    ),
    "extension": (
        "Phần mở rộng {name} giữ nguyên nhưng không có tác dụng ở đây; hãy vẽ lại ý đó nếu cần.",
        "The extension {name} stays but does nothing here; draw what it means if it is needed.",
    ),
    "form": (
        "Khóa biểu mẫu “{form}” không thành tên biểu mẫu được; hãy thêm thuộc tính form hoặc ghi vào bảng.",
        "The form key “{form}” cannot become a form's name; add the property form or put the key in the table.",
    ),
    "group": (
        "Bảng không có “{name}”; hãy ghi vai trò của nó vào bảng: {known}.",
        "The table does not know “{name}”; put its role in the table: {known}.",
    ),
    "group-role": (
        "Bảng ghi “{name}” là “{role}”, không phải vai trò nào; hãy chọn một trong: {known}.",
        "The table says that “{name}” is “{role}”, which is no role; choose one of: {known}.",
    ),
    "language": (
        "Điều kiện viết bằng {language} không chạy được ở đây; hãy viết lại.",
        "A condition written in {language} cannot run here; write it anew.",
    ),
    "namespace": (
        "Phần mở rộng của {uri} ({count} chỗ) giữ nguyên nhưng không có tác dụng ở đây.",
        "What belongs to {uri} (places: {count}) stays but does nothing here.",
    ),
    "resource": (
        "Phân công bằng {name} giữ nguyên nhưng không có tác dụng ở đây; hãy thêm thuộc tính role.",
        "The assignment by {name} stays but does nothing here; add the property role.",
    ),
    "roles": (
        "“{names}” gồm nhiều vai trò ({roles}); ở đây một việc có một vai trò, hãy chọn.",
        "“{names}” are several roles ({roles}); a task has one role here, choose it.",
    ),
    "script": (
        "Kịch bản viết bằng {language} không chạy được ở đây; hãy viết lại.",
        "A script written in {language} cannot run here; write it anew.",
    ),
    "service": (
        "Bảng không có “{name}”; hãy ghi thao tác của nó vào bảng: {known}.",
        "The table does not know “{name}”; put its operator in the table: {known}.",
    ),
    "service-kind": (
        "Việc này gọi “{name}”; ở đây chỉ serviceTask gọi được thao tác, hãy vẽ lại bằng serviceTask.",
        "The task calls “{name}”; only a serviceTask calls operators here, draw one instead.",
    ),
    "service-operator": (
        "Bảng ghi “{name}” là “{operator}”, không phải thao tác dùng được; các thao tác: {known}.",
        "The table says that “{name}” is “{operator}”, which is no usable operator; there are: {known}.",
    ),
    "timer": (
        "Hẹn giờ “{text}” không chuyển được (ở “{detail}”); hãy viết lại, ví dụ working_hours(2).",
        "The timer “{text}” cannot be converted (at “{detail}”); write it anew, for example working_hours(2).",
    ),
}


def describe_rule(table: Mapping[str, BilingualText], rule: str, facts: Mapping[str, object]) -> BilingualText:
    """The sentences of a rule with its facts, each kept short."""
    excerpts = {name: fact if isinstance(fact, int) else shorten_text(str(fact), 120) for name, fact in facts.items()}
    vietnamese, english = (pattern.format_map(excerpts) for pattern in table[rule])
    return vietnamese, english
