# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Forwards ``import pyaudio`` to pyaudiopp.

`pyaudiopp.install_as_pyaudio` puts it on the path of child processes, and ``pyaudiopp as-pyaudio``
installs it.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyaudiopp import *  # noqa: F403

try:
    from pyaudiopp._install import alias

    alias()
except ModuleNotFoundError as error:
    if error.name != "pyaudiopp":
        raise
    # A Python without pyaudiopp has inherited our path: it gets its own PyAudio.
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    from os.path import abspath, dirname

    here = dirname(dirname(abspath(__file__)))
    spec = PathFinder.find_spec("pyaudio", [entry for entry in sys.path if abspath(entry) != here])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(
            "No module named 'pyaudio': this one forwards to pyaudiopp, which is not installed",
            name="pyaudio",
        ) from None
    sys.modules["pyaudio"] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules["pyaudio"])
