"""The services of the protocol: the province's fields of reports, with what its intake form asks beside the protocol.

Whatever analysts change in the list of fields or in the form changes this description with the next deployment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from engine.cases import calls
from engine.errors import NotFound
from engine.process.report_fields import ReportField
from forms.fields import FormField
from forms.schema import Form
from web.display import form_view
from web.display.places import place_kinds_text
from web.http.request import active_deployment, current_language, current_world, tx
from web.pages.public import ASKED_FIELDS

# What the form calls things for which the protocol has arguments of its own.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "reporter_name": ("last_name", "first_name"),  # As names are said in Vietnam: the family's first.
    "phone": ("phone",),
    "email": ("email",),
    "position": ("lat", "long"),
    "address": ("address_string",),
    "field": ("service_code",),
    "content": ("description",),
    "files": ("media",),
}
DATATYPES: Mapping[str, str] = {
    "textarea": "text",
    "number": "number",
    "integer": "number",
    "datetime": "datetime",
    "date": "datetime",
    "checklist": "multivaluelist",
}
LISTED = "singlevaluelist"


def list_services() -> list[dict[str, Any]]:
    """All services, in the order of the province's list."""
    return [_describe_service(field) for field in active_deployment().report_fields]


def _describe_service(field: ReportField) -> dict[str, Any]:
    caption = field.caption(current_language())
    return {
        "service_code": field.key,
        "service_name": caption,
        "description": _("Phản ánh về %(field)s.", field=caption),
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": "",
    }


def define_service(code: str) -> dict[str, Any]:
    """What a report of a service tells beside the protocol's arguments; raises NotFound for an unknown service."""
    require_service(code)
    return {"service_code": code, "attributes": list(_describe_attributes(extra_fields()))}


def require_service(code: str) -> None:
    """Raise NotFound for an unknown service."""
    if code not in {field.key for field in active_deployment().report_fields}:
        raise NotFound("open311-service-unknown", code=code[:80])


def extra_fields() -> list[FormField]:
    """The fields of the intake form that citizens fill in and the protocol has no argument for."""
    form: Form = calls.receive_form(tx(), current_world())
    return [form.inputs[key] for key in ASKED_FIELDS if key in form.inputs and key not in ARGUMENTS]


def _describe_attributes(items: Sequence[FormField]) -> Iterator[dict[str, Any]]:
    language = current_language()
    for order, item in enumerate(items, 1):
        values = _list_values(item)
        yield {
            "variable": True,
            "code": item.key,
            "datatype": DATATYPES.get(item.kind, LISTED if values else "string"),
            "required": item.required,
            "datatype_description": item.hint(language),
            "order": order,
            "description": place_kinds_text(item.caption(language)),
            "values": values,
        }


def _list_values(item: FormField) -> list[dict[str, str]]:
    """What may be chosen: the choices of a list, or the province's communes."""
    if item.kind == "commune":
        communes = [unit for units in form_view.communes_by_parent().values() for unit in units]
        return [{"key": unit.code, "name": unit.name} for unit in communes]
    return [{"key": choice.value, "name": choice.caption(current_language())} for choice in item.choices]
