"""Where the command `tongdai` begins: what is missing on the machine becomes one sentence instead of a traceback.

It imports nothing but Python's own modules until it knows that the rest can be imported; so does the catalogue.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from engine.translation.catalogue import N_, SOURCE, CatalogueMissing, translate

OLDEST = (3, 11)
TOO_OLD = N_("tongdai cần Python {oldest} trở lên; bản đang dùng là {version}.")
INCOMPLETE = N_("Không khởi động được tongdai vì hệ thống hoặc bản cài đặt thiếu thành phần: {reason}")


def main() -> None:
    """Run the command line; exit code 1 and one sentence where this Python or a library of the system cannot do."""
    if sys.version_info < OLDEST:
        oldest, version = ".".join(map(str, OLDEST)), sys.version.split()[0]
        sys.exit(_in_words(TOO_OLD).format(oldest=oldest, version=version))
    try:
        commands = import_module("web.cli")
    except ImportError as error:
        sys.exit(_in_words(INCOMPLETE).format(reason=error))
    try:
        commands.main()
    except CatalogueMissing as error:
        sys.exit(str(error))


def _in_words(sentence: str) -> str:
    """`sentence` in the reader's language, or as it is where this installation has no other."""
    try:
        return translate(sentence, "en" if os.environ.get("TONGDAI_LANGUAGE", "").strip() == "en" else SOURCE)
    except CatalogueMissing:
        return sentence
