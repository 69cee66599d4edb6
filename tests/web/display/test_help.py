"""The guide: complete in both languages, in the words of the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.translation.catalogue import LANGUAGES, Language
from engine.world.roles import STAFF_ROLES
from web.display import help_topics, help_words
from web.display.help_text import HelpText, render_help
from web.display.help_topics import GUIDE, list_topics, load_topic

KEYS = [topic.key for topic in list_topics()]


def texts(key: str) -> dict[Language, HelpText]:
    """A topic in every language."""
    found = {language: load_topic(key, language) for language in LANGUAGES}
    return {language: text for language, text in found.items() if text is not None}


def said(text: str) -> str:
    """A name as the page says it."""
    return text


def nowhere(_name: str) -> str:
    """No picture has been taken."""
    return ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_a_topic(language: Language) -> None:
    assert sorted(path.stem for path in (GUIDE / language).iterdir()) == sorted(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_say_the_same(key: str) -> None:
    vietnamese, english = texts(key).values()
    assert [one.anchor for one in vietnamese.sections] == [one.anchor for one in english.sections]
    assert set(vietnamese.names) == set(english.names)
    assert (vietnamese.links, vietnamese.pictures) == (english.links, english.pictures)


@pytest.mark.parametrize("key", KEYS)
def test_sections_have_anchors_and_links_lead_somewhere(key: str) -> None:
    for language, text in texts(key).items():
        anchors = [section.anchor for section in text.sections]
        assert all(anchors)
        assert len(set(anchors)) == len(anchors)
        for link in text.links:
            topic, _hash, anchor = link.partition("#")
            target = load_topic(topic or key, language)
            assert target is not None, link
            assert not anchor or anchor in [section.anchor for section in target.sections], link


def test_names_follow_the_pages_and_html_is_text() -> None:
    text = render_help("# Tên\n\nBấm [[Nhận việc]] <b>ngay</b>.\n\n## Mục {#muc}\n\nVà [[Lưu]].", str.upper, nowhere)
    assert text.html.startswith('<p>Bấm <b class="page-name">NHẬN VIỆC</b> &lt;b&gt;ngay&lt;/b&gt;.</p>')
    assert '<h2 id="muc">Mục</h2>' in text.html
    assert text.names == ("Nhận việc", "Lưu")
    assert [(one.anchor, one.title, one.text) for one in text.sections] == [("muc", "Mục", "Và LƯU.")]


def test_a_name_that_no_page_says_is_refused() -> None:
    with pytest.raises(KeyError):
        help_words.caption_in("vi", "Nút không có")


def test_a_picture_stands_where_one_was_taken_and_nothing_elsewhere() -> None:
    source = "# Tên\n\nTrước.\n\n![Một việc](task.png)\n\nSau."
    assert render_help(source, said, nowhere).html == "<p>Trước.</p>\n<p>Sau.</p>\n"
    assert '<img src="/p/task.png"' in render_help(source, said, lambda name: f"/p/{name}").html


def test_pictures_are_looked_for_in_the_reader_s_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_topics, "PICTURES", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "task.png").touch()
    assert help_topics.picture_address("en", "task.png") == "/static/help/en/task.png"
    assert help_topics.picture_address("vi", "task.png") == ""


@pytest.mark.parametrize("role", [*STAFF_ROLES, "citizen"])
def test_every_role_has_topics(role: str) -> None:
    assert len(help_topics.topics_for({role})) >= 2


@pytest.mark.parametrize(
    ("language", "question", "section"),
    [
        ("vi", "trả lại kết quả", "check#return"),
        ("vi", "TRA LAI KET QUA", "check#return"),
        ("en", "how do I return a result?", "check#return"),
        ("vi", "mat khoa", "callers#new-key"),
        ("vi", "người dân gọi, bị trùng phản ánh", "intake#duplicates"),
        ("en", "picture", "result#record"),
    ],
)
def test_a_question_finds_its_section(language: Language, question: str, section: str) -> None:
    hits = help_topics.search_help(question, language, STAFF_ROLES)
    assert section in [f"{hit.topic}#{hit.section.anchor}" for hit in hits][:3]
