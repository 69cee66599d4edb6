"""Answers that a browser saves under a name and never executes."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from flask import Response

from engine.cases.file_names import plain_name


def file_response(content: bytes, media_type: str, name: str) -> Response:
    """A file to save as `name`, in any script."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def picture_response(content: bytes) -> Response:
    """A small picture that the program has drawn itself, to be shown on a page."""
    response = Response(content, mimetype="image/jpeg")
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def disposition(name: str) -> str:
    """The header that names a download: its values are Latin-1, so a Vietnamese name is also given as in RFC 8187.

    RFC 6266, 4.3: programs that read `filename*` prefer it; the others get the name without diacritics.
    """
    composed = unicodedata.normalize("NFC", re.sub(r"[\x00-\x1f\x7f]", "_", name))
    fallback = plain_name(composed)
    header = f'attachment; filename="{fallback}"'
    return header if fallback == composed else f"{header}; filename*=UTF-8''{quote(composed, safe='')}"


def send_as_file(response: Response, name: str) -> None:
    """Have whoever opens an answer get a file of this name, unless the answer says more."""
    response.headers.setdefault("Content-Disposition", disposition(name))
