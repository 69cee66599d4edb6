"""Who uses a file of a draft: which step, form, table or scenario, so that nobody deletes it unawares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.finding import caption_of, nearest_id
from engine.bpmn.lint.namespaces import SPIFF
from engine.bpmn.lint.source import literal_texts
from engine.safe_xml import recover_xml
from engine.scenarios.files import BadScenario, read_scenario
from engine.scenarios.runner import scenario_paths
from engine.translation.wording import Caption

Files = Mapping[PurePosixPath, bytes]
_PROPERTIES, _PARAMETERS = f"{{{SPIFF}}}property", f"{{{SPIFF}}}parameter"


@dataclass(frozen=True, slots=True)
class FileUse:
    """One place that names a file: in which file, at which element, and what people call that."""

    path: PurePosixPath
    element: str
    caption: Caption


def list_uses(files: Files, path: PurePosixPath) -> list[FileUse]:
    """The places that name a form, a mail, a decision table or a diagram, in the order of files."""
    names = file_names(path, files.get(path, b""))
    drawn = [
        use for other in sorted(files) if other.suffix == ".bpmn" and other != path for use in named_files(files, other)
    ]
    own = [use for use in drawn if use[0] in names]
    uses = [use for _name, use in own]
    return [*dict.fromkeys(uses), *_scenario_uses(files, path, names)]


NameOfFile = tuple[str, str]
"""A kind of file and the name by which it is called."""


def file_names(path: PurePosixPath, content: bytes) -> set[NameOfFile]:
    """What a file is named by: a form, a mail, the processes of a diagram, the decisions of a file of them."""
    if path.suffix == ".json":
        return {("form", path.stem)}
    if path.suffix == ".txt":
        return {("mail", path.stem)}
    root = recover_xml(content) if path.suffix in (".bpmn", ".dmn") else None
    kind = {".bpmn": "process", ".dmn": "decision"}.get(path.suffix, "")
    return {(kind, str(part.get("id"))) for part in root.iter(f"{{*}}{kind}")} if root is not None else set()


def named_files(files: Files, path: PurePosixPath) -> Iterator[tuple[NameOfFile, FileUse]]:
    """What the elements of a diagram name, each with the element."""
    root = recover_xml(files[path])
    for part in (
        root.iter(_PROPERTIES, _PARAMETERS, "{*}calledDecisionId", "{*}callActivity") if root is not None else ()
    ):
        for name in _named(part):
            holder = next((one for one in [part, *part.iterancestors()] if one.get("id") == nearest_id(part)), part)
            caption = caption_of(holder) or Caption(nearest_id(part), nearest_id(part))
            yield name, FileUse(path, nearest_id(part), caption)


def _named(part: object) -> Iterator[NameOfFile]:
    get, tag = part.get, str(part.tag)  # type: ignore[attr-defined]
    if tag == _PROPERTIES and get("name") == "form":
        yield "form", str(get("value"))
    elif tag == _PARAMETERS and get("id") == "template":
        yield from (("mail", text) for text in literal_texts(get("value") or ""))
    elif tag.endswith("}calledDecisionId"):
        yield "decision", str(part.text or "").strip()  # type: ignore[attr-defined]
    elif tag.endswith("}callActivity"):
        yield "process", str(get("calledElement"))


def _scenario_uses(files: Files, path: PurePosixPath, names: set[NameOfFile]) -> Iterator[FileUse]:
    """The scenarios of the processes in a diagram."""
    for other in scenario_paths(files) if path.suffix == ".bpmn" else ():
        try:
            scenario = read_scenario(other, files[other])
        except BadScenario:
            continue
        if ("process", scenario.process) in names:
            yield FileUse(other, "", Caption(scenario.name, scenario.name))
