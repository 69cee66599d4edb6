"""Reads workflow nets with verdicts: an archive of nets in LoLA's format beside a table of what is known of each."""

from __future__ import annotations

import csv
import io
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.soundness.net import Net, NetBuilder, Places
from tests.paths import ROOT

_COMMENT = re.compile(r"\{[^}]*\}")
_TRANSITION = re.compile(r"TRANSITION\s+(\S+)\s+CONSUME(.*?);\s*PRODUCE(.*?);", re.DOTALL)


@dataclass(frozen=True, slots=True)
class JudgedNet:
    """A net and whether it is known to be sound."""

    name: str
    text: str
    is_sound: bool


def archive_path() -> Path:
    """Where the nets are: what SOUNDNESS names, or beside the project."""
    return Path(os.environ.get("SOUNDNESS") or ROOT.parent / "shared" / "data" / "benchmarks" / "ibm_soundness.tar.gz")


def read_archive(path: Path) -> Iterator[JudgedNet]:
    """The nets that the table of verdicts names, in its order."""
    with tarfile.open(path) as archive:
        streams = {PurePosixPath(member.name).name: archive.extractfile(member) for member in archive}
        texts = {name: stream.read().decode() for name, stream in streams.items() if stream}
    for row in csv.DictReader(io.StringIO(texts["verdicts.csv"])):
        yield JudgedNet(row["net"], texts[row["net"]], row["sound"] == "1")


def read_net(text: str) -> Net:
    """The net in a LoLA file. It has ended where only places hold tokens that nothing takes from."""
    text, builder = _COMMENT.sub("", text), NetBuilder()
    for match in _TRANSITION.finditer(text):
        builder.add_transition((match[1],), _places(builder, match[2]), _places(builder, match[3]))
    marking = re.search(r"MARKING\s(.*?);", text, re.DOTALL)
    start = _places(builder, marking[1] if marking else "")
    taken = 0
    for transition in builder.transitions:
        taken |= transition.takes
    return builder.build_net(start, (1 << len(builder.numbers)) - 1 & ~taken)


def _places(builder: NetBuilder, text: str) -> Places:
    places = 0
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, number = part.rpartition(":")
        assert number.strip() == "1", part
        places |= builder.place(name.strip())
    return places
