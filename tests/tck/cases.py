"""Reads the test cases of the kit: inputs and expected results of a model."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath

from lxml.etree import _Element

from engine.dmn.boxed_reading import child, child_text, children
from engine.feel.numbers import parse_number
from engine.feel.temporal_text import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import FeelValue
from engine.safe_xml import parse_xml
from tests.paths import ROOT

_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class TckResult:
    """What one decision should answer; an error is expected to be null."""

    name: str
    value: FeelValue
    is_error: bool


@dataclass(frozen=True, slots=True)
class TckCase:
    """One test case: a service or some decisions, asked with the same inputs."""

    folder: str
    file: str
    id: str
    service: str
    inputs: dict[str, FeelValue]
    results: tuple[TckResult, ...]


@dataclass(frozen=True, slots=True)
class TckFile:
    """A file of cases with the model that it asks, and the other models beside it."""

    folder: str
    name: str
    model: bytes
    others: tuple[bytes, ...]
    cases: tuple[TckCase, ...]


def archive_path() -> Path:
    """Where the kit's archive is: what TCK names, or beside the project."""
    return Path(os.environ.get("TCK") or ROOT.parent / "shared" / "data" / "benchmarks" / "dmn_tck.tar.gz")


def read_archive(path: Path) -> Iterator[TckFile]:
    """The files of cases in the kit's archive, by level, folder and name."""
    files = _contents(path)
    folders: dict[str, dict[str, bytes]] = {}
    for name, content in files.items():
        place = PurePosixPath(name)
        folders.setdefault("/".join(place.parts[-3:-1]), {})[place.name] = content
    for folder in sorted(name for name in folders if name.startswith("compliance-level-")):
        yield from read_folder(folder, folders[folder])


def _contents(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        members = [member for member in archive if member.isfile() and member.name.endswith((".dmn", ".xml"))]
        return {member.name: stream.read() for member in members for stream in [archive.extractfile(member)] if stream}


def read_folder(folder: str, files: dict[str, bytes]) -> Iterator[TckFile]:
    """The files of cases of one folder."""
    models = {name: content for name, content in files.items() if name.endswith(".dmn")}
    for name in sorted(name for name in files if name.endswith(".xml")):
        root = parse_xml(files[name])
        stem = name.removesuffix(".xml")
        model = child_text(root, "modelName").strip()
        others = tuple(content for other, content in models.items() if other != model)
        cases = tuple(_case(folder, stem, part) for part in children(root, "testCase"))
        yield TckFile(folder, stem, models[model], others, cases)


def _case(folder: str, file: str, part: _Element) -> TckCase:
    inputs = {node.get("name") or "": _value(node) for node in children(part, "inputNode")}
    results = [
        TckResult(
            node.get("name") or "", None if expected is None else _value(expected), node.get("errorResult") == "true"
        )
        for node in children(part, "resultNode")
        for expected in [child(node, "expected")]
    ]
    service = part.get("invocableName") or "" if part.get("type") == "decisionService" else ""
    return TckCase(folder, file, part.get("id") or "", service, inputs, tuple(results))


def _value(part: _Element) -> FeelValue:
    """The value that a part describes: a context of components, a list, or a simple value."""
    components = list(children(part, "component"))
    if components:
        return {item.get("name") or "": _value(item) for item in components}
    listed = child(part, "list")
    if listed is not None:
        return [_value(item) for item in children(listed, "item")]
    simple = child(part, "value")
    return None if simple is None else _simple(simple)


def _simple(part: _Element) -> FeelValue:
    if part.get(f"{_SCHEMA}nil") == "true":
        return None
    text = part.text or ""
    kind = (part.get(f"{_SCHEMA}type") or "xsd:string").rpartition(":")[2]
    if kind == "string":
        return text
    readers = {
        "boolean": lambda word: word in ("true", "1"), "decimal": parse_number, "double": parse_number,
        "integer": parse_number, "date": parse_date, "time": parse_time, "dateTime": parse_date_time,
        "duration": parse_duration,
    }  # fmt: skip
    value: FeelValue = readers[kind](text.strip())
    return value


def is_alike(actual: FeelValue, expected: FeelValue) -> bool:
    """Whether an answer is what is expected; the kit's numbers have eight digits behind the point."""
    if isinstance(actual, Decimal) and isinstance(expected, Decimal):
        return abs(actual - expected) <= Decimal("1e-8") * max(Decimal(1), abs(expected))
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(is_alike, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(is_alike(actual[key], expected[key]) for key in actual)
    return type(actual) is type(expected) and actual == expected
