"""What problems are said of: files of one name, and elements by the names that people know."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.bpmn.lint import check_files
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import REPORT, VOCABULARY


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        ("forms/note.json", "forms/old/note.json", "form-name-twice"),
        ("forms/a/note.json", "forms/b/note.json", "form-name-twice"),
        ("workflows/mail/hello.txt", "workflows/old/mail/hello.txt", "mail-name-twice"),
    ],
)
def test_two_files_of_one_name_are_a_problem_of_the_second(first: str, second: str, rule: str) -> None:
    paths = [PurePosixPath(first), PurePosixPath(second)]
    files = {path: b"Hello\n\nText." if path.suffix == ".txt" else b"{}" for path in paths}
    (problem,) = check_files(files, VOCABULARY, "en")
    assert (problem.rule, problem.file) == (rule, paths[1])
    assert first in problem.message
    other = PurePosixPath(second).with_stem("other")
    assert check_files({paths[0]: files[paths[0]], other: files[paths[1]]}, VOCABULARY) == []


def test_a_form_and_a_mail_may_share_a_name() -> None:
    files = {PurePosixPath("forms/note.json"): b"{}", PurePosixPath("workflows/mail/note.txt"): b"Hello\n\nText."}
    assert check_files(files, VOCABULARY) == []


NAMED = draw.line(draw.user("work", role="mayor")).replace(b'id="work"', b'id="work" name="K\xc3\xbd duy\xe1\xbb\x87t"')


def test_a_problem_names_the_step_by_its_caption_and_puts_the_id_last() -> None:
    (problem,) = check_files({REPORT: NAMED}, VOCABULARY)
    assert (problem.caption, problem.element) == ("Ký duyệt", "work")
    assert str(problem).startswith(f"{REPORT}:{problem.line}: “Ký duyệt”: ")
    assert str(problem).endswith("[role-unknown, work]")
    assert "work" not in problem.message
