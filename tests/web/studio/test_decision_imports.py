"""Files of decisions at the import page: what is wrong is said in a sentence, and nothing is taken unasked."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.dmn.draw import data, decision, literal, model, table
from tests.kit.site import Site
from tests.web.studio.test_studio import Studio

NEEDS_ITSELF = model(decision("phi", literal("muc"), needs=["muc"]), decision("muc", literal("phi"), needs=["phi"]))
NO_POLICY = model(data("x"), decision("phi", table(["x"], [("1", "1")], policy="SOMETHING"), needs=["x"]))
NO_FEEL = model(data("x"), decision("phi", table(["x"], [("1 +", "1")]), needs=["x"]))
TWICE = model(decision("phi", literal("1")), decision("phi", literal("2")))


@pytest.fixture
def studio(site: Site) -> Studio:
    return Studio(site)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (NEEDS_ITSELF, "phi cần đến chính nó."),
        (NO_POLICY, "Không có chính sách"),
        (NO_FEEL, "Biểu thức kết thúc quá sớm."),
        (TWICE, "hãy đặt id khác"),
    ],
    ids=["circle", "policy", "feel", "twice"],
)
def test_what_is_wrong_in_a_file_of_decisions_is_said_before_it_is_taken(
    studio: Studio, content: bytes, sentence: str
) -> None:
    before = studio.ask("GET", "/files").json
    page = studio.browser.post(f"{studio.home}/import", {"file": (BytesIO(content), "phi.dmn"), "names": ""})
    assert (page.status_code, sentence in page.text) == (200, True)
    assert studio.ask("GET", "/files").json == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (NO_FEEL[:200], "không phải XML hợp lệ"),
        (NO_FEEL.replace(b"omg.org", b"example.org"), "Phần tử gốc là"),
        (b"<?xml version='1.0' encoding='UTF-8'?>" + NO_FEEL.replace(b"1 +", b"\xe9"), "không ở dạng UTF-8"),
        (b"<!DOCTYPE d [<!ENTITY a 'b'>]>" + NO_FEEL.replace(b"1 +", b"&a;"), "DOCTYPE"),
    ],
    ids=["xml", "namespace", "encoding", "entity"],
)
def test_a_file_of_decisions_that_cannot_be_read_is_refused(studio: Studio, content: bytes, sentence: str) -> None:
    page = studio.browser.post(f"{studio.home}/import", {"file": (BytesIO(content), "phi.dmn"), "names": ""})
    assert (page.status_code, sentence in page.text) == (422, True)
