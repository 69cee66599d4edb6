"""The papers name what the program knows, nothing secret, in both languages, and leave the lawyer's part open."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.registers import processing
from engine.registers.counts import RegisterCounts
from engine.registers.impact_assessment import impact_assessment
from engine.registers.papers import TO_BE_CONFIRMED, LegalPaper, Wording
from engine.registers.security_dossier import PERMISSION_CAPTIONS, security_dossier
from engine.staff.access import PERMISSIONS
from engine.translation.catalogue import LANGUAGES, Language
from tests.kit import site

SECRET = "một-bí-mật-rất-dài-không-ai-được-thấy"
COUNTS = RegisterCounts(1234, 5, 6, 7, {"operator": 2}, 8, 9, [], None)


def papers(language: Language) -> list[LegalPaper]:
    """All papers that settings go into."""
    words = Wording(language)
    settings = replace(
        site.settings(Path("var")),
        database=f"postgresql://user:{SECRET}@db/hotline",
        secret_key=SECRET.encode(),
        anchor_key=SECRET.encode(),
        metrics_key=SECRET.encode(),
        retention_days=365,
    )
    return [
        processing.processing_register(words, "Văn phòng", settings.retention_days),
        impact_assessment(words, "Văn phòng", settings, COUNTS),
        security_dossier(words, "Văn phòng", settings, COUNTS, site.NOW),
    ]


def texts(paper: LegalPaper) -> list[str]:
    """Everything that a paper says."""
    cells = [text for section in paper.sections for row in (section.header, *section.rows) for text in row]
    return [paper.title, *(text for one in paper.sections for text in (one.heading, *one.paragraphs)), *cells]


def test_every_personal_table_belongs_to_one_activity() -> None:
    named = Counter(table for activity in processing.ACTIVITIES for table in activity.tables)
    assert set(named) == processing.personal_tables()
    assert set(named.values()) == {1}


def test_every_permission_has_a_caption() -> None:
    assert set(PERMISSION_CAPTIONS) == set(PERMISSIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_paper_holds_a_secret(language: Language) -> None:
    for paper in papers(language):
        assert SECRET not in "\n".join(texts(paper))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lawyer_is_asked_for_in_both_languages(language: Language) -> None:
    for paper in papers(language):
        assert paper.confirmations == (Wording("vi")(TO_BE_CONFIRMED), Wording("en")(TO_BE_CONFIRMED))
        assert {"vi": "luật sư", "en": "lawyer"}[language] in paper.basis


def test_the_drafts_say_what_the_program_knows() -> None:
    register, impact, security = ("\n".join(texts(paper)) for paper in papers("en"))
    assert "erased 365 days after the end of the case" in register
    assert "reporter_name" in register
    assert "1,234" in impact
    assert "postgresql" in security
    assert "Data requests, legal registers" in security


def test_tables_are_rectangular() -> None:
    for paper in papers("vi"):
        for section in paper.sections:
            assert {len(row) for row in section.rows} <= {len(section.header)}
