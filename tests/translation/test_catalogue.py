"""No sentence is left untranslated in either language, none is unused, and none stands outside the catalogue."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.jslexer import Token, tokenize, unquote_string

from engine.translation import catalogue, maintain
from tests.paths import ROOT

WEB = ROOT / "web"
STUDIO = ROOT / maintain.SCRIPTS
VIETNAMESE = re.compile(r"[À-ỹđĐ]")
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
MARKED = {"_", "N_", "gettext", "lazy_gettext", "ngettext"}
# A language is called by its own name in every language.
OWN_NAMES = {"Tiếng Việt"}


def pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The catalogue as sentence -> translations, one or, where a number counts, two."""
    for message in maintain.load_catalogue():
        if message.id:
            yield message.id if isinstance(message.id, str) else message.id[0], maintain.translations_of(message)


@pytest.mark.slow
def test_the_english_catalogue_holds_exactly_what_the_code_says() -> None:
    marked = {message.id if isinstance(message.id, str) else message.id[0] for message in maintain.extract_sentences()}
    assert {key for key, _translations in pairs()} == marked - {""}


def test_every_translation_is_there_in_english_and_keeps_its_places() -> None:
    for key, translations in pairs():
        for text in translations:
            assert text, key
            assert not VIETNAMESE.search(text.replace("Đồng Nai", "")), text
        assert set(PLACES.findall(translations[-1])) == set(PLACES.findall(key)), key


@pytest.mark.slow
def test_bringing_the_catalogue_in_line_changes_nothing_when_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "messages.po"
    copy.write_bytes(maintain.CATALOGUE.read_bytes())
    monkeypatch.setattr(maintain, "CATALOGUE", copy)
    maintain.update_catalogue()
    assert copy.read_text("utf-8") == (catalogue.COMPILED.with_suffix(".po")).read_text("utf-8")


def test_a_sentence_without_english_stops_the_build_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Catalog(locale="en", fuzzy=False)
    kept.add("Xin chào", "")
    kept.add("Tạm biệt", "Goodbye", flags=["fuzzy"])
    monkeypatch.setattr(maintain, "load_catalogue", lambda: kept)
    with pytest.raises(maintain.Incomplete, match=r"(?s)Xin chào.*Tạm biệt"):
        maintain.compile_catalogue()


def test_an_installation_without_its_catalogue_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "COMPILED", tmp_path / "messages.mo")
    catalogue.english.cache_clear()
    with pytest.raises(catalogue.CatalogueMissing):
        catalogue.translate("Lưu", "en")
    catalogue.english.cache_clear()


def test_english_is_what_the_compiled_catalogue_says() -> None:
    for key, translations in pairs():
        # A key with two translations is counted with; Python 3.11.2, as in Debian 12, finds it in no other way.
        english = (
            catalogue.translate(key, "en") if len(translations) == 1 else catalogue.english().ngettext(key, key, 1)
        )
        assert english in translations
        assert catalogue.translate(key, "vi") == key


def test_scripts_have_the_sentences_they_say() -> None:
    known = json.loads(maintain.FOR_SCRIPTS.read_text("utf-8"))
    spoken = {one if isinstance(one, str) else one[0] for one in maintain.marked_sentences(maintain.SCRIPTS)}
    assert set(known) == spoken


@pytest.mark.parametrize("path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_outside_the_catalogue(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert VIETNAMESE.findall(text) == []


@pytest.mark.parametrize(
    "path",
    sorted(path for path in WEB.rglob("*.py") if "node_modules" not in path.parts),
    ids=lambda path: str(path.relative_to(WEB)),
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


def code_of(path: Path) -> list[Token]:
    """What a script's program is made of, without comments."""
    return [token for token in tokenize(path.read_text(encoding="utf-8"), jsx=False) if "comment" not in token.type]


def is_marked(code: list[Token], place: int) -> bool:
    """Whether a text is what `t` says, or one of the two that `nt` does."""
    before = [token.value for token in code[max(0, place - 4) : place]]
    first = before[-2:] in (["t", "("], ["nt", "("])
    second = before[:2] == ["nt", "("] and before[-1:] == [","]
    return code[place].type == "string" and (first or second)


@pytest.mark.parametrize(
    "path", sorted([*STUDIO.rglob("*.js"), *STUDIO.rglob("*.mjs")]), ids=lambda path: str(path.relative_to(STUDIO))
)
def test_the_studio_says_nothing_outside_the_catalogue(path: Path) -> None:
    code = code_of(path)
    assert [
        token.value for place, token in enumerate(code) if VIETNAMESE.search(token.value) and not is_marked(code, place)
    ] == []


def test_the_studio_marks_literals_alone_and_the_catalogue_has_them() -> None:
    known = json.loads(maintain.FOR_SCRIPTS.read_text("utf-8"))
    spoken = [
        code[place + 2]
        for code in map(code_of, STUDIO.rglob("*.js"))
        for place, token in enumerate(code)
        if token.value in ("t", "nt") and code[place + 1].value == "(" and code[place - 1].value != "function"
    ]
    assert [token.value for token in spoken if token.type != "string"] == []
    assert {unquote_string(token.value) for token in spoken} == set(known)
