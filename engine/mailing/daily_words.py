"""The wording of the daily mail."""

from __future__ import annotations

from collections.abc import Mapping

from engine.translation.catalogue import N_, Language, translate

_WORDS: Mapping[str, str] = {
    "subject": N_("[1022] Việc trong ngày {day}: {late} quá hạn, {today} đến hạn, {back} bị trả lại"),
    "greeting": N_("Kính gửi {name},"),
    "late": N_("Quá hạn ({count}):"),
    "today": N_("Đến hạn hôm nay ({count}):"),
    "back": N_("Bị trả lại hoặc mở lại từ ngày làm việc trước ({count}):"),
    "due": N_("hạn {due}"),
    "more": N_("… và {count} việc khác."),
    "link": N_("Mở danh sách: {link}"),
    "duty": N_("Chưa có người trực ngoài giờ trong 7 ngày tới:"),
    "week": N_("tuần từ {day}"),
    "nothing": N_("Hiện không còn việc nào quá hạn, đến hạn hôm nay hay bị trả lại."),
}


def translated_words(language: Language) -> dict[str, str]:
    """The texts in `language`, by purpose."""
    return {name: translate(text, language) for name, text in _WORDS.items()}
