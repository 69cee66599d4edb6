"""What goes in and out of the REST interface, as marshmallow has it; the document is made from these."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from engine.cases.inbox import VIEWS
from engine.whole_number import MAX_WHOLE_NUMBER

_NAME = validate.Length(1, 80)
_VERSION = validate.Range(0, MAX_WHOLE_NUMBER)


class TaskQuery(Schema):
    """Which list of tasks."""

    view = fields.String(load_default=VIEWS[0], validate=validate.OneOf(VIEWS))


class TaskEntry(Schema):
    """A task as lists have it."""

    id = fields.Integer()
    version = fields.Integer()
    case = fields.String()
    node = fields.String()
    name = fields.String()
    role = fields.String()
    unit = fields.String()
    opened_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)


class FieldEntry(Schema):
    """A field of a form."""

    key = fields.String()
    kind = fields.String()
    label = fields.String()
    required = fields.Boolean()
    choices = fields.Dict(keys=fields.String(), values=fields.String())


class TaskForm(TaskEntry):
    """A task with the fields of its form."""

    form = fields.String()
    inputs = fields.List(fields.Nested(FieldEntry))


class TaskVersion(Schema):
    """The version of the task that the caller has seen."""

    version = fields.Integer(required=True, strict=True, validate=_VERSION)


class TaskAnswers(TaskVersion):
    """The answers to a task's form."""

    values = fields.Dict(keys=fields.String(), required=True)


class ActReceipt(Schema):
    """The case that has been acted on."""

    case = fields.String(allow_none=True)


class OfferEntry(Schema):
    """A process that the account may begin."""

    process = fields.String()
    node = fields.String()
    name = fields.String()
    units = fields.List(fields.String())
    inputs = fields.List(fields.Nested(FieldEntry))


class StartAnswers(Schema):
    """The answers to a start form, and the unit for which it is begun."""

    unit = fields.String(required=True, validate=_NAME)
    values = fields.Dict(keys=fields.String(), required=True)


class MessageOrder(Schema):
    """A message: to a case by its code, or by correlation keys."""

    name = fields.String(required=True, validate=_NAME)
    case = fields.String(load_default="", validate=validate.Length(max=40))
    keys = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    data = fields.Dict(keys=fields.String(), load_default=dict)


class SignalOrder(Schema):
    """A signal: to everybody who waits, or to one case by its code."""

    name = fields.String(required=True, validate=_NAME)
    case = fields.String(load_default="", validate=validate.Length(max=40))
    data = fields.Dict(keys=fields.String(), load_default=dict)


class EventReceipt(Schema):
    """Who has got an event: cases by code, and the number of a broadcast that a worker delivers."""

    cases = fields.List(fields.String())
    begun = fields.Boolean()
    broadcast = fields.Integer(allow_none=True)


class CaseEntry(Schema):
    """A case as its reader may see it: `reporter` is None where they may not see who reported."""

    code = fields.String()
    field = fields.String()
    urgency = fields.String()
    place = fields.String()
    channel = fields.String()
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    content = fields.String()
    reporter = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    tasks = fields.List(fields.Nested(TaskEntry))


class DeploymentEntry(Schema):
    """What new cases follow."""

    processes = fields.List(fields.String())
    forms = fields.List(fields.String())
    fields_of_reports = fields.List(fields.String())


class PeriodQuery(Schema):
    """Days, both included."""

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")


class FiguresEntry(Schema):
    """The figures of a unit or a field, as the appendix has them."""

    code = fields.String()
    name = fields.String()
    figures = fields.Dict(keys=fields.String(), values=fields.Integer())


class StatisticsEntry(Schema):
    """The appendix of a period, for the units that the account sees."""

    scope = fields.String()
    total = fields.Dict(keys=fields.String(), values=fields.Integer())
    units = fields.List(fields.Nested(FiguresEntry))
    fields_of_reports = fields.List(fields.Nested(FiguresEntry))


class ProblemEntry(Schema):
    """A problem (RFC 9457); `errors` has the sentences for each field of a form."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
