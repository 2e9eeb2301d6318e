# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Makes unmodified PyAudio programs find pyaudiopp."""

import sys

from pyaudiopp import _portaudio


def install_as_pyaudio() -> None:
    """Makes ``import pyaudio`` import pyaudiopp in this process from now on.

    The same goes for ``import pyaudio._portaudio`` and the older top-level ``import _portaudio``.
    Calling it again does nothing.

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
    sys.modules["pyaudio"] = package
    sys.modules["pyaudio._portaudio"] = _portaudio
    sys.modules["_portaudio"] = _portaudio
