"""Every sentence a form can answer with, in Vietnamese and English. Only the modules of `forms` import it.

marshmallow's own messages are English constants without a catalogue: `marshmallow_messages` gives one of ours for each
key that a field can raise, so that none of them reaches a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

MESSAGES: Mapping[str, tuple[str, str]] = {
    "required": ("Vui lòng điền mục này.", "Please fill this in."),
    "required_choice": ("Vui lòng chọn một mục.", "Please choose one."),
    "required_choices": ("Vui lòng chọn ít nhất một mục.", "Please choose at least one."),
    "required_tick": ("Vui lòng đánh dấu vào ô này.", "Please tick this box."),
    "required_file": ("Vui lòng đính kèm tệp.", "Please attach a file."),
    "form": ("Dữ liệu gửi lên không phải là một biểu mẫu.", "What was sent is not a form."),
    "unknown": ("Biểu mẫu không có mục này.", "The form has no such field."),
    "hidden": (
        "Mục này không áp dụng cho lựa chọn ở trên, vui lòng để trống.",
        "This does not apply to the choice made above: please leave it empty.",
    ),
    "invalid": ("Giá trị không hợp lệ.", "This value cannot be used."),
    "text": ("Mục này phải là văn bản.", "This must be text."),
    "characters": (
        "Văn bản có ký tự không đọc được, vui lòng gõ lại.",
        "The text has unreadable characters: please type it again.",
    ),
    "too_short": ("Vui lòng nhập ít nhất {min} ký tự.", "Please type at least {min} characters."),
    "too_long": ("Vui lòng nhập tối đa {max} ký tự.", "Please type at most {max} characters."),
    "pattern": ("Mục này chưa đúng dạng yêu cầu.", "This is not in the form asked for."),
    "number": ("Vui lòng nhập một số.", "Please type a number."),
    "number_size": ("Số này quá lớn.", "This number is too large."),
    "decimals": (
        "Vui lòng nhập tối đa {max} chữ số thập phân.",
        "Please give at most {max} decimal digits.",
    ),
    "whole": ("Vui lòng nhập một số nguyên.", "Please type a whole number."),
    "too_low": ("Vui lòng nhập số từ {min} trở lên.", "Please give {min} or more."),
    "too_high": ("Vui lòng nhập số không quá {max}.", "Please give {max} or less."),
    "tick": ("Mục này chỉ nhận có hoặc không.", "This takes only yes or no."),
    "choice": ("Vui lòng chọn một mục trong danh sách.", "Please choose from the list."),
    "choices": ("Vui lòng chọn các mục trong danh sách.", "Please choose items from the list."),
    "too_many": ("Vui lòng chọn tối đa {max} mục.", "Please choose at most {max} items."),
    "date": (
        "Vui lòng nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026.",
        "Please give a date as day/month/year, for example 24/11/2026.",
    ),
    "time": (
        "Vui lòng nhập giờ theo dạng giờ:phút, ví dụ 08:30.",
        "Please give a time as hours:minutes, for example 08:30.",
    ),
    "datetime": (
        "Vui lòng nhập ngày và giờ, ví dụ 24/11/2026 08:30.",
        "Please give a date and time, for example 24/11/2026 08:30.",
    ),
    "phone": (
        "Số điện thoại chưa đúng. Vui lòng nhập số di động 10 chữ số hoặc số cố định kèm mã vùng của Việt Nam.",
        "This phone number is not right. Please give a Vietnamese mobile number or a fixed line with its area.",
    ),
    "email": ("Địa chỉ thư điện tử chưa đúng.", "This e-mail address is not right."),
    "unit_code": ("Mã đơn vị chưa đúng, vui lòng chọn lại.", "This is not a unit's code: please choose again."),
    "commune": ("Không có xã, phường nào có mã này.", "There is no commune with this code."),
    "unit": ("Không có đơn vị nào có mã này.", "There is no unit with this code."),
    "file": (
        "Tệp đính kèm không hợp lệ, vui lòng tải lên lại.",
        "This attachment cannot be used: please upload it again.",
    ),
}

# Each key that a marshmallow field or schema in use here can raise by itself, and the sentence that stands for it.
_MARSHMALLOW_KEYS: Mapping[str, str] = {
    "required": "required",
    "null": "required",
    "validator_failed": "invalid",
    "invalid": "invalid",
    "invalid_utf8": "characters",
    "special": "number",
    "too_large": "number_size",
    "type": "form",
    "unknown": "unknown",
}


def form_message(key: str, language: Language, **amounts: float) -> str:
    """The sentence `key` in `language`, its amounts written the way that language writes numbers."""
    sentence = MESSAGES[key][LANGUAGES.index(language)]
    return sentence.format(**{name: format_amount(amount, language) for name, amount in amounts.items()})


def format_amount(amount: float, language: Language) -> str:
    """1234.5 as "1.234,5" in Vietnamese and "1,234.5" in English."""
    exact = int(amount) if amount == int(amount) else Decimal(str(amount))
    digits = f"{exact:,}" if isinstance(exact, int) else f"{exact:,f}"
    return digits.translate(str.maketrans(",.", ".,")) if language == "vi" else digits


def marshmallow_messages(language: Language, invalid: str = "invalid") -> dict[str, str]:
    """A sentence for every key marshmallow may raise; `invalid` names the one for a value of the wrong shape."""
    keys = {**_MARSHMALLOW_KEYS, "invalid": invalid}
    return {key: form_message(message_key, language) for key, message_key in keys.items()}


def flatten_messages(messages: object) -> list[str]:
    """marshmallow's messages of one field as a flat list, each sentence once: list items come as {index: [..]}."""
    if isinstance(messages, str):
        return [messages]
    nested: Iterable[object] = ()
    if isinstance(messages, Mapping):
        nested = messages.values()
    elif isinstance(messages, list):
        nested = messages
    return list(dict.fromkeys(sentence for part in nested for sentence in flatten_messages(part)))
