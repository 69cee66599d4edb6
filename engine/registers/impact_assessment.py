"""The draft of an assessment of what processing personal data may do to people, filled with what the program knows."""

from __future__ import annotations

from engine.config.environment import Settings
from engine.registers.counts import RegisterCounts
from engine.registers.papers import BLANK, LegalPaper, PaperSection, Wording
from engine.registers.processing import BASIS, activities_section, columns_section
from engine.translation.catalogue import N_

_MEASURES = (
    N_(
        "Chỉ người giải quyết hồ sơ thấy đủ thông tin người phản ánh; "
        "người khác thấy thông tin đã che, xem phải nêu lý do."
    ),
    N_("Mỗi lần xem, xuất dữ liệu cá nhân đều được ghi: ai, khi nào, từ đâu, để làm gì."),
    N_("Nhật ký công việc nối thành chuỗi, chỉ thêm; sửa hay xóa đều bị phát hiện."),
    N_("Dữ liệu cá nhân tự động bị xóa khi hết thời hạn lưu; nhật ký chỉ giữ mã băm có muối."),
    N_("Không ghi dữ liệu cá nhân vào nhật ký kỹ thuật, sơ đồ quy trình và số liệu thống kê."),
    N_("Mật khẩu lưu bằng argon2id; sai nhiều lần phải chờ; phiên làm việc hết hạn sau 2 giờ không dùng."),
    N_("Mọi kết nối từ bên ngoài qua HTTPS ở máy chủ proxy."),
)
# What may go wrong, and what is done against it.
_RISKS = (
    (N_("Cán bộ xem dữ liệu không vì công việc"), N_("che thông tin, ghi việc xem, Văn phòng UBND tỉnh rà soát")),
    (N_("Người ngoài dò mã hồ sơ để biết ai đã phản ánh"), N_("mã tra cứu, giới hạn số lần thử")),
    (N_("Tài khoản cán bộ bị chiếm"), N_("quy tắc mật khẩu, giới hạn số lần thử, đóng tài khoản là hết phiên ngay")),
    (
        N_("Mất bản sao lưu hoặc cơ sở dữ liệu"),
        N_("nơi cất, mã hóa và quyền đọc bản sao lưu: đơn vị vận hành ghi"),
    ),
    (N_("Dữ liệu giữ lâu hơn cần thiết"), N_("xóa tự động hằng đêm, thống kê còn lại không có dữ liệu cá nhân")),
    (
        N_("Khóa của hệ thống khác bị lộ"),
        N_(
            "chỉ giữ mã băm, mỗi khóa một cửa, giới hạn lượt gọi, thu hồi được ngay; vai trò cần hai lớp xác thực "
            "không dùng được qua khóa; chủ tài khoản được báo thư"
        ),
    ),
    (
        N_("Bản sao hồ sơ cũ để chạy thử quy trình làm lộ người phản ánh"),
        N_("thay mọi văn bản, tên, số, địa chỉ trước khi hiện; mã khác mã thật; ghi nhật ký mỗi lần lấy"),
    ),
    (
        N_("Bên thứ ba trên đường gửi thư, tin nhắn đọc được nội dung"),
        N_("nội dung theo mẫu đã kiểm tra; máy chủ thư dùng smtps hoặc STARTTLS"),
    ),
)


def impact_assessment(words: Wording, controller: str, settings: Settings, counts: RegisterCounts) -> LegalPaper:
    """The draft as a paper."""
    return LegalPaper(
        words(N_("Hồ sơ đánh giá tác động xử lý dữ liệu cá nhân")),
        words(BASIS),
        (
            _parties(words, controller),
            activities_section(words, settings.retention_days),
            _scale(words, counts),
            _recipients(words, settings, counts),
            PaperSection(words(N_("Biện pháp bảo vệ")), [words(measure) for measure in _MEASURES]),
            _risks(words),
            _rights(words),
            columns_section(words),
            PaperSection(words(N_("Ý kiến của luật sư")), (BLANK, BLANK, BLANK)),
        ),
    )


def _parties(words: Wording, controller: str) -> PaperSection:
    lines = (
        words(N_("Cơ quan: {name}"), name=controller),
        words(N_("Bộ phận, người phụ trách bảo vệ dữ liệu cá nhân: {blank}"), blank=BLANK),
        words(N_("Bên xử lý dữ liệu (đơn vị vận hành) và hợp đồng: {blank}"), blank=BLANK),
        words(N_("Ngày lập, ngày gửi cơ quan chuyên trách: {blank}"), blank=BLANK),
    )
    return PaperSection(words(N_("Các bên")), lines)


def _scale(words: Wording, counts: RegisterCounts) -> PaperSection:
    """How many people's data, and how often it was looked at."""
    rows = (
        (N_("Phản ánh đã nhận"), counts.reports),
        (N_("Phản ánh đã xóa dữ liệu cá nhân"), counts.erased),
        (N_("Tệp đính kèm"), counts.files),
        (N_("Tài khoản cán bộ đang mở"), counts.officers),
        (N_("Lượt xem dữ liệu cá nhân được ghi trong 12 tháng"), counts.looks),
        (N_("Yêu cầu của chủ thể dữ liệu trong 12 tháng"), counts.requests),
        (N_("Sự cố dữ liệu cá nhân trong sổ"), len(counts.breaches)),
    )
    header = (words(N_("Số liệu")), words(N_("Số lượng")))
    return PaperSection(words(N_("Quy mô")), (), header, [(words(what), words.number(n)) for what, n in rows])


_NOT_ABROAD = N_("Phần mềm không chuyển dữ liệu ra nước ngoài. Nơi đặt máy chủ và các cổng nói trên: {blank}")
_PUSHED_ABROAD = N_(
    "Dịch vụ của hãng trình duyệt thường đặt ở nước ngoài: {hosts}. Thông báo được mã hóa và chỉ có số việc; hãng biết "
    "nơi nhận của trình duyệt và lúc gửi. Ngoài ra phần mềm không chuyển dữ liệu ra nước ngoài. Nơi đặt máy chủ và các "
    "cổng nói trên: {blank}"
)


def _recipients(words: Wording, settings: Settings, counts: RegisterCounts) -> PaperSection:
    """Which doors data may leave by, as the settings say."""
    rows = (
        (N_("Thư điện tử cho cán bộ và người dân"), settings.smtp),
        (N_("Tin nhắn cho người dân qua cổng SMS"), settings.sms),
        (N_("Thông báo cho hệ thống khác của tỉnh"), settings.webhook),
        (N_("Hệ thống có khóa, qua Open311 và REST: như người dân gửi, như tài khoản của khóa thấy"), counts.keys),
        (N_("Hệ thống được báo từng việc (webhook): mã hồ sơ, bước, thời điểm"), counts.webhooks),
        (N_("Thông báo qua dịch vụ của hãng trình duyệt cho cán bộ đã bật"), settings.push_hosts),
    )
    abroad = _PUSHED_ABROAD if settings.push_hosts else _NOT_ABROAD
    return PaperSection(
        words(N_("Dữ liệu rời phần mềm bằng đường nào")),
        (words(abroad, hosts=", ".join(settings.push_hosts), blank=BLANK),),
        (words(N_("Đường")), words(N_("Đang dùng"))),
        [(words(door), words.yes(setting)) for door, setting in rows],
    )


def _risks(words: Wording) -> PaperSection:
    header = (N_("Rủi ro"), N_("Đang làm gì"), N_("Mức còn lại"))
    rows = [(words(risk), words(measure), BLANK) for risk, measure in _RISKS]
    return PaperSection(words(N_("Rủi ro và cách giảm")), (), [words(title) for title in header], rows)


def _rights(words: Wording) -> PaperSection:
    """How people get what the law gives them."""
    lines = (
        N_("Xem, sửa, xóa: mục Yêu cầu của người dân về dữ liệu; kiểm tra danh tính trước; trả lời trong 72 giờ."),
        N_("Được báo khi có sự cố: sổ sự cố dữ liệu cá nhân; báo cơ quan chuyên trách trong 72 giờ từ khi phát hiện."),
    )
    return PaperSection(words(N_("Quyền của chủ thể dữ liệu")), [words(line) for line in lines])
