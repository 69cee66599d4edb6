"""What is said of broken rules of `mailing`, `statistics` and `documents`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "mail-choice-unknown": N_("Địa chỉ này không đúng hoặc không còn dùng được; mở lại liên kết trong thư mới nhất."),
    "mail-address-missing": N_("Người nhận không còn địa chỉ nào để gửi."),
    "mail-unreadable": N_("Không đọc được dữ liệu mà thư nói về ({about}, {detail})."),
    "told-act-gone": N_("Nhật ký hệ thống không còn dòng {row} mà thư nói về."),
    "mail-without-notice": N_("Thư không còn thông báo nào để gửi."),
    "mail-header-unprintable": N_("Tên, địa chỉ hoặc tiêu đề của thư có ký tự điều khiển."),
    "mail-address-unusable": N_("Địa chỉ nhận thư không dùng được."),
    "mail-template-unknown": N_("Bộ quy trình không có mẫu thư “{template}”."),
    "mail-construct-refused": N_("Mẫu thư không được dùng '{name}'."),
    "mail-too-long": N_("Mẫu thư hoặc thư dài quá {most} ký tự."),
    "mail-template-failed": N_("Không lập được thư từ mẫu: {reason}."),
    "notice-reaches-nobody": N_(
        "Thông báo “{notice}” không đến được ai: {units} và các đơn vị cấp trên không có ai có địa chỉ thư điện tử."
    ),
    "officer-mail-given-up": N_("Thư gửi cán bộ số {number} không đi được và đã dừng gửi: {reason}"),
    "officer-sms-given-up": N_("Tin nhắn gửi cán bộ trực số {number} không đi được và đã dừng gửi: {reason}"),
    "citizen-mail-given-up": N_("Thư gửi người phản ánh không đi được và đã dừng gửi: {reason}"),
    "citizen-sms-given-up": N_("Tin nhắn gửi người phản ánh không đi được và đã dừng gửi: {reason}"),
    "webhook-given-up": N_("Thông báo gửi hệ thống kết nối không đi được và đã dừng gửi: {reason}"),
    "figures-without-role": N_("Vai trò của bạn không xem được số liệu."),
    "unit-outside-scope": N_("Đơn vị này nằm ngoài phạm vi bạn được xem."),
    "measure-unknown": N_("Không có số liệu này."),
    "figures-field-unknown": N_("Không có lĩnh vực này."),
    "list-page-unknown": N_("Trang danh sách này không có; hãy mở lại từ đầu danh sách."),
    "period-days-missing": N_("Kỳ báo cáo cần cả ngày đầu và ngày cuối."),
    "period-too-early": N_("Kỳ báo cáo bắt đầu sớm nhất năm {earliest}."),
    "period-reversed": N_("Ngày cuối phải không sớm hơn ngày đầu."),
    "period-in-future": N_("Kỳ báo cáo không được kết thúc sau hôm nay."),
    "period-too-long": N_("Kỳ báo cáo dài tối đa {most} năm."),
    "period-days-invalid": N_("Kỳ chưa đúng; chọn trong danh sách hoặc nhập đủ hai ngày."),
    "period-key-unknown": N_("Kỳ chưa đúng: “{key}”; viết 2026-10, 2026-Q3, 2026-H1 hoặc 2026."),
    "period-part-unknown": N_("Kỳ chưa đúng: trong “{key}”, năm không có phần mang số này."),
    "period-out-of-range": N_("Kỳ chưa đúng: kỳ nằm trong các năm {earliest} đến {latest} và dài không quá mười năm."),
    "list-kind-unknown": N_("Danh sách không có dạng tệp “{kind}”; các dạng có là {kinds}."),
    "appendix-kind-unknown": N_("Phụ lục không có dạng tệp “{kind}”; các dạng có là {kinds}."),
}
