"""Slips in what is typed: conditions, scripts, timers, cells of tables, mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.slips.drawing_slips import BPMN, SPIFF, Element, edits, mistype_attribute
from tests.slips.slip import Files, Slip, SlipMaker, mistyped, paths_with, replaced

TextEdit = Callable[[Random, str], str | None]
_QUOTED = re.compile(r'"[^"]+"')
_WORD = re.compile(r"[a-z][a-z_]{2,}")
_NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")


def texts(kind: str, suffix: str, tags: tuple[str, ...], change: TextEdit) -> SlipMaker:
    """A maker of slips in the text of one element."""

    def pick(root: Element) -> list[Element]:
        return [one for one in root.iter(*tags) if (one.text or "").strip() not in ("", "-")]

    def edit(dice: Random, _root: Element, element: Element) -> tuple[str, tuple[str, ...]] | None:
        old = str(element.text)
        new = change(dice, old)
        if new is None or new == old:
            return None
        element.text = new
        holder = next(one for one in element.iterancestors() if one.get("id"))
        old_words, new_words = set(re.findall(r"[\w.]+", old)), set(re.findall(r"[\w.]+", new))
        words = (*(new_words ^ old_words), new, str(holder.get("id")), str(holder.get("name")))
        return f"{holder.get('id')}: {new!r} instead of {old!r}", words

    return edits(kind, suffix, pick, edit)


def _somewhere(pattern: re.Pattern[str], change: Callable[[Random, str], str]) -> TextEdit:
    def edit(dice: Random, text: str) -> str | None:
        places = list(pattern.finditer(text))
        if not places:
            return None
        place = dice.choice(places)
        part = 1 if pattern.groups else 0
        return text[: place.start(part)] + change(dice, place[part]) + text[place.end(part) :]

    return edit


def _literal(dice: Random, quoted: str) -> str:
    return f'"{mistyped(dice, quoted[1:-1])}"'


mistype_literal = _somewhere(_QUOTED, _literal)
unquote = _somewhere(_QUOTED, lambda _dice, quoted: quoted[1:-1])
mistype_name = _somewhere(_WORD, mistyped)
other_number = _somewhere(_NUMBER, lambda dice, number: str(int(float(number)) * 10 + dice.randrange(1, 10)))
no_number = _somewhere(_NUMBER, lambda _dice, number: f'"{number}"')
single_equals = _somewhere(re.compile("=="), lambda _dice, _sign: "=")
other_way_round = _somewhere(
    re.compile("==|!=|<=|>=|<|>"),
    lambda _dice, sign: {"==": "!=", "!=": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<="}[sign],
)


def emptied(_dice: Random, _text: str) -> str:
    return ""


CONDITIONS = (f"{BPMN}conditionExpression",)
SCRIPTS = (f"{BPMN}script", f"{SPIFF}postScript", f"{SPIFF}preScript")
TIMES = tuple(f"{BPMN}{name}" for name in ("timeDate", "timeDuration", "timeCycle"))
CELLS = ("{*}inputEntry/{*}text",)


def _cells(kind: str, which: str, change: TextEdit) -> SlipMaker:
    def pick(root: Element) -> list[Element]:
        return [
            one
            for entry in root.iter(f"{{*}}{which}")
            for one in entry.iter("{*}text")
            if (one.text or "").strip() not in ("", "-")
        ]

    def edit(dice: Random, _root: Element, element: Element) -> tuple[str, tuple[str, ...]] | None:
        old = str(element.text)
        new = change(dice, old)
        if new is None or new == old:
            return None
        element.text = new
        holders = [str(one.get("id")) for one in element.iterancestors() if one.get("id")]
        return f"{holders[0]}: {new!r} instead of {old!r}", (new.strip('"'), old.strip('"'), *holders[:2])

    return edits(kind, ".dmn", pick, edit)


def drop_row(dice: Random, _root: Element, row: Element) -> tuple[str, tuple[str, ...]]:
    row.getparent().remove(row)  # type: ignore[union-attr]
    return f"row {row.get('id')} removed", (str(row.findtext("{*}description")), str(row.get("id")))


def move_row(dice: Random, _root: Element, row: Element) -> tuple[str, tuple[str, ...]] | None:
    table = row.getparent()
    rows = [one for one in table if str(one.tag).endswith("}rule") and one is not row]  # type: ignore[union-attr]
    if not rows:
        return None
    rows[0].addprevious(row)
    return f"row {row.get('id')} first", (str(row.findtext("{*}description")), str(row.get("id")))


def mail_slip(kind: str, change: TextEdit) -> SlipMaker:
    """A slip in a mail."""

    def make(dice: Random, files: Files) -> Slip | None:
        path = dice.choice(paths_with(files, ".txt"))
        old = files[path].decode()
        new = change(dice, old)
        if new is None or new == old:
            return None
        return Slip(kind, path, f"{new[:300]!r}", replaced(files, path, new.encode()), ())

    return make


TEXT_SLIPS: dict[str, SlipMaker] = {
    "condition: value mistyped": texts("condition: value mistyped", ".bpmn", CONDITIONS, mistype_literal),
    "condition: no quotes": texts("condition: no quotes", ".bpmn", CONDITIONS, unquote),
    "condition: = for ==": texts("condition: = for ==", ".bpmn", CONDITIONS, single_equals),
    "condition: name mistyped": texts("condition: name mistyped", ".bpmn", CONDITIONS, mistype_name),
    "condition: other way round": texts("condition: other way round", ".bpmn", CONDITIONS, other_way_round),
    "condition: number in quotes": texts("condition: number in quotes", ".bpmn", CONDITIONS, no_number),
    "condition: empty": texts("condition: empty", ".bpmn", CONDITIONS, emptied),
    "script: value mistyped": texts("script: value mistyped", ".bpmn", SCRIPTS, mistype_literal),
    "script: name mistyped": texts("script: name mistyped", ".bpmn", SCRIPTS, mistype_name),
    "script: other number": texts("script: other number", ".bpmn", SCRIPTS, other_number),
    "script: empty": texts("script: empty", ".bpmn", SCRIPTS, emptied),
    "timer: other number": texts("timer: other number", ".bpmn", TIMES, other_number),
    "timer: name mistyped": texts("timer: name mistyped", ".bpmn", TIMES, mistype_name),
    "timer: empty": texts("timer: empty", ".bpmn", TIMES, emptied),
    "cell: value mistyped": _cells("cell: value mistyped", "inputEntry", mistype_literal),
    "cell: no quotes": _cells("cell: no quotes", "inputEntry", unquote),
    "result: value mistyped": _cells("result: value mistyped", "outputEntry", mistype_literal),
    "result: no quotes": _cells("result: no quotes", "outputEntry", unquote),
    "result: empty": _cells("result: empty", "outputEntry", emptied),
    "result: other number": _cells("result: other number", "outputEntry", other_number),
    "result: number in quotes": _cells("result: number in quotes", "outputEntry", no_number),
    "row missing": edits("row missing", ".dmn", lambda root: list(root.iter("{*}rule")), drop_row),
    "row first": edits("row first", ".dmn", lambda root: list(root.iter("{*}rule")), move_row),
    "column mistyped": edits(
        "column mistyped", ".dmn", lambda root: list(root.iter("{*}output")), mistype_attribute("name")
    ),
    "decision mistyped": edits(
        "decision mistyped", ".dmn", lambda root: list(root.iter("{*}decision")), mistype_attribute("id")
    ),
    "mail: name mistyped": mail_slip("mail: name mistyped", _somewhere(re.compile(r"(?<=\{\{ )[a-z_.]+"), mistyped)),
    "mail: no subject": mail_slip("mail: no subject", lambda _dice, text: "\n" + text.partition("\n")[2]),
    "mail: brace missing": mail_slip("mail: brace missing", _somewhere(re.compile(r"\}\}"), lambda _d, _t: "}")),
    "mail: place left out": mail_slip(
        "mail: place left out", _somewhere(re.compile(r"\{\{ [a-z_.]+ \}\}"), lambda _d, _t: "")
    ),
}
