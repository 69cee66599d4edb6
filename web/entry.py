"""Entry point of `tongdai`: a missing component becomes one sentence instead of a traceback.

It imports only the standard library until it knows that the rest can be imported; the catalogue does the same.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from engine.translation.catalogue import N_, SOURCE, CatalogueMissing, Language, translate

OLDEST = (3, 11)
TOO_OLD = N_("tongdai cần Python {oldest} trở lên; bản đang dùng là {version}.")
INCOMPLETE = N_("Không khởi động được tongdai vì hệ thống hoặc bản cài đặt thiếu thành phần: {reason}")


def main() -> None:
    """Run the command line; exit code 1 and one sentence if Python is too old or a system library is missing."""
    if sys.version_info < OLDEST:
        oldest, version = ".".join(map(str, OLDEST)), sys.version.split()[0]
        sys.exit(_in_words(TOO_OLD).format(oldest=oldest, version=version))
    try:
        import_module("web.cli").main()
    except ImportError as error:  # Of the command line, or of the command that was asked for.
        sys.exit(_in_words(INCOMPLETE).format(reason=error))
    except CatalogueMissing as error:
        sys.exit(str(error))


def _language() -> Language:
    return "en" if os.environ.get("TONGDAI_LANGUAGE", "").strip() == "en" else SOURCE


def _in_words(sentence: str) -> str:
    """`sentence` in the reader's language, or untranslated if this installation has no catalogue."""
    try:
        return translate(sentence, _language())
    except CatalogueMissing:
        return sentence
