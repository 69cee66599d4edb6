"""Deploys a draft after checking its files and trying its scenarios, with a message that says why.

A rollback is a release too: the files of an old deployment, deployed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.actor import ActStamp
from engine.errors import BadInput, Invalid, InvalidFiles, Stale
from engine.journal import acts, journal
from engine.mailing import draft_mails
from engine.process import definitions
from engine.process.definitions import DeployResult
from engine.process.instances import ACTIVE
from engine.province import unit_captions
from engine.scenarios.files import SHIPPED_PROVINCES, Provinces
from engine.staff.person_turns import wait_turn
from engine.store.columns import person_key_of, table_of
from engine.store.db import Transaction
from engine.store.models import (
    Activation,
    Deployment,
    Instance,
    Person,
    ProcessDefinition,
    ReleaseApproval,
    StudioDraft,
    StudioFile,
)
from engine.studio import draft_update, drafts, red_list, regression, release_rule, reviews, sharing
from engine.studio.drafts import DeploymentDraft
from engine.studio.regression import DraftTrial, Regression, TrialOptions
from engine.studio.reviews import Approval
from engine.translation.catalogue import Language

MAX_MESSAGE_LENGTH = 2_000

_deployment, _definition, _instance = table_of(Deployment), table_of(ProcessDefinition), table_of(Instance)
_draft, _file, _person = table_of(StudioDraft), table_of(StudioFile), table_of(Person)
_activation, _approval = table_of(Activation), table_of(ReleaseApproval)


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """Why a draft is deployed, and the reason for deploying it despite scenarios that it breaks, if any.

    `seen` says that its author has seen what goes otherwise than before, and what no scenario tries.
    """

    message: str
    reason: str = ""
    seen: bool = False

    @property
    def stored_message(self) -> str:
        """The message stored with the deployment."""
        return f"{self.message}\n\n{self.reason}".strip()


class FailingScenarios(BadInput):
    """Scenarios fail, and no reason is given for deploying anyway.

    `failures` holds one sentence per scenario, in the reader's language.
    """

    default_rule = "scenarios-failing"

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = list(failures)
        super().__init__(count=len(self.failures))


class UnseenChanges(BadInput):
    """Scenarios take another course than before, or changes are tried by none, and nobody has said to have seen it."""

    default_rule = "changes-unseen"


def check_and_deploy(
    tx: Transaction,
    draft: DeploymentDraft,
    note: ReleaseNote,
    language: Language,
    by: ActStamp,
    provinces: Provinces = SHIPPED_PROVINCES,
) -> DeployResult:
    """Deploy a draft whose scenarios run in `provinces`, and rebase it on the new deployment.

    Raises Forbidden for a reader of the draft, Stale for one of an older deployment than the newest and for one that
    somebody has changed while its scenarios ran, Invalid for a missing or overlong message, BadInput without the
    approval that the installation asks for, InvalidFiles, FailingScenarios if no reason is given for what the draft
    breaks, and UnseenChanges; problems and failures are in `language`. What failed under the base already needs no
    reason.
    """
    if not note.message.strip() or len(note.stored_message) > MAX_MESSAGE_LENGTH:
        raise Invalid("message", "deploy-message-length", most=MAX_MESSAGE_LENGTH)
    drafts.require_editable(draft)
    draft_update.require_newest(tx, draft)
    files = drafts.load_files(tx, draft)
    approval = _require_approval(tx, files, draft.base_id)
    tried = read_trial(tx, draft).run_scenarios(language, provinces)
    if tried.mistakes:
        raise InvalidFiles(list(tried.mistakes))
    _require_known(tried.measured, note)
    wait_turn(tx, draft.person_id)
    if drafts.load_files(tx, draft) != files:
        raise Stale("draft-changed-meanwhile")
    definitions.lock_deployments(tx.write())
    draft_update.require_newest(tx, draft)  # Another may have been deployed while the scenarios ran.
    deployed = definitions.deploy_files(tx, files, by=by.who, message=note.stored_message, now=by.at)
    if deployed.id != draft.base_id:
        failing = {one.run.path: one.run.name for one in tried.measured.runs if one.run.failure}
        red_list.keep_red_list(tx, deployed.id, failing)
    _record_approval(tx, approval, "")
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id))
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(base_id=deployed.id, saved_at=by.at))
    sharing.forget_edits(tx, draft)
    return deployed


@dataclass(frozen=True, slots=True)
class StoredTrial:
    """All that trying a draft needs, read at once, so that no transaction is open while its scenarios run."""

    base: Mapping[PurePosixPath, bytes]
    files: Mapping[PurePosixPath, bytes]
    options: TrialOptions

    def run_scenarios(
        self, language: Language, provinces: Provinces, tick: Callable[[], None] | None = None
    ) -> DraftTrial:
        """The problems of the draft, or its scenarios measured against its base and the base's red list."""
        options = replace(self.options, tick=tick)
        return regression.try_draft(self.base, self.files, language, provinces, options)


def read_trial(tx: Transaction, draft: DeploymentDraft) -> StoredTrial:
    """A draft as it is stored, its base, what failed when that was deployed, and the units of today."""
    options = TrialOptions(unit_captions.current_units(tx.read), red_list.load_red_list(tx, draft.base_id))
    return StoredTrial(drafts.load_base_files(tx, draft), drafts.load_files(tx, draft), options)


def deploy_from_folder(
    tx: Transaction, files: Mapping[PurePosixPath, bytes], message: str, emergency: str, by: ActStamp
) -> DeployResult:
    """Deploy checked files that come from outside of the studio; the first deployment, and no change, need no approval.

    `emergency` is the reason to do without: it is recorded, and administrators get a mail. Raises BadInput without
    either.
    """
    definitions.lock_deployments(tx.write())
    digest, newest = definitions.digest_of(files), definitions.newest_deployment(tx)
    approval = None
    if newest is not None and newest.digest != digest:
        approval = reviews.find_approval(tx, digest, newest.id)
        if approval is None and not emergency.strip() and release_rule.needs_approval(tx):
            raise BadInput("deploy-needs-approval")
    deployed = definitions.deploy_files(tx, files, by=by.who, message=message, now=by.at)
    if approval is not None or emergency.strip():
        _record_approval(tx, approval, "" if approval is not None else emergency.strip())
    if approval is None and emergency.strip():
        facts = {"reason": emergency.strip()[:MAX_MESSAGE_LENGTH]}
        journal.record(tx, by, acts.DEPLOY_UNAPPROVED, f"deployment:{deployed.number}", **facts)
        draft_mails.plan_emergency_mails(tx, deployed.number, by.at)
    return deployed


def _require_approval(tx: Transaction, files: Mapping[PurePosixPath, bytes], base_id: int) -> Approval | None:
    """The approval of a draft's files, if there is one; raises BadInput when the installation asks for it."""
    approval = reviews.find_approval(tx, definitions.digest_of(files), base_id)
    if approval is None and release_rule.needs_approval(tx):
        raise BadInput("draft-needs-approval")
    return approval


def _record_approval(tx: Transaction, approval: Approval | None, emergency: str) -> None:
    """Keep with the newest activation who approved it, or why nobody did."""
    turn = tx.read.execute(select(func.max(_activation.c.turn))).scalar_one()
    known = tx.read.execute(select(_approval.c.turn).where(_approval.c.turn == turn)).scalar()
    if known is None and (approval is not None or emergency):
        by, at = (approval.by, approval.at) if approval is not None else (None, None)
        tx.write().execute(
            insert(_approval), {"turn": turn, "approved_by": by, "approved_at": at, "emergency": emergency}
        )


def _require_known(measured: Regression, note: ReleaseNote) -> None:
    """Raise FailingScenarios or UnseenChanges unless the author has answered for what the draft changes."""
    if measured.broken and not note.reason.strip():
        raise FailingScenarios([f"{one.run.path}: {one.run.failure}" for one in measured.broken])
    if (measured.otherwise or measured.untried) and not note.seen:
        raise UnseenChanges(otherwise=len(measured.otherwise), untried=len(measured.untried))


def reset_to_deployment(tx: Transaction, draft: DeploymentDraft, number: int, now: datetime) -> None:
    """Reset a draft to the content of an old deployment, to be reviewed and redeployed; raises NotFound."""
    digest = definitions.digest_of_number(tx, number)
    old, base = definitions.load_stored_files(tx, digest), drafts.load_base_files(tx, draft)
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id))
    rows = [
        {"draft_id": draft.id, "path": str(path), "content": old.get(path), "version": 1, "saved_at": now}
        for path in sorted(old.keys() | base.keys())
        if old.get(path) != base.get(path)
    ]
    if rows:
        tx.write().execute(insert(_file), rows)
    drafts.mark_edited(tx, draft, now)


def list_deployments(tx: Transaction) -> Sequence[Any]:
    """All deployments, last deployed first: number, digest, red list, time, author, message, count of active instances.

    Who approved the last activation and when, or the emergency in which nobody did.
    """
    open_cases = (
        select(_definition.c.deployment_id, func.count().label("cases"))
        .join(_instance, _instance.c.definition_id == _definition.c.id)
        .where(_instance.c.status == ACTIVE)
        .group_by(_definition.c.deployment_id)
        .subquery()
    )
    actor, approver = person_key_of(_person.c.id), _person.alias("approver")
    query = (
        select(
            _deployment.c.number,
            _deployment.c.digest,
            _deployment.c.red_list,
            _activation.c.at,
            func.coalesce(_person.c.name, _activation.c.by).label("by"),
            _activation.c.message,
            func.coalesce(open_cases.c.cases, 0).label("cases"),
            func.coalesce(approver.c.name, _approval.c.approved_by).label("approved_by"),
            _approval.c.approved_at,
            _approval.c.emergency,
        )
        .join(_activation, _activation.c.turn == _deployment.c.turn)
        .outerjoin(open_cases, open_cases.c.deployment_id == _deployment.c.id)
        .outerjoin(_person, actor == _activation.c.by)
        .outerjoin(_approval, _approval.c.turn == _activation.c.turn)
        .outerjoin(approver, person_key_of(approver.c.id) == _approval.c.approved_by)
        .order_by(_deployment.c.turn.desc())
    )
    return tx.read.execute(query).all()
