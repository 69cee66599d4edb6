"""The sentences for each conversion and each open point."""

from __future__ import annotations

from collections.abc import Mapping

from engine.studio.importing.report import LocalizedText
from engine.text import shorten_text
from engine.translation.catalogue import LANGUAGES, N_, Language, translate
from engine.translation.wording import fact_text

CONVERSION_TEXTS: Mapping[str, str] = {
    "call-data": N_("Quy trình được gọi nhận và trả mọi dữ liệu, như ở đây khi không khai báo gì."),
    "called": N_("Lấy quy trình được gọi từ phần mở rộng."),
    "correlation": N_("Khóa liên kết tin nhắn ghi theo cách ở đây: nội dung tin nhắn mang tên khóa này."),
    "decision": N_("Lấy bảng quyết định từ phần mở rộng."),
    "always": N_("Luồng không có điều kiện của cổng bao hàm luôn được đi; đã ghi điều kiện True."),
    "choice": N_("Điều kiện trên luồng ra từ một việc thành cổng bao hàm vẽ riêng; mọi luồng đúng điều kiện đều đi."),
    "condition-parallel": N_("Cổng song song đi mọi luồng; đã bỏ điều kiện vốn không có tác dụng."),
    "default": N_("Luồng duy nhất không có điều kiện thành luồng mặc định."),
    "double-flow": N_(
        "Hai luồng nối cùng hai phần tử; đã đặt một sự kiện được đi qua ngay vào một luồng để cổng gộp đúng."
    ),
    "drawn-data": N_("Dữ liệu vào và ra vẽ ở đây chỉ để đọc; dữ liệu của hồ sơ dùng chung cho mọi việc."),
    "drawn-message-flow": N_("Luồng tin nhắn giữa các bể giữ làm hình vẽ, không chạy."),
    "drawn-store": N_("Kho dữ liệu giữ làm hình vẽ, không chạy."),
    "empty-scope": N_("Quy trình con trống được đi qua ngay; đã vẽ điểm bắt đầu và kết thúc."),
    "shared-definition": N_("Định nghĩa dùng chung được chép vào sự kiện."),
    "several-triggers": N_("Sự kiện có nhiều kích hoạt; đã vẽ mỗi kích hoạt thành một sự kiện."),
    "encoding": N_("Tệp dùng bảng mã khác; đã đổi sang UTF-8."),
    "end": N_("Không có gì theo sau; đã vẽ sự kiện kết thúc."),
    "error": N_("Sự kiện nêu thẳng mã của lỗi; đã khai báo lỗi có mã đó."),
    "executable": N_("Tệp không nói quy trình có chạy được không; đã đánh dấu chạy được."),
    "expression-language": N_("Ngôn ngữ khai báo chung của tệp đã bỏ; mọi biểu thức viết theo ngôn ngữ ở đây."),
    "flow-ids": N_("Đã đặt id cho {count} luồng chưa có."),
    "global-task": N_("Việc dùng chung của tệp thành quy trình có một việc ấy; các hoạt động gọi vẫn gọi theo id cũ."),
    "id": N_("Phần tử chưa có id; đã đặt."),
    "id-renamed": N_("Bộ máy không nhận id này; đã đổi ở mọi chỗ dùng nó."),
    "lane-role": N_("Việc lấy vai trò của làn chứa nó theo bảng."),
    "link": N_("Sự kiện liên kết thành luồng nối thẳng; hai sự kiện được đi qua ngay."),
    "message": N_("Không nêu tin nhắn nào; đã khai báo tin nhắn mang tên của phần tử này."),
    "name": N_("Khai báo chưa có tên; đã lấy mã hoặc id làm tên."),
    "process-apart": N_("Mỗi tệp chạy một quy trình; quy trình này giữ làm hình vẽ, hãy nhập thành tệp riêng nếu cần."),
    "process-drawn": N_("Quy trình không đánh dấu chạy được giữ làm hình vẽ."),
    "service-task": N_("Việc gọi chương trình thành serviceTask."),
    "split": N_("Nhiều luồng ra không điều kiện thành cổng song song vẽ riêng."),
    "start": N_("Không có điểm bắt đầu; đã vẽ, nối đến mọi phần tử không có luồng vào ({count})."),
    "task-officer": N_("Việc không nêu loại thành việc của cán bộ; hãy chọn vai trò và biểu mẫu."),
    "task-passed": N_("Việc không nêu loại được đi qua ngay, không ai phải làm."),
    "transaction": N_("Giao dịch không có gì để hoàn tác nên là quy trình con; hủy giao dịch thành lỗi riêng của nó."),
    "without": N_("Bỏ tác dụng của thiết lập này, theo ý người phân tích; thiết lập vẫn nằm trong tệp."),
    "unmatched": N_("Cổng không có luồng mặc định: khi không điều kiện nào đúng, hồ sơ dừng và báo sự cố."),
    "feel-decisions": N_("Tệp quyết định viết theo FEEL, như DMN mặc định; đã ghi rõ ngôn ngữ."),
    "feel": N_("Biểu thức FEEL giữ nguyên, có dấu = ở trước."),
    "expression": N_("Viết lại biểu thức theo ngôn ngữ ở đây."),
    "form": N_("Khóa biểu mẫu thành thuộc tính form."),
    "operator": N_("Việc dịch vụ dùng thao tác theo bảng."),
    "reference": N_("Tham chiếu viết kèm tiền tố; ở đây chỉ ghi id."),
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
    "service-message": N_("Việc này gọi chương trình; tin nhắn ghi kèm không được gửi, hãy vẽ sự kiện gửi nếu cần."),
    "service": N_("Bảng không có “{name}”; hãy ghi thao tác của nó vào bảng: {known}."),
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
