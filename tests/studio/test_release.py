"""From a draft to a deployment: checked, tried, with a reason; and back to an old one; on both databases."""

from __future__ import annotations

from pathlib import PurePosixPath
from types import ModuleType

import pytest
from sqlalchemy import insert

from engine.actor import SYSTEM, Actor, ActStamp
from engine.bpmn.actions import Start
from engine.errors import Invalid, InvalidFiles
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.scenarios import deployment_check, trial
from engine.scenarios.files import SHIPPED_PROVINCES
from engine.store.db import Transaction
from engine.store.models import Person
from engine.studio import drafts, red_list, release, release_rule
from engine.studio.catalogue import collect_choices
from engine.studio.drafts import DeploymentDraft
from engine.studio.release import FailingScenarios, ReleaseNote
from tests.kit.hotline import DATA, FILES, HANDLE, NOW, WHO, WORLD

BY = ActStamp(Actor("person:1", "test"), NOW)

DIAGRAM, SCENARIO = PurePosixPath("workflows/handle.bpmn"), PurePosixPath("workflows/tests/handle.yaml")
WHY = ReleaseNote("Thời hạn dài hơn theo đề nghị của các xã.", seen=True)
NOTHING_DONE = """\
process: handle
name: Không ai làm gì
start:
  at: 2026-12-07T08:00:00+07:00
  data: {field: health, urgency: normal, place: "26068", channel: phone, outcome: ""}
steps:
  - expect: {open: [%s]}
"""


@pytest.fixture
def draft(tx: Transaction) -> DeploymentDraft:
    tx.write().execute(insert(Person), {"id": 1, "login": "an", "name": "Nguyễn An"})
    definitions.deploy_files(tx, FILES, by=SYSTEM, message="Bản đầu", now=NOW)
    release_rule.begin_without_approval(tx, BY)
    return drafts.load_own(tx, 1, drafts.create_from_deployment(tx, 1, "Thử", NOW))


def test_a_draft_is_deployed_with_who_when_and_why_and_goes_on_from_there(
    tx: Transaction, draft: DeploymentDraft
) -> None:
    drafts.save_file(tx, draft, DIAGRAM, HANDLE.replace(b"16", b"24"), 0, NOW)
    done = release.check_and_deploy(tx, draft, WHY, "vi", BY)
    assert (done.number, done.new) == (2, True)
    newest = release.list_deployments(tx)[0]
    assert (newest.number, newest.by, newest.message) == (2, "Nguyễn An", WHY.message)
    after = drafts.load_own(tx, 1, draft.id)
    assert after.number == 2
    assert {row.version for row in drafts.list_file_versions(tx, after)} == {0}


def test_open_cases_are_counted_by_deployment(tx: Transaction, draft: DeploymentDraft) -> None:
    instances.start_instance(tx, definitions.find_by_key(tx, "handle"), Command(Start(DATA), WHO, NOW), WORLD)
    drafts.save_file(tx, draft, DIAGRAM, HANDLE.replace(b"16", b"24"), 0, NOW)
    release.check_and_deploy(tx, draft, WHY, "vi", BY)
    assert [(row.number, row.cases) for row in release.list_deployments(tx)] == [(2, 0), (1, 1)]


@pytest.mark.parametrize("message", ["", "   ", "x" * 2001])
def test_a_deployment_needs_a_message(tx: Transaction, draft: DeploymentDraft, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        release.check_and_deploy(tx, draft, ReleaseNote(message), "vi", BY)
    assert (refused.value.field, refused.value.rule) == ("message", "deploy-message-length")


def test_a_draft_with_problems_is_not_deployed(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, DIAGRAM, HANDLE.replace(b'value="commune"', b'value="king"'), 0, NOW)  # No such role.
    with pytest.raises(InvalidFiles):
        release.check_and_deploy(tx, draft, WHY, "vi", BY)
    assert len(release.list_deployments(tx)) == 1


def test_failing_scenarios_need_a_reason_which_is_kept(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, SCENARIO, (NOTHING_DONE % "resolve").encode(), None, NOW)
    with pytest.raises(FailingScenarios) as caught:
        release.check_and_deploy(tx, draft, WHY, "vi", BY)
    assert caught.value.failures == [f"{SCENARIO}: Bước 1: Phải còn việc: resolve; hiện có: verify."]
    assert (caught.value.rule, caught.value.facts) == ("scenarios-failing", {"count": 1})
    with pytest.raises(FailingScenarios) as english:
        release.check_and_deploy(tx, draft, WHY, "en", BY)
    assert english.value.failures == [f"{SCENARIO}: step 1: open tasks: expected resolve, found verify."]
    release.check_and_deploy(tx, draft, ReleaseNote(WHY.message, "Kịch bản viết sai.", seen=True), "vi", BY)
    newest = release.list_deployments(tx)[0]
    assert newest.message.endswith("Kịch bản viết sai.")
    assert red_list.read_red_list(newest.red_list) == {str(SCENARIO): "Không ai làm gì"}
    again = drafts.load_own(tx, 1, draft.id)
    assert red_list.load_red_list(tx, again.base_id) == {str(SCENARIO): "Không ai làm gì"}
    drafts.save_file(tx, again, DIAGRAM, HANDLE.replace(b"16", b"24"), 0, NOW)
    assert release.read_trial(tx, again).run_scenarios("vi", SHIPPED_PROVINCES).measured.broken == []


def test_deploying_checks_the_files_and_runs_their_scenarios_once_in_the_language_asked_for(
    tx: Transaction, draft: DeploymentDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.save_file(tx, draft, SCENARIO, (NOTHING_DONE % "verify").encode(), None, NOW)
    calls: list[tuple[str, object]] = []

    def count(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def counted(*arguments: object, **named: object) -> object:
            calls.append((name, arguments[1]))
            return real(*arguments, **named)

        monkeypatch.setattr(module, name, counted)

    count(deployment_check, "problems_in")
    count(trial, "run_scenario")
    release.check_and_deploy(tx, draft, WHY, "en", BY)
    assert [name for name, _argument in calls] == ["problems_in", "run_scenario"]
    assert calls[0][1] == "en"


def test_going_back_is_deploying_the_old_content_again(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, DIAGRAM, HANDLE.replace(b"16", b"24"), 0, NOW)
    drafts.save_file(tx, draft, SCENARIO, (NOTHING_DONE % "verify").encode(), None, NOW)
    release.check_and_deploy(tx, draft, WHY, "vi", BY)
    back = drafts.load_own(tx, 1, drafts.create_from_deployment(tx, 1, "Trở lại", NOW))
    release.reset_to_deployment(tx, back, 1, NOW)
    assert drafts.load_files(tx, back) == FILES
    assert definitions.find_by_key(tx, "handle").number == 2
    assert release.check_and_deploy(tx, back, ReleaseNote("Trở lại.", seen=True), "vi", BY).number == 1
    assert definitions.find_by_key(tx, "handle").number == 1
    assert [(row.number, row.message) for row in release.list_deployments(tx)] == [(1, "Trở lại."), (2, WHY.message)]


def test_the_catalogue_offers_what_the_draft_has_and_the_check_accepts() -> None:
    files = {**FILES, PurePosixPath("workflows/broken.bpmn"): b"<oops"}
    found = {kind: [item["value"] for item in items] for kind, items in collect_choices(files).items()}
    assert found["forms"] == ["note"]
    assert found["mails"] == ["overdue", "reminder"]
    assert found["processes"] == ["handle"]
    assert {"withdraw", "recall"} <= set(found["messages"])
    assert {"commune", "unit_head"} <= set(found["roles"])
    assert {"unit", "citizen"} <= set(found["recipients"])
