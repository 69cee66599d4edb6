"""Starts the program's processes quickly: everything is imported once, each process is a fork. Run as a program.

A line of JSON on standard input starts one: `{"command": "worker", "environment": {…}}`; its process id is the answer.
`{"wait": NUMBER}` waits for the end of one; the answer is its exit code, or minus the signal that ended it.
What is killed is a whole process of the program, as `tongdai web` or `tongdai worker` would be.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback

from engine.process import definitions
from tests.paths import ROOT
from web.cli import main


def _child(command: str, environment: dict[str, str]) -> None:
    os.environ.update(environment)
    log = os.open(environment["FAULT_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    silence = os.open(os.devnull, os.O_RDONLY)
    for stream, target in ((0, silence), (1, log), (2, log)):
        os.dup2(target, stream)
    code = 1
    try:
        main([command], standalone_mode=False)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - whatever it was, the log tells.
        traceback.print_exc()
    finally:
        os._exit(code)


def serve() -> None:
    """Start what is asked for until standard input ends; then everything that was started is killed."""
    files = definitions.read_deployment_folder(ROOT)
    definitions._contents[definitions.digest_of(files)] = definitions.compile_files(files)
    started: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = _code(order["wait"])
            started.discard(order["wait"])
        else:
            answer = os.fork()
            if answer == 0:
                _child(order["command"], order["environment"])
            started.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for child in started:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve()
