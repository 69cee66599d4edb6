"""What a scenario's table offers: the tasks that can be open in a case of its process."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.studio import scenario_desk
from tests.kit.studio_desk import shipped
from tests.paths import ROOT

PATH = PurePosixPath("workflows/tests/citizen_report_answered_at_once.yaml")


def test_a_task_says_in_cases_of_which_processes_it_can_be_open() -> None:
    files = {PurePosixPath(name): text.encode() for name, text in shipped().items()}
    opened = scenario_desk.open_as_table(files, PATH, (ROOT / PATH).read_text(encoding="utf-8"))
    processes = {task["value"]: task["processes"] for task in opened.tasks}
    assert processes["receive"] == ["citizen_report", "citizen_report_two_level"]
    assert processes["decide_leave"] == ["leave_request"]
    assert {"citizen_report", "citizen_report_two_level", "resolution"} <= set(processes["resolve"])
    assert "leave_request" not in processes["resolve"]
