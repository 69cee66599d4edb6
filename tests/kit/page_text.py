"""What a page says however its template is folded: for tests that look for pieces of HTML in it."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient

_TAG = re.compile(r"<[a-z][^<>]*\n[^<>]*>")
_FOLD = re.compile(r"\s*\n\s+")
_BLOCK = (
    r"</?(?:article|aside|body|caption|d[dlt]|datalist|details|div|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr"
    r"|html|legend|li|link|main|meta|nav|ol|optgroup|option|p|script|section|select|summary|t[dhr]|tbody|tfoot|thead|title|table"
    r"|ul)\b[^<>]*>"
)
_AFTER_BLOCK, _BEFORE_BLOCK = re.compile(rf"({_BLOCK})\s*\n\s*"), re.compile(rf"\s*\n\s*(?={_BLOCK})")
_LINE = re.compile(r"[ \t]*\n[ \t]+")
_AS_WRITTEN = re.compile(r"(<(?:textarea|pre)\b.*?</(?:textarea|pre)>)", re.DOTALL)


def unfold_page(html: str) -> str:
    """The page with each tag on one line, and without the line breaks and indentation that a browser does not show."""
    tagged = _TAG.sub(lambda tag: re.sub(r"\s+(?=/?>$)", "", _FOLD.sub(" ", tag.group())), html)
    parts = _AS_WRITTEN.split(tagged)
    return "".join(part if at % 2 else _unfold_text(part) for at, part in enumerate(parts))


def _unfold_text(html: str) -> str:
    return _LINE.sub(" ", _BEFORE_BLOCK.sub("", _AFTER_BLOCK.sub(r"\1", html)))


class PageAnswer(Response):
    """An answer whose `text` is the page unfolded; `data` is what was sent."""

    def get_data(self, as_text: bool = False) -> Any:
        if not as_text:
            return super().get_data()
        text = super().get_data(as_text=True)
        return unfold_page(text) if self.mimetype == "text/html" else text


class PageClient(FlaskClient):
    """Requests of the tests, answered with `PageAnswer`."""

    def __init__(self, app: Flask, response_wrapper: type[Response], **more: Any) -> None:
        super().__init__(app, PageAnswer, **more)
