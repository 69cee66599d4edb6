"""What is said of messages and signals that somebody sends by hand and that cannot be sent."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "message-unknown": N_("Không sơ đồ nào chờ thông điệp “{name}”. Các thông điệp gửi được: {names}."),
    "message-none": N_("Không sơ đồ nào chờ thông điệp “{name}”, và không có thông điệp nào gửi được."),
    "signal-unknown": N_("Không sơ đồ nào chờ tín hiệu “{name}”. Các tín hiệu phát được: {names}."),
    "signal-none": N_("Không sơ đồ nào chờ tín hiệu “{name}”, và không có tín hiệu nào phát được."),
    "event-takes-no-data": N_("“{name}” không mang dữ liệu: không sơ đồ nào có biến để giữ. Gửi lại, bỏ {data_field}."),
    "message-of-pages": N_("“{name}” là phần của một việc làm trên trang hồ sơ; hãy làm việc đó ở trang."),
    "message-needs-case": N_("Thông điệp “{name}” không có khóa, nên phải nêu mã hồ sơ ở {case_field}."),
    "message-nobody-waits": N_("Không hồ sơ nào đang chờ thông điệp “{name}” với các khóa này; không có gì được gửi."),
    "message-without-keys": N_(
        "Thông điệp này không có khóa nào; “{key}” không dùng được. Gửi lại, bỏ ở {keys_field}."
    ),
    "message-key-unknown": N_("Thông điệp này không có khóa “{key}”. Các khóa của nó: {keys}."),
    "message-key-missing": N_("Thiếu khóa “{key}”: nêu ở {keys_field}, hoặc trong {data_field} ở nơi sơ đồ đọc khóa."),
    "message-key-kind": N_("Khóa “{key}” là {value}, còn các hồ sơ đang chờ có khóa như {example}: khác kiểu giá trị."),
    "message-key-contradicts": N_("Khóa “{key}” nêu là {typed}, nhưng theo dữ liệu gửi kèm là {value}."),
    "message-keys-of-another": N_("Hồ sơ này chờ thông điệp với khóa khác; không có gì được gửi."),
    "webhook-name": N_("Tên hệ thống nhận báo có từ 1 đến {most} ký tự."),
    "webhook-address": N_(
        "Địa chỉ nhận báo là https:// với tên máy chủ công khai; máy chủ trong mạng của tỉnh phải có trong "
        "TONGDAI_WEBHOOK_HOSTS."
    ),
    "webhook-unknown": N_("Không có hệ thống nhận báo hay lượt báo này, hoặc đã ngừng báo."),
}
