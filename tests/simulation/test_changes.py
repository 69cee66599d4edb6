"""A changed draft changes the cases it has to and no others, with the reason for each."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.errors import BadInput, InvalidFiles, NotFound
from engine.simulation import simulation, spread
from engine.simulation.simulation import SimulationRequest
from engine.store.db import transaction
from engine.store.models import History, Instance, Report, Task
from tests.kit.site import Site, deployment
from tests.simulation import drafts
from tests.simulation.drafts import CHASE_CAP, DEADLINES, codes, reasons, simulated
from tests.web.pages.test_task import received

pytestmark = pytest.mark.slow
SOME = 50 if "REPLAY_ALL" in os.environ else 30  # Cases, where the promise is about any number of them.


def passed(engine: Engine, *elements: str) -> dict[str, Any]:
    """The reports of the cases that passed one of these elements, by code."""
    with transaction(engine) as tx:
        rows = tx.read.execute(
            select(Report, History.detail)
            .join(Instance, Instance.report_id == Report.id)
            .join(History, History.instance_id == Instance.id)
            .with_only_columns(Report.code, Report.field, Report.urgency, History.detail)
        ).all()
    return {row.code: row for row in rows if set(elements) & set(json.loads(row.detail).get("path", ()))}


def test_a_harmless_element_changes_the_path_and_nothing_else(three_level: Engine) -> None:
    """Every case parts from its history in its first step: running free comes to what happened, too."""
    result = simulated(three_level, drafts.noted())
    assert result["changed"] == result["cases"] > 110
    assert {change["kinds"] for change in result["differences"]} == {("path",)}
    for change in result["differences"]:
        said = reasons(change)
        assert list(said) == ["new_step"]
        assert (said["new_step"]["name"], said["new_step"]["after"]) == ("Ghi chú", "prepare")
    assert not any(row["used"] for row in result["assumptions"])


def test_another_deadline_moves_the_deadline_of_its_cases_alone(three_level: Engine) -> None:
    expected = {
        row.code
        for row in passed(three_level, "set_deadline").values()
        if row.field not in ("health", "welfare") and row.urgency != "emergency"
    }
    result = simulated(three_level, drafts.hours("other", "40", "16"))
    assert len(expected) > 20
    # A deadline that a chase has set anew on the same day is what it was.
    assert codes(result, "deadline") <= expected
    assert {change["code"] for change in result["differences"]} <= expected
    assert len(codes(result, "deadline")) > 0.9 * len(expected)
    assert result["overdue_rate"]["after"] > result["overdue_rate"]["before"]
    late = [change for change in result["differences"] if "overdue" in reasons(change)]
    assert len(late) == result["overdue"]["after"] - result["overdue"]["before"] > 0
    for change in late:
        assert (change["before"]["overdue"], change["after"]["overdue"]) == (False, True)
        assert change["after"]["rungs"]["overdue"] > change["before"]["rungs"].get("overdue", 0)
        assert reasons(change)["deadline"]["after"] == change["after"]["deadline"]
    # Who is late now may have been given more time in a chase.
    assert sum(change["after"]["deadline"] < change["before"]["deadline"] for change in late) > len(late) / 2


def test_a_longer_deadline_takes_cases_out_of_the_ladder(three_level: Engine) -> None:
    result = simulated(three_level, drafts.hours("health", "8", "80"))
    assert result["overdue"]["after"] < result["overdue"]["before"]
    assert result["mails"]["overdue"]["after"]["mails"] < result["mails"]["overdue"]["before"]["mails"]
    assert any("in_time" in reasons(change) for change in result["differences"])
    assert {"passes_not", "deadline"} <= {code for change in result["differences"] for code in reasons(change)}


def test_another_routing_sends_its_field_elsewhere_and_no_other(three_level: Engine) -> None:
    expected = {row.code for row in passed(three_level, "choose_level").values() if row.field == "education"}
    result = simulated(three_level, drafts.routed())
    assert {change["code"] for change in result["differences"]} == expected
    assert len(expected) > 3
    for change in result["differences"]:
        assert {"path", "unit"} <= set(change["kinds"])
        assert "75.SGDDT" in change["before"]["units"]["handle"]
        assert change["after"]["units"]["assign"]
    load = result["load"]["75.SGDDT"]
    week = result["week"]["75.SGDDT"]
    assert [sum(row[2] for row in week), sum(row[3] for row in week)] == [sum(load["before"]), sum(load["after"])]
    assert sum(load["before"]) > sum(load["after"])
    used = {row["node"]: row["used"] for row in result["assumptions"] if row["used"]}
    assert {"assign", "verify", "resolve", "check"} <= set(used)


def test_a_new_step_is_passed_by_the_cases_that_come_there_by_stated_assumptions(three_level: Engine) -> None:
    with transaction(three_level) as tx:
        resolved = (
            select(Report.code)
            .join(Instance, Instance.report_id == Report.id)
            .join(Task, Task.instance_id == Instance.id)
        )
        done = resolved.where(Task.node == "resolve", Task.state == "done")
        expected = set(tx.read.execute(done).scalars())
    result = simulated(three_level, drafts.with_approval())
    assert {change["code"] for change in result["differences"]} == expected
    for change in result["differences"]:
        assert reasons(change)["new_step"]["name"] == "Duyệt kết quả"
        assert reasons(change)["new_step"]["after"] == "resolve"
        assert change["after"]["units"]["approve"] == change["after"]["units"]["assign"]
    row = next(row for row in result["assumptions"] if row["node"] == "approve")
    assert (row["source"], row["role"], row["seen"] > 20) == ("role", "tier2_focal", True)
    assert [answer["values"]["check_decision"] for answer in row["answers"]] == ["accept", "return"]
    assert row["used"] >= sum("assumed" in reasons(change) for change in result["differences"]) > 20


def test_the_same_seed_gives_the_same_and_another_one_something_else(three_level: Engine) -> None:
    draft = drafts.with_approval()
    first = simulated(three_level, draft, SOME)
    assert simulated(three_level, draft, SOME) == first
    other = simulated(three_level, draft, SOME, seed=7)
    assert (other["seed"], other["cases"]) == (7, first["cases"])
    assert other["differences"] != first["differences"]


def test_any_number_of_processes_gives_the_same(three_level: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = simulated(three_level, drafts.routed(), SOME, workers=1)
    monkeypatch.setattr(spread, "SHARE", 10)
    monkeypatch.setattr(spread, "WORTHWHILE", 1)
    done: list[tuple[int, int]] = []
    order = SimulationRequest(drafts.routed(), SOME, workers=2)
    together = simulation.result_document(
        simulation.simulate_draft(three_level, order, CHASE_CAP, lambda *count: done.append(count))
    )
    del together["wall_s"]
    assert together == alone
    assert done[-1] == (alone["cases"], alone["cases"])
    assert [count for count, _ in done] == sorted({count for count, _ in done})


def test_the_newest_cases_are_taken(three_level: Engine) -> None:
    few = simulated(three_level, drafts.noted(), 5)
    with transaction(three_level) as tx:
        newest = select(Instance.id).where(Instance.report_id.is_not(None)).order_by(Instance.id.desc()).limit(5)
        assert [change["id"] for change in few["differences"]] == sorted(tx.read.execute(newest).scalars())


def test_a_deployment_is_a_draft_by_its_number(site: Site) -> None:
    with transaction(site.engine) as tx:
        assert simulation.deployment_as_draft(tx, 1) == deployment()
        with pytest.raises(NotFound, match="There is no deployment 9"):
            simulation.deployment_as_draft(tx, 9)


def test_a_database_without_cases_is_refused(site: Site) -> None:
    with pytest.raises(BadInput, match="holds no cases"):
        simulated(site.engine, deployment())


def test_a_draft_with_problems_is_refused_before_anything_runs(site: Site) -> None:
    received(site)
    broken = drafts.changed(DEADLINES, ('hitPolicy="FIRST"', 'hitPolicy="MAYBE"'))
    with pytest.raises(InvalidFiles, match="deadlines"):
        simulated(site.engine, broken)


def test_a_draft_without_the_process_of_a_case_fails_that_case(two_level: Engine) -> None:
    """The draft is that of the other kind of province, under its own key."""
    other = {path: content for path, content in deployment().items() if "citizen_report_two_level" not in path.name}
    other = {path: content for path, content in other.items() if not path.name.startswith("two_level")}
    result = simulated(two_level, other, 3)
    assert [change["kinds"] for change in result["differences"]] == [("failed",)] * 3
    assert "no process 'citizen_report_two_level'" in reasons(result["differences"][0])["failed"]["message"]
