"""The sentences for each conversion and each open point."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.lint.finding import shorten_text
from engine.studio.importing.report import LocalizedText
from engine.translation.catalogue import LANGUAGES, N_, Language, translate
from engine.translation.wording import fact_text

CONVERSION_TEXTS: Mapping[str, str] = {
    "called": N_("Lấy quy trình được gọi từ phần mở rộng."),
    "decision": N_("Lấy bảng quyết định từ phần mở rộng."),
    "executable": N_("Tệp không nói quy trình có chạy được không; đã đánh dấu chạy được."),
    "expression": N_("Viết lại biểu thức theo ngôn ngữ ở đây."),
    "form": N_("Khóa biểu mẫu thành thuộc tính form."),
    "operator": N_("Việc dịch vụ dùng thao tác theo bảng."),
    "repeat": N_("Ghi danh sách lặp bằng phần tử chuẩn của BPMN."),
    "role": N_("Nhóm hoặc người làm thành thuộc tính role theo bảng."),
    "script": N_("Biểu thức và biến kết quả thành kịch bản."),
    "timer-expression": N_("Viết lại thời hạn tính được theo ngôn ngữ ở đây."),
    "timer-quoted": N_("Đặt thời hạn trong dấu nháy."),
    "timer-zone": N_("Thời điểm không có múi giờ; đã lấy giờ Việt Nam và đặt trong dấu nháy."),
}
OPEN_POINT_TEXTS: Mapping[str, str] = {
    "attribute": N_("Thiết lập {name} = “{value}” giữ nguyên nhưng không có tác dụng ở đây; hãy vẽ lại ý đó nếu cần."),
    "computed": N_("“{text}” được tính khi chạy; ở đây phải là một tên cố định, hãy chọn."),
    "expression": N_("Biểu thức “{text}” không chuyển được (ở “{detail}”); hãy viết lại."),
    "extension": N_("Phần mở rộng {name} giữ nguyên nhưng không có tác dụng ở đây; hãy vẽ lại ý đó nếu cần."),
    "form": N_("Khóa biểu mẫu “{form}” không thành tên biểu mẫu được; hãy thêm thuộc tính form hoặc ghi vào bảng."),
    "group": N_("Bảng không có “{name}”; hãy ghi vai trò của nó vào bảng: {known}."),
    "group-role": N_("Bảng ghi “{name}” là “{role}”, không phải vai trò nào; hãy chọn một trong: {known}."),
    "language": N_("Điều kiện viết bằng {language} không chạy được ở đây; hãy viết lại."),
    "namespace": N_("Phần mở rộng của {uri} ({count} chỗ) giữ nguyên nhưng không có tác dụng ở đây."),
    "resource": N_("Phân công bằng {name} giữ nguyên nhưng không có tác dụng ở đây; hãy thêm thuộc tính role."),
    "roles": N_("“{names}” gồm nhiều vai trò ({roles}); ở đây một việc có một vai trò, hãy chọn."),
    "script": N_("Kịch bản viết bằng {language} không chạy được ở đây; hãy viết lại."),
    "service": N_("Bảng không có “{name}”; hãy ghi thao tác của nó vào bảng: {known}."),
    "service-kind": N_("Việc này gọi “{name}”; ở đây chỉ serviceTask gọi được thao tác, hãy vẽ lại bằng serviceTask."),
    "service-operator": N_("Bảng ghi “{name}” là “{operator}”, không phải thao tác dùng được; các thao tác: {known}."),
    "timer-date": N_("Hẹn giờ “{text}” không chuyển được (ở “{detail}”); hãy viết lại, ví dụ working_hours(2)."),
    "timer-duration": N_(
        'Hẹn giờ “{text}” không chuyển được (ở “{detail}”); hãy viết lại, ví dụ "PT2H", hoặc chọn loại “Ngày giờ”.'
    ),
    "timer-cycle": N_('Hẹn giờ “{text}” không chuyển được (ở “{detail}”); hãy viết lại, ví dụ "R3/P1D".'),
}


def describe_rule(table: Mapping[str, str], rule: str, facts: Mapping[str, object]) -> LocalizedText:
    """The sentence for a rule with its facts, each shortened, in every language."""
    return {language: _rule_sentence(table[rule], facts, language) for language in LANGUAGES}


def _rule_sentence(sentence: str, facts: Mapping[str, object], language: Language) -> str:
    excerpts = {name: shorten_text(fact_text(fact, language), 120) for name, fact in facts.items()}
    return translate(sentence, language).format_map(excerpts)
