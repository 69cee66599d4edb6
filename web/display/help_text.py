"""One topic of the guide: Markdown with names from the pages, made into HTML and into words that search finds.

Beside Markdown (CommonMark with tables, no HTML) a topic knows three things. `[[Nhận việc]]` is what a page calls
something: always written in Vietnamese, shown in the reader's language, so that it says what the button says
(`help_words`). A heading ends with its anchor, `{#claim}`, the same in both languages. `![caption](task.png)` is a
picture that a script takes from the demonstration, and nothing where none has been taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

_ANCHOR = re.compile(r"\s*\{#([a-z0-9-]+)\}\s*$")
_OPEN, _CLOSE = "[[", "]]"

# What a page calls something, in the reader's language; raises KeyError for what no page says.
Caption = Callable[[str], str]
# The address of a picture, or "" where none has been taken.
PictureAddress = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class HelpSection:
    """A part of a topic under a heading of its own: its anchor, its heading, and all its text for search."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class HelpText:
    """A topic in one language: its title, what stands before the first section, its sections, and the page itself."""

    title: str
    lead: str
    sections: tuple[HelpSection, ...]
    html: Markup
    names: tuple[str, ...]
    links: tuple[str, ...]
    pictures: tuple[str, ...]


def render_help(source: str, caption: Caption, picture: PictureAddress) -> HelpText:
    """Make a topic from its Markdown; raises KeyError when it names what no page says."""
    parser = _parser()
    tokens = parser.parse(source)
    title, body = _split_title(tokens)
    names: list[str] = []
    for token in _walk(body):
        if token.type == "page_name":
            names.append(token.meta["name"])
            token.content = caption(token.meta["name"])
    _set_anchors(body)
    lead, sections = _read_sections(body)
    links = tuple(str(token.attrGet("href")) for token in _walk(body) if token.type == "link_open")
    pictures = tuple(str(token.attrGet("src")) for token in _walk(body) if token.type == "image")
    html = Markup(parser.renderer.render(_with_pictures(body, picture), parser.options, {}))  # noqa: S704
    return HelpText(title, lead, sections, html, tuple(names), links, pictures)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.inline.ruler.before("link", "page_name", _read_page_name)
    parser.add_render_rule("page_name", _render_page_name)
    parser.add_render_rule("image", _render_picture)
    return parser


def _read_page_name(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library calls it.
    """A rule of the parser: `[[…]]`; whether it stood here."""
    end = state.src.find(_CLOSE, state.pos)
    if not state.src.startswith(_OPEN, state.pos) or end < 0:
        return False
    if not silent:
        token = state.push("page_name", "b", 0)
        token.meta = {"name": state.src[state.pos + len(_OPEN) : end]}
    state.pos = end + len(_CLOSE)
    return True


def _render_page_name(_renderer: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    return f'<b class="page-name">{escape(tokens[place].content)}</b>'


def _render_picture(_renderer: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    token = tokens[place]
    return (
        f'<figure><img src="{escape(str(token.attrGet("src")))}" alt="" loading="lazy">'
        f"<figcaption>{escape(token.content)}</figcaption></figure>"
    )


def _split_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """The first heading, which every topic begins with, and the rest."""
    if not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        raise ValueError(tokens[0].content if tokens else "")
    return tokens[1].content, tokens[3:]


def _walk(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *(token.children or ()))]


def _set_anchors(tokens: Sequence[Token]) -> None:
    """Take the anchors out of the headings' texts and make them the headings' ids."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.children:
            last = inline.children[-1]
            anchor = _ANCHOR.search(last.content)
            if anchor:
                last.content = _ANCHOR.sub("", last.content)
                opening.attrSet("id", anchor.group(1))


def _read_sections(tokens: Sequence[Token]) -> tuple[str, tuple[HelpSection, ...]]:
    """What stands before the first section, and the sections."""
    parts: list[tuple[str, str, list[str]]] = [("", "", [])]
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            parts.append((str(token.attrGet("id") or ""), _plain_text(tokens[index + 1]), []))
        elif token.type == "inline" and tokens[index - 1].type != "heading_open":
            parts[-1][2].append(_plain_text(token))
    texts = [HelpSection(anchor, title, " ".join(words)) for anchor, title, words in parts]
    return texts[0].text, tuple(texts[1:])


def _plain_text(token: Token) -> str:
    children = token.children or ()
    return "".join(" " if child.type in ("softbreak", "image") else child.content for child in children).strip()


def _with_pictures(tokens: list[Token], address: PictureAddress) -> list[Token]:
    """The tokens with the addresses of the pictures; a figure stands in no paragraph, a missing one nowhere."""
    pictures = {place: token.children[0] for place, token in enumerate(tokens) if _is_picture(token) and token.children}
    for shown in pictures.values():
        shown.attrSet("src", address(str(shown.attrGet("src"))))
    around = {place + step for place in pictures for step in (-1, 1)}
    missing = {place for place, shown in pictures.items() if not shown.attrGet("src")}
    return [token for place, token in enumerate(tokens) if place not in around | missing]


def _is_picture(token: Token) -> bool:
    return bool(token.type == "inline" and token.children and token.children[0].type == "image")
