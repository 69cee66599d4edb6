"""The fields of reports as pages show them: those of the active deployment, then those that only older ones have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from sqlalchemy import Select, func, select

from engine.errors import NotFound
from engine.process import definitions, report_fields
from engine.process.report_fields import FIELDS_PATH, ReportField
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, DeploymentField
from engine.translation.catalogue import Language

_deployment, _field = table_of(Deployment), table_of(DeploymentField)


def _select_newest(caption: str) -> Select[tuple[str, str]]:
    """The caption of each key in the newest deployment that has it; those of the active one first, in its order."""
    turn = _deployment.c.turn
    newest = func.row_number().over(partition_by=_field.c.key, order_by=turn.desc()).label("newest")
    ranked = (
        select(_field.c.key, _field.c[caption].label("caption"), _field.c.position, turn, newest)
        .join(_deployment, _deployment.c.id == _field.c.deployment_id)
        .subquery()
    )
    chosen = select(ranked.c.key, ranked.c.caption).where(ranked.c.newest == 1)
    return chosen.order_by(ranked.c.turn.desc(), ranked.c.position)


_NEWEST_CAPTIONS: Mapping[Language, Select[tuple[str, str]]] = {
    "vi": _select_newest("vietnamese"),
    "en": _select_newest("english"),
}


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
    rows = tx.read.execute(_NEWEST_CAPTIONS[language]).all()
    if not rows:  # Nothing has been deployed yet.
        return {field.key: field.caption(language) for field in report_fields.shipped_fields()}
    return {row.key: row.caption for row in rows}


def is_known(tx: Transaction, key: str) -> bool:
    """Whether a deployment, the active one or an older one, has this field."""
    return key in known_captions(tx, "vi")
