"""A province with fields of reports of its own is set up, deployed and tried without a line of code."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.answers.author_scope import load_author_scope
from engine.cases import intake
from engine.errors import Invalid
from engine.process import definitions, known_fields
from engine.process.report_fields import FIELDS_PATH
from engine.province import snapshot
from engine.scenarios.files import BadScenario, read_scenario
from engine.staff.access import Officer
from engine.store.db import transaction
from tests.kit import lam_son
from tests.kit.hotline import NEW, NOW, WHO
from tests.paths import ROOT
from tests.web.cli.test_commands import Tongdai, connect

SCENARIO = """
process: citizen_report_two_level
province: lam_son
name: Tiếng ồn ở Lam Sơn
start:
  at: "2027-03-07T23:00+07:00"
  data: {field: noise, urgency: normal, place: "99001", channel: phone}
steps:
  - expect: {open: [receive], unit: {receive: 99.1022}}
  - task: receive
    data: {outcome: answered, reporter_name: Nguyễn Văn An, phone: "0912345678", address: "12 Lam Giang",
           place: "99001", field: noise, urgency: normal, content: Loa kéo., given_answer: "Đã nhắc nhở."}
  - expect: {open: [], marks: [resolved], finished: true}
"""


@pytest.fixture
def tongdai(tmp_path: Path, sqlite_template: Path) -> Tongdai:
    """The command line with an empty database, beside the folder of Lam Sơn."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "var" / "tongdai.sqlite3")
    lam_son.write_folder(tmp_path / "lam_son")
    return Tongdai(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The program's diagrams and forms with tables that name the fields and units of Lam Sơn, and without scenarios."""
    folder, ours = tmp_path / "root", shutil.ignore_patterns("tests", "*.py", "__pycache__", FIELDS_PATH.name)
    for name in ("workflows", "forms"):
        shutil.copytree(ROOT / name, folder / name, ignore=ours)
    for path in folder.glob("workflows/*.dmn"):
        text = path.read_text(encoding="utf-8").replace("75.SGDDT", "99.SXD")
        text = re.sub('"(health|education|environment)"', '"noise"', text)
        path.write_text(re.sub('"(welfare|infrastructure)"', '"water"', text), encoding="utf-8")
    return folder


def in_lam_son(tongdai: Tongdai, *arguments: object) -> str:
    """What a command prints that must succeed in Lam Sơn."""
    return tongdai.done(*arguments, TONGDAI_PROVINCE=str(tongdai.folder / "lam_son"))


def active(tongdai: Tongdai, language: str = "vi") -> dict[str, str]:
    with transaction(connect(tongdai)) as tx:
        return {one.key: one.caption("en" if language == "en" else "vi") for one in known_fields.active_fields(tx)}


def test_the_first_deployment_of_a_province_has_its_fields_in_forms_intake_answers_and_figures(
    tongdai: Tongdai, root: Path
) -> None:
    in_lam_son(tongdai, "province", "load")
    in_lam_son(tongdai, "deploy", root)
    assert active(tongdai) == {"noise": "Tiếng ồn", "water": "Nước sạch"}
    assert active(tongdai, "en") == {"noise": "Noise", "water": "Drinking water"}
    report = replace(NEW, place="99001", field="noise")
    with transaction(connect(tongdai)) as tx:
        world = snapshot.load_world(tx, 10)
        definition = definitions.find_by_key(tx, "citizen_report_two_level")
        assert intake.file_report(tx, report, definition, WHO, world).code == "LS-26-000001-W"
        with pytest.raises(Invalid) as refused:
            intake.file_report(tx, replace(report, field="health"), definition, WHO, world)
        department = load_author_scope(tx, Officer(1, frozenset({("99.SXD", "department")})), world.units)
    assert refused.value.facts["allowed"] == ("noise", "water")
    assert (department.fields, department.writable) == (("noise",), ("noise", "water"))


def test_later_deployments_of_the_programs_files_keep_the_list_that_analysts_have_changed(tongdai: Tongdai) -> None:
    assert tongdai.done("deploy", ROOT) == "Deployment 1.\n"
    changed = definitions.read_deployment_folder(ROOT)[FIELDS_PATH].decode().replace("vi: Y tế", "vi: Sức khỏe")
    kept, _other = changed.split("  - {key: other")
    with transaction(connect(tongdai)) as tx:
        files = {**definitions.load_active_files(tx), FIELDS_PATH: kept.encode()}
        definitions.deploy_files(tx, files, by=WHO, message="", now=NOW)
    assert tongdai.done("deploy", ROOT).startswith("Deployment 2 is there already")
    assert active(tongdai)["health"] == "Sức khỏe"
    assert "other" not in active(tongdai)
    with transaction(connect(tongdai)) as tx:
        # What no new report can have keeps its last caption.
        assert known_fields.known_captions(tx, "en")["other"] == "Other"
        assert known_fields.is_known(tx, "other")
        assert not known_fields.is_known(tx, "noise")


def test_scenarios_run_in_the_province_of_the_installation(tongdai: Tongdai, root: Path) -> None:
    (root / FIELDS_PATH).write_text(lam_son.FIELDS, encoding="utf-8")
    (root / "workflows" / "tests").mkdir()
    (root / "workflows" / "tests" / "noise.yaml").write_text(SCENARIO, encoding="utf-8")
    assert "1 of 1 scenarios hold" in in_lam_son(tongdai, "test", root)
    assert "lam_son" in tongdai.run("test", root).output  # Elsewhere nobody knows that province.
    with pytest.raises(BadScenario, match="lam_son"):
        read_scenario(FIELDS_PATH, SCENARIO.encode())
