"""The table of roles: a new role is a new entry there and steps in diagrams; a wrong entry is named in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.translation.catalogue import LANGUAGES
from engine.translation.wording import say
from engine.world import roles
from tests.paths import ROOT

TABLE = (ROOT / "engine" / "data" / roles.FILE_NAME).read_text(encoding="utf-8")
INSPECTOR = """
inspector:
  vi: Thanh tra
  en: Inspector
  unit: police
  sees: [tasks]
  handles: yes
  notices: yes
  acts: [search_cases]
"""


@pytest.mark.parametrize(
    ("table", "rule", "names"),
    [
        ("operator: [", "role-table-unreadable", ()),
        ("", "role-table-incomplete", ("unit_head",)),
        (TABLE.replace("  en: Police\n", ""), "role-table-without-caption", ("police", "en")),
        (TABLE.replace("  vi: Công an\n", "  vi: ' '\n"), "role-table-without-caption", ("police", "vi")),
        (TABLE.replace("  unit: police\n", "  unit: court\n"), "role-table-unknown-value", ("police", "unit", "court")),
        (TABLE.replace("  sees: [tasks]\n", "  sees: tasks\n"), "role-table-unknown-value", ("police", "sees")),
        (TABLE.replace("  handles: yes\n", "  handles: maybe\n"), "role-table-unknown-value", ("handles", "maybe")),
        (TABLE.replace("  lent: no\n", "  lend: no\n"), "role-table-unknown-entry", ("leadership", "lend")),
        (TABLE.replace("[provincial_office]", "[court]"), "role-table-unknown-role", ("tier2_focal", "court")),
    ],
)
def test_a_wrong_table_is_refused_with_the_role_and_the_entry(table: str, rule: str, names: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        roles.read_roles(table)
    assert refused.value.rule == rule
    for language in LANGUAGES:
        sentence = say(refused.value, language)
        assert all(name in sentence for name in names)
        assert "{" not in sentence


@pytest.fixture(scope="module")
def other_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program whose table has one role more, and whose diagram gives it the step of the police."""
    copy = tmp_path_factory.mktemp("program")
    ignored = shutil.ignore_patterns("node_modules", "static", "frontend")  # What is compiled is copied as well.
    for folder in ("engine", "forms", "web", "workflows", "alembic"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    for scenario in (copy / "workflows" / "tests").glob("*.yaml"):
        if not scenario.name.startswith("false_report"):
            scenario.unlink()
    _edit(copy / "engine" / "data" / roles.FILE_NAME, "\nunit_head:\n", f"{INSPECTOR}\nunit_head:\n")
    diagram = copy / "workflows" / "false_report.bpmn"
    _edit(diagram, 'name="role" value="police"', 'name="role" value="inspector"')
    _edit(
        diagram,
        '<bpmn:lane id="lane_police" name="Công an huyện, thành phố">',
        '<bpmn:lane id="lane_inspector" name="Thanh tra">',
    )
    _edit(diagram, 'bpmnElement="lane_police"', 'bpmnElement="lane_inspector"')
    return copy


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(program: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy of the program."""
    environment = {**os.environ, "PYTHONPATH": str(program), "TONGDAI_LANGUAGE": "en", "TONGDAI_VAR": str(program)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=program, env=environment, capture_output=True, text=True, check=False)


COMMAND = "from web.entry import main; main()"


@pytest.mark.slow
def test_a_new_role_is_an_entry_of_the_table_and_a_step_of_a_diagram(other_program: Path) -> None:
    done = run(other_program, COMMAND, "test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_role_is_given_sees_its_cases_and_may_do_what_its_entry_says(other_program: Path) -> None:
    code = """
from engine.staff import access, duty_roster, people
from engine.statistics import scope
from engine.world.roles import ROLES, STAFF_ROLES, role_term
from engine.world.unit_tree import OrgUnit, UnitTree
units = UnitTree((OrgUnit("75", "Đồng Nai", "province"), OrgUnit("CA", "Công an", "police", "75")), frozenset())
someone = access.Officer(1, frozenset({("CA", "inspector")}))
print(units.serving_unit("inspector", "75").code, "inspector" in STAFF_ROLES, role_term("inspector").english)
print(access.has_permission(someone, "search_cases"), access.has_permission(someone, "take_calls"))
print(access.may_see_case(someone, units, "75", [("CA", "inspector")]), access.may_see_case(someone, units, "75", []))
print("inspector" in duty_roster.DUTY_ROLES, "inspector" in scope.OWN_UNIT_ROLES)
"""
    done = run(other_program, code)
    assert done.stdout.split() == ["CA", "True", "Inspector", "True", "False", "True", "False", "True", "False"], (
        done.stderr
    )


@pytest.mark.slow
def test_a_program_with_a_wrong_table_says_so_and_does_nothing(other_program: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    shutil.copytree(other_program, program)
    _edit(program / "engine" / "data" / roles.FILE_NAME, "acts: [design]", "acts: [design, reign]")
    done = run(program, COMMAND, "migrate")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "Error: In the table of roles (engine/data/roles.yaml) the role analyst has an unknown act reign"
    )
    assert done.stderr.count("\n") == 1
    assert not list(program.glob("*.sqlite3"))
