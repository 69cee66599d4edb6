"""One term for one thing: no page, form, diagram, mail or guide uses a word that was given up, in either language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir

from engine.translation import maintain
from tests.paths import ROOT
from tests.translation.test_catalogue import pairs

GUIDE = ROOT / "web" / "help"
# What was said before -> what is said now. Tasks are "xử lý", cases and reports "giải quyết", an end is "kết thúc".
TERMS = {
    r"(?<!hay )\bgặp được": "liên lạc được",
    r"[Nn]gày (liên hệ|giải quyết xong)|Ngày trả lời$": "thời điểm",
    r"[Hh]ộp việc": "Việc cần xử lý",
    r"\b[Ll]àm thay": "xử lý thay",
    r"\b[Nn]hờ làm\b": "ủy quyền xử lý",
    r"[Nn]gười vắng(?! mặt)": "người vắng mặt",
    r"\bXưởng\b": "Thiết kế quy trình",
    r"[Cc]ùng việc này: nối|[Nn]ối vào": "cùng vụ việc: gộp vào hồ sơ này",
    r"^Thôi\b": "Hủy, quay lại; ngừng",
    r"[Tt]rễ hạn|[Xx]ong trễ": "quá hạn",
    r"\b[Đđ]ã xong\b": "đã kết thúc, đã hoàn thành",
    r"([Hh]ạn|[Đđ]ơn vị|[Ss]ở, ngành|[Cc]huyển|[Tt]hẩm quyền|[Kk]ết quả) xử lý": "giải quyết",
    r"([Hh]ồ sơ|[Pp]hản ánh) (đang |được |đã )+xử lý|xử lý (hồ sơ|phản ánh)": "giải quyết",
    r"(người|phản ánh|dữ liệu ở đây là) giả định": "minh họa, không có thật",
    r"[Dd]ữ liệu (trình diễn|nạp lại|giả)": "dữ liệu minh họa",
    r"Có chỗ cần sửa": "Thông tin chưa hợp lệ",
    r"[Bb]ộ đếm giờ": "nhắc hạn tự động; hẹn giờ (người quản trị)",
    r"[Tt]hư đã xếp": "Thư chờ gửi",
    r"[Ss]ố gieo": "số khởi tạo",
    r"[Cc]hờ giữa": "thời gian chờ trung vị",
    r"9 trên 10 việc": "90 % việc hoàn thành trong",
    r"[Mm]ã lỗi\b": "",
    r"Đã thực hiện với": "đã nhận, đã giao đồng nghiệp …",
    r"^Chuyển( việc “.*)?$": "giao đồng nghiệp",
    r"^(Thư|Thư từ)$": "Thư điện tử, công văn",
}
ENGLISH_TERMS = {
    r"[Tt]ickets?\b": "case",
    r"\b[Ss]olved\b": "resolved",
    r"[Nn]ine in ten\b(?! stay)": "90 % of tasks",
    r"[Ss]omething needs to be mended": "some answers are not valid",
    r"Error code": "",
}
# Sentences that may use the word, and why.
EXCEPTIONS = {
    "Thư": "the page of a caught mail: one mail, not a channel",
}
# What the program calls its parts; for administrators' commands (web/cli) and measurements alone.
INTERNAL = re.compile(r"\b(worker|replay(s|ed|ing)?|tongdai [a-z]+|sqlite)\b|--[a-z]+", re.IGNORECASE)
FOR_ADMINISTRATORS = ("cli/", "benchmark/", "entry.py")


def form_texts(value: Any) -> Iterator[str]:
    """What a form says in Vietnamese."""
    match value:
        case dict():
            for key, one in value.items():
                if isinstance(one, str) and key.split("_")[-1] != "en" and key not in ("id", "key", "value", "type"):
                    yield one
                else:
                    yield from form_texts(one)
        case list():
            for one in value:
                yield from form_texts(one)


def vietnamese_texts() -> Iterator[tuple[str, str]]:
    """Every place and what it says in Vietnamese: catalogue, forms, diagrams, mails, guides."""
    yield from (("catalogue", key) for key, _translations in pairs())
    for path in sorted((ROOT / "forms").glob("*.json")):
        yield from ((path.name, text) for text in form_texts(json.loads(path.read_text("utf-8"))))
    for path in sorted((ROOT / "workflows").glob("*.bpmn")):
        names = re.findall(r'\bname="([^"]*)"|>([^<>]+)<', path.read_text("utf-8"))
        yield from ((path.name, one or other) for one, other in names)
    for path in [
        *(ROOT / "workflows" / "mail").glob("*.txt"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        *GUIDE.glob("vi/*.md"),
    ]:
        yield from ((path.name, line) for line in path.read_text("utf-8").splitlines())


def english_texts() -> Iterator[tuple[str, str]]:
    """Every place and what it says in English: catalogue, forms, diagrams, the guide."""
    yield from ((path.name, line) for path in GUIDE.glob("en/*.md") for line in path.read_text("utf-8").splitlines())
    yield from (("catalogue", text) for _key, translations in pairs() for text in translations)
    for path in sorted((ROOT / "forms").glob("*.json")):
        yield from ((path.name, text) for text in re.findall(r'_en": "([^"]*)"', path.read_text("utf-8")))
    for path in sorted((ROOT / "workflows").glob("*.bpmn")):
        yield from ((path.name, text) for text in re.findall(r'_en" value="([^"]*)"', path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("terms", "texts"), [(TERMS, vietnamese_texts), (ENGLISH_TERMS, english_texts)], ids=["vietnamese", "english"]
)
def test_nothing_says_a_word_that_was_given_up(terms: dict[str, str], texts: Any) -> None:
    patterns = [(re.compile(old), new) for old, new in terms.items()]
    assert [
        f"{place}: {text!r}: say {new!r}"
        for place, text in texts()
        for old, new in patterns
        if old.search(text) and text not in EXCEPTIONS
    ] == []


def test_every_exception_is_still_said() -> None:
    spoken = {text for _place, text in [*vietnamese_texts(), *english_texts()]}
    assert EXCEPTIONS.keys() - spoken == set()


@pytest.mark.parametrize("folder", ["web", "forms", maintain.SCRIPTS])
def test_pages_never_name_parts_of_the_program(folder: str) -> None:
    options = {"templates/**.html": {"trimmed": "true"}}
    root = maintain.CHECKOUT / folder
    extracted = extract_from_dir(root, maintain.SOURCES[folder], options, maintain.KEYWORDS)
    english = dict(pairs())
    assert [
        (path, text)
        for path, _line, sentence, *_more in extracted
        if "node_modules" not in path and not path.startswith(FOR_ADMINISTRATORS)
        for text in _both_languages(sentence, english)
        if INTERNAL.search(text)
    ] == []


def _both_languages(sentence: Any, english: Mapping[str, Any]) -> tuple[str, ...]:
    key = sentence if isinstance(sentence, str) else sentence[0]
    return (key, *english.get(key, ()))


def test_the_guides_never_name_parts_of_the_program() -> None:
    lines = [
        line for path in GUIDE.rglob("*.md") for line in re.sub(r"\{#.*?\}", "", path.read_text("utf-8")).splitlines()
    ]
    assert [line for line in lines if INTERNAL.search(line)] == []
