"""Describes a change so that nobody has to open the file: what was added is told with what it does."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.studio.diff.change import ADDED, REMOVED, ElementChange
from engine.studio.diff.deployment_diff import FileDifference
from engine.studio.diff.words import describe_change
from engine.studio.telling.step_facts import StepTeller
from engine.translation.catalogue import N_, translate

_ADDED_FILE, _REMOVED_FILE, _CHANGED_FILE = N_("Thêm tệp {name}."), N_("Bỏ tệp {name}."), N_("Đổi tệp {name}.")


def describe_change_whole(change: ElementChange, path: PurePosixPath, teller: StepTeller) -> str:
    """A change in one sentence; of an element that was added also its role, form, timers and recipients."""
    sentence = describe_change(change, teller.language)
    if change.kind != ADDED or path.suffix != ".bpmn":
        return sentence
    facts = [f"{teller.label(fact.kind)}: {fact.text}" for fact in teller.facts(path, change.element)]
    return f"{sentence} {'; '.join(facts)}." if facts else sentence


def describe_file(difference: FileDifference, teller: StepTeller) -> str:
    """A file that was added or removed, by its name."""
    sentences = {ADDED: _ADDED_FILE, REMOVED: _REMOVED_FILE}
    return translate(sentences.get(difference.kind, _CHANGED_FILE), teller.language).format(name=difference.path.name)
