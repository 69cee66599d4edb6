"""Finds names of people and places of houses in Vietnamese text, by the words that announce them.

For texts that everybody will read: rather a word too many than a name too few. What is announced by nothing, such as a
given name alone, is not found; that is why an officer reads a text before it is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_UPPER = "".join(sign for sign in map(chr, range(0x41, 0x1F00)) if sign.isupper())
_BIG = rf"(?:[{_UPPER}]\w*)"
_NAME = rf"{_BIG}(?:[ \t]+{_BIG}){{0,5}}"
_TITLES = "ông|bà|anh|chị|cô|chú|bác|em|cháu|cụ|dì|cậu|mợ|thím|thầy|bé|đồng chí|bạn|mr|mrs|ms"
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Trương|Lâm|Mai|Tô|Tạ|Thái|Cao|"
    "Châu|Chu|Đào|Hà|Kiều|La|Lưu|Lương|Mạc|Nghiêm|Phùng|Quách|Tăng|Thạch|Tôn|Triệu|Vương|Nông|Hứa|Khổng|Doãn|Giang|Điểu|Thân"
)
_STREETS = "đường|phố|quốc lộ|tỉnh lộ|hương lộ|ngõ|ngách|hẻm|kiệt|chung cư|tòa nhà|toà nhà"
_HOUSES = "số nhà|nhà số|nhà|số|ngõ|ngách|hẻm|kiệt|tổ|căn hộ|căn|phòng|lô|thửa(?: đất)?(?: số)?"
_WORDS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?i:{_TITLES})[ \t]+(?:(?i:tên|là|họ tên)[ \t]+)?(?P<part>{_NAME})",
        rf"(?<!\w)(?P<part>(?:{_SURNAMES}|{_SURNAMES.upper()})(?:[ \t]+{_BIG}){{1,5}})",
        rf"(?<!\w)(?i:{_STREETS})[ \t]+(?P<part>{_NAME}(?:[ \t]*\d+\w*)?|\d[\w/.-]*)",
        rf"(?<!\w)(?i:{_HOUSES})[ \t]+(?P<part>\d[\w/.-]*)",
        rf"(?<![\w/.,])(?P<part>\d+[A-Za-z]?(?:/\d+[A-Za-z]?)*)[ \t]+(?i:{_STREETS})(?!\w)",
    )
)


def find_person_words(text: str) -> Iterator[tuple[int, int]]:
    """Where a text (NFC) names people, streets and houses, as (start, end)."""
    for pattern in _WORDS:
        yield from (match.span("part") for match in pattern.finditer(text))
