"""What the mail of each morning says, in both languages. For `engine.mailing.daily` alone."""

from __future__ import annotations

from forms.messages import Language

WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "subject": "[1022] Việc trong ngày {day}: {late} quá hạn, {today} đến hạn, {back} bị trả lại",
        "greeting": "Kính gửi {name},",
        "late": "Quá hạn ({count}):",
        "today": "Đến hạn hôm nay ({count}):",
        "back": "Bị trả lại hoặc mở lại từ ngày làm việc trước ({count}):",
        "due": "hạn {due}",
        "more": "… và {count} việc khác.",
        "link": "Mở danh sách: {link}",
        "nothing": "Hiện không còn việc nào quá hạn, đến hạn hôm nay hay bị trả lại.",
    },
    "en": {
        "subject": "[1022] {day}: {late} overdue, {today} due, {back} returned",
        "greeting": "Dear {name},",
        "late": "Overdue ({count}):",
        "today": "Due today ({count}):",
        "back": "Returned or reopened since the last working day ({count}):",
        "due": "due {due}",
        "more": "… and {count} more.",
        "link": "Open the list: {link}",
        "nothing": "Nothing is overdue, due today or returned any more.",
    },
}
