# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Answers the questions of tests/python/surface on Windows, for `test_surface.py`.

The variable SURFACE_TARGET names the package. Each line of the standard input is a question, and is
answered by a line of JSON: null if it needs what Windows does not have. Then a line "ready" says
that nothing of the question is left; if something is, the program ends instead.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python" / "surface"))

import static
import world
from probe import answer

ELSEWHERE = {"interposer", "limit_memory", "played", "script"}

package = world.pyaudio()
PARTS = [(part, dict(vars(part))) for part in (package, package.pa, package.PyAudio)]
# pyaudiopp keeps PortAudio running if a PyAudio is dropped that was not terminated.
used: list[Any] = []


def reply(question: str) -> Any:
    """The answer."""
    if question == "static":
        return static.surface()
    if world.needed(compile(question, "probe", "exec")) & ELSEWHERE:
        return None
    return answer(question, used.append)


def clean() -> bool:
    """Removes what a question has left; whether this was possible."""
    for part, names in PARTS:
        for name, value in names.items():
            if vars(part).get(name) is not value:
                setattr(part, name, value)
    for kind, end in ((package.PyAudio.Stream, "close"), (package.PyAudio, "terminate")):
        for each in gc.get_objects():
            if issubclass(type(each), kind):
                world.tell(getattr(kind, end), each)
    used.clear()
    gc.collect()
    package.pa.terminate()
    is_closed = world.tell(package.pa.get_device_count).startswith("OSError(-10000")
    return is_closed and threading.active_count() == 1


def main() -> None:
    """Answers until the input ends, or a question cannot be cleaned up."""
    # A question's output is not part of its answer.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output:
        os.dup2(2, 1)
        while clean():
            print("ready", file=output, flush=True)
            line = sys.stdin.readline()
            if not line:
                break
            print(json.dumps(reply(json.loads(line))), file=output, flush=True)


if __name__ == "__main__":
    main()
