"""The studio in English: none of its own words is Vietnamese, and the editors' libraries keep their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.kit.chromium import Desk
from tests.kit.site import OFFICE
from tests.kit.studio_desk import API, WIDE, Studio, choose, empty_diagram

VIETNAMESE = re.compile(r"[À-ỹđĐ]")
DIAGRAM = "workflows/fresh.bpmn"
SCENARIO = "workflows/tests/late.yaml"
ROW = {"act": "complete", "what": "verify", "when": "2h", "values": "", "expect": "", "who": "clerk"}
TABLE = {
    "table": {
        **dict.fromkeys(("name", "process", "data", "staff"), "late"),
        "province": "three_level",
        "starts_at": "2026-12-07T08:00+07:00",
        "rows": [ROW],
    },
    **{
        name: [{"value": "verify", "label": "verify"}]
        for name in ("processes", "provinces", "tasks", "messages", "signals")
    },
}
# Every text and every name of a part that somebody can read or hear; the title of the draft is its author's.
SPOKEN = """() => {
  const all = [...document.querySelectorAll("main *, dialog *")].filter((part) => part.tagName !== "H1");
  const texts = all.flatMap(({ childNodes }) => [...childNodes].filter(({ nodeType }) => nodeType === 3))
    .map(({ data }) => data);
  const named = ["title", "aria-label", "placeholder", "label"];
  return [...texts, ...all.flatMap((part) => named.map((name) => part.getAttribute(name) ?? ""))];
}"""


@pytest.fixture
def page(studio: Studio) -> Page:
    """The page of an analyst who reads English, on a draft whose own contents have no Vietnamese letter."""
    files = {**studio.drafts.files, DIAGRAM: empty_diagram(), SCENARIO: "process: late\n"}
    studio.drafts.files = {path: VIETNAMESE.sub("x", text) for path, text in files.items()}
    studio.drafts.problems = [{"path": DIAGRAM, "element": "work", "line": 12, "sentence": "The role is missing."}]
    studio.drafts.others = [{"who": "Nam", "at": "2026-11-25T09:00:00+07:00", "paths": [DIAGRAM]}]
    return english_page(studio.desk)


def english_page(desk: Desk) -> Page:
    """A page that speaks English; what the server names is named by its key."""
    page = desk.visit(OFFICE, WIDE, language="en")
    page.route(f"**{API}/catalogue", _without_captions)
    page.route(f"**{API}/scenario/table", lambda route: route.fulfill(json=TABLE))
    return page


def _without_captions(route: Route) -> None:
    choices: dict[str, list[dict[str, str]]] = route.fetch().json()
    keys = {name: [{**one, "label": one["value"]} for one in known] for name, known in choices.items()}
    route.fulfill(json=keys)


def go_to(page: Page, path: str, element: str = "") -> None:
    """Open a file of the draft, and choose an element of it."""
    page.goto(f"{API}/edit#{path}" + (f"~{element}" if element else ""))
    expect(page.locator("#studio")).to_have_attribute("data-open", path)


def vietnamese_on(page: Page) -> list[str]:
    """What the page says with a Vietnamese letter."""
    spoken: list[str] = page.evaluate(SPOKEN)
    return sorted({text.strip() for text in spoken if VIETNAMESE.search(text)})


def select(page: Page, element: str) -> None:
    """Choose an element of the open diagram."""
    page.evaluate("place => { location.hash = place; }", f"{DIAGRAM}~{element}")
    expect(page.locator(f".djs-element.selected[data-element-id={element}]")).to_be_attached()
    expect(page.locator("[data-entry-id=id] input")).to_have_value(element)


def test_the_bar_the_drawer_and_the_problems_are_english(page: Page) -> None:
    go_to(page, DIAGRAM)
    expect(page.locator("[data-state]")).to_have_text("Every change is saved automatically.")
    expect(page.get_by_role("button", name="Solve 1 problem", exact=True)).to_be_visible()
    expect(page.locator("[data-others]")).to_contain_text("Nam is also editing this file in another draft")
    page.get_by_role("tab", name="Problems").click()
    expect(page.locator("[data-problems]")).to_contain_text("ProblemThe role is missing.fresh.bpmn · work · line 12")
    assert vietnamese_on(page) == []


def test_the_panel_asks_in_english_about_every_kind_of_element(studio: Studio, page: Page) -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics id="loop"/></bpmn:userTask>'
    studio.drafts.files[DIAGRAM] = studio.drafts.files[DIAGRAM].replace("</bpmn:userTask>", loop)
    go_to(page, DIAGRAM, "begin")
    loose = vietnamese_on(page)
    for element in ("work", "which_to_tell", "tell", "table", "call", "wait", "late", "end"):
        select(page, element)
        loose += vietnamese_on(page)
    assert loose == []
    select(page, "work")
    page.click(".djs-context-pad [data-action=replace]")
    expect(page.locator(".djs-popup")).to_contain_text("Service task")
    assert vietnamese_on(page) == []


@pytest.mark.parametrize(
    ("element", "label", "words"),
    [("tell", "Operation of the system", "Send a notice"), ("late", "When it fires", "2 working hours")],
)
def test_the_panel_asks_in_english_whatever_is_chosen(page: Page, element: str, label: str, words: str) -> None:
    go_to(page, DIAGRAM, "begin")
    select(page, element)
    choices = page.locator("[data-panel]").get_by_label(label, exact=True)
    spoken = ""
    for value in choices.locator("option").evaluate_all("all => all.map(({ value }) => value)"):
        if value:
            choices.select_option(value)
            expect(choices).to_have_value(value)
            spoken += page.locator("[data-panel]").inner_text()
            assert vietnamese_on(page) == []
    assert words in spoken


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("workflows/routing.dmn", "Condition cells: an empty one fits every case."),
        ("workflows/mail/chase.txt", "Insert into the mail"),
        (SCENARIO, "Each row is one act"),
    ],
)
def test_the_other_editors_are_english(page: Page, path: str, words: str) -> None:
    go_to(page, path)
    expect(page.locator("[data-panel]")).to_contain_text(words)
    assert vietnamese_on(page) == []


def test_forms_are_made_of_fields_with_english_names(page: Page) -> None:
    go_to(page, "forms/verify.json")
    expect(page.get_by_placeholder("Search components")).to_be_visible()
    expect(page.locator(".fjs-palette-field[data-field-type=textarea]")).to_have_text("Text of several lines")
    loose = vietnamese_on(page)
    for field in page.locator(".fjs-element[data-id^=field_]").all():
        field.click(position={"x": 5, "y": 5})
        expect(page.locator(".studio-condition")).to_contain_text("Hide this field when")
        loose += vietnamese_on(page)
    assert loose == []


def test_dialogs_and_refusals_are_english(studio: Studio, page: Page) -> None:
    go_to(page, DIAGRAM)
    for opening, closing in (("New file", "Cancel"), ("Delete file", "Cancel")):
        page.get_by_role("button", name=opening).click()
        assert vietnamese_on(page) == []
        page.get_by_role("dialog").get_by_role("button", name=closing).click()
    studio.drafts.write("forms/verify.json", studio.drafts.files["forms/verify.json"])
    uploads: Any = [
        {"name": f"verify.{ending}", "mimeType": "application/json", "buffer": b"{}"} for ending in ("json", "exe")
    ]
    page.set_input_files("[data-chooser]", uploads[:1])
    expect(page.get_by_role("dialog")).to_contain_text("The draft already has forms/verify.json.")
    assert vietnamese_on(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.set_input_files("[data-chooser]", uploads[1:])
    expect(page.locator("[data-note]")).to_contain_text("verify.exe is not taken")


def test_a_conflict_is_decided_in_english(studio: Studio, page: Page) -> None:
    path = "workflows/mail/chase.txt"
    go_to(page, path)
    studio.drafts.write(path, "theirs\n")
    page.get_by_label("Text of the mail").fill("mine")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep mine")).to_be_visible()
    # What the server says and who stored the file are not the studio's words.
    assert vietnamese_on(page) == ["Saved by Trần Thị Bình.", "Tệp vừa được lưu."]
    dialog.get_by_role("button", name="Later").click()
    expect(page.locator("[data-state]")).to_have_text("Not saved: the file has just been saved elsewhere.")
    assert vietnamese_on(page) == []


def test_what_cannot_be_drawn_is_said_in_english(studio: Studio, page: Page) -> None:
    studio.drafts.files["workflows/broken.bpmn"] = "<oops"
    go_to(page, "workflows/broken.bpmn")
    expect(page.locator("[data-note]")).to_contain_text("This file cannot be drawn")
    choose(page, "workflows/mail/chase.txt")
    assert vietnamese_on(page) == []
