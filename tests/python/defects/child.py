# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Run one program on one package and report the outcome: `child.py PACKAGE PROGRAM`."""

import atexit
import importlib
import resource
import sys

import listed  # noqa: F401
import portaudio  # noqa: F401
import unlisted  # noqa: F401
from defect import LAST, PROGRAMS, Skip


def main(package: str, name: str) -> object:
    """Run it, and keep its result alive until the interpreter exits."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    atexit.register(lambda: [call() for call in LAST])
    kept = None
    try:
        kept = PROGRAMS[name].run(importlib.import_module(package))
        word = "right"
    except Skip as reason:
        word = f"skipped: {reason}"
    except AssertionError as error:
        word = f"wrong: {error}"
    except BaseException as error:
        word = f"wrong: it ends with {error!r}"
    print(word, flush=True)
    return kept


if __name__ == "__main__":
    kept = main(*sys.argv[1:])
