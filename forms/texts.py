"""Normalises submitted text: letters, phone numbers, numbers, dates, codes.

No public function raises: for unusable text they return BLOCKED or None, and the calling field rejects it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

import phonenumbers

from forms.signs import STROKED_LETTERS, plain_signs

BLOCKED = "\0"  # Replaces a text that no database or page can hold; every text field rejects it.
MAX_ITEMS = 200
MOST_MOMENT_WORDS = 12  # "8 giờ 30 phút ngày 24 tháng 11 năm 2026" has nine.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_BREAKS = r"\r\v\f\x85\u2028\u2029"
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
# Control characters, zero-width spaces and characters that change the writing direction: nobody types them,
# and they make different texts look alike.
_UNSEEN = (
    r"\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_SPACES = r"\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_WIDE_SPACE = re.compile(f"[{_SPACES}]")
_STROKED = str.maketrans(STROKED_LETTERS)
_UNTIDY = re.compile(f"[{_BREAKS}{_UNSEEN}{_SPACES}{''.join(STROKED_LETTERS)}]")
_UNUSABLE = re.compile(r"[\x00\ud800-\udfff]")
# Normalising sorts a run of combining marks in quadratic time, 1.4 s for 30,000 of them (measured), so long runs
# are rejected first. Vietnamese letters do not match this pattern: only other scripts pay for the closer look.
_MAYBE_MARKS = re.compile(r"[^\x00-\u02ff\u1e00-\u1eff\u2000-\u206f]{9,}")
_MAX_MARKS = 8

# How numbers are written: plain, in Vietnamese groups (1.234,5 and 1 234,5), in English ones (1,234,567 and 1,234.5).
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(?:[.,][0-9]{1,16})?")
_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,6}|(?: [0-9]{3}){1,6})(?:,[0-9]{1,16})?")
_ENGLISH_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,6}|(?:,[0-9]{3}){1,6}\.[0-9]{1,16})")
# Groups whose other signs were forgotten look like decimals: 1000.000 and 1.000000 are as likely a million.
_TWO_READINGS = re.compile(
    r"[+-]?[1-9](?:[0-9]{0,2},[0-9]{3}|[0-9]{3,15}\.[0-9]{3}|[0-9]{0,15}(?:\.(?:[0-9]{3}){2,5}|,(?:000){1,5}))"
)
_MAX_DECIMALS = 6
_WHOLE = re.compile(r"[0-9]{1,18}")
_UNIT_CODE = re.compile(r"[0-9A-Za-z]{1,20}(?:\.[0-9A-Za-z]{1,20}){0,5}")
_LOCAL_DATE = re.compile(r"(?:ngày )?([0-9]{1,2}) ?([/.\-]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[23][0-9])\.?", re.IGNORECASE)
_DATE_IN_WORDS = re.compile(r"(?:ngày )?([0-9]{1,2})( )tháng ([0-9]{1,2}) năm ([0-9]{4}|[23][0-9])\.?", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"([0-9]{1,2})(?:[:.]([0-9]{2})(?::00)?|(?: ?[hg]| giờ) ?(?:([0-9]{2}) ?(?:'|p|phút)?)?)(?: ?(sa|ch|am|pm))?",
    re.IGNORECASE,
)
_BESIDE_TIME = frozenset({"lúc", "hồi", "vào", "ngày", "-", ","})
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)

PHONE_DIGIT_LENGTHS = range(9, 16)  # From "912345678" to "0084" before a fixed line and its zero.
_LONGEST_PHONE = 100  # Of what is pasted: marks between the digits count too.
_LONGEST_ADDRESS = 500
_PHONE_LABEL = re.compile(r"(?:tel|phone|zalo|s?[dđ]t(?:d[dđ])?|số|so)(?![^\W\d])[\s.:]*", re.IGNORECASE)
_PHONE = re.compile(r"[( ]*\+?[0-9OolI|\s.,_()/\-]{8,50}")
_PHONE_DIGITS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})
_LEAST_DIGITS = 7  # Of them at least so many are typed as digits: fewer are a word that looks like a number.
_COUNTRY = re.compile(r"(?:\+|00)?84(?:0(?=[0-9]{9,10}$))?")
_WITHOUT_ZERO = re.compile(r"[35789][0-9]{8}")  # A mobile number of a spreadsheet, which drops the leading zero.
# The mobile prefixes of 11 digits that became 10 digits between 15 September and 14 November 2018.
_OLD_MOBILE = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_PERSONAL_LINES = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.VOIP,
    }
)


def tidy_value(value: object, limit: int, *, lines: bool = False) -> object:
    """`value` prepared for checking: texts normalised, blanks as None, lists without blanks; anything else unchanged.

    `limit` is the longest text the field accepts; `lines` allows line breaks.
    """
    if isinstance(value, str):
        return tidy_text(value, limit, lines=lines) or None
    if isinstance(value, list | tuple) and len(value) <= MAX_ITEMS:
        items = (tidy_text(item, limit) if isinstance(item, str) else item for item in value)
        return [item for item in items if item is not None and item != ""] or None
    return value


def tidy_text(text: str, limit: int, *, lines: bool = False) -> str:
    """`text` in NFC, trimmed, without invisible signs; on one line with single spaces unless `lines`.

    BLOCKED if it is unusable. A text longer than three times the limit is still too long after normalising (a
    Vietnamese letter takes at most three code points), so it is only cut there: the field rejects it for its length.
    """
    if len(text) > 3 * limit:
        return text[: 3 * limit + 1]
    if text.isascii() and text.isprintable():
        return text.strip() if lines else " ".join(text.split())
    if _UNUSABLE.search(text) or _has_piled_marks(text):
        return BLOCKED
    if _UNTIDY.search(text):
        text = _WIDE_SPACE.sub(" ", _INVISIBLE.sub("", _BREAK.sub("\n", text))).translate(_STROKED)
    if not lines:
        text = " ".join(text.split())
    return unicodedata.normalize("NFC", text.strip()).strip()


def _has_piled_marks(text: str) -> bool:
    """Whether the text has more than _MAX_MARKS consecutive combining marks."""
    for stretch in _MAYBE_MARKS.findall(text):
        run = 0
        for char in stretch:
            run = run + 1 if unicodedata.combining(char) else 0
            if run > _MAX_MARKS:
                return True
    return False


def national_number(value: object) -> str | None:
    """A Vietnamese subscriber's number in national format, or None if it is not one.

    Everything that people recognise as the same number gives the same: "+84 912 345 678", "0084912345678",
    "0912.345.678", "(+84) 912–345–678", "ĐT: 0912 345 678", "912345678" as spreadsheets leave it, also with no-break
    spaces, marks of direction, digits of another script or the letters O and l for 0 and 1. A prefix from before 2018
    is replaced by its successor; a fixed line keeps its area code of 2017 and so has 11 digits. Service numbers
    (1900.., 1800.., 113) belong to nobody and are rejected.
    """
    digits = _phone_digits(value) if isinstance(value, str) else None
    if digits is None:
        return None
    national = digits if digits.startswith("0") and not digits.startswith("00") else _strip_country_code(digits)
    if national is None:
        return None
    if len(national) == 11 and national[:4] in _OLD_MOBILE:
        national = _OLD_MOBILE[national[:4]] + national[4:]
    number = phonenumbers.PhoneNumber(country_code=84, national_number=int(national))
    return national if phonenumbers.number_type(number) in _PERSONAL_LINES else None


def _phone_digits(text: str) -> str | None:
    """The digits of a telephone number, with its plus sign; None for anything else."""
    if len(text) > _LONGEST_PHONE:
        return None
    text = plain_signs(text).strip()
    label = _PHONE_LABEL.match(text)
    text = text[label.end() :] if label else text
    if not _PHONE.fullmatch(text) or sum(char.isdigit() for char in text) < _LEAST_DIGITS:
        return None
    return re.sub(r"[^0-9+]", "", text.translate(_PHONE_DIGITS))


def mail_address(text: str) -> str:
    """A mail address as it is stored: its domain in small letters, no blanks around "@" and dots, no unseen signs.

    "mailto:" and brackets are dropped. What is no address comes back as it was typed, for its field to refuse.
    """
    if len(text) > _LONGEST_ADDRESS:
        return text
    bare = re.sub(r"\s*([@.])\s*", r"\1", plain_signs(text)).strip("<> \n\t")
    bare = re.sub(r"^mailto:", "", bare, flags=re.IGNORECASE)
    name, at, domain = bare.rpartition("@")
    return f"{name}@{domain.lower()}" if at else text.strip()


def _strip_country_code(digits: str) -> str | None:
    """ "84912345678", "+84..", "0084.." or "912345678" as "0912345678"; None for another country or none at all."""
    if _WITHOUT_ZERO.fullmatch(digits):
        return f"0{digits}"
    match = _COUNTRY.match(digits)
    rest = digits[match.end() :] if match else ""
    return f"0{rest}" if rest.isdigit() and not rest.startswith("0") else None


def parse_plain_number(value: object) -> object:
    """A number without exponent, its text with a decimal point: "1.500" and "1 500" are 1500, "1.500,5" is 1500.5.

    As usual in Vietnam dots group digits and a comma stands before decimals; a dot that cannot group, as in "1.5", does
    too. `web/static/answers.js` reads the same.
    """
    if not isinstance(value, str):
        return value if isinstance(value, int | float) else None
    value = plain_signs(value).strip()
    if _GROUPS.fullmatch(value):
        return re.sub(r"[. ]", "", value).replace(",", ".")
    if _ENGLISH_GROUPS.fullmatch(value):
        return value.replace(",", "")
    return value.replace(",", ".") if _NUMBER.fullmatch(value) else None


def two_readings(text: str) -> tuple[int, float] | None:
    """What a number could mean, as a whole number and with decimals; None where one reading is plain.

    "1,500" is 1500 for some and 1.5 for others; "1000.000" is a million without its first dot, or a thousand.
    """
    text = plain_signs(text).strip()
    if not _TWO_READINGS.fullmatch(text):
        return None
    return int(re.sub(r"[.,]", "", text)), float(text.replace(",", "."))


def number_text(number: float) -> str:
    """A number as somebody would type it; `parse_plain_number` reads it back, and it has one reading."""
    text = f"{number:.{_MAX_DECIMALS}f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)
    text = text.replace(".", ",")
    return f"{text}0" if two_readings(text) else text


def parse_integer(value: object) -> object:
    if isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value) else None
    return value


def unit_code(value: object) -> str | None:
    return value if isinstance(value, str) and _UNIT_CODE.fullmatch(value) else None


def iso_date(value: object) -> str | None:
    """A day from 1900 to 2100 as ISO 8601 has it.

    Read are "24/11/2026", "24.11.2026", "24 - 11 - 2026", "ngày 24 tháng 11 năm 2026" and "2026-11-24", in digits of
    any kind. Of years in two digits those from 20 to 39 are read, as 2020 to 2039: "65" would be somebody's birthday as
    well as a plan, and "26-11-10" is a day of 2026 to programs and one of 2010 to people.
    """
    if not isinstance(value, str):
        return None
    text = plain_signs(value).strip()
    local = _LOCAL_DATE.fullmatch(text) or _DATE_IN_WORDS.fullmatch(text)
    if local:
        if len(local[4]) == 2 and local[2] == "-":
            return None
        year = local[4] if len(local[4]) == 4 else f"20{local[4]}"
        text = f"{year}-{local[3]:0>2}-{local[1]:0>2}"
    try:
        day = dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
    return text if day and 1900 <= day.year <= 2100 else None


def iso_time(value: object) -> str | None:
    """A time of day to the minute, "8:30", "8h30", "8h", "8 giờ 30 phút" or "8:30 CH" (pm), in the format "08:30"."""
    match = _TIME.fullmatch(plain_signs(value).strip()) if isinstance(value, str) else None
    if match is None:
        return None
    hour, minutes, half = int(match[1]), match[2] or match[3] or "00", (match[4] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half in ("ch", "pm")) if half else hour
    return f"{hour:02}:{minutes}" if hour <= 23 and int(minutes) <= 59 else None


def iso_instant(value: object) -> str | None:
    """An instant from 2000 to 2100, "24/11/2026 8:30", "8h30 ngày 24/11/2026" or ISO 8601; with seconds and an offset.

    Without an offset it is Vietnamese time. All results have the Vietnamese offset, so that they compare as texts
    the way they compare as instants.
    """
    if not isinstance(value, str):
        return None
    try:
        instant = dt.datetime.fromisoformat(_iso_spelling(value))
        instant = instant.astimezone(VIETNAM) if instant.tzinfo else instant.replace(tzinfo=VIETNAM)
    except (ValueError, OverflowError):
        return None
    return instant.isoformat(timespec="seconds") if 2000 <= instant.year <= 2100 else None


def _iso_spelling(text: str) -> str:
    """`text` as an ISO 8601 date and time; raises ValueError when it is not one."""
    text = plain_signs(text).strip()
    if _DATETIME.fullmatch(text):
        return text
    words = [word for word in re.split(r"[\s,]+", text)[:MOST_MOMENT_WORDS] if word.lower() not in _BESIDE_TIME]
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        for day, clock in ((first, second), (second, first)):
            date, time = iso_date(day), iso_time(clock)
            if date and time:
                return f"{date}T{time}"
    raise ValueError(text)
