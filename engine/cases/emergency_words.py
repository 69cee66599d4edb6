"""Words of an emergency in reports that nobody has judged yet: those from the web, apps and mail (R8).

Such a report is marked urgent, so that it is taken in first and soon; whether it is an emergency a person decides. The
words are a table, `emergency_words.csv`; `bare` says whether a phrase counts without its diacritics too.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from engine.cases.phrases import TypedText

FILE_NAME = "emergency_words.csv"


@lru_cache(maxsize=1)
def _load_phrases() -> tuple[tuple[str, bool], ...]:
    text = (files("engine.data") / FILE_NAME).read_text(encoding="utf-8")
    return tuple((row["phrase"], row["bare"] == "yes") for row in csv.DictReader(text.splitlines()))


def list_emergency_words(text: str) -> list[str]:
    """The phrases of the table that a text contains, in the table's order."""
    typed = TypedText(text)
    return [phrase for phrase, bare in _load_phrases() if typed.has_phrase(phrase, bare_too=bare)]
