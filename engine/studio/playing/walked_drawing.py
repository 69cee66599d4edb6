"""What the elements of a draft's drawings are called, in which file they stand, and what can come from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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

    def by_file(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The elements that have a name, with it, by diagram."""
        drawn: dict[PurePosixPath, list[tuple[str, str]]] = {
            path: [] for path in sorted({path for files in self.paths.values() for path in files})
        }
        for element, caption in self.captions.items():
            for path in self.paths[element] if caption else ():
                drawn[path].append((element, caption))
        return ((str(path), elements) for path, elements in drawn.items() if elements)

    def process_in(self, path: str) -> str:
        """What the first process of a diagram is called; the file's name where it has none."""
        file = PurePosixPath(path)
        return next((name for key, name in self.processes.items() if file in self.paths.get(key, ())), file.name)

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
