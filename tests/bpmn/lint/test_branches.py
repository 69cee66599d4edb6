"""What the check says of parallel branches that write one name: a note, never a problem."""

from __future__ import annotations

from engine.bpmn.lint.check import advise_files
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import DAY, boundary, end, flows, gateway, report, script, start, user

FORMS = draw.VOCABULARY


def notes(content: bytes) -> list[tuple[str, str]]:
    """Each note: the element it stands at, and its English sentence."""
    assert draw.problems(content) == []
    return [(note.element, note.message) for note in advise_files({draw.REPORT: content}, FORMS, "en")]


def forked(*steps: str, kind: str = "parallel") -> bytes:
    """Two branches `left` and `right` that join, then the step `last`."""
    nodes = (start(), gateway(kind, "fork"), gateway(kind, "join"), *steps, script("level = 9", "last"), end())
    way = "begin -> fork; fork -> left -> join; fork -> right -> join; join -> last -> done"
    return report(*nodes, flows(way))


def test_two_branches_that_write_one_name_are_named_with_it() -> None:
    ((place, sentence),) = notes(forked(script("level = 1", "left"), script("level = 2", "right")))
    assert place == "fork"
    assert "'level'" in sentence
    assert "left" in sentence
    assert "right" in sentence


def test_branches_that_write_different_names_and_what_comes_after_the_join_are_not_named() -> None:
    assert notes(forked(script("level = 1", "left"), script("other = 2", "right"))) == []


def test_a_path_beside_a_task_that_writes_what_the_main_path_writes_is_named() -> None:
    nodes = (start(), user(), boundary("late", "work", DAY, interrupting=False), script("level = 1", "main"))
    aside = (script("level = 2", "aside"), end(), end("over"))
    content = report(*nodes, *aside, flows("begin -> work -> main -> done; late -> aside -> over"))
    assert [place for place, _ in notes(content)] == ["late"]
