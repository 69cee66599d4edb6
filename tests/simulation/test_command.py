"""The command `simulate` and its sentences: figures, reasons in two languages, JSON, the table, bad input."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from engine.config import environment
from engine.errors import BadInput, EngineError, NotFound
from engine.simulation import assumptions, compare, wording
from engine.simulation.compare import KINDS, DifferenceReason
from engine.translation.catalogue import LANGUAGES, Language, translate
from engine.translation.plain_faults import PlainFault
from tests.kit import reports
from tests.paths import ROOT
from tests.simulation import drafts
from web.cli.context import CommandContext
from web.cli.simulate import simulate


def invoke(engine: Engine | None, *wanted: str, language: Language = "en") -> Result:
    environ = {"TONGDAI_DATABASE": engine.url.render_as_string()} if engine is not None else {}
    context = CommandContext(environment.load_settings({**environ, "TONGDAI_LANGUAGE": language}))
    result = CliRunner().invoke(simulate, [*wanted, "--workers", "1"], obj=context, env={"COLUMNS": "160"})
    if isinstance(result.exception, EngineError):
        raise result.exception
    assert result.exception is None, result.output
    return result


@pytest.fixture(scope="session")
def draft(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a new step in the diagrams."""
    return str(drafts.write(drafts.with_approval(), tmp_path_factory.mktemp("draft")))


@pytest.mark.slow
def test_the_figures_and_the_reasons_are_printed(three_level: Engine, draft: str, tmp_path: Path) -> None:
    wanted = ("--draft", draft, "--cases", "40", "--json", str(tmp_path / "out.json"))
    result = invoke(three_level, *wanted, language="vi")
    assert "đi qua bước mới Duyệt kết quả sau Giải quyết" in result.output
    assert "tỷ lệ quá hạn" in result.output
    assert "approve" in result.output
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert f"{found['changed']} hồ sơ thay đổi." in result.output
    keys = {"cases", "changed", "differences", "overdue_rate", "load", "mails", "assumptions", "wall_s", "seed"}
    assert keys <= found.keys()
    assert (found["cases"], found["seed"]) == (40, 1022)


@pytest.mark.slow
def test_the_reasons_are_printed_in_english(three_level: Engine, draft: str) -> None:
    output = invoke(three_level, "--draft", draft, "--cases", "40", "--language", "en", language="vi").output
    assert "passes the new step Duyệt kết quả after Resolve the case" in output
    assert "overdue rate" in output
    assert "cases change." in output


@pytest.mark.slow
def test_json_alone_is_printed_and_nothing_else(three_level: Engine, draft: str) -> None:
    found = json.loads(invoke(three_level, "--draft", draft, "--cases", "10", "--json", "--seed", "5").output)
    assert (found["cases"], found["seed"]) == (10, 5)


@pytest.mark.slow
def test_a_deployment_is_simulated_by_its_number(three_level: Engine) -> None:
    assert "0 cases change." in invoke(three_level, "--draft", "1", "--cases", "10").output


@pytest.mark.slow
def test_the_table_is_written_edited_and_given_back(three_level: Engine, draft: str, tmp_path: Path) -> None:
    table = tmp_path / "table.yaml"
    wanted = ("--draft", draft, "--cases", "40")
    said = invoke(three_level, *wanted, "--write-assumptions", str(table)).output
    assert "steps stand in" in said
    text = table.read_text("utf-8")
    assert text.startswith("# What the simulation assumes")
    assert assumptions.to_yaml_text({}, "vi").startswith("# Mô phỏng giả định gì")
    first = json.loads(invoke(three_level, *wanted, "--json").output)
    again = json.loads(invoke(three_level, *wanted, "--assumptions", str(table), "--json").output)
    assert {row["source"] for row in again["assumptions"]} <= {"history", "role", "default"}
    assert len(again["differences"]) == len(first["differences"])
    table.write_text("steps: {approve: {hours: {median: 40, p90: 40}}}", "utf-8")
    slow = json.loads(invoke(three_level, *wanted, "--assumptions", str(table), "--json").output)
    assert slow["overdue"]["after"] > first["overdue"]["after"]


@pytest.mark.slow
def test_a_file_of_past_reports_is_replayed_and_then_simulated(
    draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    file = reports.write(
        tmp_path / "past.csv", reports.row("2026-03-02 08:00", "2026-03-20 16:00"), reports.row("never")
    )
    (tmp_path / "mapping.yaml").write_text(reports.MAPPING, "utf-8")
    output = invoke(None, "--draft", draft, "--cases", str(file), "--mapping", str(tmp_path / "mapping.yaml")).output
    assert "row 3 left out: received: “never” is no date" in output
    assert "DN-26-000001-" in output
    assert "1 cases change." in output


@pytest.mark.parametrize(
    ("wanted", "error", "reason"),
    [
        (("--draft", "99", "--cases", "5"), NotFound, "There is no deployment 99"),
        (("--draft", "nowhere", "--cases", "5"), BadInput, "nowhere/workflows is not a folder"),
        (("--draft", "99999999999999999999", "--cases", "5"), NotFound, "There is no deployment 9999"),
    ],
)
def test_what_cannot_be_simulated_is_told_in_a_sentence(
    three_level: Engine, wanted: tuple[str, ...], error: type[EngineError], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        invoke(three_level, *wanted)


@pytest.mark.parametrize(
    ("cases", "reason"),
    [
        ("0", "cases: a number from 1 to 1000000, or a file."),
        ("99999999", "cases: a number from 1 to 1000000, or a file."),
        ("past.csv", "cases: a file needs --mapping, which says what its columns mean."),
    ],
)
def test_cases_that_cannot_be_simulated_are_told_in_a_sentence(three_level: Engine, cases: str, reason: str) -> None:
    context = CommandContext(
        environment.load_settings({"TONGDAI_DATABASE": three_level.url.render_as_string(), "TONGDAI_LANGUAGE": "en"})
    )
    result = CliRunner().invoke(simulate, ["--draft", "1", "--cases", cases], obj=context)
    assert (result.exit_code, result.stderr) == (1, f"Error: {reason}\n")


# Sentences

ARGUMENTS: dict[str, Any] = {
    "name": "Xác minh",
    "message": "withdraw",
    "after_name": "Phân công",
    "more": 2,
    "before": ["731"],
    "after": ["734", "735"],
    "units": ["731"],
    "rung": "overdue",
    "mark": "chased",
    "end": "Xong",
    "at": "2026-11-25T03:00:00+00:00",
    "waiting": [],
    "times": 3,
}
AT = {"before": "2026-11-25T03:00:00+00:00", "after": None}


@pytest.mark.parametrize("code", wording.SENTENCES)
def test_every_reason_has_a_sentence_in_both_languages(code: str) -> None:
    args = ARGUMENTS | AT if code in ("deadline", "ended") else ARGUMENTS
    texts = [wording.describe_reason(DifferenceReason("", code, args), language) for language in LANGUAGES]
    assert texts[0] != texts[1]
    for text, language in zip(texts, LANGUAGES, strict=True):
        pattern = translate(wording.SENTENCES[code], language)
        assert "{" not in text
        assert {name for _, name, _, _ in string.Formatter().parse(pattern) if name} <= args.keys()


def test_every_reason_that_is_given_has_a_sentence() -> None:
    source = Path(compare.__file__).read_text("utf-8")
    for code in wording.SENTENCES:
        assert f'"{code}"' in source


def test_kinds_have_names_and_units_are_named() -> None:
    assert {wording.kind_label(name, "en") for name in KINDS} == {
        translate(label, "en") for label in wording.KIND_LABELS.values()
    }
    reason = DifferenceReason("unit", "unit", ARGUMENTS)
    names = {"731": "Biên Hòa", "734": "Long Khánh"}
    assert (
        wording.describe_reason(reason, "vi", names) == "bước Xác minh chuyển từ đơn vị Biên Hòa sang Long Khánh, 735"
    )
    deadline = DifferenceReason("deadline", "deadline", AT)
    assert wording.describe_reason(deadline, "vi") == "hạn giải quyết đổi từ 10:00 25/11/2026 thành không có"
    stopped = PlainFault("simulated-case-turns-in-circle", {})
    failed = DifferenceReason("failed", "failed", {"element": "again", "name": "Lặp", "message": stopped})
    assert wording.describe_reason(failed, "vi") == "dừng ở bước Lặp: Hồ sơ chạy vòng tròn, không đi đến đâu"
    assert wording.describe_reason(failed, "en") == "stops at Lặp: The case turns in a circle and comes to no end"
