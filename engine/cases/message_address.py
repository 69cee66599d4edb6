"""The address of a message that is sent by hand: keys as they are typed become the values that waiting cases have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from engine.bpmn.actions import AWAITS_MESSAGE
from engine.bpmn.awaited_events import AwaitedEvent, carried_values, correlation_keys
from engine.errors import BadInput
from engine.process.messages import matching_keys
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
from engine.store.models import Subscription

_subscription = table_of(Subscription)
KeySet = Mapping[str, Mapping[str, Any]]
"""Correlation keys: key -> property -> value."""


def known_keys(tx: Transaction, name: str, instance_id: int | None) -> list[KeySet]:
    """The keys under which cases wait for a message; of one case only if it is given."""
    query = select(_subscription.c.correlations).where(
        _subscription.c.kind == AWAITS_MESSAGE, _subscription.c.name == name
    )
    if instance_id is not None:
        query = query.where(_subscription.c.instance_id == instance_id)
    return [stored_object(text) for text in tx.read.execute(query.order_by(_subscription.c.id)).scalars()]


def address_message(
    event: AwaitedEvent,
    typed: Mapping[str, str],
    data: Mapping[str, object],
    known: Sequence[KeySet],
    receiver: int | None,
) -> tuple[dict[str, Any], KeySet]:
    """The payload and the correlation keys of a message; of a named `receiver` its own keys may be left out.

    A key is put into the payload where the diagrams read it. Raises BadInput for a key that the message does not have,
    that is missing, of another kind than those of the waiting cases, other than the data say, or not the receiver's.
    """
    names = [part.name for part in event.parts]
    for name in typed:
        if name not in names:
            if not names:
                raise BadInput("message-without-keys", key=name, keys_field="keys")
            raise BadInput("message-key-unknown", key=name, keys=names)
    payload = dict(data)
    for part in event.parts:
        examples = _values_of(known, part.name)
        if part.name in typed:
            payload.setdefault(part.path, _read_value(typed[part.name], examples))
        elif receiver is not None and examples:
            payload.setdefault(part.path, examples[0])
    values = carried_values(event, {name: value for name, value in payload.items() if name.isidentifier()})
    for name, value in values.items():
        _check_value(name, value, typed, _values_of(known, name))
    keys = correlation_keys(event, values)
    if receiver is not None and known and all(matching_keys(own, keys) < 0 for own in known):
        raise BadInput("message-keys-of-another")
    return {name: value for name, value in payload.items() if name in data or name.isidentifier()}, keys


def _values_of(known: Sequence[KeySet], name: str) -> list[Any]:
    return [values[name] for keys in known for values in keys.values() if values.get(name) is not None]


def _read_value(text: str, examples: Sequence[Any]) -> Any:
    """A typed key as a value of the kind that waiting cases have; without any, a number where it is one."""
    if examples and all(isinstance(example, str) for example in examples):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return value if isinstance(value, int | float) else text


def _check_value(name: str, value: Any, typed: Mapping[str, str], examples: Sequence[Any]) -> None:
    if value is None:
        raise BadInput("message-key-missing", key=name, keys_field="keys", data_field="data")
    if examples and not any(_kind_of(value) is _kind_of(example) for example in examples):
        raise BadInput("message-key-kind", key=name, value=_spelled(value), example=_spelled(examples[0]))
    if name in typed and typed[name] not in (value, _spelled(value)):
        raise BadInput("message-key-contradicts", key=name, typed=typed[name], value=_spelled(value))


def _kind_of(value: Any) -> type:
    return float if type(value) in (int, float) else type(value)


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
