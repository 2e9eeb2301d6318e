# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyAudio's C module, under the name by which programs import it.

The module lives in the extension ``_core``, which has the one copy of audiopp. Importing this
file puts it in this file's place, so that ``pyaudiopp._portaudio.__file__`` is the extension's.
"""

import sys

from pyaudiopp import _core

_core._portaudio.__file__ = _core.__file__
sys.modules[__name__] = _core._portaudio
