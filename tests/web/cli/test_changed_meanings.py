"""`tongdai check` on what is deployed: what means something else in deployments of an older engine is named."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from sqlalchemy import update

from engine.store import db
from engine.store.db import transaction
from engine.store.models import Deployment
from tests.kit import hotline
from tests.kit.hotline import diagram, node, user_task
from tests.web.cli.test_commands import Tongdai


def test_check_names_what_means_something_else_in_deployments_of_an_older_engine(
    tmp_path: Path, sqlite_template: Path
) -> None:
    tongdai, root = Tongdai(tmp_path), tmp_path / "root"
    (tmp_path / "var").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "var" / "tongdai.sqlite3")
    gateway = '<bpmn:exclusiveGateway id="again" default="again_done"/>'
    nodes = [node("startEvent", "begin"), user_task("work"), gateway, node("endEvent", "done")]
    odd = diagram("odd", nodes, "begin > work > again > done", "again > work [field == 0]")
    for name, content in {**hotline.FILES, PurePosixPath("workflows/odd.bpmn"): odd}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    tongdai.done("deploy", root)
    assert tongdai.done("check", "--stored") == "No deployment in use has an element that means something else now.\n"
    with transaction(db.engine_for(tongdai.url, durable=False)) as tx:
        tx.write().execute(update(Deployment).values(meaning=1))
    head, *elements = tongdai.done("check", "--stored").splitlines()
    assert head.startswith(f"Deployment 1: {len(elements)} elements mean something else now;")
    assert any(line.startswith("workflows/odd.bpmn") and "meaning-truth" in line for line in elements)
    assert head in tongdai.done("check")
    assert head not in tongdai.done("check", root)
    tongdai.done("deploy", root)
    assert "No deployment" in tongdai.done("check", "--stored")
