"""Public collections of diagrams, read where they lie: nothing of them is copied into the project.

A collection is a folder, a `.tar.gz` or a git directory without a work tree, of which the newest commit is read.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN

_SUFFIXES = (".bpmn", ".bpmn20.xml")
_BETSY_FILES = "pebl-builder/src/main/resources/files/bpmn/"
_BETSY_PARTS = ("activities", "basics", "cfpatterns", "data", "events", "gateways")


@dataclass(frozen=True)
class Corpus:
    """A collection: its name in the report, what it is, where it is published, and which of its files count."""

    key: str
    title: str
    origin: str
    goal: int
    parts: tuple[str, ...] = ("",)

    def names(self, path: str) -> bool:
        """Whether a file belongs to what is measured."""
        return path.endswith(_SUFFIXES) and any(part in path for part in self.parts)


CORPORA = (
    Corpus("operaton", "Operaton, files of its tests", "github.com/operaton/operaton", 1970),
    Corpus("miwg", "BPMN MIWG test suite", "github.com/bpmn-miwg/bpmn-miwg-test-suite", 300),
    Corpus(
        "betsy", "betsy, features", "github.com/uniba-dsg/betsy", 100, tuple(_BETSY_FILES + p for p in _BETSY_PARTS)
    ),
)


def read_corpus(corpus: Corpus, place: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a collection by its path, in order."""
    yield from sorted((name, content) for name, content in _files_in(place) if corpus.names(name))


def _files_in(place: Path) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        with tarfile.open(place) as archive:
            yield from _files_of(archive)
    elif (place / "HEAD").exists():
        command = ["git", "-C", str(place), "archive", "--format=tar", "HEAD"]
        content = subprocess.run(command, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            yield from _files_of(archive)
    else:
        for path in place.rglob("*"):
            if path.is_file():
                yield str(path.relative_to(place)), path.read_bytes()


def _files_of(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive:
        opened = archive.extractfile(member) if member.isfile() else None
        if opened is not None:
            yield member.name, opened.read()


def is_executable(content: bytes) -> bool | None:
    """Whether a file says that it can run; None when it is no diagram at all. What says nothing counts as yes."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    processes = list(root.iter(f"{{{BPMN}}}process"))
    if not processes:
        return None
    return any(process.get("isExecutable", "true") == "true" for process in processes)
