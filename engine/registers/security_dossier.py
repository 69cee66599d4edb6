"""The draft of a dossier for an information system of security level 3, filled with what the program knows.

Decree 85/2016/NĐ-CP and Circular 12/2022/TT-BTTTT made the levels; Law 116/2025/QH15 moved their basis on 1 July 2026,
and whether the older texts still apply has to be confirmed by a lawyer.
"""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

from sqlalchemy.engine import make_url

from engine.config.environment import Settings
from engine.registers.counts import RegisterCounts
from engine.registers.papers import BLANK, LegalPaper, PaperSection, Wording
from engine.registers.processing import columns_section
from engine.staff.access import PERMISSIONS
from engine.translation.catalogue import N_

BASIS = N_(
    "Luật An ninh mạng số 116/2025/QH15; Nghị định 85/2016/NĐ-CP và Thông tư 12/2022/TT-BTTTT nếu còn áp dụng theo quy"
    " định chuyển tiếp (cần luật sư xác nhận). Hệ thống có dữ liệu cá nhân cấp tỉnh: dự kiến cấp độ 3."
)
PERMISSION_CAPTIONS = {
    "take_calls": N_("Tiếp nhận phản ánh"),
    "reroute": N_("Chuyển lại nơi hoặc lĩnh vực"),
    "split": N_("Tách hồ sơ"),
    "merge": N_("Gộp hồ sơ"),
    "withdraw": N_("Ghi người dân rút phản ánh"),
    "recall": N_("Thu hồi hồ sơ"),
    "monitor": N_("Xem giám sát và phụ lục"),
    "watch_chase": N_("Xem bàn đôn đốc"),
    "chase": N_("Đôn đốc, gia hạn, soạn văn bản"),
    "issue_directives": N_("Ban hành văn bản đôn đốc"),
    "write_answers": N_("Soạn trả lời mẫu"),
    "review_answers": N_("Đánh giá trả lời"),
    "publish_answers": N_("Công khai câu trả lời"),
    "read_questions": N_("Xem câu hỏi chưa có trả lời mẫu"),
    "read_verdicts": N_("Xem đánh giá về đơn vị mình"),
    "call_back": N_("Gọi lại kiểm tra kết quả"),
    "set_callback_rates": N_("Đặt tỉ lệ gọi lại kiểm tra"),
    "search_cases": N_("Tra cứu hồ sơ"),
    "answer_directives": N_("Trả lời văn bản đôn đốc"),
    "keep_roster": N_("Xếp lịch trực"),
    "see_roster": N_("Xem lịch trực"),
    "administer": N_("Quản trị tài khoản, đơn vị, lịch, sự cố"),
    "read_records": N_("Xem nhật ký"),
    "privacy": N_("Yêu cầu về dữ liệu, sổ pháp lý"),
    "design": N_("Sửa quy trình, biểu mẫu"),
}


def security_dossier(
    words: Wording, controller: str, settings: Settings, counts: RegisterCounts, now: datetime
) -> LegalPaper:
    """The draft as a paper."""
    return LegalPaper(
        words(N_("Hồ sơ đề xuất cấp độ 3 của hệ thống thông tin Tổng đài 1022")),
        words(BASIS),
        (
            _system(words, controller, now),
            _places(words, settings, counts),
            columns_section(words),
            _permissions(words),
            _holders(words, counts),
            _logs(words, settings, counts),
            _separation(words, settings),
            _yearly_test(words),
        ),
    )


def _system(words: Wording, controller: str, now: datetime) -> PaperSection:
    lines = (
        words(N_("Chủ quản hệ thống: {name}"), name=controller),
        words(N_("Đơn vị vận hành: {blank}"), blank=BLANK),
        words(
            N_("Phần mềm: tongdai1022 phiên bản {number}; số liệu lúc {at}."),
            number=version("tongdai1022"),
            at=words.instant(now),
        ),
        words(N_("Đơn vị chuyên trách về an toàn thông tin: {blank}"), blank=BLANK),
    )
    return PaperSection(words(N_("Thông tin chung")), lines)


def _places(words: Wording, settings: Settings, counts: RegisterCounts) -> PaperSection:
    """What stands where; of secrets only whether they are set."""
    kind = make_url(settings.database).get_backend_name()
    rows = (
        (N_("Cơ sở dữ liệu: mọi hồ sơ, tệp, nhật ký, phiên làm việc"), kind),
        (N_("Máy chủ proxy đứng trước (HTTPS)"), words.number(settings.proxies)),
        (N_("Khóa ký phiên làm việc đặt ngoài cơ sở dữ liệu"), words.yes(settings.secret_key)),
        (N_("Khóa ký bản lưu đối chiếu của nhật ký"), words.yes(settings.anchor_key)),
        (N_("Khóa đọc số đo vận hành"), words.yes(settings.metrics_key)),
        (N_("Khóa của hệ thống khác còn hiệu lực (Open311, REST)"), words.number(counts.keys)),
        (N_("Hệ thống được báo từng việc (webhook)"), words.number(counts.webhooks)),
        (N_("Thời hạn lưu dữ liệu cá nhân, ngày"), words.number(settings.retention_days)),
        (N_("Nơi cất bản sao lưu, khóa và bản lưu đối chiếu"), BLANK),
    )
    header = (words(N_("Thành phần")), words(N_("Hiện trạng")))
    return PaperSection(words(N_("Cái gì ở đâu")), (), header, [(words(what), state) for what, state in rows])


def _permissions(words: Wording) -> PaperSection:
    """Which roles allow what, beside the tasks of the diagrams."""
    rows = [
        (
            words(PERMISSION_CAPTIONS.get(act, act)),
            ", ".join(sorted(words.role(role) for role in permission.roles)),
        )
        for act, permission in PERMISSIONS.items()
    ]
    about = words(N_("Ngoài ra mỗi người làm việc được giao cho vai trò và đơn vị của mình theo sơ đồ quy trình."))
    return PaperSection(words(N_("Ai được làm gì")), (about,), (words(N_("Việc")), words(N_("Vai trò"))), rows)


def _holders(words: Wording, counts: RegisterCounts) -> PaperSection:
    rows = [(words.role(role), words.number(n)) for role, n in sorted(counts.holders.items())]
    return PaperSection(words(N_("Số người giữ mỗi vai trò")), (), (words(N_("Vai trò")), words(N_("Số người"))), rows)


def _logs(words: Wording, settings: Settings, counts: RegisterCounts) -> PaperSection:
    """What is logged, and when that was last proven to be whole."""
    sweep = counts.verification
    lines = [
        words(N_("Nhật ký công việc (nối thành chuỗi) và nhật ký xem dữ liệu cá nhân: trong cơ sở dữ liệu.")),
        words(
            N_("Nhật ký kỹ thuật: dòng JSON, không có dữ liệu cá nhân; nơi thu và thời gian giữ: {blank}"), blank=BLANK
        ),
        words(N_("Bản lưu đối chiếu được ký mỗi ngày: {state}"), state=words.yes(settings.anchor_key)),
        words(N_("Lần kiểm tra chuỗi gần nhất: {at}"), at=words.instant(sweep.finished_at if sweep else None)),
    ]
    if sweep is not None:
        lines.append(
            words(
                N_("Hồ sơ đã kiểm tra: {checked}; chuỗi bị đứt: {broken}"), checked=sweep.looked_at, broken=sweep.found
            )
        )
    return PaperSection(words(N_("Nhật ký")), lines)


def _separation(words: Wording, settings: Settings) -> PaperSection:
    lines = (
        words(
            N_("Vùng công khai: proxy; vùng trong: trang, tiến trình nền; vùng dữ liệu: cơ sở dữ liệu. Mạng: {blank}"),
            blank=BLANK,
        ),
        words(
            N_("Trang lắng nghe ở {host}:{port}; số đo vận hành không qua proxy."),
            host=settings.host,
            port=str(settings.port),
        ),
        words(
            N_(
                "Phần mềm chỉ gọi ra ngoài tới máy chủ nêu trong cấu hình hoặc địa chỉ công khai qua HTTPS; không theo "
                "chuyển hướng, không vào mạng trong, mỗi lần gọi không quá 30 giây."
            )
        ),
        words(N_("Dữ liệu tập huấn ở cơ sở dữ liệu riêng; tài khoản trình diễn bị từ chối khi chạy thật.")),
    )
    return PaperSection(words(N_("Phân tách")), lines)


def _yearly_test(words: Wording) -> PaperSection:
    header = (N_("Năm"), N_("Đơn vị kiểm tra"), N_("Kết quả"), N_("Khắc phục xong"))
    about = words(
        N_("Mỗi năm kiểm tra, đánh giá một lần; đối chiếu từng mục với OWASP ASVS 4.0.3 cấp 2 (tài liệu kỹ thuật).")
    )
    return PaperSection(words(N_("Kiểm tra hằng năm")), (about,), [words(title) for title in header], [[BLANK] * 4] * 2)
