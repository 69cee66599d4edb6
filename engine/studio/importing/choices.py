"""What an analyst decides about a file of another tool before it is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PlainTask = Literal["officer", "pass"]
OFFICER: PlainTask = "officer"
PASSED_AT_ONCE: PlainTask = "pass"


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """The decisions: which process runs, what tasks without a kind become, which dropped settings are accepted.

    process: the id of the process that runs; empty for the first one that is executable.
    plain_tasks: what `task` and `manualTask` become, an officer's task or a step that is passed at once; `each_task`
    has exceptions by element id.
    accepted: settings without an effect here, as `element id:setting`, that the analyst does without.
    """

    process: str = ""
    plain_tasks: PlainTask = OFFICER
    each_task: Mapping[str, PlainTask] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    accept_all: bool = False

    def accepts(self, element_id: str, setting: str) -> bool:
        """Whether the analyst does without this setting of this element."""
        return self.accept_all or f"{element_id}:{setting}" in self.accepted
