"""Promises of the reading of foreign files: their encoding is understood, a DOCTYPE in any of them is refused."""

from __future__ import annotations

import codecs

import pytest

from engine.errors import BadInput
from engine.studio.importing.normalise import normalise_diagram
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import user

FINE = (
    '<?xml version="1.0" encoding="{}"?>\n'
    + draw.line(user("work").replace('id="work"', 'id="work" name="Thụ lý é"')).decode()
)


@pytest.mark.parametrize(
    "content",
    [
        FINE.format("UTF-16").encode("utf-16"),
        FINE.format("UTF-16").encode("utf-16-be"),
        FINE.format("UTF-16LE").encode("utf-16-le"),
        codecs.BOM_UTF8 + FINE.format("UTF-8").encode(),
        FINE.format("windows-1252").replace("ụ", "u").encode("cp1252"),
        FINE.format("ISO-8859-1").replace("ụ", "u").encode("latin-1"),
    ],
)
def test_a_file_in_another_encoding_is_read(content: bytes) -> None:
    result = normalise_diagram(content)
    assert "lý é" in result.content.decode("utf-8-sig")
    assert draw.problems(result.content) == []


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8"])
def test_a_doctype_is_refused_in_every_encoding(encoding: str) -> None:
    name = {"latin-1": "ISO-8859-1"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(BadInput) as refused:
        normalise_diagram(text.encode(encoding), language="en")
    assert "DOCTYPE" in str(refused.value)
