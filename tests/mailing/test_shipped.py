"""Every mail of the shipped diagrams reads as it was approved; see `test_letter` for how an approved text changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.mailing.template import fill_template
from tests.paths import ROOT

APPROVED = Path(__file__).parent / "approved"
TEMPLATES = sorted((ROOT / "workflows" / "mail").glob("*.txt"))
FACTS = {
    "case": {
        "code": "DN-26-000460-V",
        "field": "Y tế",
        "place": "Phường Trảng Dài",
        "deadline": "17:00 23/11/2026",
        "handler": "Phường Trảng Dài",
    },
    "unit": {"name": "Thành phố Biên Hòa"},
    "task": {"name": "Xác minh"},
    "link": "https://1022.example/cases/DN-26-000460-V",
    "days_late": 2,
    "occurrence": 103,
}


def test_there_are_mails() -> None:
    assert len(TEMPLATES) >= 10


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_mail_reads_as_it_was_approved(template: Path) -> None:
    subject, body = fill_template(template.read_text("utf-8"), FACTS)
    file, made = APPROVED / f"{template.stem}.txt", f"{subject}\n\n{body}\n"
    if not file.exists():
        file.write_text(made, encoding="utf-8")
        pytest.fail(f"{file.name} is new: read it, then run again.")
    assert made == file.read_text("utf-8")
    assert "{{" not in made
    assert len(subject) <= 120
