"""The versions of the Word templates, by paper: uploads are kept, and the version activated last is used.

Until an office uploads one, the default template is used; the first upload stores it as version 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.actor import SYSTEM
from engine.cases import attachments
from engine.cases.attachments import Upload
from engine.cases.tasks import Desk
from engine.directives.confined import usable_template
from engine.directives.fields import BRIEFING, DIRECTIVE
from engine.directives.shipped_templates import shipped_template
from engine.errors import NotFound
from engine.journal import acts, journal
from engine.staff import access
from engine.store.columns import person_key_of, table_of
from engine.store.db import Transaction
from engine.store.models import DirectiveTemplate, Person

ACT = "issue_directives"
DEFAULT_NAME = "mau-kem-theo.docx"
SUBJECTS = {DIRECTIVE: "template", BRIEFING: "briefing_template"}  # How the journal names a version.
MAX_NAME_LENGTH = 120

_template, _person = table_of(DirectiveTemplate), table_of(Person)


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A usable version; id None is the default template while nothing has been uploaded."""

    id: int | None
    name: str
    content: bytes


def current_template(tx: Transaction, paper: str = DIRECTIVE) -> TemplateVersion:
    """The template in use for a paper."""
    query = (
        select(_template)
        .where(_template.c.turn > 0, _template.c.paper == paper)
        .order_by(_template.c.turn.desc())
        .limit(1)
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        return TemplateVersion(None, DEFAULT_NAME, shipped_template(paper))
    return TemplateVersion(row.id, row.name, attachments.load_content(tx, row.digest))


def find_template(tx: Transaction, template_id: int, paper: str = DIRECTIVE) -> TemplateVersion:
    """A version of a paper's template; raises NotFound."""
    query = select(_template).where(_template.c.id == template_id, _template.c.paper == paper)
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("directive-template-unknown")
    return TemplateVersion(row.id, row.name, attachments.load_content(tx, row.digest))


def list_template_versions(tx: Transaction, paper: str = DIRECTIVE) -> Sequence[Any]:
    """All versions of a paper's template, the one in use first, with the names of those who added them."""
    actor = person_key_of(_person.c.id)
    query = select(_template, _person.c.name.label("who")).outerjoin(_person, _template.c.added_by == actor)
    query = query.where(_template.c.paper == paper)
    return tx.read.execute(query.order_by(_template.c.turn.desc(), _template.c.id.desc())).all()


def add_template(tx: Transaction, desk: Desk, upload: Upload, paper: str = DIRECTIVE) -> None:
    """Check a template of a paper, store it rewritten as a new version and use it.

    Raises Forbidden, UnfitTemplate naming what is wrong.
    """
    access.require_permission(desk.officer, ACT)
    content = usable_template(upload.content, paper)
    connection = tx.write()
    if connection.execute(select(_template.c.id).where(_template.c.paper == paper).limit(1)).scalar() is None:
        _insert_version(tx, Upload(DEFAULT_NAME, shipped_template(paper)), SYSTEM.actor, desk.now, paper)
    name = (
        "".join(character for character in upload.name if character.isprintable()).strip()[-MAX_NAME_LENGTH:]
        or DEFAULT_NAME
    )
    template_id = _insert_version(tx, Upload(name, content), desk.who.actor, desk.now, paper)
    _put_into_use(tx, template_id, desk.now)
    journal.record(tx, desk.stamp, acts.ADD_TEMPLATE, f"{SUBJECTS[paper]}:{template_id}", file=name)


def restore_template(tx: Transaction, desk: Desk, template_id: int, paper: str = DIRECTIVE) -> None:
    """Use an earlier version again; raises Forbidden, NotFound, UnfitTemplate if it no longer passes the checks."""
    access.require_permission(desk.officer, ACT)
    usable_template(find_template(tx, template_id, paper).content, paper)
    _put_into_use(tx, template_id, desk.now)
    journal.record(tx, desk.stamp, acts.USE_TEMPLATE, f"{SUBJECTS[paper]}:{template_id}")


def _insert_version(tx: Transaction, upload: Upload, actor: str, now: datetime, paper: str) -> int:
    row = {
        "paper": paper,
        "name": upload.name,
        "digest": attachments.store_content(tx, upload.content),
        "added_at": now,
        "added_by": actor,
    }
    template_id: int = tx.write().execute(insert(_template).returning(_template.c.id), row).scalar_one()
    return template_id


def _put_into_use(tx: Transaction, template_id: int, now: datetime) -> None:
    connection = tx.write()
    turn = (connection.execute(select(func.max(_template.c.turn))).scalar() or 0) + 1
    connection.execute(update(_template).where(_template.c.id == template_id).values(turn=turn, used_from=now))
