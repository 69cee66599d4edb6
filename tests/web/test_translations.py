"""No sentence of the pages is left untranslated in either language, and none stands outside the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.paths import ROOT

WEB = ROOT / "web"
CATALOGUE = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
VIETNAMESE = re.compile(r"[À-ỹđĐ]")
PLACES = re.compile(r"%\(\w+\)s")
MARKED = {"_", "gettext", "lazy_gettext", "ngettext"}
# A language is called by its own name in every language.
OWN_NAMES = {"Tiếng Việt"}


def said() -> set[str]:
    """Every sentence that the pages mark for translation."""
    methods = [("templates/**.html", "jinja2"), ("**.py", "python")]
    options = {"templates/**.html": {"trimmed": "true"}}
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(WEB, methods, options, keywords)
    ids = {message if isinstance(message, str) else message[0] for path, _line, message, *_more in found if ours(path)}
    return {sentence for sentence in ids if sentence}


def ours(path: str) -> bool:
    return "node_modules" not in path


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The catalogue as sentence -> translations, one or, where a number counts, two."""
    for message in catalogue():
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            string = message.string
            yield key, (string,) if isinstance(string, str) else tuple(string or ())


def test_the_english_catalogue_holds_exactly_what_the_pages_say() -> None:
    assert {key for key, _translations in pairs()} == said()


def test_every_translation_is_there_in_english_and_keeps_its_places() -> None:
    for key, translations in pairs():
        for text in translations:
            assert text, key
            assert not VIETNAMESE.search(text.replace("Đồng Nai", "")), text
        assert set(PLACES.findall(translations[-1])) == set(PLACES.findall(key)), key


@pytest.mark.parametrize("path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_outside_the_catalogue(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert VIETNAMESE.findall(text) == []


@pytest.mark.parametrize(
    "path", sorted(path for path in WEB.rglob("*.py") if ours(str(path))), ids=lambda path: str(path.relative_to(WEB))
)
def test_modules_say_nothing_outside_the_catalogue(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKED
        for argument in call.args
    }
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    loose = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VIETNAMESE.search(node.value)
        if id(node) not in marked | documented and node.value not in OWN_NAMES
    ]
    assert loose == []


@pytest.mark.parametrize("path", sorted((WEB / "static").glob("*.js")), ids=lambda path: path.name)
def test_scripts_say_nothing_of_their_own(path: Path) -> None:
    code = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
    assert VIETNAMESE.findall(code.replace('"đ"', "")) == []
