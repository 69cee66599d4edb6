"""Deployments: immutable, numbered sets of diagrams, decision tables, forms, mails and scenarios.

A deployment is identified by its content: the same files deployed twice are one deployment. What instances need of it
(processes and compiled forms) is built once per content and OS process, then cached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, exists, func, insert, or_, select, text, update

from engine.actor import Actor, ActStamp
from engine.bpmn.lint.deployment import is_form_file, is_mail_template
from engine.bpmn.lint.meanings import MEANING
from engine.bpmn.parser import Process, parse_processes
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.process import report_fields, start_rows
from engine.process.report_fields import ReportField
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    Activation,
    Deployment,
    DeploymentField,
    DeploymentFile,
    Instance,
    ProcessDefinition,
)
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault
from forms.name_types import name_kinds
from forms.schema import Form, compile_form, parse_form

SUFFIXES = {".bpmn", ".dmn", ".json", ".txt", ".yaml", ".csv"}
MAX_FILES = 500
MAX_BYTES = 20_000_000
MAX_NUMBER = 2**31 - 1  # The largest integer that both databases can store.
MAX_PATH_LENGTH = 200  # The length of the column in `DeploymentFile`.

_deployment, _activation = table_of(Deployment), table_of(Activation)
_file, _field = table_of(DeploymentFile), table_of(DeploymentField)
_definition, _instance = table_of(ProcessDefinition), table_of(Instance)


@dataclass(frozen=True, slots=True)
class CompiledDeployment:
    """A deployment's files, compiled: processes and forms by key, mail templates by name, the fields of reports."""

    processes: Mapping[str, Process]
    forms: Mapping[str, Form]
    mails: Mapping[str, str]
    report_fields: tuple[ReportField, ...] = ()

    def get_process(self, key: str) -> Process:
        """The process with this key; raises NotFound."""
        if key not in self.processes:
            raise NotFound("process-not-in-content", key=key)
        return self.processes[key]


@dataclass(frozen=True, slots=True)
class DeployResult:
    """A stored deployment: its id and number, and whether it was new."""

    id: int
    number: int
    new: bool


_contents: dict[str, CompiledDeployment] = {}


def read_deployment_folder(root: Path) -> dict[PurePosixPath, bytes]:
    """The deployment files in `root`/workflows and `root`/forms, by relative path; raises BadInput naming a path."""
    folders = [root / "workflows", root / "forms"]
    for folder in folders:
        if not folder.is_dir():
            raise BadInput("deployment-folder-missing", folder=folder)
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in SUFFIXES)
    if len(paths) > MAX_FILES:
        raise BadInput("deployment-too-many-files", folder=root, count=len(paths), most=MAX_FILES)
    files = {_checked_path(PurePosixPath(path.relative_to(root).as_posix())): _read_file(path) for path in paths}
    if sum(map(len, files.values())) > MAX_BYTES:
        raise BadInput("deployment-too-large", folder=root, most=MAX_BYTES // 1_000_000)
    return files


def _checked_path(path: PurePosixPath) -> PurePosixPath:
    if len(str(path)) > MAX_PATH_LENGTH or not str(path).isprintable():
        raise BadInput("deployment-path-unusable", name=repr(str(path)), most=MAX_PATH_LENGTH)
    return path


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("deployment-file-unreadable", path=path, reason=error.strerror) from error


def digest_of(files: Mapping[PurePosixPath, bytes]) -> str:
    """The content hash of a set of files: paths and bytes, sorted by path."""
    hasher = hashlib.sha256()
    for path, content in sorted(files.items()):
        hasher.update(f"{path}\0{len(content)}\0".encode())
        hasher.update(content)
    return hasher.hexdigest()


def compile_files(files: Mapping[PurePosixPath, bytes]) -> CompiledDeployment:
    """Parse and compile files that passed the checker."""
    diagrams = {str(path): content for path, content in files.items() if path.suffix in {".bpmn", ".dmn"}}
    fields, forms = report_fields.fields_of_files(files), compile_forms(files)
    mails = {path.stem: _mail_text(content) for path, content in files.items() if is_mail_template(path)}
    fields = report_fields.fields_of_form(forms.get("receive")) if fields is None else fields
    return CompiledDeployment(parse_processes(diagrams, name_kinds(forms.values())), forms, mails, fields)


def compile_forms(files: Mapping[PurePosixPath, bytes]) -> dict[str, Form]:
    """The forms among files that passed the checker, by name: all that some ask for, without the diagrams."""
    fields = report_fields.fields_of_files(files)
    options = report_fields.option_lists(report_fields.shipped_fields() if fields is None else fields)
    return {
        path.stem: compile_form(parse_form(content), options=options)
        for path, content in files.items()
        if is_form_file(path)
    }


def _mail_text(content: bytes) -> str:
    """A mail's text as on any other system: saved on Windows, a file begins with a mark and ends its lines with two."""
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def deploy_files(
    tx: Transaction, files: Mapping[PurePosixPath, bytes], *, by: Actor, message: str, now: datetime
) -> DeployResult:
    """Store checked files as a deployment and activate it for new cases.

    If the content is already deployed, that deployment becomes active again, which is how to roll back, with the
    meaning that diagrams have today. Raises BadInput when there is no process among the files.
    """
    digest = digest_of(files)
    connection = tx.write()
    lock_deployments(connection)
    existing = connection.execute(select(_deployment).where(_deployment.c.digest == digest)).one_or_none()
    last = connection.execute(select(func.max(_deployment.c.number), func.max(_deployment.c.turn))).one()
    activation = {"turn": (last[1] or 0) + 1, "at": now, "by": by.actor, "message": message}
    facts = {"digest": digest, "message": message}
    renewed = {"turn": activation["turn"], "meaning": MEANING}
    if existing is None:
        number = (last[0] or 0) + 1
        row = {"number": number, "digest": digest, "created_at": now, "created_by": by.actor, "message": message}
        row["meaning"] = MEANING
        deployment_id = _insert_deployment(connection, {**row, "turn": activation["turn"]}, files)
        connection.execute(insert(_activation), {**activation, "deployment_id": deployment_id})
        start_rows.renew_start_timers(connection, [*_contents[digest].processes.values()], now)
        journal.record(tx, ActStamp(by, now), acts.ACTIVATE_DEPLOYMENT, f"deployment:{number}", **facts)
        return DeployResult(deployment_id, number, new=True)
    if (existing.turn, existing.meaning) != (last[1], MEANING):
        connection.execute(insert(_activation), {**activation, "deployment_id": existing.id})
        connection.execute(update(_deployment).where(_deployment.c.id == existing.id).values(renewed))
        start_rows.renew_start_timers(connection, [*load_deployment(tx, digest).processes.values()], now)
        journal.record(tx, ActStamp(by, now), acts.ACTIVATE_DEPLOYMENT, f"deployment:{existing.number}", **facts)
    return DeployResult(existing.id, existing.number, new=False)


def _insert_deployment(connection: Connection, row: Mapping[str, Any], files: Mapping[PurePosixPath, bytes]) -> int:
    """Insert the rows of a new deployment; returns its id."""
    content = _compile_once(row["digest"], files)
    if not content.processes:
        raise BadInput("deployment-without-process")
    deployment_id: int = connection.execute(insert(_deployment).returning(_deployment.c.id), row).scalar_one()
    connection.execute(
        insert(_file),
        [{"deployment_id": deployment_id, "path": str(path), "content": data} for path, data in files.items()],
    )
    connection.execute(
        insert(_field),
        [
            {**_caption_columns(field), "deployment_id": deployment_id, "position": position}
            for position, field in enumerate(content.report_fields)
        ],
    )
    connection.execute(
        insert(_definition),
        [
            {"deployment_id": deployment_id, "key": process.key, "name": process.name}
            for process in content.processes.values()
        ],
    )
    return deployment_id


def _caption_columns(field: ReportField) -> dict[str, str]:
    return {"key": field.key, "vietnamese": field.vietnamese, "english": field.english}


def lock_deployments(connection: Connection) -> None:
    """Keep concurrent deployments from taking the same number or storing the same content twice.

    On SQLite, write transactions are exclusive anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {_deployment.name} IN SHARE ROW EXCLUSIVE MODE"))


def load_deployment(tx: Transaction, digest: str) -> CompiledDeployment:
    """The compiled deployment with this digest, built once per OS process; raises NotFound."""
    return _contents.get(digest) or _compile_once(digest, load_stored_files(tx, digest))


def _compile_once(digest: str, files: Mapping[PurePosixPath, bytes]) -> CompiledDeployment:
    """What is stored is compiled once per process; drafts are not kept."""
    if digest not in _contents:
        _contents[digest] = compile_files(files)
    return _contents[digest]


def load_active_deployment(tx: Transaction) -> CompiledDeployment:
    """The compiled deployment that new cases follow; raises NotFound when there is none."""
    return load_deployment(tx, _active_digest(tx))


def load_active_files(tx: Transaction) -> dict[PurePosixPath, bytes]:
    """The files of the deployment that new cases follow, as deployed; raises NotFound when there is none."""
    return load_stored_files(tx, _active_digest(tx))


def _active_digest(tx: Transaction) -> str:
    query = select(_deployment.c.digest).order_by(_deployment.c.turn.desc()).limit(1)
    digest: str | None = tx.read.execute(query).scalar()
    if digest is None:
        raise NotFound("deployment-none")
    return digest


def load_stored_files(tx: Transaction, digest: str) -> dict[PurePosixPath, bytes]:
    """The files of the deployment with this digest, as deployed."""
    rows = tx.read.execute(
        select(_file.c.path, _file.c.content).join(_deployment).where(_deployment.c.digest == digest)
    ).all()
    if not rows:
        raise NotFound("deployment-content-unknown", digest=digest[:12])
    return {PurePosixPath(row.path): row.content for row in rows}


def find_changed(tx: Transaction) -> Iterator[Fault]:
    """The deployments whose stored files are not those that were deployed."""
    for row in tx.read.execute(select(_deployment.c.number, _deployment.c.digest).order_by(_deployment.c.number)).all():
        query = select(_file.c.path, _file.c.content).join(_deployment).where(_deployment.c.number == row.number)
        files = {PurePosixPath(file.path): file.content for file in tx.read.execute(query)}
        # An edit by hand may leave text where SQLite had bytes.
        if not all(isinstance(content, bytes) for content in files.values()) or digest_of(files) != row.digest:
            yield PlainFault("deployment-content-changed", {"number": str(row.number)})


def list_outdated(tx: Transaction) -> list[tuple[int, str, int]]:
    """Number, digest and meaning of the deployments whose diagrams may mean something else now.

    Only those that new cases follow or that have open cases: what nobody runs means nothing.
    """
    newest = select(func.max(_deployment.c.turn)).scalar_subquery()
    has_open = exists().where(
        _definition.c.deployment_id == _deployment.c.id,
        _instance.c.definition_id == _definition.c.id,
        _instance.c.finished_at.is_(None),
    )
    query = select(_deployment.c.number, _deployment.c.digest, _deployment.c.meaning).where(
        _deployment.c.meaning < MEANING, or_(_deployment.c.turn == newest, has_open)
    )
    return [(row.number, row.digest, row.meaning) for row in tx.read.execute(query.order_by(_deployment.c.number))]


@dataclass(frozen=True, slots=True)
class DefinitionRef:
    """A process definition: its row and the content of its deployment."""

    id: int
    key: str
    digest: str
    number: int


def newest_deployment(tx: Transaction) -> Any | None:
    """Id, number and digest of the deployment that new cases follow; None when there is none."""
    query = select(_deployment.c.id, _deployment.c.number, _deployment.c.digest)
    return tx.read.execute(query.order_by(_deployment.c.turn.desc()).limit(1)).one_or_none()


def digest_of_number(tx: Transaction, number: int) -> str:
    """The digest of the deployment with this number; raises NotFound."""
    query = select(_deployment.c.digest).where(_deployment.c.number == min(number, MAX_NUMBER))
    digest: str | None = tx.read.execute(query).scalar()
    if digest is None:
        raise NotFound("deployment-unknown", number=str(number))
    return digest


def process_keys(tx: Transaction, number: int) -> list[str]:
    """The keys of a deployment's processes; raises NotFound when there is no such deployment."""
    query = select(_definition.c.key).join(_deployment).where(_deployment.c.number == number)
    keys = list(tx.read.execute(query.order_by(_definition.c.key)).scalars())
    if not keys:
        raise NotFound("deployment-unknown", number=str(number))
    return keys


_SELECT_DEFINITION = select(_definition.c.id, _definition.c.key, _deployment.c.digest, _deployment.c.number).join(
    _deployment
)


def load_definition(tx: Transaction, definition_id: int) -> DefinitionRef:
    """The definition with this id."""
    return DefinitionRef(*tx.read.execute(_SELECT_DEFINITION.where(_definition.c.id == definition_id)).one())


def find_by_key(tx: Transaction, key: str, number: int | None = None) -> DefinitionRef:
    """The definition `key` in deployment `number`, or in the last activated one that has it; raises NotFound."""
    query = _SELECT_DEFINITION.where(_definition.c.key == key).order_by(_deployment.c.turn.desc()).limit(1)
    if number is not None:
        query = query.where(_deployment.c.number == number)
    row = tx.read.execute(query).one_or_none()
    if row is None:
        if number is None:
            raise NotFound("process-not-deployed", key=key)
        raise NotFound("process-not-in-deployment", key=key, number=str(number))
    return DefinitionRef(row.id, row.key, row.digest, row.number)
