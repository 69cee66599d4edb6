"""The register of processing activities: which personal data is processed for what, who receives it, how long it stays.

Every table that `engine.privacy.inventory` declares as personal belongs to exactly one activity; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.privacy.inventory import ERASED_COLUMNS, ERASED_WORK_COLUMNS, RETAINED_COLUMNS
from engine.registers.papers import BLANK, LegalPaper, PaperSection, Wording
from engine.translation.catalogue import N_

BASIS = N_(
    "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15; Nghị định 356/2025/NĐ-CP. Điều, khoản áp dụng cần luật sư xác nhận."
)
_WITH_CASE = N_("xóa {days} ngày sau khi hồ sơ kết thúc, hoặc sớm hơn theo yêu cầu")
_WITH_RECORD = N_("giữ cùng nhật ký công việc")


@dataclass(frozen=True, slots=True)
class ProcessingActivity:
    """One purpose for which personal data is processed. `tables` hold it; the texts are sentences of the catalogue."""

    key: str
    purpose: str
    subjects: str
    data: str
    recipients: str
    retention: str
    tables: tuple[str, ...]


ACTIVITIES = (
    ProcessingActivity(
        "reports",
        N_("Tiếp nhận, giải quyết phản ánh, kiến nghị và trả lời người dân"),
        N_("người phản ánh; người được nhắc đến trong phản ánh"),
        N_("họ tên, số điện thoại, địa chỉ, thư điện tử, nội dung, tệp đính kèm, kết quả liên hệ, biểu mẫu đã điền"),
        N_("cán bộ giải quyết hồ sơ; người khác chỉ thấy thông tin đã che"),
        _WITH_CASE,
        (
            "report",
            "submission",
            "contact",
            "conversation",
            "conversation_message",
            "attachment",
            "chosen_file",
            "stored_file",
            "draft",
            "report_link",
            "saved_filter",
            "tracking_key",
            "word_count",
            "unfiled_call",
        ),
    ),
    ProcessingActivity(
        "answers",
        N_("Soạn trả lời mẫu và đánh giá chất lượng trả lời"),
        N_("người hỏi; cán bộ được đánh giá"),
        N_("câu hỏi chưa có trả lời mẫu, nhận xét về câu trả lời"),
        N_("sở, ngành phụ trách lĩnh vực; Văn phòng UBND tỉnh"),
        N_("câu hỏi xóa sau {days} ngày; nhận xét xóa cùng hồ sơ"),
        ("question", "answer_review", "standard_answer", "published_answer"),
    ),
    ProcessingActivity(
        "requests",
        N_("Giải quyết yêu cầu của chủ thể dữ liệu; giữ dữ liệu theo yêu cầu của cơ quan có thẩm quyền"),
        N_("người yêu cầu"),
        N_("họ tên, số điện thoại, cách đã kiểm tra danh tính, nội dung trả lời"),
        N_("quản trị viên; Văn phòng UBND tỉnh"),
        N_("xóa sau khi xóa dữ liệu theo yêu cầu, hoặc {days} ngày sau khi trả lời"),
        ("data_request", "data_hold", "matter_hold"),
    ),
    ProcessingActivity(
        "accounts",
        N_("Quản lý tài khoản, phiên làm việc và lịch trực của cán bộ; chống dò mật khẩu"),
        N_("cán bộ; người truy cập"),
        N_(
            "tên đăng nhập, họ tên, thư điện tử, số điện thoại, ca trực, thiết bị đăng nhập, nơi trình duyệt nhận "
            "thông báo, mã băm của mật khẩu, số điện thoại và địa chỉ mạng"
        ),
        N_("quản trị viên; dịch vụ thông báo của hãng trình duyệt, nếu được bật: nơi nhận và lúc gửi"),
        N_("tài khoản giữ cùng nhật ký; phiên xóa khi hết hạn; mã băm chống dò xóa trong một ngày"),
        (
            *("person", "web_session", "push_subscription", "throttle", "form_receipt", "duty_shift"),
            *("sign_in_factor", "recovery_code", "account_link", "external_identity"),
        ),
    ),
    ProcessingActivity(
        "records",
        N_("Ghi nhật ký mọi việc đã làm và việc xem dữ liệu cá nhân (nhật ký hoạt động: dữ liệu nhạy cảm)"),
        N_("cán bộ; người phản ánh"),
        N_("ai làm gì, khi nào, từ địa chỉ mạng nào; ai đã xem dữ liệu của hồ sơ nào"),
        N_("quản trị viên; Văn phòng UBND tỉnh; cơ quan thanh tra khi có yêu cầu"),
        _WITH_RECORD,
        ("history", "look", "journal"),
    ),
    ProcessingActivity(
        "directives",
        N_("Ban hành văn bản đôn đốc, báo cáo định kỳ; ghi sổ sự cố dữ liệu cá nhân"),
        N_("lãnh đạo ký văn bản"),
        N_("họ tên, chức danh người ký; nội dung do cán bộ soạn về công việc"),
        N_("đơn vị nhận văn bản; Văn phòng UBND tỉnh"),
        _WITH_RECORD,
        ("directive", "briefing", "briefing_plan", "breach_entry"),
    ),
    ProcessingActivity(
        "office_work",
        N_("Giải quyết công việc của cơ quan: nghỉ phép, khó khăn vướng mắc, văn bản hướng dẫn"),
        N_("cán bộ"),
        N_("nội dung cán bộ ghi khi bắt đầu và trong từng bước, tệp kèm theo"),
        N_("người bắt đầu, người xử lý, lãnh đạo đơn vị liên quan; Văn phòng UBND tỉnh"),
        N_("xóa {days} ngày sau khi kết thúc, hoặc theo thời hạn riêng của quy trình"),
        ("matter", "matter_file"),
    ),
    ProcessingActivity(
        "design",
        N_("Thiết kế quy trình: nhận xét, duyệt bản nháp và các việc chạy nền"),
        N_("chuyên viên thiết kế"),
        N_("ai nhận xét, yêu cầu, duyệt hoặc triển khai, lúc nào, nói gì về bản nháp"),
        N_("chuyên viên thiết kế; quản trị viên"),
        N_(
            "nhận xét, yêu cầu duyệt xóa cùng bản nháp, kết quả việc chạy nền sau 90 ngày; ai duyệt bản đã triển khai "
            "thì giữ"
        ),
        ("job", "studio_comment", "studio_review", "release_approval"),
    ),
    ProcessingActivity(
        "past_cases",
        N_("Chạy thử quy trình mới trên bản sao hồ sơ cũ"),
        N_("người phản ánh; cán bộ"),
        N_("mã, bước, thời điểm; họ tên, số điện thoại, địa chỉ và mọi văn bản được thay bằng nội dung đặt ra"),
        N_("chuyên viên thiết kế; mỗi lần lấy bản sao được ghi nhật ký"),
        N_("không giữ ngoài bản nháp; kịch bản đã giữ không có dữ liệu cá nhân"),
        (),
    ),
    ProcessingActivity(
        "other_systems",
        N_(
            "Nhận phản ánh từ hệ thống khác (Open311), cho hệ thống khác làm việc bằng khóa (REST), "
            "báo cho hệ thống khác"
        ),
        N_("người phản ánh; cán bộ có tài khoản mà khóa dùng"),
        N_(
            "phản ánh như gửi trên trang web; hồ sơ như tài khoản của khóa thấy, cũng che như trên trang; báo và "
            "Open311 chỉ cho mã, lĩnh vực, nơi, bước, thời điểm"
        ),
        N_("hệ thống có khóa do quản trị viên cấp; chủ tài khoản được báo thư khi có khóa mới"),
        N_("phản ánh xóa cùng hồ sơ; nội dung đã báo xóa sau 30 ngày; khóa chỉ giữ mã băm"),
        (),
    ),
)


def personal_tables() -> set[str]:
    """The tables with columns that are, or may reveal, personal data."""
    return {column.partition(".")[0] for column in (*ERASED_COLUMNS, *ERASED_WORK_COLUMNS, *RETAINED_COLUMNS)}


def activities_section(words: Wording, days: int) -> PaperSection:
    """The activities as a table."""
    header = (
        N_("Mục đích"), N_("Chủ thể"), N_("Dữ liệu"), N_("Ai nhận"), N_("Thời hạn lưu"), N_("Căn cứ"),
    )  # fmt: skip
    rows = [
        [words(text, days=days) for text in (one.purpose, one.subjects, one.data, one.recipients, one.retention)]
        for one in ACTIVITIES
    ]
    rows = [[*row, BLANK] for row in rows]
    return PaperSection(words(N_("Các hoạt động xử lý")), (), [words(title) for title in header], rows)


def columns_section(words: Wording) -> PaperSection:
    """Where personal data stands, table by table."""
    rows = []
    for table in sorted(personal_tables()):
        erased, kept = (
            ", ".join(column.partition(".")[2] for column in columns if column.startswith(f"{table}."))
            for columns in ((*ERASED_COLUMNS, *ERASED_WORK_COLUMNS), RETAINED_COLUMNS)
        )
        rows.append((table, erased, kept))
    header = (words(N_("Bảng")), words(N_("Cột bị xóa khi hết hạn")), words(N_("Cột được giữ lại")))
    heading = words(N_("Dữ liệu cá nhân nằm ở đâu trong cơ sở dữ liệu"))
    return PaperSection(heading, (), header, rows)


def processing_register(words: Wording, controller: str, days: int) -> LegalPaper:
    """The register as a paper."""
    about = PaperSection(
        words(N_("Bên kiểm soát dữ liệu")),
        (
            words(N_("Cơ quan: {name}"), name=controller),
            words(N_("Bộ phận, người phụ trách bảo vệ dữ liệu cá nhân: {blank}"), blank=BLANK),
            words(N_("Bên xử lý dữ liệu (đơn vị vận hành) và hợp đồng: {blank}"), blank=BLANK),
        ),
    )
    title = words(N_("Sổ đăng ký hoạt động xử lý dữ liệu cá nhân"))
    return LegalPaper(title, words(BASIS), (about, activities_section(words, days), columns_section(words)))
