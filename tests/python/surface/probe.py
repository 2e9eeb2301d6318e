# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Put every question of probes/ to one package and print the answers as JSON.

Each line there is a question: Python statements of which the last is an expression, in the words
of world.py. It is asked in a process of its own, forked before the package is imported: whatever a
question does, crash and deadlock included, the next one starts afresh.
"""

import ast
import json
import os
import pathlib
import resource
import select
import signal
import sys
import warnings
from typing import Any

import static
import world
from answers import describe, tell

PROBES = pathlib.Path(__file__).parent / "probes"
SECONDS = 10.0  # more than any answer takes on a busy machine


def questions(path: pathlib.Path) -> list[str]:
    """The questions of one file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def answer(question: str) -> str:
    """The answer to a question, with the warnings that came along."""
    body = ast.parse(question, "probe").body
    assert isinstance(body[-1], ast.Expr), f"no expression at the end of: {question}"
    before = compile(ast.Module(body[:-1], type_ignores=[]), "probe", "exec")
    last = compile(ast.Expression(body[-1].value), "probe", "eval")
    names = world.names_for(compile(question, "probe", "exec"))

    def run() -> Any:
        exec(before, names)
        return eval(last, names)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        told = str(tell(run))
    for warning in caught:
        place = "" if warning.filename == "probe" else " elsewhere"
        told += f" warns{place}: {describe(warning.message)}"
    return told


def in_a_child(task: Any, *args: Any) -> Any:
    """What a task returns, or in words how its process died."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(2, 1)  # what a probe prints is no answer
        try:
            with os.fdopen(writable, "w", encoding="utf-8") as pipe:
                json.dump(task(*args), pipe)
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable, encoding="utf-8") as pipe:
        if not select.select([pipe], [], [], SECONDS)[0]:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "hangs"
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return f"dies of {signal.Signals(os.WTERMSIG(status)).name}"
    return json.loads(text) if text else f"exits with {os.WEXITSTATUS(status)}"


def main() -> None:
    """Ask, and print."""
    answers = {
        path.stem: {question: in_a_child(answer, question) for question in questions(path)}
        for path in sorted(PROBES.glob("*.txt"))
    }
    answers["static"] = in_a_child(static.surface)
    json.dump(answers, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
