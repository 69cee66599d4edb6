"""Every rule that the code names has its sentence and the facts for it; no sentence is left over."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from engine.translation.sentences import SENTENCES
from tests.kit.source_code import source_files
from tests.paths import ROOT

FOLDERS = ("engine", "forms", "web")
WORDING = ROOT / "engine" / "translation" / "sentences"
# Whose first text is a field's name; the rule comes second.
FIELD_FIRST = {"Invalid", "WeakPassword"}


@cache
def trees() -> dict[Path, ast.Module]:
    """The product's source but for the sentences themselves."""
    paths = [path for folder in FOLDERS for path in source_files(ROOT / folder) if WORDING not in path.parents]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def error_classes() -> set[str]:
    """The names of the program's errors, found by what they are derived from."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    classes = {"EngineError"}
    while more := {name for name, parents in bases.items() if parents & classes} - classes:
        classes |= more
    return classes


def raised_rules() -> Iterator[tuple[str, str, ast.Call]]:
    """Each error that is made with a rule written out: where, the rule, the call."""
    classes = error_classes()
    for path, tree in trees().items():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in classes:
                position = 1 if call.func.id in FIELD_FIRST else 0
                rule = call.args[position] if len(call.args) > position else None
                if isinstance(rule, ast.Constant) and isinstance(rule.value, str) and rule.value:
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", rule.value, call


def places(rule: str) -> set[str]:
    """The names in braces of a rule's sentence."""
    return {name for _text, name, _form, _conversion in string.Formatter().parse(SENTENCES[rule]) if name}


def test_every_rule_that_is_broken_has_a_sentence() -> None:
    assert [(where, rule) for where, rule, _call in raised_rules() if rule not in SENTENCES] == []


def test_a_sentence_gets_the_facts_it_has_places_for() -> None:
    wrong = []
    for where, rule, call in raised_rules():
        given = {keyword.arg for keyword in call.keywords}
        if rule in SENTENCES and None not in given and places(rule) - given:
            wrong.append((where, rule, places(rule) - given))
    assert wrong == []


def test_no_sentence_is_left_over() -> None:
    named = {
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(rule for rule in SENTENCES if rule not in named) == []
