"""The map of requirements: `python -m tests.requirements` writes docs/reference/requirements.md.

Which modules serve a requirement is read from their docstrings and comments; what runs it in diagrams and
which tests show it is said here, where a test checks that each exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.paths import DOCS, ROOT

DOCUMENT = DOCS / "reference" / "requirements.md"
PACKAGES = ("engine", "forms", "web")
_NUMBER = re.compile(r"(?<![\w/-])R([1-9]\d?)(?![\w/])")
_HEAD = """# Requirements

Written by `make requirements`: what the directive of 2021 and later needs ask for, in short; the diagrams in which it
runs, the modules that name it, and the tests that show it. What is not built says so.

| | requirement | diagrams | modules | tests |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: in short, the files of the deployment that run it, and the tests that show it."""

    name: str
    diagrams: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    missing: str = ""


REQUIREMENTS: dict[int, Requirement] = {
    1: Requirement(
        "a report is complete before it leaves the hotline; complaints are diverted",
        ("citizen_report.bpmn",),
        ("cases/test_intake.py", "web/pages/test_intake.py", "cases/test_similarity.py"),
    ),
    2: Requirement("standard answers, owned by departments", (), ("answers", "web/pages/test_answers.py")),
    3: Requirement(
        "routing and deadlines from decision tables", ("routing.dmn", "deadlines.dmn"), ("scenarios/test_trial.py",)
    ),
    4: Requirement(
        "tier 2 assigns, returns, accepts, and sees all of its communes",
        ("resolution.bpmn",),
        ("attacks/test_visibility.py", "cases/test_inbox.py"),
    ),
    5: Requirement(
        "contact with the citizen is logged before an outcome", ("resolution.bpmn",), ("web/pages/test_task.py",)
    ),
    6: Requirement("a false report goes to the police", ("false_report.bpmn",), ("attacks/test_ended_cases.py",)),
    7: Requirement(
        "what is outside a unit's authority goes to the right one, and the citizen is told",
        ("resolution.bpmn", "department_resolution.bpmn"),
        ("web/pages/test_what_citizens_are_told.py",),
    ),
    8: Requirement(
        "working time, reminders, and the ladder of escalation",
        ("citizen_report.bpmn", "citizen_report_two_level.bpmn", "deadlines.dmn"),
        ("world/test_work_calendar.py", "process/test_timers.py", "mailing/test_notices.py"),
    ),
    9: Requirement(
        "the provincial office chases what is overdue and issues directives",
        ("directive.bpmn",),
        ("web/pages/test_chase.py", "directives/test_issuing.py"),
    ),
    10: Requirement("the appendix and its figures", (), ("statistics", "documents")),
    11: Requirement(
        "the result is told; dissatisfaction reopens one level up",
        ("citizen_report.bpmn",),
        ("web/pages/test_joined_reports.py", "mailing/test_citizen_mails.py"),
    ),
    12: Requirement("work goes on while somebody is away", (), ("staff", "attacks/test_authority.py")),
    13: Requirement("every act is recorded and provable", (), ("records", "journal", "attacks/test_record_edits.py")),
    14: Requirement("personal data is masked and erased", (), ("cases/test_masking.py", "privacy")),
    15: Requirement("a training copy", missing="not built"),
    16: Requirement("analysts edit, test, simulate, deploy, migrate", (), ("studio", "simulation", "web/studio")),
    17: Requirement("Open311: other systems file and follow reports", (), ("web/open311", "attacks/test_open311.py")),
    18: Requirement(
        "mistakes are put right by acts",
        ("citizen_report.bpmn",),
        ("web/pages/test_corrections.py", "cases/test_report_links.py"),
    ),
    19: Requirement("units are reorganised without losing work", (), ("reorganisation", "province")),
    20: Requirement("nobody gains a right that no administrator gave", (), ("attacks/test_rights.py",)),
    21: Requirement(
        "the citizen is told at each stage; done is shown by evidence",
        ("evidence.dmn",),
        ("web/pages/test_what_citizens_are_told.py", "web/pages/test_evidence.py"),
    ),
    22: Requirement("work arrives by itself", (), ("web/pages/test_arrivals.py", "live", "push")),
    23: Requirement(
        "other channels come through defined doors",
        (),
        ("web/open311", "web/api", "attacks/test_rest.py", "webhooks"),
        missing="mail, SMS in, Zalo and call events are not built",
    ),
    24: Requirement(
        "other work of the offices runs like a report",
        ("leave_request.bpmn", "difficulty_report.bpmn", "guidance_letter.bpmn"),
        ("web/pages/test_begin.py", "web/pages/test_shipped_work.py", "web/pages/test_work_everywhere.py"),
    ),
    25: Requirement(
        "one machine for a province, many for a country",
        (),
        ("faults", "benchmark"),
        missing="replicas and failover are not built",
    ),
    26: Requirement("foresight", missing="not built"),
}


def modules_by_requirement() -> dict[int, list[str]]:
    """The modules whose text names each requirement, by number."""
    named: dict[int, list[str]] = {number: [] for number in REQUIREMENTS}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                for number in {int(digits) for digits in _NUMBER.findall(path.read_text(encoding="utf-8"))}:
                    named.get(number, []).append(path.relative_to(ROOT).as_posix())
    return named


def render_document() -> str:
    """The document as it should stand."""
    return _HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    modules = modules_by_requirement()
    for number, requirement in REQUIREMENTS.items():
        name = f"{requirement.name} ({requirement.missing})" if requirement.missing else requirement.name
        cells = (
            _links(requirement.diagrams, "workflows"),
            _links(modules[number], ""),
            _links(requirement.tests, "tests"),
        )
        yield f"| R{number} | {name} | {' | '.join(cells)} |\n"


def _links(names: tuple[str, ...] | list[str], folder: str) -> str:
    return ", ".join(f"`{Path(folder) / name}`" for name in names)


if __name__ == "__main__":
    DOCUMENT.write_text(render_document(), encoding="utf-8")
