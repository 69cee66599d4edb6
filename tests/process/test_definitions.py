"""Promises of deployments: one content is one deployment, numbered and never changed, and the newest is followed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from threading import Event

import pytest
from sqlalchemy import Engine, func, select, update

from engine.actor import SYSTEM
from engine.bpmn.actions import Complete, Start
from engine.errors import BadInput, NotFound
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.process.definitions import DeployResult
from engine.store.db import Transaction, transaction
from engine.store.models import Activation, Deployment, DeploymentFile, ProcessDefinition
from tests.kit.hotline import DATA, FILES, NOW, WHO, WORLD, diagram, node, user_task
from tests.paths import ROOT

DIAGRAM = PurePosixPath("workflows/handle.bpmn")
MAIL = PurePosixPath("workflows/mail/reminder.txt")
OTHER = {**FILES, MAIL: b"Subject\n\nAnother text."}
SHORT = diagram(
    "handle", [node("startEvent", "begin"), user_task("only"), node("endEvent", "done")], "begin > only > done"
)
ALONE = {**FILES, PurePosixPath("workflows/other.bpmn"): SHORT.replace(b'"handle"', b'"other"')}


def deploy(tx: Transaction, files: dict[PurePosixPath, bytes] = FILES) -> DeployResult:
    return definitions.deploy_files(tx, files, by=SYSTEM, message="vì sao", now=NOW)


def count(tx: Transaction, table: type) -> int:
    return int(tx.read.execute(select(func.count()).select_from(table)).scalar_one())


# Storing


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_this_process_has_compiled_is_deployed_as_it_is(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    content = definitions.compile_files(ALONE)
    monkeypatch.setitem(definitions._contents, definitions.digest_of(ALONE), content)
    monkeypatch.setattr(definitions, "compile_files", lambda files: pytest.fail("compiled again"))
    assert deploy(tx, ALONE).new
    assert definitions.load_active_deployment(tx) is content


def test_a_deployment_keeps_its_files_and_who_made_it_when_and_why(tx: Transaction) -> None:
    done = deploy(tx)
    assert (done.number, done.new) == (1, True)
    row = tx.read.execute(select(Deployment)).one()
    assert (row.number, row.created_by, row.created_at, row.message) == (1, "system", NOW, "vì sao")
    assert definitions.load_stored_files(tx, row.digest) == FILES


def test_the_same_content_is_the_same_deployment(tx: Transaction) -> None:
    first = deploy(tx)
    again = deploy(tx, dict(reversed(FILES.items())))
    assert (again.id, again.number, again.new) == (first.id, 1, False)
    assert count(tx, Deployment) == 1
    assert count(tx, DeploymentFile) == len(FILES)
    assert count(tx, ProcessDefinition) == 1


def test_a_changed_a_renamed_and_a_missing_file_each_make_another_content() -> None:
    renamed = {path.with_name(f"new_{path.name}") if path == MAIL else path: data for path, data in FILES.items()}
    missing = {path: data for path, data in FILES.items() if path != MAIL}
    assert len({definitions.digest_of(files) for files in (FILES, OTHER, renamed, missing)}) == 4


def test_bytes_do_not_move_between_files_unseen() -> None:
    a, b = PurePosixPath("a.txt"), PurePosixPath("b.txt")
    assert definitions.digest_of({a: b"12", b: b"3"}) != definitions.digest_of({a: b"1", b: b"23"})


def test_deployments_are_numbered_in_the_order_they_came(tx: Transaction) -> None:
    assert [deploy(tx, files).number for files in (FILES, OTHER, ALONE)] == [1, 2, 3]


def test_an_older_content_that_comes_again_keeps_its_number_and_new_cases_follow_it_again(tx: Transaction) -> None:
    deploy(tx)
    deploy(tx, OTHER)
    assert definitions.find_by_key(tx, "handle").number == 2
    assert deploy(tx).number == 1
    assert definitions.find_by_key(tx, "handle").number == 1
    assert definitions.load_active_deployment(tx) is definitions.load_deployment(
        tx, definitions.find_by_key(tx, "handle").digest
    )
    assert count(tx, Activation) == 3


def test_the_same_content_twice_is_one_act(tx: Transaction) -> None:
    deploy(tx)
    deploy(tx)
    assert count(tx, Activation) == 1


def test_files_without_a_process_are_refused_and_nothing_is_stored(tx: Transaction) -> None:
    for files in ({}, {path: data for path, data in FILES.items() if path.suffix != ".bpmn"}):
        with pytest.raises(BadInput, match="no process"):
            deploy(tx, files)
    assert count(tx, Deployment) == 0


# Finding


def test_the_newest_deployment_that_has_a_process_is_followed(tx: Transaction) -> None:
    deploy(tx, ALONE)
    deploy(tx)
    assert definitions.find_by_key(tx, "handle").number == 2
    assert definitions.find_by_key(tx, "other").number == 1


def test_a_definition_is_found_by_the_number_of_its_deployment(tx: Transaction) -> None:
    deploy(tx)
    deploy(tx, OTHER)
    first, second = (definitions.find_by_key(tx, "handle", number) for number in (1, 2))
    assert (first.number, second.number) == (1, 2)
    assert first.digest == definitions.digest_of(FILES)
    assert second.digest == definitions.digest_of(OTHER)


@pytest.mark.parametrize(("key", "number"), [("unknown", None), ("handle", 7), ("unknown", 1)])
def test_what_is_not_deployed_is_not_found(tx: Transaction, key: str, number: int | None) -> None:
    deploy(tx)
    with pytest.raises(NotFound, match=f"'{key}' in {f'deployment {number}' if number else 'any deployment'}"):
        definitions.find_by_key(tx, key, number)


def test_an_unknown_content_is_not_found(tx: Transaction) -> None:
    with pytest.raises(NotFound, match="ffffffffffff"):
        definitions.load_deployment(tx, "f" * 64)


# Meaning


def test_what_a_deployment_means_is_read_from_the_stored_files(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(tx)
    monkeypatch.setattr(definitions, "_contents", {})
    found = definitions.load_deployment(tx, definitions.digest_of(FILES))
    assert set(found.processes) == {"handle"}
    assert set(found.forms) == {"note"}
    assert set(found.mails) == {"reminder", "overdue"}
    assert found.mails["reminder"].startswith("Nhắc việc")
    assert definitions.load_deployment(tx, definitions.digest_of(FILES)) is found
    with pytest.raises(NotFound, match="'unknown'"):
        found.get_process("unknown")


def test_a_case_goes_on_with_the_diagram_it_began_with(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(engine_db) as tx:
        deploy(tx)
        old, step = instances.start_instance(
            tx, definitions.find_by_key(tx, "handle"), Command(Start(DATA), WHO, NOW), WORLD
        )
    monkeypatch.setattr(definitions, "_contents", {})
    with transaction(engine_db) as tx:
        deploy(tx, {**FILES, DIAGRAM: SHORT})
        _, begun = instances.start_instance(
            tx, definitions.find_by_key(tx, "handle"), Command(Start(DATA), WHO, NOW), WORLD
        )
    assert [task.node for task in begun.opened_tasks] == ["only"]
    with transaction(engine_db) as tx:
        done = Command(Complete(step.opened_tasks[0].task_id, {"outcome": "correct"}), WHO, NOW)
        assert [task.node for task in instances.take_step(tx, old, done, WORLD).opened_tasks] == ["resolve"]


# Reading a folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def test_a_folder_gives_the_files_below_workflows_and_forms(root: Path) -> None:
    for name in ("README.md", "workflows/notes.md", "forms/schema.py", "other.bpmn"):
        (root / name).write_text("x", "utf-8")
    assert definitions.read_deployment_folder(root) == FILES


@pytest.mark.parametrize("missing", ["workflows", "forms"])
def test_a_folder_without_workflows_or_forms_is_refused(tmp_path: Path, missing: str) -> None:
    (tmp_path / ({"workflows", "forms"} - {missing}).pop()).mkdir()
    with pytest.raises(BadInput, match=f"{tmp_path / missing} is not a folder"):
        definitions.read_deployment_folder(tmp_path)


def test_what_cannot_be_read_is_named(root: Path) -> None:
    (root / "forms" / "folder.json").mkdir()
    with pytest.raises(BadInput, match=r"folder\.json cannot be read: Is a directory"):
        definitions.read_deployment_folder(root)
    (root / "forms" / "folder.json").rmdir()
    (root / "workflows" / "gone.bpmn").symlink_to(root / "nowhere")
    with pytest.raises(BadInput, match=r"gone\.bpmn cannot be read: No such file"):
        definitions.read_deployment_folder(root)


def test_too_many_files_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "MAX_FILES", len(FILES))
    assert len(definitions.read_deployment_folder(root)) == len(FILES)
    (root / "forms" / "more.json").write_text("{}", "utf-8")
    with pytest.raises(BadInput, match=f"holds {len(FILES) + 1} files; a deployment takes at most {len(FILES)}"):
        definitions.read_deployment_folder(root)


def test_files_that_are_too_large_together_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(map(len, FILES.values()))
    monkeypatch.setattr(definitions, "MAX_BYTES", size)
    assert definitions.read_deployment_folder(root) == FILES
    monkeypatch.setattr(definitions, "MAX_BYTES", size - 1)
    with pytest.raises(BadInput, match="larger than"):
        definitions.read_deployment_folder(root)


@pytest.mark.parametrize("name", [b"forms/\xff.json", b"forms/" + b"x" * 195 + b".json"])
def test_a_name_that_cannot_be_stored_is_refused(root: Path, name: bytes) -> None:
    Path(str(root) + "/" + name.decode("utf-8", "surrogateescape")).write_text("{}", "utf-8")
    with pytest.raises(BadInput, match="name"):
        definitions.read_deployment_folder(root)


def test_the_shipped_files_can_be_deployed_and_started(tx: Transaction) -> None:
    deploy(tx, definitions.read_deployment_folder(ROOT))
    found = definitions.find_by_key(tx, "citizen_report")
    _, step = instances.start_instance(tx, found, Command(Start({**DATA, "due": None}), WHO, NOW), WORLD)
    assert [task.node for task in step.opened_tasks] == ["receive"]


# At the same moment


@pytest.mark.parametrize("others", [OTHER, FILES], ids=["other content", "same content"])
def test_two_deployments_at_the_same_moment_are_one_after_the_other(
    engine_db: Engine, others: dict[PurePosixPath, bytes]
) -> None:
    """The second begins while the first has written and not yet committed; it waits, then sees what is there."""
    begun = Event()

    def second() -> DeployResult:
        begun.set()
        with transaction(engine_db) as tx:
            return deploy(tx, others)

    with ThreadPoolExecutor(1) as pool:
        with transaction(engine_db) as tx:
            first = deploy(tx)
            later = pool.submit(second)
            begun.wait()
            assert not later.done()
        expected = (2, True) if others is OTHER else (1, False)
        assert (first.number, (later.result().number, later.result().new)) == (1, expected)


def test_a_deployment_under_an_older_meaning_is_outdated_while_somebody_uses_it(tx: Transaction) -> None:
    deploy(tx)
    assert definitions.list_outdated(tx) == []
    tx.write().execute(update(Deployment).values(meaning=1))
    digest = definitions.digest_of(FILES)
    assert definitions.list_outdated(tx) == [(1, digest, 1)]
    other = deploy(tx, OTHER)
    assert (other.number, definitions.list_outdated(tx)) == (2, [])
    begun = Command(Start(dict(DATA)), WHO, NOW)
    instances.start_instance(tx, definitions.find_by_key(tx, "handle", 1), begun, WORLD)
    assert definitions.list_outdated(tx) == [(1, digest, 1)]
    again = deploy(tx)
    assert (again.number, again.new, definitions.list_outdated(tx)) == (1, False, [])
