"""What diagrams may refer to: roles, forms, mails, operators, messages.

The defaults are those of the hotline; forms and mails belong to a deployment and are passed in, because this package
may not import `forms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.bpmn.clockwork import CLOCKS
from engine.bpmn.lint.value_domain import ValueDomain
from engine.bpmn.operators import OPERATORS, RECIPIENTS
from engine.translation.wording import Caption
from engine.world.roles import ANYBODY, SERVED_BY, STAFF_ROLES, STARTER, UNIT_HEAD
from engine.world.unit_tree import UNIT_KINDS

ROLES = frozenset(SERVED_BY) | {UNIT_HEAD, STARTER}
# Who may be allowed to begin a process, and in which kinds of units.
START_ROLES = frozenset(STAFF_ROLES) | {ANYBODY}
START_UNIT_KINDS = UNIT_KINDS
OUTSIDE_MESSAGES = frozenset(
    {"withdraw", "reroute", "recall", "merged", "unmerged", "merged_closed", "asked_again", "deadline_moved"}
)
MAIL_NAMES: Mapping[str, frozenset[str]] = {
    "case": frozenset({"code", "field", "place", "deadline", "handler"}),
    "unit": frozenset({"name"}),
    "task": frozenset({"name"}),
    "link": frozenset(),
    "days_late": frozenset(),
    "occurrence": frozenset(),
}
START_DATA = frozenset(
    {"case", "code", "field", "urgency", "place", "channel", "due", "starter", "starter_role", "starter_unit"}
)
PARAMETER_CHOICES: Mapping[tuple[str, str], frozenset[str]] = {
    ("notice", "when"): frozenset({"not_taken_up"}),
    ("deadline", "clock"): frozenset(CLOCKS),
    ("clock", "action"): frozenset({"pause", "resume"}),
}
"""The values an operator's parameter may have, where they are few."""
ONE_OF_PARAMETERS: Mapping[str, frozenset[str]] = {"deadline": frozenset({"hours", "at", "extend"})}
"""Optional parameters of an operator, at least one of which is required."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What exists outside the files to be checked. None means unknown: such references are not checked.

    forms: form key -> keys of the fields it stores in process data; form_fields: those of all its fields. optional:
    those that may be left blank, with their labels. mails: names of templates without suffix.
    lane_labels: role -> the names its lane may have, in any language. output_values: the texts that a table may give to
    a variable which forms ask about. operators: name -> (required, optional)
    parameters. messages, signals: names of those that come from outside or go there. names: process data present from
    the start; name_types: the FEEL types of process data, where all that writes it agrees.
    mail_names: the names a template may use, each with its attributes; mail_filters: filters besides the plain ones.
    units: the units that exist, by code. domains: what each form lets a name be.
    report_values: what the names that a report begins with may be in the processes that handle reports.
    processes, decisions: ids that exist outside the files.
    """

    forms: Mapping[str, frozenset[str]] | None = field(default_factory=dict)
    form_fields: Mapping[str, frozenset[str]] | None = None
    optional: Mapping[str, Caption] = field(default_factory=dict)
    mails: frozenset[str] | None = frozenset()
    roles: frozenset[str] = ROLES
    lane_labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    output_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    operators: Mapping[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=lambda: OPERATORS)
    recipients: frozenset[str] = RECIPIENTS
    units: Mapping[str, Caption] | None = None
    domains: Mapping[str, tuple[ValueDomain, ...]] = field(default_factory=dict)
    report_values: Mapping[str, ValueDomain] = field(default_factory=dict)
    report_processes: frozenset[str] = frozenset()
    messages: frozenset[str] | None = OUTSIDE_MESSAGES
    signals: frozenset[str] | None = frozenset()
    names: frozenset[str] | None = START_DATA
    name_types: Mapping[str, str] = field(default_factory=dict)
    mail_names: Mapping[str, frozenset[str]] | None = field(default_factory=lambda: MAIL_NAMES)
    mail_filters: frozenset[str] = frozenset()
    processes: frozenset[str] | None = frozenset()
    decisions: frozenset[str] | None = frozenset()

    def for_one_file(self) -> Vocabulary:
        """The same for a file that is checked alone: what depends on other files counts as unknown."""
        return replace(self, messages=None, signals=None, names=None, processes=None, decisions=None)
