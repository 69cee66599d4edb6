"""What an analyst may confirm by a property of the element, so that the drawing says it and the checker accepts it.

A missing default flow may stop a case; a task without a kind is passed at once; data of a task is documentation; a
setting of another tool has no effect. The import of foreign diagrams writes the same properties.
"""

from __future__ import annotations

from engine.bpmn.lint.diagram import extension_properties
from engine.bpmn.lint.finding import Element

UNMATCHED, INCIDENT = "unmatched", "incident"
"""On a gateway without a default flow: nothing matches is an incident."""
PASSED = "pass"
"""On a `task` or `manualTask`: it is passed at once."""
DRAWN_DATA = "data"
"""On an activity: what is drawn as its data, with the value `drawn`, is documentation."""
WITHOUT = "without"
"""On an element with settings of another tool: those that it does without, with blanks between."""


def may_stop(gateway: Element) -> bool:
    """Whether a case may stop at this gateway when no condition holds."""
    return extension_properties(gateway).get(UNMATCHED) == INCIDENT


def is_passed(task: Element) -> bool:
    """Whether a task without a kind is passed at once."""
    return extension_properties(task).get(PASSED) == "yes"


def settings_done_without(element: Element) -> frozenset[str]:
    """The settings of another tool that an element does without, as they are written, like `camunda:in`."""
    return frozenset(extension_properties(element).get(WITHOUT, "").split())
