# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Letting unmodified PyAudio programs find us."""

import sys


def install_as_pyaudio() -> None:
    """Makes ``import pyaudio`` find pyaudiopp, in this process, from now on.

    ``import pyaudio._portaudio`` and the older top-level ``import _portaudio`` find it too.
    Calling it again does nothing.

    Raises:
        RuntimeError: PyAudio was imported before: what imported it would go on using it.
    """
    import pyaudiopp
    from pyaudiopp import _portaudio

    present = sys.modules.get("pyaudio")
    if present is not None and present is not pyaudiopp:
        origin = getattr(present, "__file__", None) or "an unknown place"
        raise RuntimeError(
            f"pyaudio has been imported already, from {origin}: "
            "call pyaudiopp.install_as_pyaudio() before anything imports pyaudio"
        )
    sys.modules["pyaudio"] = pyaudiopp
    sys.modules["pyaudio._portaudio"] = _portaudio
    sys.modules["_portaudio"] = _portaudio
