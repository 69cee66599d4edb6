"""Cases of our own in the kit's form, always; and the whole kit where it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.dmn.draw import data, decision, literal, model, table
from tests.tck.cases import archive_path, read_archive, read_folder
from tests.tck.judge import TckVerdict, judge_file
from tests.tck.report import write_results

MODEL = model(
    """<itemDefinition name="order"><itemComponent name="số lượng"><typeRef>number</typeRef></itemComponent>
    </itemDefinition>""",
    data("order", "order"),
    decision("total", literal("order.số lượng * 2.5"), needs=["order"], type_ref="number"),
    decision("kind", table(["total"], [("< 10", '"small"'), (">= 10", '"large"')]), needs=["total"]),
    decision("days", literal('[@"2026-11-30", @"2026-11-30" + duration("P1D")]')),
    decision("wrong", literal("1 / 0")),
    decision("foreign", literal('function(x) external {java: {class: "java.lang.Math", method signature: "cos(x)"}}')),
    """<decisionService id="service" name="service"><outputDecision href="#kind"/><outputDecision href="#total"/>
    <inputData href="#order"/></decisionService>""",
)


def value(text: str, kind: str) -> str:
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


def expecting(name: str, content: str, attributes: str = "") -> str:
    return f'<resultNode name="{name}" {attributes}><expected>{content}</expected></resultNode>'


def ordered(count: int) -> str:
    return f'<inputNode name="order"><component name="số lượng">{value(str(count), "decimal")}</component></inputNode>'


DAYS = [f"<item>{value(day, 'date')}</item>" for day in ("2026-11-30", "2026-12-01")]
CASES = f"""<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>own.dmn</modelName>
<testCase id="right">{ordered(3)}{expecting("total", value("7.5000000001", "decimal"))}
{expecting("kind", value("small", "string"))}</testCase>
<testCase id="list">{expecting("days", f"<list>{''.join(DAYS)}</list>")}</testCase>
<testCase id="error">{expecting("wrong", '<value xsi:nil="true"/>', 'errorResult="true"')}</testCase>
<testCase id="service" invocableName="service" type="decisionService">{ordered(4)}
{expecting("kind", value("large", "string"))}</testCase>
<testCase id="foreign">{expecting("foreign", value("1", "decimal"))}</testCase>
<testCase id="false">{expecting("days", value("1", "decimal"))}</testCase>
</testCases>"""


def own_verdicts() -> list[TckVerdict]:
    files = {"own.dmn": MODEL, "own-test-01.xml": CASES.encode()}
    return [verdict for file in read_folder("own", files) for verdict in judge_file(file)]


def test_a_case_is_judged() -> None:
    outcomes = {verdict.case.id: verdict.outcome for verdict in own_verdicts()}
    right = dict.fromkeys(("right", "list", "error", "service"), "SUCCESS")
    assert outcomes == {**right, "foreign": "IGNORED", "false": "ERROR"}


def test_results_are_written_in_the_form_of_the_kit(tmp_path: Path) -> None:
    write_results(own_verdicts(), tmp_path / "results.csv")
    lines = (tmp_path / "results.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == '"own","own-test-01","right","SUCCESS",""'
    assert '"Functions of other programs are not called: function."' not in lines[4]
    assert lines[4].startswith('"own","own-test-01","foreign","IGNORED","foreign: 1 expected, null answered.')


@pytest.mark.slow
@pytest.mark.skipif(
    not archive_path().exists(),
    reason="the whole DMN kit is others' and not in the project; its archive is not beside it",
)
def test_the_whole_kit_is_answered() -> None:
    verdicts = [verdict for file in read_archive(archive_path()) for verdict in judge_file(file)]
    wrong = [
        f"{verdict.case.folder} {verdict.case.id}: {verdict.remark}"
        for verdict in verdicts
        if verdict.outcome == "ERROR"
    ]
    assert wrong == []
    refused = Counter(verdict.case.folder for verdict in verdicts if verdict.outcome == "IGNORED")
    assert dict(refused) == {"compliance-level-3/0076-feel-external-java": 14}
    assert len(verdicts) == 3391
