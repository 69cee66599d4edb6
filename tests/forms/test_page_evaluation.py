"""The page's script decides as the server does: which fields are hidden, what the rules refuse, how answers are read.

Hundreds of generated forms with generated answers are decided by both; the script runs in the node of Playwright.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from forms.conditions import EVIDENCE_KINDS
from forms.schema import Form, FormFacts, InvalidAnswers, compile_form, parse_form
from tests.forms.test_rules import FACTS
from tests.kit.forms_kit import YES_NO, Component, field, form
from tests.paths import ROOT

CASES = 800
SCRIPT = """
const answers = require(process.argv[1]);
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
const decide = ({ parts, raw, facts }) => {
  const read = (part) => answers.readAnswer(part.kind, raw[part.key]);
  const settled = answers.settle(parts, read);
  const known = { ...facts, ...settled.answers };
  const shown = parts.filter((part) => !settled.hidden.has(part));
  return {
    hidden: [...settled.hidden].map((part) => part.key).sort(),
    refused: shown.filter((part) => answers.refusals(part, known).length).map((part) => part.key),
    unread: parts.filter((part) => read(part) === undefined).map((part) => part.key),
    read: Object.fromEntries(parts.map((part) => [part.key, read(part)])),
  };
};
process.stdout.write(JSON.stringify(cases.map(decide)));
"""
TEXTS = ["", " ", "Nai", "  Đồng\u0020Nai ", "Đồng Nai", "1", "true", "\u200bNai"]
NUMBERS = [
    *("", "0", "5", "5,0", "1.500", "1500", "1.500,5", "1500,5", "1,5", "1.5", "1,500", "1 500", "-1.500", "0,125"),
    *("năm", "1.00,5", "1,500.5", "999999999999999", "1.500.000", "+5", "-0"),
    *("1000.000", "1000,000", "1.000000", "1.000,50", "1.00", "12.34.567", "1,000,5", " 1 000 ", "1500,125", "0.500"),
]
DAYS = ["", "2026-11-28", "28/11/2026", "2026-11-30", "1/12/2026", "2026-02-31", "x", "2026-11-29"]
DAYS += ["28/11/26", "30/11/26", "1/12/39", "1/12/40", "1/12/19", "1/12/126", "28-11-26", "31/02/26"]
MOMENTS = ["", "2026-11-28T14:04", "2026-11-28T14:05", "2026-11-30T14:05", "2026-11-30T14:06", "24/11/2026 8:30", "x"]
MOMENTS += ["28/11/26 14:04", "30/11/99 14:04"]
TIMES = ["", "08:30", "8:30", "23:59", "24:00", "08:30:00"]
KINDS: Mapping[str, tuple[Component, list[Any]]] = {
    "text": (field("text"), TEXTS),
    "n": (field("n", "number"), NUMBERS),
    "m": (field("m", "number"), NUMBERS),
    "box": (field("box", "checkbox"), [True, False]),
    "pick": (field("pick", "radio", values=YES_NO), ["", "yes", "no"]),
    "many": (field("many", "checklist", values=YES_NO), [[], ["yes"], ["no"], ["yes", "no"]]),
    "day": (field("day", "datetime", subtype="date"), DAYS),
    "at": (field("at", "datetime", subtype="datetime"), MOMENTS),
    "until": (field("until", "datetime", subtype="datetime"), MOMENTS),
    "clock": (field("clock", "datetime", subtype="time"), TIMES),
}
COMPARED = {
    "text": ['text = "Đồng Nai"', 'text != "Nai"', "text = null", 'text in ("1", "true")'],
    "n": ["n = 1500", "n != 5", "n > m", "n >= 1500.5", "n < 0", "n = null", "n = m", "n in (5, 1.5)"],
    "m": ["m <= 1500", "m != null", "m = -1500"],
    "box": ["box", "box = false", "box != true"],
    "pick": ['pick = "yes"', 'pick != "yes"', "pick = null", 'pick in ("yes", "no")'],
    "many": ['list contains(many, "yes")', "many = null", "many != null"],
    "day": ['day > "2026-11-28"', "day = null", 'day = "2026-11-30"', "day <= at"],
    "at": ["at < until", 'at >= "2026-11-28T14:05"', 'at = "2026-11-28"', "at != until", "at < day"],
    "until": ["until = null", 'until > "2026-11-29"'],
    "clock": ['clock < "12:00"', 'clock = "08:30"'],
}
FACT_TESTS = ["at > now", "at < received", "day > now", "day < received", "until = opened", "now > received"]


def drawn_condition(draw: random.Random, keys: list[str], depth: int = 0) -> str:
    """A condition over some of the fields."""
    if depth < 2 and draw.random() < 0.4:
        left, right = (drawn_condition(draw, keys, depth + 1) for _ in range(2))
        return draw.choice(["({} and {})", "({} or {})", "not({} or {})", "({} and not({}))"]).format(left, right)
    return draw.choice(COMPARED[draw.choice(keys)])


def drawn_form(draw: random.Random) -> Form:
    """All kinds of fields, some of them hidden by those above, the last with a rule."""
    components: list[Component] = []
    for component, _ in KINDS.values():
        above = [item["key"] for item in components]
        texts = [text for name in above for text in COMPARED[name] if named_fields(text) <= set(above)]
        hide = {"conditional": {"hide": f"={draw.choice(texts)}"}} if texts and draw.random() < 0.5 else {}
        if hide and draw.random() < 0.3:
            hide = {"conditional": {"hide": f"={draw.choice(texts)} or not({draw.choice(texts)})"}}
        components.append({**component, **hide})
    rule = draw.choice([drawn_condition(draw, list(KINDS)), draw.choice(FACT_TESTS), draw.choice(FACT_TESTS)])
    components[-1]["properties"] = {"refuse": f"={rule}", "refuse_vi": "Không được."}
    return form(*components)


def named_fields(text: str) -> set[str]:
    words = text.replace("(", " ").replace(",", " ").split()
    return {word for word in words if word in KINDS}


def decided_by_server(compiled: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    hidden = compiled.hidden_keys(raw)
    sent = {key: value for key, value in raw.items() if key not in hidden}
    try:
        compiled.load(sent, facts=FACTS)
        problems: dict[str, list[str]] = {}
    except InvalidAnswers as invalid:
        problems = {key: [problem.rule for problem in found] for key, found in invalid.errors.items()}
    refused = [key for key, rules in problems.items() if rules == ["form-answer-rule"]]
    return {"hidden": sorted(hidden), "refused": refused}


def decided_by_page(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    node = compute_driver_executable()[0]
    script = str(ROOT / "web" / "static" / "answers.js")
    run = subprocess.run(
        [node, "-e", SCRIPT, script], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    decided: list[dict[str, Any]] = json.loads(run.stdout)
    return decided


def page_case(compiled: Form, raw: Mapping[str, Any], facts: FormFacts) -> dict[str, Any]:
    parts = [
        {
            "key": item.key,
            "kind": item.kind,
            "hide": item.condition.tree if item.condition else None,
            "rules": [[rule.refuses.tree, rule.sentence] for rule in item.rules],
        }
        for item in compiled.fields
    ]
    return {"parts": parts, "raw": raw, "facts": facts.values()}


def test_page_and_server_decide_alike_about_generated_forms() -> None:
    draw = random.Random(20261130)
    forms = [drawn_form(draw) for _ in range(40)]
    drawn = [
        (draw.choice(forms), {key: draw.choice(values) for key, (_, values) in KINDS.items()}) for _ in range(CASES)
    ]
    server = [decided_by_server(compiled, raw) for compiled, raw in drawn]
    page = decided_by_page([page_case(compiled, raw, FACTS) for compiled, raw in drawn])
    for (compiled, raw), here, there in zip(drawn, server, page, strict=True):
        conditions = [(item.key, item.condition and item.condition.tree, item.rules) for item in compiled.fields]
        assert here == {"hidden": there["hidden"], "refused": there["refused"]}, (conditions, raw)
    assert sum(bool(one["hidden"]) for one in server) > CASES / 4
    assert sum(bool(one["refused"]) for one in server) > CASES / 10


def test_page_and_server_read_every_answer_alike() -> None:
    drawn = [(form(component), key, value) for key, (component, values) in KINDS.items() for value in values]
    page = decided_by_page([page_case(compiled, {key: value}, FACTS) for compiled, key, value in drawn])
    for (compiled, key, value), there in zip(drawn, page, strict=True):
        try:
            here = compiled.load({key: value}).case.get(key)
        except InvalidAnswers:
            assert there["unread"] == [key], (key, value)
        else:
            assert there["read"].get(key) == here, (key, value)


@pytest.mark.parametrize("name", ["resolve", "resolve_tier2", "handle"])
def test_page_and_server_ask_for_the_same_evidence(name: str) -> None:
    compiled = compile_form(parse_form((ROOT / "forms" / f"{name}.json").read_bytes()))
    drawn = [
        (FormFacts(evidence=evidence), photos, visited)
        for evidence in ("", *EVIDENCE_KINDS)
        for photos in (None, [1])
        for visited in ("", "2026-11-30T10:00")
    ]
    page = decided_by_page(
        [page_case(compiled, {"photos": photos, "visited_at": visited}, facts) for facts, photos, visited in drawn]
    )
    for (facts, photos, visited), there in zip(drawn, page, strict=True):
        given = {"photo": bool(photos), "visit": bool(visited), "photo_or_visit": bool(photos or visited)}
        assert bool(there["refused"]) is not given.get(facts.evidence, True), (facts, photos, visited)
        with pytest.raises(InvalidAnswers) as invalid:  # The texts are missing too.
            compiled.load({"photos": photos, "visited_at": visited}, facts=facts)
        asked = [key for key, about in invalid.value.errors.items() if about[0].rule == "form-answer-rule"]
        assert asked == there["refused"], (facts, photos, visited)
