"""Sentences in the reader's language: the Vietnamese sentence is the key, the English one is in the catalogue."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
SOURCE: Language = "vi"

FOLDER = Path(__file__).parent
COMPILED = FOLDER / "en" / "LC_MESSAGES" / "messages.mo"


class CatalogueMissing(Exception):
    """The compiled catalogue is not where the installation should have put it."""

    def __init__(self) -> None:
        super().__init__(f"The English catalogue {COMPILED} is missing; make it with: make messages")


def N_(sentence: str) -> str:  # noqa: N802 - the name by which gettext's tools know a sentence that is translated later.
    """`sentence` itself, marked so that the catalogue includes it."""
    return sentence


@cache
def english() -> GNUTranslations:
    """The English catalogue; raises CatalogueMissing rather than show a reader the other language."""
    try:
        with COMPILED.open("rb") as file:
            return GNUTranslations(file)
    except FileNotFoundError as error:
        raise CatalogueMissing from error


def translate(sentence: str, language: Language) -> str:
    """The Vietnamese `sentence` from the code in `language`; names in braces are left for the caller to fill."""
    return sentence if language == SOURCE or not sentence else english().gettext(sentence)
