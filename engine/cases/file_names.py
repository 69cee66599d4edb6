"""Names of files: as people wrote them, safe for every system, and for programs that know English letters alone."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from forms.texts import tidy_text

MAX_NAME_LENGTH, MAX_SENT_NAME = 120, 500
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE
)  # Names that Windows keeps for itself.


def safe_name(name: str, extension: str) -> str:
    """The last part of a name, composed (NFC: macOS sends letters and marks apart), with the content's extension.

    Characters special to an operating system become underscores.
    """
    stem = PurePosixPath(tidy_text(name, MAX_SENT_NAME).replace("\\", "/")).stem
    cleaned = re.sub(r"[^\w .()-]", "_", stem).strip(" .")[:MAX_NAME_LENGTH].strip(" .")
    return ("_" if _DEVICE.fullmatch(cleaned) else "") + (cleaned or "tep") + extension


def plain_name(name: str) -> str:
    """A name in ASCII: without diacritics, and with underscores for everything else and for quotation marks."""
    decomposed = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"[^ !#-\[\]-~]", "_", bare)
