# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyAudio's C module, under the name by which programs import it.

The module lives in the extension ``_core``, which has the one copy of audiopp. Importing this
file puts it in this file's place, so that ``pyaudiopp._portaudio.__file__`` is the extension's.
"""

import sys

try:
    import _interpreters
except ImportError:  # before Python 3.13
    try:
        import _xxsubinterpreters as _interpreters
    except ImportError:
        _interpreters = None

# Before the extension is loaded: its callbacks can only run in the main interpreter.
if _interpreters is not None and _interpreters.get_current() != _interpreters.get_main():
    raise ImportError("pyaudiopp cannot be imported in a subinterpreter, only in the main one")

from pyaudiopp import _core

_core._portaudio.__file__ = _core.__file__
# For importlib.util.find_spec and importlib.reload.
_core._portaudio.__spec__ = __spec__
_core._portaudio.__loader__ = __spec__.loader
_core._portaudio.__package__ = __package__
sys.modules[__name__] = _core._portaudio
