# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Put every question of probes/ to one package and print the answers as JSON.

Each line there is a question: Python statements that end with an expression, using the names from
world.py. Each runs in its own process, forked before the package is imported, so that crashes and
deadlocks do not affect the next one.
"""

import ast
import json
import os
import pathlib
import select
import signal
import sys
import warnings
from typing import Any

import static
import world
from answers import describe, tell
from explanations import questions

PROBES = pathlib.Path(__file__).parent / "probes"
SECONDS = 10.0  # longer than any answer takes on a busy machine


def answer(question: str, keep: Any = id) -> str:
    """The answer to a question, with its warnings; `keep` is called with the objects it used."""
    body = ast.parse(question, "probe").body
    assert isinstance(body[-1], ast.Expr), f"no expression at the end of: {question}"
    before = compile(ast.Module(body[:-1], type_ignores=[]), "probe", "exec")
    last = compile(ast.Expression(body[-1].value), "probe", "eval")
    names = world.names_for(compile(question, "probe", "exec"))
    keep(names)

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
    """A task's result, or a description of how its process died."""
    import resource  # Windows has none

    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(2, 1)  # a probe's output is not part of its answer
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
    """Ask all questions, and print the answers."""
    answers = {
        path.stem: {question: in_a_child(answer, question) for question in questions(path)}
        for path in sorted(PROBES.glob("*.txt"))
    }
    answers["static"] = in_a_child(static.surface)
    json.dump(answers, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
