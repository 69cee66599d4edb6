"""What a scenario names and gives is known, or told with the step and with what was probably meant."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.process import definitions
from engine.scenarios.deployment_check import problems_in
from tests.paths import ROOT

SHIPPED = definitions.read_deployment_folder(ROOT)
TESTS = PurePosixPath("workflows/tests")
REROUTED, REFUSED = TESTS / "citizen_report_rerouted.yaml", TESTS / "leave_refused_form.yaml"
RETURNED, BY_OFFICE = TESTS / "resolution_returned_with_reason.yaml", TESTS / "directive_department_answers.yaml"

SLIPS: list[tuple[PurePosixPath, str, str, str, str]] = [
    (REROUTED, "process: citizen_report", "process: citizen_reprot", "", '"citizen_report"'),
    (REROUTED, "- task: assign", "- task: asign", " 2: ", '"assign" (Phân công)'),
    (REROUTED, "- task: assign", "- task: Phân công", " 2: ", '"assign" (Phân công)'),
    (REROUTED, "- message: reroute", "- message: rerout", " 5: ", '"reroute"'),
    (REROUTED, "open: [resolve]", "open: [resolv]", " 4: ", '"resolve" (Giải quyết)'),
    (REROUTED, '{resolve: "26068"}', '{resolve: "26O68"}', " 4: ", "26O68"),
    (REROUTED, "outcome: handed_over", "outcome: handed_ovr", " 1: ", '"handed_over"'),
    (REROUTED, "contact_by: phone", "contact_by: phoen", " 3: ", '"phone" (Gọi điện thoại)'),
    (REROUTED, "findings:", "finding:", " 3: ", '"findings"'),
    (REROUTED, "field: welfare}\n", "field: welfair}\n", " 5: ", '"welfare" (An sinh xã hội)'),
    (REROUTED, "level: department}}", "level: departmen}}", ": ", '"department"'),
    (RETURNED, 'place: "26068", channel', 'plcae: "26068", channel', "", '"place"'),
    (RETURNED, "clock: working", "clock: workin", "", '"working"'),
    (BY_OFFICE, "directive_reminder: 0", "directive_remindr: 0", "", '"directive_reminder"'),
    (REFUSED, "by: commune 26068", "by: comune 26068", " 1: ", '"commune"'),
    (REFUSED, "by: commune 26068", "by: commune 2068", " 1: ", '"26068"'),
    (REFUSED, "refused: [leave_reason,", "refused: [leave_reasn,", " 2: ", '"leave_reason"'),
]


@pytest.fixture(scope="module")
def told() -> dict[PurePosixPath, list[str]]:
    """What is said of a deployment with each slip in a scenario of its own, by file."""
    slipped: dict[PurePosixPath, bytes] = {}
    for number, (path, before, after, _step, _meant) in enumerate(SLIPS):
        text = SHIPPED[path].decode()
        assert before in text
        slipped[TESTS / f"slip_{number}.yaml"] = text.replace(before, after, 1).encode()
    sentences: dict[PurePosixPath, list[str]] = {path: [] for path in slipped}
    for problem in problems_in({**SHIPPED, **slipped}):
        sentences[PurePosixPath(problem.file)].append(problem.message)
    return sentences


@pytest.mark.parametrize("number", range(len(SLIPS)), ids=[slip[2] for slip in SLIPS])
def test_a_slip_in_a_scenario_is_told_with_its_step_and_what_was_meant(
    told: dict[PurePosixPath, list[str]], number: int
) -> None:
    *_slip, step, meant = SLIPS[number]
    assert [sentence for sentence in told[TESTS / f"slip_{number}.yaml"] if step in sentence and meant in sentence]


def test_what_a_form_refuses_on_purpose_is_no_slip() -> None:
    assert problems_in(SHIPPED) == []
