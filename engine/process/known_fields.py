"""The fields of reports as pages show them: those of the active deployment, then those that only older ones have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from sqlalchemy import select

from engine.errors import NotFound
from engine.process import definitions, report_fields
from engine.process.report_fields import FIELDS_PATH, ReportField
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, DeploymentField
from engine.translation.catalogue import Language

_deployment, _field = table_of(Deployment), table_of(DeploymentField)


def keep_fields(
    tx: Transaction, files: Mapping[PurePosixPath, bytes], first: bytes | None
) -> dict[PurePosixPath, bytes]:
    """Files of the program, or ones without a list of fields, with the list that this database has.

    That is the list of the active deployment: the program's files must not bring back what analysts have changed. A
    first deployment begins with `first`, the list of the province's folder, if that brings one.
    """
    try:
        kept: bytes | None = definitions.load_active_files(tx).get(FIELDS_PATH)
    except NotFound:
        kept = first
    return {**files} if kept is None else {**files, FIELDS_PATH: kept}


def active_fields(tx: Transaction) -> tuple[ReportField, ...]:
    """The fields that a new report may have: those of the active deployment, before the first one the program's."""
    try:
        return definitions.load_active_deployment(tx).report_fields
    except NotFound:
        return report_fields.shipped_fields()


def active_keys(tx: Transaction) -> tuple[str, ...]:
    """The keys of the fields that a new report may have."""
    return tuple(field.key for field in active_fields(tx))


def known_captions(tx: Transaction, language: Language) -> Mapping[str, str]:
    """The caption of every field that a report or a figure may have, by key.

    Fields of the active deployment come first, in its order; one that it no longer has keeps its last caption.
    """
    fields = active_fields(tx)
    captions = {field.key: field.caption(language) for field in fields}
    query = (
        select(_field.c.key, _field.c.english if language == "en" else _field.c.vietnamese)
        .join(_deployment, _deployment.c.id == _field.c.deployment_id)
        .where(_field.c.key.not_in(captions))
        .order_by(_deployment.c.turn.desc(), _field.c.position)
    )
    for key, caption in tx.read.execute(query).all():
        captions.setdefault(key, caption)
    return captions


def is_known(tx: Transaction, key: str) -> bool:
    """Whether a deployment, the active one or an older one, has this field."""
    return key in known_captions(tx, "vi")
