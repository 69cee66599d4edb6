"""The tables of GeoReport v2 as a validator of our own: what each answer has, and what its values look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_text_or_nothing(value: Any) -> bool:
    return value is None or isinstance(value, str)


def is_truth(value: Any) -> bool:
    return value in (True, False, "true", "false")


def is_instant(value: Any) -> bool:
    return (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", value) is not None
    )


def is_instant_or_nothing(value: Any) -> bool:
    return value is None or is_instant(value)


def one_of(*words: str) -> Any:
    return lambda value: value in words


def is_number(value: Any) -> bool:
    return str(value).isdigit()


# GeoReport v2, "GET Service List", "GET Service Definition", "POST Service Request", "GET Service Requests", "Errors".
SERVICE = {
    "service_code": is_text,
    "service_name": is_text,
    "description": is_text_or_nothing,
    "metadata": is_truth,
    "type": one_of("realtime", "batch", "blackbox"),
    "keywords": is_text_or_nothing,
    "group": is_text_or_nothing,
}
ATTRIBUTE = {
    "variable": is_truth,
    "code": is_text,
    "datatype": one_of("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"),
    "required": is_truth,
    "datatype_description": is_text_or_nothing,
    "order": is_number,
    "description": is_text,
}
VALUE = {"key": is_text, "name": is_text}
FILED = {"service_request_id": is_text, "service_notice": is_text_or_nothing, "account_id": is_text_or_nothing}
REQUEST = {
    "service_request_id": is_text,
    "status": one_of("open", "closed"),
    "status_notes": is_text_or_nothing,
    "service_name": is_text,
    "service_code": is_text,
    "description": is_text_or_nothing,
    "agency_responsible": is_text_or_nothing,
    "service_notice": is_text_or_nothing,
    "requested_datetime": is_instant,
    "updated_datetime": is_instant,
    "expected_datetime": is_instant_or_nothing,
    "address": is_text_or_nothing,
    "address_id": is_text_or_nothing,
    "zipcode": is_text_or_nothing,
    "lat": is_text_or_nothing,
    "long": is_text_or_nothing,
    "media_url": is_text_or_nothing,
}
TOKEN = {"service_request_id": is_text, "token": is_text}
ERROR = {"code": is_number, "description": is_text}


def check_entries(entries: list[Any], table: Mapping[str, Any]) -> None:
    """Each entry has exactly what the table names, each in its form."""
    for entry in entries:
        assert set(entry) == set(table), set(entry) ^ set(table)
        wrong = {name: entry[name] for name, is_right in table.items() if not is_right(entry[name])}
        assert not wrong, wrong


def check_errors(status: int, entries: list[Any]) -> None:
    """An error says its code, which is the status, and a sentence."""
    assert entries
    check_entries(entries, ERROR)
    assert {int(entry["code"]) for entry in entries} == {status}


def read_xml(content: bytes, names: tuple[str, str]) -> list[dict[str, Any]]:
    """The entries of a list as XML has them: texts, None for what is empty."""
    root = etree.fromstring(content)
    assert root.tag == names[0]
    assert {child.tag for child in root} <= {names[1]}
    return [{part.tag: part.text for part in child} for child in root]


def read_instant(text: str) -> datetime:
    """An instant of an answer."""
    return datetime.fromisoformat(text)
