# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp run``: runs an unmodified PyAudio program."""

from __future__ import annotations

import importlib.util
import io
import os
import runpy
import sys
import zipfile
from collections.abc import Callable, Sequence
from types import ModuleType, TracebackType

from pyaudiopp import install_as_pyaudio
from pyaudiopp._cli.status import DONE, USAGE, Failure, complain, explain


def prepare(
    program: str, arguments: Sequence[str], as_module: bool, stop_at_once: bool
) -> Callable[[], int]:
    """Returns a function that runs the program as Python itself would, exceptions included."""
    source = None if as_module else _read(program)

    def run() -> int:
        install_as_pyaudio(drain=not stop_at_once)
        sys.argv = [program, *arguments]
        # Replace our entry, as Python does: the program's directory, or for a module the current
        # one.
        sys.path[0] = os.getcwd() if as_module else os.path.dirname(os.path.realpath(program))
        try:
            if as_module:
                runpy.run_module(program, run_name="__main__", alter_sys=True)
            elif source is None:
                runpy.run_path(program, run_name="__main__")
            else:
                module = sys.modules["__main__"] = ModuleType("__main__")
                module.__file__ = os.path.abspath(program)
                exec(compile(source, module.__file__, "exec", dont_inherit=True), vars(module))
        except BaseException as error:
            begin = _begin_of_program(error.__traceback__)
            if begin is None and isinstance(error, ImportError):
                complain(f"cannot run {program}: {explain(error)}")
                return USAGE
            # Show a traceback that starts in the program.
            hook = sys.excepthook
            sys.excepthook = lambda kind, error, _: hook(kind, error.with_traceback(begin), begin)
            raise
        return DONE

    return run


def _read(program: str) -> str | None:
    """The program's source; None for a directory, archive or bytecode, which runpy handles."""
    if os.path.isdir(program):
        return None
    try:
        with open(program, "rb") as file:  # may be a pipe, which can be read only once
            data = file.read()
        if data.startswith(importlib.util.MAGIC_NUMBER) or zipfile.is_zipfile(io.BytesIO(data)):
            return None
        source = importlib.util.decode_source(data)
    except OSError as error:
        raise Failure(f"cannot run {program}: {error.strerror}", USAGE) from error
    except (SyntaxError, UnicodeError):
        source = "\0"
    if "\0" in source:
        raise Failure(f"cannot run {program}: it is not a Python program", USAGE)
    return source


def _begin_of_program(traceback: TracebackType | None) -> TracebackType | None:
    ours = (globals(), vars(runpy))
    while traceback is not None and any(traceback.tb_frame.f_globals is its for its in ours):
        traceback = traceback.tb_next
    return traceback
