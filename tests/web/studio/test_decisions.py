"""Decisions in the studio: requirements, tables, expressions and functions are drawn; what is not stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import Page, expect

from engine.bpmn.feel_marks import FEEL_URI
from tests.dmn.draw import DMN_1_5, data, decision, literal, table
from tests.kit.studio_desk import Studio, choose, saved
from tests.web.studio.test_keeps import meaning

PATH = "workflows/points.dmn"
CONTEXT = (
    '<context id="c1"><contextEntry id="e1"><variable name="base" id="v1"/><literalExpression id="l1"><text>10</text>'
    "</literalExpression></contextEntry><contextEntry><literalExpression><text>base * 2</text></literalExpression>"
    "</contextEntry></context>"
)
CONDITIONAL = (
    "<conditional><if><literalExpression><text>points &gt; 5</text></literalExpression></if><then><literalExpression>"
    '<text>"high"</text></literalExpression></then><else><literalExpression><text>"low"</text></literalExpression></else>'
    "</conditional>"
)
FUNCTION = (
    '<businessKnowledgeModel id="twice" name="twice"><variable name="twice"/><encapsulatedLogic>'
    '<formalParameter name="x" typeRef="number"/><literalExpression id="twice_body"><text>x * 2</text>'
    "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
)
SERVICE = (
    '<decisionService id="served" name="Chấm điểm"><outputDecision href="#doubled"/><encapsulatedDecision '
    'href="#points"/><inputDecision href="#boxed"/><inputData href="#urgency"/></decisionService>'
)
SERVED = """Trả lời bằng: doubled
Quyết định bên trong: points
Nhận kết quả của quyết định: boxed
Nhận dữ liệu: urgency"""


def drawing(names: Iterable[str]) -> str:
    """Where elements are drawn, one beside the other."""
    shapes = (
        f'<dmndi:DMNShape id="{name}_shape" dmnElementRef="{name}"><dc:Bounds x="{160 + 200 * place}" y="120"'
        ' width="180" height="80"/></dmndi:DMNShape>'
        for place, name in enumerate(names)
    )
    return f'<dmndi:DMNDI><dmndi:DMNDiagram id="drawn">{"".join(shapes)}</dmndi:DMNDiagram></dmndi:DMNDI>'


def points_model() -> str:
    """A file of DMN 1.5 in FEEL, with every kind of part: drawn, shown as text, and unknown to the editor."""
    rows = table(["urgency"], [['"emergency"', "9"], ["-", "1"]]).replace("<rule>", '<rule id="first">', 1)
    rows = rows.replace("<inputEntry>", '<inputEntry id="cell">', 1).replace("<output/>", '<output id="out" name="n"/>')
    parts = (
        data("urgency", "string"),
        decision("points", rows, needs=()),
        decision("doubled", literal("points * 2"), needs=("points",), knows=("twice",)),
        decision("boxed", CONTEXT),
        decision("chosen", CONDITIONAL, needs=("points",)),
        FUNCTION,
        SERVICE,
        drawing(("urgency", "points", "doubled", "boxed", "twice", "served")),
    )
    spaces = (
        'xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"'
    )
    return (
        f'<definitions xmlns="{DMN_1_5}" {spaces} id="file" name="Điểm" namespace="http://example.org/points"'
        f' expressionLanguage="{FEEL_URI}"><!-- Của tỉnh -->{"".join(parts)}</definitions>'
    )


@pytest.fixture
def page(studio: Studio) -> Page:
    """The studio with such a file open."""
    studio.drafts.problems = []
    studio.drafts.write(PATH, points_model())
    return studio.open(PATH)


def turn(page: Page, name: str) -> None:
    """Open a part of the file."""
    button = page.get_by_role("navigation", name="Các phần của tệp").get_by_role("button", name=name)
    button.click()
    expect(button).to_have_attribute("aria-current", "true")


def write(page: Page, selector: str, text: str) -> None:
    """Replace what stands in a field of a drawing."""
    page.locator(selector).first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_every_part_of_a_file_opens_and_only_what_was_edited_changes(studio: Studio, page: Page) -> None:
    before = studio.drafts.files[PATH]
    parts = page.get_by_role("navigation", name="Các phần của tệp").get_by_role("button")
    expect(parts).to_have_text(
        [
            *("Sơ đồ quyết định", "pointsBảng", "doubledBiểu thức", "boxedChỉ xem", "chosenChỉ xem", "twiceHàm"),
            "Chấm điểmDịch vụ quyết định",
        ]
    )
    expect(page.locator(".djs-element[data-element-id=points]")).to_be_visible()
    for name, words in (
        ("boxed", "{\n  base: 10,\n  base * 2\n}"),
        ("chosen", 'if points > 5\nthen "high"\nelse "low"'),
        ("Chấm điểm", SERVED),
    ):
        turn(page, name)
        expect(page.get_by_text("nội dung dưới đây chỉ để xem")).to_be_visible()
        assert page.locator(".dmn-text pre").inner_text() == words
    turn(page, "doubled")
    write(page, ".dmn-literal-expression-container .textarea", "points * 3")
    turn(page, "points")
    write(page, "td[data-element-id=cell]", '"urgent"')
    turn(page, "twice")
    write(page, ".function-definition-body .editor", "x + x")
    choose(page, "workflows/routing.dmn")  # Leaving a file stores it at once, with what was typed last.
    changes = (("points * 2", "points * 3"), ("&quot;emergency&quot;", "&quot;urgent&quot;"), ("x * 2", "x + x"))
    expected = before
    for old, new in changes:
        expected = expected.replace(old, new)
    assert meaning(studio.drafts.files[PATH]) == meaning(expected)


def test_the_drawing_of_requirements_is_edited(studio: Studio, page: Page) -> None:
    page.locator(".djs-element[data-element-id=doubled] .djs-hit").first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Gấp đôi")
    page.keyboard.press("Enter")
    parts = page.get_by_role("navigation", name="Các phần của tệp")
    expect(parts.get_by_role("button", name="Gấp đôi")).to_be_visible()
    page.locator(".djs-element[data-element-id=boxed] .djs-hit").first.click()
    page.locator(".djs-context-pad .entry[data-action='append.decision']").click()
    choose(page, "workflows/routing.dmn")
    after = studio.drafts.files[PATH]
    assert 'name="Gấp đôi"' in after
    assert DMN_1_5 in after
    assert re.search(
        r'<decision id="boxed".*?<requiredDecision href="#Decision_\w+" */>.*?</decision>', after, re.DOTALL
    )
    assert meaning(re.findall(r"<context.*?</context>", after, re.DOTALL)[0]) == meaning(CONTEXT)


def test_problems_are_told_at_their_cells(studio: Studio, page: Page) -> None:
    studio.drafts.problems = [
        {"path": PATH, "element": "cell", "line": 9, "sentence": "Giá trị này không có."},
        {"path": PATH, "element": "doubled", "line": 12, "sentence": "Biểu thức sai."},
    ]
    choose(page, "workflows/mail/chase.txt")
    page.reload()
    choose(page, PATH)
    expect(page.locator(".problem-badge").first).to_have_text("1")
    told = page.locator(".studio-cell-problems")
    expect(told).to_have_text("Giá trị này không có.Biểu thức sai.")
    page.get_by_role("button", name="Sửa 2 vấn đề").click()
    cell = page.locator("td[data-element-id=cell]")
    expect(cell).to_have_attribute("title", "Giá trị này không có.")
    cell.click()
    expect(told).to_have_text("Giá trị này không có.")
    page.get_by_role("button", name="Biểu thức sai.").click()
    expect(page.locator(".dmn-literal-expression-container.has-problem")).to_be_visible()
    expect(told).to_have_text("Biểu thức sai.")


def test_a_file_without_a_drawing_gets_one_that_is_stored_with_the_first_change(studio: Studio) -> None:
    studio.drafts.problems = []
    bare = re.sub("<dmndi:DMNDI>.*</dmndi:DMNDI>", "", points_model()).replace(
        "<informationRequirement>", '<informationRequirement id="needs">', 1
    )
    studio.drafts.write(PATH, bare)
    page = studio.open(PATH)
    expect(page.locator(".djs-element[data-element-id=chosen]")).to_be_visible()
    expect(page.locator(".djs-connection[data-element-id=needs]")).to_be_visible()
    choose(page, "workflows/routing.dmn")
    assert studio.drafts.files[PATH] == bare


def test_cells_are_chosen_by_captions_and_show_them(studio: Studio) -> None:
    studio.drafts.problems = []
    studio.drafts.names = [
        {"value": "field", "label": "Lĩnh vực", "kind": "text",
         "values": [{"value": "education", "label": "Giáo dục"}, {"value": "noise", "label": "Tiếng ồn"}]},
        {"value": "department", "label": "Sở, ngành", "kind": "text",
         "values": [{"value": "75.SGDDT", "label": "Sở Giáo dục"}, {"value": "75.STNMT", "label": "Sở Tài nguyên"}]},
    ]  # fmt: skip
    page = studio.open("workflows/routing.dmn")
    cell = page.locator("[data-element-id=routing_education_field]")
    expect(cell).to_have_attribute("data-caption", "Giáo dục")
    cell.click()
    page.get_by_role("group", name="Lĩnh vực").get_by_label("Tiếng ồn").check()
    expect(cell).to_have_attribute("data-caption", "Giáo dục, Tiếng ồn")
    page.locator("[data-element-id=routing_education_department]").click()
    page.locator("[data-panel]").get_by_label("Sở, ngành").select_option(label="Sở Tài nguyên")
    saved(page)
    written = studio.drafts.files["workflows/routing.dmn"]
    assert '? in ("education", "noise")' in written.replace("&#34;", '"').replace("&quot;", '"')
    assert '"75.STNMT"' in written
