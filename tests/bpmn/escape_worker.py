"""The process in which hostile texts run: little memory, one second each, and a watch on what they touch.

Started by tests/bpmn/test_script_escapes.py, which writes the texts as JSON to its input and reads a line for each.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.bpmn.guards import CASE_FUNCTIONS
from engine.bpmn.language import SCRIPT_FILENAME, compile_expression, compile_script
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError

SECONDS = 1.0
EXTRA_BYTES = 64 * 1024 * 1024
# Python announces compiling and running too, and that an error is asked for its line.
EXPECTED_EVENTS = frozenset({"compile", "exec", "object.__getattr__", "builtins.id"})
DEPTH = 5_000


def foreign(event: str, about: tuple[Any, ...]) -> bool:
    """Whether something was done that no text may cause."""
    # The parser looks for a file of the script's made-up name, to show the line that it could not read.
    return event not in EXPECTED_EVENTS and (event, *about[:1]) != ("open", SCRIPT_FILENAME)


def nested(depth: int) -> list[Any]:
    """A list in a list in a list ..."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def data() -> dict[str, Any]:
    """Process data that helps an attacker as much as data can, with values no process should have."""
    plain = {"text": "some text", "n": 7, "x": "x", "items": [1, 2, 3], "info": {"a": {"b": 1}}}
    bulky = {"large": [i + 1000 for i in range(20_000)], "other": [i + 1000 for i in range(20_000)], "huge": 10**4000}
    named_badly = dict.fromkeys(("_add_", "_keep_", "_ask_", "len", "sorted", "__builtins__", "_secret"), "mine")
    return {**plain, **bulky, **named_badly, "deep": nested(DEPTH), "deep2": nested(DEPTH), "thing": object()}


def attempt(language: ExpressionLanguage, kind: str, source: str) -> dict[str, Any]:
    """Compile and run one text; what came of it."""
    given = data()
    try:
        (compile_script if kind == "script" else compile_expression)(source)
    except ScriptError as error:
        return {"outcome": "refused", **described(error)}
    try:
        value = run(language, kind, source, given)
    except ScriptError as error:
        return {"outcome": "stopped", **described(error)}
    text = json.dumps(value)
    return {"outcome": "harmless", "value": value if len(text) < 1000 else None, "size": len(text)}


def run(language: ExpressionLanguage, kind: str, source: str, given: dict[str, Any]) -> object:
    """The value of an expression, or the names a script has written."""
    if kind != "script":
        return language.evaluate(source, given)
    plain = {name: given[name] for name in ("text", "n", "x", "items", "info")}
    # Data that is too large would end every script; here it is read as values from outside instead.
    language.execute(source, plain, given)
    return plain.get("probe")


def described(error: ScriptError) -> dict[str, Any]:
    """The sentence, and the Python error behind it."""
    return {"message": str(error), "cause": type(error.__cause__).__name__}


def limited(used: int) -> None:
    """From here on the process may grow by EXTRA_BYTES only."""
    resource.setrlimit(resource.RLIMIT_AS, (used + EXTRA_BYTES, used + EXTRA_BYTES))


def main() -> None:
    """Answer each line of the input with what came of the text in it."""
    touched: list[str] = []
    sys.addaudithook(lambda event, about: touched.append(event) if foreign(event, about) else None)
    language = ExpressionLanguage(dict.fromkeys(CASE_FUNCTIONS, lambda *values: values[0]))
    entries: list[Mapping[str, str]] = json.load(sys.stdin)
    # The first refusal reads the sentences of the program from their file.
    for first in ("1 + 1", "1 +"):
        attempt(language, "expression", first)
    limited(int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize())
    for number, entry in enumerate(entries):
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        touched.clear()
        before = resource.getrusage(resource.RUSAGE_SELF)
        # The signal ends the process, even inside an operation of the interpreter that never looks up.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        result = attempt(language, entry["kind"], entry["source"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        after = resource.getrusage(resource.RUSAGE_SELF)
        result["seconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        result["touched"] = sorted(set(touched))
        result["alive"] = language.evaluate("1 + 1", {}) == 2
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
