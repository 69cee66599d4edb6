"""NOTICE names everything that the program is built with, with the licence that the package itself states."""

from __future__ import annotations

import ast
import json
import re
from importlib.metadata import metadata

import pytest

from tests.paths import ROOT

NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
LICENCES = dict(re.findall(r"^(\S+) {2,}(\S.*)$", NOTICE, re.MULTILINE))
NAME = re.compile(r"[A-Za-z0-9._-]+")


def requirements() -> list[str]:
    """The names of the libraries that setup.py installs with the program, and with its optional parts."""
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    values = {
        node.arg: ast.literal_eval(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in ("install_requires", "extras_require")
    }
    optional = [entry for name, entries in values["extras_require"].items() if name != "test" for entry in entries]
    return [match[0] for entry in [*values["install_requires"], *optional] if (match := NAME.match(entry))]


def browser_libraries() -> list[str]:
    """The names of the libraries that browsers load."""
    package = json.loads((ROOT / "web" / "frontend" / "package.json").read_text(encoding="utf-8"))
    return list(package["dependencies"])


def test_every_library_is_named_and_none_that_is_not_used() -> None:
    assert sorted(LICENCES) == sorted({*requirements(), *browser_libraries()})


@pytest.mark.parametrize("name", requirements())
def test_the_licence_is_the_one_that_the_package_states(name: str) -> None:
    package = metadata(name).json
    stated = str([package.get(entry, "") for entry in ("license_expression", "license", "classifier")])
    family = re.match(r"[A-Za-z]+", LICENCES[name])
    assert family is not None
    assert family[0].upper().replace("ZPL", "ZOPE" if "ZPL" not in stated else "ZPL") in stated.upper()


@pytest.mark.parametrize("name", [*requirements(), *browser_libraries()])
def test_nothing_is_under_the_agpl(name: str) -> None:
    assert "AGPL" not in LICENCES[name]
