"""Slips in forms, scenarios and lists, and files that somebody deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

from tests.slips.slip import Files, Slip, SlipMaker, mistyped, paths_with, replaced
from tests.slips.text_slips import _somewhere

FIELDS = "workflows/report_fields.yaml"
Part = dict[str, Any]


def deleted(suffix: str, folder: str) -> SlipMaker:
    """A file deleted from the draft."""

    def make(dice: Random, files: Files) -> Slip | None:
        path = dice.choice(paths_with(files, suffix, folder))
        words = (path.stem, *re.findall(r'<bpmn:process id="([^"]+)"|<decision id="([^"]+)"', files[path].decode()))
        flat = tuple(word for part in words for word in ((part,) if isinstance(part, str) else part) if word)
        return Slip(f"deleted {suffix}", path, f"{path} deleted", replaced(files, path, None), flat)

    return make


def form_slip(kind: str, change: Callable[[Random, list[Part], Part], str | None]) -> SlipMaker:
    """A slip in one field of one form."""

    def make(dice: Random, files: Files) -> Slip | None:
        path = dice.choice(paths_with(files, ".json", "forms"))
        document = json.loads(files[path])
        parts = [part for part in document["components"] if part.get("key")]
        if not parts:
            return None
        part = dice.choice(parts)
        words = (str(part.get("key")), str(part.get("label")))
        about = change(dice, document["components"], part)
        if about is None:
            return None
        content = json.dumps(document, ensure_ascii=False, indent=2).encode()
        return Slip(kind, path, about, replaced(files, path, content), (*words, about))

    return make


def mistype_key(dice: Random, _parts: list[Part], part: Part) -> str:
    old, part["key"] = part["key"], mistyped(dice, part["key"])
    return f"key {part['key']} instead of {old}"


def mistype_choice(dice: Random, _parts: list[Part], part: Part) -> str | None:
    if not part.get("values"):
        return None
    choice = dice.choice(part["values"])
    old, choice["value"] = choice["value"], mistyped(dice, choice["value"])
    return f"choice {choice['value']} instead of {old} of {part['key']}"


def drop_choice(dice: Random, _parts: list[Part], part: Part) -> str | None:
    if not part.get("values"):
        return None
    choice = dice.choice(part["values"])
    part["values"].remove(choice)
    return f"choice {choice['value']} of {part['key']} removed"


def drop_field(dice: Random, parts: list[Part], part: Part) -> str:
    parts.remove(part)
    return f"field {part['key']} removed"


def mistype_default(dice: Random, _parts: list[Part], part: Part) -> str | None:
    if not part.get("values"):
        return None
    part["defaultValue"] = mistyped(dice, dice.choice(part["values"])["value"])
    return f"default {part['defaultValue']} of {part['key']}"


def not_required(dice: Random, _parts: list[Part], part: Part) -> str | None:
    if not part.get("validate", {}).get("required"):
        return None
    del part["validate"]["required"]
    return f"{part['key']} not required"


def mistype_store(dice: Random, _parts: list[Part], part: Part) -> str | None:
    store = part.get("properties", {}).get("store")
    if not store:
        return None
    part["properties"]["store"] = mistyped(dice, store)
    return f"store {part['properties']['store']} of {part['key']}"


def other_store(dice: Random, _parts: list[Part], part: Part) -> str | None:
    store = part.get("properties", {}).get("store")
    if store not in ("case", "process"):
        return None
    part["properties"]["store"] = "process" if store == "case" else "case"
    return f"store {part['properties']['store']} of {part['key']}"


def mistype_hide(dice: Random, _parts: list[Part], part: Part) -> str | None:
    hide = part.get("conditional", {}).get("hide")
    new = _somewhere(re.compile(r'(?<=")[^"]+(?=")|[a-z_]{3,}'), mistyped)(dice, hide) if hide else None
    if new is None:
        return None
    part["conditional"]["hide"] = new
    return f"hidden when {new} instead of {hide}"


def scenario_slip(kind: str, pattern: str) -> SlipMaker:
    """A word of a scenario with a slip of the hand."""
    change = _somewhere(re.compile(pattern), mistyped)

    def make(dice: Random, files: Files) -> Slip | None:
        path = dice.choice([path for path in paths_with(files, ".yaml") if str(path) != FIELDS])
        old = files[path].decode()
        new = change(dice, old)
        if new is None or new == old:
            return None
        try:
            yaml.safe_load(new)
        except yaml.YAMLError:
            return None
        differing = [line for line in new.splitlines() if line not in old.splitlines()]
        return Slip(kind, path, str(differing), replaced(files, path, new.encode()), ())

    return make


def field_list_slip(kind: str, pattern: str, change: Callable[[Random, str], str] = mistyped) -> SlipMaker:
    """A slip in the list of fields of reports."""
    edit = _somewhere(re.compile(pattern), change)

    def make(dice: Random, files: Files) -> Slip | None:
        path = next(path for path in files if str(path) == FIELDS)
        new = edit(dice, files[path].decode())
        if new is None:
            return None
        differing = [line for line in new.splitlines() if line not in files[path].decode().splitlines()]
        words = set(re.findall(r"[\w.]+", new)) - set(re.findall(r"[\w.]+", files[path].decode()))
        return Slip(kind, path, str(differing), replaced(files, path, new.encode()), tuple(words))

    return make


FILE_SLIPS: dict[str, SlipMaker] = {
    "form deleted": deleted(".json", "forms"),
    "mail deleted": deleted(".txt", "workflows/mail"),
    "diagram deleted": deleted(".bpmn", "workflows"),
    "table deleted": deleted(".dmn", "workflows"),
    "form: key mistyped": form_slip("form: key mistyped", mistype_key),
    "form: choice mistyped": form_slip("form: choice mistyped", mistype_choice),
    "form: choice missing": form_slip("form: choice missing", drop_choice),
    "form: field missing": form_slip("form: field missing", drop_field),
    "form: default mistyped": form_slip("form: default mistyped", mistype_default),
    "form: not required": form_slip("form: not required", not_required),
    "form: store mistyped": form_slip("form: store mistyped", mistype_store),
    "form: other store": form_slip("form: other store", other_store),
    "form: hidden mistyped": form_slip("form: hidden mistyped", mistype_hide),
    "scenario: task mistyped": scenario_slip("scenario: task mistyped", r"(?<=- task: )[a-z_0-9]+"),
    "scenario: process mistyped": scenario_slip("scenario: process mistyped", r"(?<=process: )[a-z_]+"),
    "scenario: message mistyped": scenario_slip("scenario: message mistyped", r"(?<=- message: )[a-z_]+"),
    "scenario: unit mistyped": scenario_slip("scenario: unit mistyped", r'(?<=")(?:\d{3,5}|75\.[A-Z]+)(?=")'),
    "scenario: answer mistyped": scenario_slip(
        "scenario: answer mistyped", r"(?:_decision|outcome|channel|urgency|[ {]field): ([a-z_]+)"
    ),
    "scenario: open mistyped": scenario_slip("scenario: open mistyped", r"(?<=open: \[)[a-z_]+"),
    "scenario: rung mistyped": scenario_slip("scenario: rung mistyped", r"(?<=notices: \{)[a-z_]+"),
    "scenario: role mistyped": scenario_slip("scenario: role mistyped", r"(?<=by: )[a-z_]+"),
    "scenario: data mistyped": scenario_slip("scenario: data mistyped", r"(?<=[{ ])[a-z_]{3,}(?=: [^{\n]*\})"),
    "fields: key mistyped": field_list_slip("fields: key mistyped", r"(?<=key: )[a-z]+"),
    "fields: department mistyped": field_list_slip("fields: department mistyped", r"75\.[A-Z]+"),
}
