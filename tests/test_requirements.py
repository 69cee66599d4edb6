"""The map of requirements is as the tree is: it names what exists, and nothing built is without a module and a test."""

from __future__ import annotations

import pytest

from tests.paths import ROOT
from tests.requirements import DOCUMENT, REQUIREMENTS, modules_by_requirement, render_document


def test_the_map_stands_in_the_documents_as_it_is_today() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render_document(), "run: make requirements"


@pytest.mark.parametrize("number", REQUIREMENTS)
def test_what_a_requirement_names_exists(number: int) -> None:
    requirement = REQUIREMENTS[number]
    assert all((ROOT / "workflows" / name).is_file() for name in requirement.diagrams)
    assert all((ROOT / "tests" / name).exists() for name in requirement.tests)
    assert requirement.tests or requirement.missing


def test_what_is_built_is_named_by_a_module() -> None:
    modules = modules_by_requirement()
    in_diagrams_alone = {3, 6}
    unnamed = {number for number, item in REQUIREMENTS.items() if not item.missing and not modules[number]}
    assert unnamed <= in_diagrams_alone
