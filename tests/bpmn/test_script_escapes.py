"""Hostile texts: each is refused, or ends within a second and 64 MB, touching nothing but its values."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import yaml

from tests.bpmn.escape_worker import SECONDS
from tests.paths import ROOT

ENTRIES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/data/escapes.yaml").read_text(encoding="utf-8"))
MAX_STORED = 131_072


@dataclass(frozen=True)
class Attempt:
    """One text in one place: as an expression, or in a script."""

    name: str
    kind: str
    source: str


def joined(source: str | list[list[Any]]) -> str:
    """The text of an entry, its pieces repeated and numbered."""
    if isinstance(source, str):
        return source
    return "".join(
        piece.replace("@i", str(turn)).replace("@j", str(turn + 1)) for piece, times in source for turn in range(times)
    )


def attempts_of(entry: dict[str, Any]) -> list[Attempt]:
    source, kind = joined(entry["source"]), entry.get("kind", "expression")
    found = [Attempt(entry["name"], "script" if kind == "script" else "expression", source)]
    if kind == "expression":
        found.append(Attempt(entry["name"], "script", f"probe = ({source}\n)"))
    return found


@cache
def results() -> dict[Attempt, dict[str, Any]]:
    """What came of every text; a text that ended its process is marked, and the rest goes on in another."""
    waiting = [attempt for entry in ENTRIES for attempt in attempts_of(entry)]
    found: dict[Attempt, dict[str, Any]] = {}
    while waiting:
        lines = answers(waiting)
        done = [json.loads(line) for line in lines if line.startswith("{")]
        found |= dict(zip(waiting, done, strict=False))
        waiting = waiting[len(done) :]
        if waiting:
            found[waiting.pop(0)] = {"outcome": "the process ended"}
    return found


def answers(attempts: list[Attempt]) -> list[str]:
    texts = [{"kind": attempt.kind, "source": attempt.source} for attempt in attempts]
    worker = subprocess.run(
        [sys.executable, "-m", "tests.bpmn.escape_worker"],
        check=False,
        cwd=ROOT,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert worker.stdout, worker.stderr
    return worker.stdout.splitlines()


def test_the_names_of_the_corpus_are_unique() -> None:
    names = [entry["name"] for entry in ENTRIES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_a_hostile_text_is_refused_or_bounded(entry: dict[str, Any]) -> None:
    for attempt in attempts_of(entry):
        result = results()[attempt]
        assert result["outcome"] == entry["outcome"], f"{attempt.kind}: {result}"
        assert result["alive"], "the process still computes afterwards"
        assert result["touched"] == [], "nothing outside the language was reached"
        assert result["seconds"] < SECONDS
        # A limit of ours ended it, not the machine's.
        assert result.get("cause") != "MemoryError"
        assert result.get("size", 0) <= MAX_STORED
        if "value" in entry:
            assert result["value"] == entry["value"]


def test_the_worker_notices_what_it_should() -> None:
    """The watch itself works: a process that runs too long or takes too much memory is reported."""
    code = "from tests.bpmn import escape_worker as w; {}"
    endless = "import signal; signal.setitimer(signal.ITIMER_PROF, 0.1)\nwhile True: pass"
    greedy = "w.limited(300_000_000); x = bytearray(2 * w.EXTRA_BYTES + 300_000_000)"
    for body, expected in ((endless, "-27"), (greedy, "1")):
        ended = subprocess.run(
            [sys.executable, "-c", code.format(body)], check=False, cwd=ROOT, capture_output=True, timeout=300
        )
        assert str(ended.returncode) == expected
