"""Names of files are kept as people wrote them, but for what a system keeps for itself or cannot write."""

from __future__ import annotations

import unicodedata

import pytest

from engine.cases.file_names import plain_name, safe_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (unicodedata.normalize("NFD", "ảnh ổ gà.jpg"), "ảnh ổ gà.jpg"),
        *[
            ("CON.jpg", "_CON.jpg"),
            ("nul", "_nul.jpg"),
            ("LPT1.txt.jpg", "_LPT1.txt.jpg"),
            ("con gà.jpg", "con gà.jpg"),
        ],
        *[("..\\..\\x.jpg", "x.jpg"), ("ảnh\u202egpj.exe", "ảnhgpj.jpg"), ("a:b?.jpg", "a_b_.jpg"), ("", "tep.jpg")],
    ],
)
def test_a_name_can_be_saved_on_every_system(sent: str, kept: str) -> None:
    assert safe_name(sent, ".jpg") == kept
    assert plain_name(kept).isascii()
