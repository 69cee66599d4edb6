"""Every table of the program. The hot path reads and writes them through Core, administration through the ORM.

Imported by the modules of the store and the use cases, never by pages or by `engine.bpmn`. Instants are kept in UTC.
Personal data stands only in `report`, `submission`, `contact`, `draft`, `question`, `attachment` with its
`stored_file`, and `person`.
"""

from __future__ import annotations

from engine.models.cases import NEVER, History, Incident, Instance, Mark, Outbox, Submission, Subscription, Task, Timer
from engine.models.deployments import Activation, Deployment, DeploymentFile, ProcessDefinition
from engine.models.mails import JobRun, Mail, NoticeRecipient
from engine.models.reports import Attachment, Contact, Question, Report, ReportLink, StandardAnswer, StoredFile
from engine.models.staff import (
    Draft,
    Holiday,
    OfficeHours,
    Person,
    Revision,
    RoleAssignment,
    SavedFilter,
    Substitute,
    Throttle,
    Unit,
    WebSession,
)
from engine.models.studio import InstanceMove, StudioDraft, StudioFile

__all__ = [
    "NEVER",
    "Activation",
    "Attachment",
    "Contact",
    "Deployment",
    "DeploymentFile",
    "Draft",
    "History",
    "Holiday",
    "Incident",
    "Instance",
    "InstanceMove",
    "JobRun",
    "Mail",
    "Mark",
    "NoticeRecipient",
    "OfficeHours",
    "Outbox",
    "Person",
    "ProcessDefinition",
    "Question",
    "Report",
    "ReportLink",
    "Revision",
    "RoleAssignment",
    "SavedFilter",
    "StandardAnswer",
    "StoredFile",
    "StudioDraft",
    "StudioFile",
    "Submission",
    "Subscription",
    "Substitute",
    "Task",
    "Throttle",
    "Timer",
    "Unit",
    "WebSession",
]
