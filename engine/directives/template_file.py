"""Checks that an uploaded file is a Word document that is safe to fill and forward, and fills it.

The file is judged by its content alone and rewritten (`word_package`); then it is filled with sample values by the same
environment that fills it later, and what comes out is judged again. The libraries that do it search texts in ways
that a hostile file can make very slow, so an uploaded file is handled in a process of its own (`confined`).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError

from engine.directives.fields import DIRECTIVE, SAMPLES
from engine.directives.language import TemplateEnvironment, UnfitTemplate
from engine.directives.word_package import require_searchable, rewrite_package

MAX_FILE_SIZE = 2 * 1024 * 1024


def make_usable(content: bytes, paper: str = DIRECTIVE) -> bytes:
    """The file rewritten as a usable template of a paper; raises UnfitTemplate, naming what is wrong."""
    if not content:
        raise UnfitTemplate("directive-template-empty")
    if len(content) > MAX_FILE_SIZE:
        raise UnfitTemplate("directive-template-too-large")
    template = rewrite_package(content)
    require_searchable(template)
    filled = fill_uploaded(template, SAMPLES[paper], paper)
    try:
        Document(BytesIO(filled))
    except Exception as error:  # python-docx raises whatever its parser does; none of it is our fault.
        raise UnfitTemplate("directive-template-broken") from error
    return template


def fill_uploaded(content: bytes, values: Any, paper: str = DIRECTIVE) -> bytes:
    """Fill an uploaded template, whatever was checked before: it and the letter are rewritten. Raises UnfitTemplate."""
    return rewrite_package(fill_own(rewrite_package(content), values, paper))


def fill_own(content: bytes, values: Any, paper: str = DIRECTIVE) -> bytes:
    """Fill a template of the program with the values; raises UnfitTemplate for anything that it may not do."""
    try:
        template = DocxTemplate(BytesIO(content))
        template.render(values, TemplateEnvironment(paper), autoescape=True)
        buffer = BytesIO()
        template.save(buffer)
    except UnfitTemplate:
        raise
    except TemplateError as error:
        raise UnfitTemplate("directive-template-syntax", name=str(error)[:120]) from error
    except MemoryError:
        raise
    except Exception as error:  # The same: a file that Word may show but docxtpl cannot read.
        raise UnfitTemplate("directive-template-broken") from error
    return buffer.getvalue()
