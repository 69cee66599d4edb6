"""The files of a draft by process: what each is called, which step uses which form, mail, table or process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.safe_xml import recover_xml
from engine.scenarios.files import BadScenario, read_scenario
from engine.scenarios.runner import scenario_paths
from engine.studio.catalogue import collect_choices
from engine.studio.file_uses import FileUse, file_names, named_files

Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A file: what it is called, and the diagrams that use it (a diagram belongs to itself)."""

    path: PurePosixPath
    caption: str
    diagrams: tuple[PurePosixPath, ...]


@dataclass(frozen=True, slots=True)
class FileLink:
    """An element of a diagram that names another file."""

    use: FileUse
    target: PurePosixPath


@dataclass(frozen=True, slots=True)
class DeploymentMap:
    """The files in their order, and what leads from one to another."""

    files: tuple[MappedFile, ...]
    links: tuple[FileLink, ...]


def map_files(files: Files) -> DeploymentMap:
    """The map of a draft; what cannot be read has its file's name and leads nowhere."""
    targets = {name: path for path in sorted(files) for name in file_names(path, files[path])}
    diagrams = [path for path in sorted(files) if path.suffix == ".bpmn"]
    uses = [(name, use) for path in diagrams for name, use in named_files(files, path)]
    links = tuple(dict.fromkeys(FileLink(use, targets[name]) for name, use in uses if name in targets))
    users: dict[PurePosixPath, dict[PurePosixPath, None]] = {path: {path: None} for path in diagrams}
    for link in links:
        if link.target.suffix != ".bpmn":
            users.setdefault(link.target, {})[link.use.path] = None
    for path, process in _scenarios(files):
        if ("process", process) in targets:
            users.setdefault(path, {})[targets["process", process]] = None
    captions = _captions(files)
    return DeploymentMap(
        tuple(MappedFile(path, captions.get(path, path.stem), tuple(users.get(path, ()))) for path in sorted(files)),
        links,
    )


def _captions(files: Files) -> dict[PurePosixPath, str]:
    choices = collect_choices(files)
    captioned = {("form", one["value"]): one["label"] for one in choices["forms"]}
    captioned |= {("mail", one["value"]): one["label"] for one in choices["mails"]}
    captions = {
        path: captioned.get(next(iter(file_names(path, content)), ("", "")), path.stem)
        for path, content in files.items()
    }
    for path, content in files.items():
        if path.suffix in (".bpmn", ".dmn") and (root := recover_xml(content)) is not None:
            tag = "process" if path.suffix == ".bpmn" else "decision"
            names = [str(part.get("name")) for part in root.iter(f"{{*}}{tag}") if part.get("name")]
            captions[path] = " / ".join(names[:2]) or path.stem
    return captions | dict(_scenario_names(files))


def _scenarios(files: Files) -> Iterator[tuple[PurePosixPath, str]]:
    for path in scenario_paths(files):
        try:
            yield path, read_scenario(path, files[path]).process
        except BadScenario:
            continue


def _scenario_names(files: Files) -> Iterator[tuple[PurePosixPath, str]]:
    for path in scenario_paths(files):
        try:
            yield path, read_scenario(path, files[path]).name or path.stem
        except BadScenario:
            continue
