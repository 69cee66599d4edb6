"""The blocks random diagrams are made of, except activities with loops and boundary events. Used by the generator.

Each block is a function of the sketch and its scope that draws its inner blocks with the `inner` it is given.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.walks import drawing as d
from tests.walks.drawing import Body, Flow
from tests.walks.sketch import Piece, Scope, Sketch, chain, closed, single

Inner = Callable[[Sketch, Scope], Piece]
Block = Callable[[Sketch, Scope, Inner], Piece]

_FLAT_SCRIPTS = (
    'doc["n"] = n',
    "log = log + [n]",
    "total = x + n",
    "turns = {}\nturns[str(n)] = x",
    'doc = {"n": n, "x": x}',
    'if x > 2:\n    doc["many"] = x\nelse:\n    few = [x, n]',
    "={total: x + n, twice: [total, total]}",
    "={log: append(log, n)}",
)
_NESTED_SCRIPTS = (
    'doc["sub"]["n"] = n',
    'doc["sub"]["list"] = doc["sub"]["list"] + [n]',
    'doc["by"] = {"x": x, "list": [n, [x]]}',
    'log = log + [{"n": n}]',
    "turns = {}\nturns[str(n)] = {'x': x}",
    'if x > 2:\n    doc["sub"]["many"] = {"n": n}\nelse:\n    doc["few"] = x',
)
CONDITIONS = ("x > 2", "n % 2 == 0", "n > 5", "good", "=not(x > 2)", "=modulo(n, 2) = 0", "=n > 5 or good", "=good")
"""What conditional events wait for; officers' answers change these names."""
_CHOICES = ("x > 1", "n % 2 == 0", "x > 2", "=x > 1", "=modulo(n, 2) = 0", "=x > 2 and n > 1")
_PAYLOAD = '{"case_no": x, "n": n}'


def user_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    return single(d.user(sketch.name("task", "user task")))


def script_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    scripts = _NESTED_SCRIPTS if sketch.nested else _FLAT_SCRIPTS
    return single(d.script(sketch.name("script", "script task"), sketch.pick(scripts)))


def data_object(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """A task writes the process's data object, a later one reads it, sometimes one more does both."""
    if scope.objects < 0:
        return user_task(sketch, scope, inner)
    first, last = sketch.name("task", "data object written"), sketch.name("task", "data object read")
    both = d.reads("obj", last) + (d.writes("obj", last) if sketch.chance(30) else "")
    middle = inner(sketch, scope.inside())
    return chain(single(d.user(first, d.writes("obj", first))), middle, single(d.user(last, both)))


def catch_timer(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    return single(d.catch(sketch.name("wait", "timer catch"), timer(sketch)))


def catch_message(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    return single(d.catch(sketch.name("wait", "message catch"), message(sketch)))


def catch_signal(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    return single(d.catch(sketch.name("wait", "signal catch"), d.signal(sketch.pick(d.SIGNALS))))


def catch_condition(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    return single(d.catch(sketch.name("wait", "condition catch"), d.condition(sketch.pick(CONDITIONS))))


def receive_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Piece:
    return single(d.receive(sketch.name("receive", "receive task"), message(sketch)))


def send_task(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    if not sketch.sent:
        return user_task(sketch, scope, inner)
    return single(d.send(sketch.name("send", "send task"), d.message(sketch.pick(sketch.sent), _PAYLOAD)))


def throw_message(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    if not sketch.sent:
        return user_task(sketch, scope, inner)
    event = d.message(sketch.pick(sketch.sent), _PAYLOAD)
    return single(d.throw(sketch.name("throw", "message throw"), event))


def throw_signal(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    if not sketch.signals:
        return user_task(sketch, scope, inner)
    return single(d.throw(sketch.name("throw", "signal throw"), d.signal(sketch.pick(sketch.signals))))


def conversation(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """A message goes out with a correlation, and only an answer with the same one comes in."""
    asked = d.throw(sketch.name("throw", "correlation asked"), d.message("asked", _PAYLOAD))
    answer = d.message("answered", variable=sketch.name("got"))
    answered = d.catch(sketch.name("wait", "correlation answered"), answer)
    return chain(single(asked), inner(sketch, scope.inside()), single(answered))


def signal_exchange(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """One branch throws the signal the other waits for."""
    if not sketch.signals:
        return throw_signal(sketch, scope, inner)
    name = sketch.pick(sketch.signals)
    thrown = single(d.throw(sketch.name("throw", "signal throw"), d.signal(name)))
    caught = single(d.catch(sketch.name("wait", "signal catch"), d.signal(name)))
    sender = chain(inner(sketch, scope.inside()), thrown, user_task(sketch, scope, inner))
    return _fork(sketch, "parallel", [sender, chain(caught, inner(sketch, scope.inside()))])


def sequence(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    return chain(inner(sketch, scope.inside()), inner(sketch, scope.inside()))


def exclusive(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    return _fork(sketch, "exclusive", _branches(sketch, scope, inner))


def parallel(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    return _fork(sketch, "parallel", _branches(sketch, scope, inner))


def inclusive(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    return _fork(sketch, "inclusive", _branches(sketch, scope, inner))


def loop(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """Done once, and again while an officer says so."""
    merge, split = d.exclusive(sketch.name("merge")), d.exclusive(sketch.name("again", "loop"))
    turn = chain(single(merge), inner(sketch, scope.inside()), user_task(sketch, scope, inner), single(split))
    after = user_task(sketch, scope, inner) if sketch.chance(50) else script_task(sketch, scope, inner)
    flows = (Flow(split.id, merge.id, sketch.pick(("x > 2", "=x > 2"))), Flow(split.id, after.entry, default=True))
    return Piece(merge.id, after.exit, turn.nodes + after.nodes, turn.flows + after.flows + flows)


def event_gateway(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """Waits for the first of several events, at most one of them a timer."""
    split, merge = d.event_gateway(sketch.name("which", "event gateway")), d.exclusive(sketch.name("merge"))
    catches = [_caught(sketch, message(sketch)), _caught(sketch, d.signal(sketch.pick(d.SIGNALS)))]
    if sketch.chance(60):
        catches[sketch.rnd.randrange(2)] = _caught(sketch, timer(sketch))
    ways = [chain(caught, inner(sketch, scope.inside())) for caught in catches]
    nodes = tuple(node for way in ways for node in way.nodes)
    flows = tuple(flow for way in ways for flow in way.flows)
    outer = tuple(flow for way in ways for flow in (Flow(split.id, way.entry), Flow(way.exit, merge.id)))
    return Piece(split.id, merge.id, (split, merge, *nodes), flows + outer)


def apart(sketch: Sketch, scope: Scope, inner: Inner, event: str = "") -> Body:
    """A body whose branches end apart, the first one throwing `event`."""
    first = single(d.start(sketch.name("begin")))
    split = single(d.parallel(sketch.name("split", "branches end apart")))
    head = chain(first, split)
    nodes, flows = list(head.nodes), list(head.flows)
    for thrown in (event, ""):
        way = inner(sketch, scope.inside())
        last = d.end(sketch.name("done", "terminate end" if thrown else ""), thrown)
        nodes += [*way.nodes, last]
        flows += [*way.flows, Flow(head.exit, way.entry), Flow(way.exit, last.id)]
    return Body(tuple(nodes), tuple(flows))


def content(sketch: Sketch, scope: Scope, inner: Inner) -> Body:
    """What stands inside a sub-process or a called process."""
    roll = sketch.rnd.randrange(100)
    if roll < 70:
        return closed(sketch, inner(sketch, scope))
    return apart(sketch, scope, inner, d.terminate() if roll < 85 else "")


def timer(sketch: Sketch) -> str:
    kind = sketch.pick(("timeDuration", "timeDate"))
    texts = {
        "timeDuration": ('"P1D"', '"PT30H"', '=duration("P1D")'),
        "timeDate": ('"2031-01-01T00:00:00+00:00"', '"2030-06-01T07:30:00+07:00"'),
    }
    return d.timer(sketch.pick(texts[kind]), kind)


def message(sketch: Sketch) -> str:
    return d.message(sketch.pick(d.MESSAGES[:3]), variable="got")


def _caught(sketch: Sketch, event: str) -> Piece:
    return single(d.catch(sketch.name("event"), event))


def _branches(sketch: Sketch, scope: Scope, inner: Inner) -> list[Piece]:
    return [inner(sketch, scope.inside()) for _ in range(sketch.pick((2, 2, 3)))]


def _fork(sketch: Sketch, kind: str, branches: list[Piece]) -> Piece:
    gateway = {"exclusive": d.exclusive, "parallel": d.parallel, "inclusive": d.inclusive}[kind]
    split, merge = gateway(sketch.name("split", f"{kind} split")), gateway(sketch.name("merge", f"{kind} merge"))
    nodes, flows = [split, merge], []
    for branch in branches:
        nodes += branch.nodes
        flows += [*branch.flows, _outgoing(sketch, kind, split.id, branch, branches[0]), Flow(branch.exit, merge.id)]
    return Piece(split.id, merge.id, tuple(nodes), tuple(flows))


def _outgoing(sketch: Sketch, kind: str, split: str, branch: Piece, first: Piece) -> Flow:
    if kind == "parallel":
        return Flow(split, branch.entry)
    if branch is first:
        return Flow(split, branch.entry, default=True)
    return Flow(split, branch.entry, sketch.pick(_CHOICES))
