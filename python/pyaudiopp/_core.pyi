# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp's extension module, typed."""

from typing import final

from pyaudiopp import _portaudio as _portaudio

__version__: str

class PortAudioError(OSError):
    code: int | None
    call: str | None
    host_api: int | None
    host_code: int | None
    host_text: str | None

@final
class SessionShare:
    def __init__(self) -> None: ...

def is_open(stream: _portaudio.Stream) -> bool: ...
