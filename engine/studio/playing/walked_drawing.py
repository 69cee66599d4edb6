"""What the elements of a draft's drawings are called, in which file they stand, and what can come from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn import english_texts
from engine.bpmn.trace import BPMN
from engine.process.process_names import names_of_processes
from engine.safe_xml import recover_xml
from engine.studio.catalogue import collect_choices
from engine.translation.catalogue import SOURCE, Language


@dataclass(frozen=True, slots=True)
class DrawingNames:
    """Captions and files of elements by id; files of processes; messages and signals as pairs of kind and name."""

    captions: Mapping[str, str]
    paths: Mapping[str, tuple[PurePosixPath, ...]]
    processes: Mapping[str, str]
    events: tuple[tuple[str, str], ...]

    def caption(self, element: str) -> str:
        """What an element is called; its id where it has no name."""
        return self.captions.get(element) or element

    def path(self, element: str, processes: Collection[str]) -> str:
        """The file in which an element is drawn, of several that of one of `processes`; "" for one that is not."""
        files = self.paths.get(element, ())
        walked = {path for process in processes if process in self.processes for path in self.paths.get(process, ())}
        return str(next((path for path in files if path in walked), next(iter(files), "")))

    def is_drawn(self, element: str) -> bool:
        """Whether an element has a name on the drawing."""
        return bool(self.captions.get(element))

    def file_of_process(self, process: str) -> PurePosixPath:
        """The diagram of a process."""
        return next(iter(self.paths.get(process, ())), PurePosixPath(f"workflows/{process}.bpmn"))


def drawing_names(files: Mapping[PurePosixPath, bytes], language: Language) -> DrawingNames:
    """The names of the drawings among files without problems, in `language` where they have one."""
    captions: dict[str, str] = {}
    paths: dict[str, tuple[PurePosixPath, ...]] = {}
    processes: dict[str, str] = {}
    for path, content in sorted(files.items()):
        if path.suffix != ".bpmn":
            continue
        text = content.decode()
        root = recover_xml((text if language == SOURCE else english_texts.with_english_names(text)).encode())
        for element in root.iter(f"{BPMN}*") if root is not None else ():
            if element.get("id"):
                paths[str(element.get("id"))] = (*paths.get(str(element.get("id")), ()), path)
                captions[str(element.get("id"))] = " ".join(str(element.get("name") or "").split())
        processes |= names_of_processes(text, language)
    choices = collect_choices(files)
    events = [(kind, one["value"]) for kind in ("message", "signal") for one in choices[f"{kind}s"]]
    return DrawingNames(captions, paths, processes, tuple(events))
