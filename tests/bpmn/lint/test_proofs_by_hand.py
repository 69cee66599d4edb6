"""Each construct, sound and unsound: the proof says what was worked out by hand, and cases do it."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.bpmn.lint.check import advise_files, prove_files
from engine.bpmn.parser import parse_processes
from engine.soundness.search import NetVerdict
from tests.bpmn.lint.proofs_by_hand import SOUND, UNSOUND
from tests.bpmn.lint.test_counter_examples import VOCABULARY, Walked, proofs_of
from tests.walks.drawing import Files


def placed(files: Files) -> dict[PurePosixPath, bytes]:
    """The files where a deployment has them."""
    return {PurePosixPath("workflows") / path: content for path, content in files.items()}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_proven(name: str) -> None:
    files = placed(SOUND[name])
    assert [note.rule for note in advise_files(files, VOCABULARY) if note.rule.startswith("proof")] == []
    assert {verdict.rule for verdict in prove_files(files, VOCABULARY)} == {"proof-proven"}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_not_is_named_at_its_element(name: str) -> None:
    files, expected = UNSOUND[name]
    notes = {(note.rule, note.element) for note in advise_files(placed(files), VOCABULARY)}
    assert {note for note in notes if note[0].startswith("proof")} == expected


@pytest.mark.parametrize("name", UNSOUND)
def test_cases_come_to_each_fault_that_is_named(name: str) -> None:
    files = UNSOUND[name][0]
    walked = Walked(parse_processes(files)["main"], begins=({"x": 1}, {"x": 2}))
    for proof in proofs_of(files):
        if proof.verdict is NetVerdict.DEAD:
            assert {node.id for node in proof.dead}.isdisjoint(walked.passed)
        elif proof.verdict is not NetVerdict.PROVEN:
            assert walked.shows(proof), proof.proof.steps
