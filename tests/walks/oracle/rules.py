"""Single rules of the token game: which flow, how far a token may come, where a data object is kept, who is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.walks.oracle.expressions import Failure, evaluate, holds, is_alike
from tests.walks.oracle.model import Flow, Level, Node, Trigger
from tests.walks.oracle.runs import Activity, Run, Thrown, Wait


def path_within(activity: Activity) -> str:
    """Where something happens that happens in an activity; an instance is known by its item."""
    item = f"[{activity.held['key']}]" if "key" in activity.held else ""
    return f"{activity.run.path}{activity.node.id}{item}/"


def place_of(wait: Wait) -> list[int]:
    """Where a wait is drawn, from the outermost activity that it stands in inwards."""
    run, places = wait.run, [wait.node.drawn_at]
    while run.parent is not None:
        places.insert(0, run.parent.node.drawn_at)
        run = run.parent.run
    return places


def is_running(activity: Activity) -> bool:
    """Whether nothing has ended an activity."""
    whole = activity.whole
    if whole is not None:
        return activity in whole.instances and is_running(whole)
    return not activity.run.ended and activity in activity.run.activities


def first_flow(node: Node, data: Mapping[str, Any]) -> Flow:
    """The first flow whose condition holds, else the default one; those behind it are not looked at."""
    chosen = (flow for flow in node.out if flow.condition is not None and holds(flow.condition, data))
    return next(chosen, None) or _otherwise(node)[0]


def all_flows(node: Node, data: Mapping[str, Any]) -> list[Flow]:
    """All flows whose condition holds, else the default one."""
    chosen = [flow for flow in node.out if flow.condition is not None and holds(flow.condition, data)]
    return chosen or _otherwise(node)


def _otherwise(node: Node) -> list[Flow]:
    """The default flow, or the only one; without any the case stops (BPMN 2.0, 13.4.2)."""
    flows = [flow for flow in node.out if flow.id == node.default or (len(node.out) == 1 and flow.condition is None)]
    if not flows:
        raise Failure(node.id)
    return flows


def flows_ahead(level: Level, place: str, join: Node) -> set[str]:
    """The flows that a token at a node may come to without passing the join."""
    ahead: set[str] = set()
    nodes, seen = [place], {join.id}
    while nodes:
        name = nodes.pop()
        if name in seen:
            continue
        seen.add(name)
        for node in (level.nodes.get(name), *level.boundaries(name)):
            for flow in node.out if node is not None else ():
                ahead.add(flow.id)
                nodes.append(flow.target)
    return ahead


def object_store(run: Run, name: str) -> dict[str, Any]:
    """Where the data object of that name is kept: the nearest level that declares it."""
    while name not in run.level.objects and run.parent is not None:
        run = run.parent.run
    return run.objects


def collect_result(results: Any, keys: list[Any], result: Any, is_in_place: bool) -> Any:
    """The results with one more; `keys` are those of the instances that have ended, this one last.

    A list has the order of the items, whatever the order in which their instances end.
    """
    if isinstance(results, dict):
        return {**results, keys[-1]: result}
    if is_in_place:
        return [result if index == keys[-1] else value for index, value in enumerate(results)]
    pairs = [*zip(sorted(keys[:-1]), results, strict=True), (keys[-1], result)]
    return [value for _, value in sorted(pairs, key=lambda pair: int(pair[0]))]


def chosen_values(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The values of the names that a process declares; each must have one (BPMN 2.0, 10.4.2)."""
    if any(name not in values for name in names):
        raise Failure(names)
    return {name: values[name] for name in names}


def carried_keys(trigger: Trigger, payload: Any) -> dict[str, dict[str, Any]]:
    """The correlation keys a message carries: those of which each property has a value."""
    return _spoken(
        {key: {name: evaluate(path, payload) for name, path in parts} for key, parts in trigger.keys.items()}
    )


def own_keys(trigger: Trigger, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The correlation keys that a case has which begins to wait."""
    return _spoken({key: {name: evaluate(text, data) for name, text in parts} for key, parts in trigger.own.items()})


def _spoken(keys: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: values for key, values in keys.items() if all(value is not None for value in values.values())}


def is_meant_for(run: Run | None, trigger: Trigger, event: Thrown) -> bool:
    """Whether an event is the one waited for, in the conversation that the level is having."""
    if (trigger.kind, trigger.name) != (event.kind, event.name):
        return False
    if run is None or not trigger.keys or not run.keys:
        return True
    return any(is_alike(event.keys[key], run.keys.get(key)) for key in event.keys)


def put_payload(run: Run, node: Node, event: Thrown) -> None:
    """Store what came with an event where its node says."""
    if node.trigger is not None and node.trigger.kind == "message" and node.trigger.variable is not None:
        run.box.put({node.trigger.variable: event.payload})
