"""A paper for an authority as values: headed sections of paragraphs and tables, worded in one language.

Every paper is a draft: what the program cannot know is a dotted line, and a lawyer has to confirm the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.clock import VIETNAM
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import amount_text, fact_text
from engine.world.province_identity import FIRST_PROVINCE, ProvinceIdentity
from engine.world.roles import role_term

TO_BE_CONFIRMED = N_("Dự thảo do phần mềm lập từ những gì phần mềm biết; cần luật sư xác nhận trước khi dùng.")
BLANK = "…………………………"


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A part of a paper; `rows` have one text for each column of `header`."""

    heading: str
    paragraphs: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class LegalPaper:
    """A whole draft; `confirmations` say in both languages that a lawyer has to confirm it."""

    title: str
    basis: str
    sections: Sequence[PaperSection]
    confirmations: Sequence[str] = field(
        default_factory=lambda: (translate(TO_BE_CONFIRMED, "vi"), translate(TO_BE_CONFIRMED, "en"))
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """Words sentences, numbers and instants of a paper in its language."""

    language: Language
    province: ProvinceIdentity = FIRST_PROVINCE

    def __call__(self, sentence: str, **facts: object) -> str:
        """A sentence from the code with its facts; whole numbers get separators."""
        texts = {name: self.number(fact) if isinstance(fact, int) else str(fact) for name, fact in facts.items()}
        return self.province.own_words(translate(sentence, self.language)).format_map(texts)

    def role(self, role: str) -> str:
        """The name of a role."""
        return self.province.own_words(fact_text(role_term(role), self.language))

    def number(self, amount: int) -> str:
        """1.234 in Vietnamese, 1,234 in English."""
        return amount_text(amount, self.language)

    def instant(self, at: datetime | None) -> str:
        """16:30 24/11/2026; a dotted line for what has not happened."""
        return BLANK if at is None else f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"

    def yes(self, fact: object) -> str:
        """Whether something is so."""
        return self(N_("có")) if fact else self(N_("không"))
