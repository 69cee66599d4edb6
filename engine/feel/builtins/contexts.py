"""Context functions (DMN 1.5, 10.3.4.9, table 79)."""

from __future__ import annotations

from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.values import FeelContext, FeelRun, FeelValue, type_name

CONTEXTS = BuiltinFamily()


@CONTEXTS.add("get value", "m: context, key: string")
def _get_value(run: FeelRun, context: FeelContext, key: str) -> FeelValue:
    return context[key] if key in context else run.null_because("feel-property-unknown", type="context", name=key)


@CONTEXTS.add("get entries", "m: context")
def _get_entries(_: FeelRun, context: FeelContext) -> FeelValue:
    return [{"key": key, "value": value} for key, value in context.items()]


@CONTEXTS.add("context", "entries: list")
def _context(run: FeelRun, entries: list[FeelValue]) -> FeelValue:
    context: FeelContext = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(key, str) or "value" not in entry:
            return run.null_because("feel-argument-value", name="context", parameter="entries", value=type_name(entry))
        if key in context:
            return run.null_because("feel-key-twice", name=key)
        context[key] = entry["value"]
    return context


@CONTEXTS.add("context put", "context: context, key: string, value: any")
def _put(run: FeelRun, context: FeelContext, key: str, value: FeelValue) -> FeelValue:
    run.spend(len(context))
    return {**context, key: value}


@CONTEXTS.add("context put", "context: context, keys: list, value: any")
def _put_inside(run: FeelRun, context: FeelContext, keys: list[FeelValue], value: FeelValue) -> FeelValue:
    """A copy in which the entry at the end of a way of names has the value."""
    result: FeelContext = dict(context)
    place = result
    for number, key in enumerate(keys, 1):
        run.spend(len(place))
        if not isinstance(key, str):
            return run.null_because("feel-argument-value", name="context put", parameter="keys", value=type_name(key))
        if number == len(keys):
            place[key] = value
            return result
        inner = place.get(key)
        if not isinstance(inner, dict):
            return run.null_because("feel-property-unknown", type=type_name(inner), name=key)
        copy = dict(inner)
        place[key] = copy
        place = copy
    return run.null_because("feel-argument-value", name="context put", parameter="keys", value="[]")


@CONTEXTS.add("context merge", "contexts: list")
def _merge(run: FeelRun, contexts: list[FeelValue]) -> FeelValue:
    result: FeelContext = {}
    for context in contexts:
        if not isinstance(context, dict):
            facts = {"parameter": "contexts", "value": type_name(context)}
            return run.null_because("feel-argument-value", name="context merge", **facts)
        run.spend(len(context))
        result |= context
    return result
