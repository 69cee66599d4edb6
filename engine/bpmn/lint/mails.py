"""Rules on mail templates: Jinja in a sandbox, a subject in the first line. For this package only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.finding import Finding

MAX_LENGTH = 20_000
_SILENT = re.compile(r"\{#.*?#\}|\{%.*?%\}")
"""What a template holds that leaves nothing in the mail."""
_OUTSIDE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_GROWING = (
    *(nodes.For, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.Call, nodes.Block, nodes.AssignBlock),
    *(nodes.Pow, nodes.Mul, nodes.Add, nodes.Concat, nodes.List, nodes.Dict, nodes.Tuple),
)
"""What could make a short template a long mail: without it, a mail is bounded by its template and the facts."""
_PLAIN_FILTERS = frozenset({"default", "lower", "upper", "title", "capitalize", "trim", "round", "int"})


@dataclass(frozen=True, slots=True)
class Mail:
    """A template: its path and its text."""

    path: PurePosixPath
    text: str


def check_mail(mail: Mail, deployment: Deployment) -> Iterator[Finding]:
    """Everything that can be said of a template without rendering it."""
    yield from _subject(mail)
    if len(mail.text) > MAX_LENGTH:
        yield Finding("xml-text", 1, facts={"limit": MAX_LENGTH})
        return
    environment = SandboxedEnvironment(autoescape=False)
    environment.filters.update(dict.fromkeys(deployment.vocabulary.mail_filters, str))
    try:
        template = environment.parse(mail.text)
        growing = list(_growing(template, _PLAIN_FILTERS | deployment.vocabulary.mail_filters))
        # Looking for names works out what is constant, which a sum that grows would make endless.
        used = set() if growing else meta.find_undeclared_variables(template)
    except TemplateSyntaxError as error:
        yield Finding("mail-syntax", error.lineno, facts={"detail": (error.message or "").rstrip(".")})
    except (ValueError, RecursionError, OverflowError) as error:
        yield Finding("mail-syntax", 1, facts={"detail": type(error).__name__})
    else:
        yield from growing
        yield from _parts(mail, template, used, deployment)


def _subject(mail: Mail) -> Iterator[Finding]:
    """The first line is the subject; a mail without one is taken for spam."""
    first = mail.text.partition("\n")[0].strip()
    if not _SILENT.sub("", first).strip():
        yield Finding("mail-subject", 1)


def _parts(mail: Mail, template: nodes.Template, used: set[str], deployment: Deployment) -> Iterator[Finding]:
    for node in template.find_all(_OUTSIDE):
        yield Finding("mail-include", node.lineno)
    known = deployment.vocabulary.mail_names
    if known is None:
        return
    lines = {name.name: name.lineno for name in reversed(list(template.find_all(nodes.Name)))}
    for name in sorted(used - known.keys()):
        yield Finding("mail-name", lines.get(name, 1), facts={"name": name, "file": mail.path})
    for part in template.find_all((nodes.Getattr, nodes.Getitem)):
        yield from _part(mail, part, known)


def _part(mail: Mail, part: nodes.Expr, known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """A part of a fact that does not have it; parts are named plainly, as in case.code."""
    assert isinstance(part, nodes.Getattr | nodes.Getitem)
    whole = part.node.name if isinstance(part.node, nodes.Name) else ""
    name = part.attr if isinstance(part, nodes.Getattr) else ""
    if whole in known and name not in known[whole]:
        yield Finding("mail-name", part.lineno, facts={"name": f"{whole}.{name}", "file": mail.path})


def _growing(template: nodes.Template, filters: frozenset[str]) -> Iterator[Finding]:
    """Loops, calls and sums, and filters that could write any amount of text."""
    for node in template.find_all((*_GROWING, nodes.Filter, nodes.Mod)):
        match node:
            case nodes.Filter(name=name) if name in filters:
                continue
            case nodes.Mod(left=nodes.Name(), right=nodes.Const()):
                continue
            case nodes.Filter(name=name):
                yield Finding("mail-construct", node.lineno, facts={"name": name})
            case _:
                yield Finding("mail-construct", node.lineno, facts={"name": type(node).__name__.lower()})
