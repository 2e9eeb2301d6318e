# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Makes unmodified PyAudio programs find pyaudiopp."""

import os
import sys

from pyaudiopp import _portaudio

# A package `pyaudio` that forwards to us: what goes on the path of child processes, and what
# `pyaudiopp as-pyaudio` installs.
FORWARDING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_alias")


def install_as_pyaudio(drain: bool = True) -> None:
    """Makes ``import pyaudio`` import pyaudiopp from now on, in this process and its children.

    The same goes for ``import pyaudio._portaudio`` and the older top-level ``import _portaudio``.
    Calling it again does nothing. For the children it extends ``sys.path`` and the environment
    variable PYTHONPATH; a child that gets neither, such as ``python -I``, does not know about it.

    Args:
        drain: Whether `stop_stream`, `close` and `terminate` play what is queued. False is for
            programs that interrupt speech by `stop_stream`; it sets the environment variable
            PYAUDIOPP_STOP_AT_ONCE, and so reaches the children too.

    Programs compare PyAudio's version, so ``__version__`` has only numbers from now on: 1.0.0
    instead of 1.0.0.dev0.

    Raises:
        RuntimeError: PyAudio has been imported already: its importers would keep using it.
    """
    package = sys.modules["pyaudiopp"]
    present = sys.modules.get("pyaudio")
    if present is not None and present is not package:
        origin = getattr(present, "__file__", None) or "an unknown place"
        raise RuntimeError(
            f"pyaudio has been imported already, from {origin}: "
            "call pyaudiopp.install_as_pyaudio() before anything imports pyaudio"
        )
    if not drain:
        os.environ["PYAUDIOPP_STOP_AT_ONCE"] = "1"
    alias()
    _tell_children()


def alias() -> None:
    """Makes this process's ``pyaudio`` pyaudiopp, whatever it was."""
    import re

    package = sys.modules["pyaudiopp"]
    if numbers := re.match(r"\d+(\.\d+)*", package.__version__):
        package.__dict__["__version__"] = numbers[0]
    sys.modules["pyaudio"] = package
    sys.modules["pyaudio._portaudio"] = _portaudio
    sys.modules["_portaudio"] = _portaudio


def _tell_children() -> None:
    if not os.path.isdir(FORWARDING):
        return  # in a program packed into one file
    # multiprocessing hands sys.path to its children. The program's own directory stays first.
    if FORWARDING not in sys.path:
        sys.path.insert(1, FORWARDING)
    inherited = os.environ.get("PYTHONPATH")
    if not inherited:
        os.environ["PYTHONPATH"] = FORWARDING
    elif FORWARDING not in inherited.split(os.pathsep):
        os.environ["PYTHONPATH"] = FORWARDING + os.pathsep + inherited
