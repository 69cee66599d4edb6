"""Every table of the program. The hot path reads and writes them through Core, administration through the ORM.

Instants are stored in UTC. Personal data is stored only in `report`, `submission`, `contact`, `draft`, `question`,
`attachment` and `matter_file` with their `stored_file`, `matter`, `chosen_file`, and `person`.
"""

from __future__ import annotations

from engine.store.models.addresses import Address, AddressSet
from engine.store.models.answers import AnswerReview, AnswerUse, PublishedAnswer, Question, StandardAnswer
from engine.store.models.borders import Border, BorderSet
from engine.store.models.breaches import Breach, BreachEntry
from engine.store.models.briefings import Briefing, BriefingNumber, BriefingPlan
from engine.store.models.callbacks import Callback, CallbackDraw, CallbackRate
from engine.store.models.cases import (
    NEVER,
    ORDINARY,
    History,
    Incident,
    Instance,
    Mark,
    Outbox,
    SignalBroadcast,
    Submission,
    Subscription,
    Task,
    Timer,
)
from engine.store.models.conversations import Conversation, ConversationMessage
from engine.store.models.deployments import Activation, Deployment, DeploymentField, DeploymentFile, ProcessDefinition
from engine.store.models.directives import (
    Directive,
    DirectiveCase,
    DirectiveNumber,
    DirectiveTemplate,
    DirectiveUnit,
)
from engine.store.models.jobs import Job
from engine.store.models.journal import JournalChain, JournalEntry
from engine.store.models.live import AnnouncementRow, PushSubscription
from engine.store.models.mails import JobRun, Mail, NoticeRecipient
from engine.store.models.matters import Matter, MatterFile, MatterNumber
from engine.store.models.privacy import AnchorExport, DataHold, DataRequest, Look, LookHead, MatterHold, Sweep
from engine.store.models.province import Province
from engine.store.models.reports import (
    Attachment,
    ChosenFile,
    Contact,
    OneTimeCode,
    Report,
    ReportLink,
    StoredFile,
    TrackingKey,
    UnfiledCall,
    WordCount,
)
from engine.store.models.reviews import ReleaseApproval, ReleaseRule, StudioReview
from engine.store.models.sign_in import AccountLink, ApiKey, ExternalIdentity, RecoveryCode, SignInFactor
from engine.store.models.staff import (
    Draft,
    DutyShift,
    FormReceipt,
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
from engine.store.models.starts import StartTimer
from engine.store.models.statistics import Figure, FigureCheck, FigureFold, Spell
from engine.store.models.studio import InstanceMove, StudioComment, StudioDraft, StudioFile, StudioMember
from engine.store.models.webhooks import Webhook, WebhookCall

__all__ = [
    "NEVER",
    "ORDINARY",
    "AccountLink",
    "Activation",
    "Address",
    "AddressSet",
    "AnchorExport",
    "AnnouncementRow",
    "AnswerReview",
    "AnswerUse",
    "ApiKey",
    "Attachment",
    "Border",
    "BorderSet",
    "Breach",
    "BreachEntry",
    "Briefing",
    "BriefingNumber",
    "BriefingPlan",
    "Callback",
    "CallbackDraw",
    "CallbackRate",
    "ChosenFile",
    "Contact",
    "Conversation",
    "ConversationMessage",
    "DataHold",
    "DataRequest",
    "Deployment",
    "DeploymentField",
    "DeploymentFile",
    "Directive",
    "DirectiveCase",
    "DirectiveNumber",
    "DirectiveTemplate",
    "DirectiveUnit",
    "Draft",
    "DutyShift",
    "ExternalIdentity",
    "Figure",
    "FigureCheck",
    "FigureFold",
    "FormReceipt",
    "History",
    "Holiday",
    "Incident",
    "Instance",
    "InstanceMove",
    "Job",
    "JobRun",
    "JournalChain",
    "JournalEntry",
    "Look",
    "LookHead",
    "Mail",
    "Mark",
    "Matter",
    "MatterFile",
    "MatterHold",
    "MatterNumber",
    "NoticeRecipient",
    "OfficeHours",
    "OneTimeCode",
    "Outbox",
    "Person",
    "ProcessDefinition",
    "Province",
    "PublishedAnswer",
    "PushSubscription",
    "Question",
    "RecoveryCode",
    "ReleaseApproval",
    "ReleaseRule",
    "Report",
    "ReportLink",
    "Revision",
    "RoleAssignment",
    "SavedFilter",
    "SignInFactor",
    "SignalBroadcast",
    "Spell",
    "StandardAnswer",
    "StartTimer",
    "StoredFile",
    "StudioComment",
    "StudioDraft",
    "StudioFile",
    "StudioMember",
    "StudioReview",
    "Submission",
    "Subscription",
    "Substitute",
    "Sweep",
    "Task",
    "Throttle",
    "Timer",
    "TrackingKey",
    "UnfiledCall",
    "Unit",
    "WebSession",
    "Webhook",
    "WebhookCall",
    "WordCount",
]
