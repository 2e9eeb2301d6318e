# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs a callback stream on a Windows host API and counts its blocks; started by windows.py.

Usage: windows_worker.py pyaudio|pyaudiopp|floor HOST_API input|output|both FRAMES RATE. The floor
is a compiled callback that does nothing. Answers each line of its standard input with the number of
blocks so far.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any


def do_nothing() -> Any:
    """A callback of one instruction: xor eax, eax; then it returns."""
    code = b"\x31\xc0\xc3"
    allocate = ctypes.windll.kernel32.VirtualAlloc  # type: ignore[attr-defined]
    allocate.restype = ctypes.c_void_p
    memory = allocate(None, ctypes.c_size_t(len(code)), 0x3000, 0x40)
    ctypes.memmove(memory, code, len(code))
    pointer, word = ctypes.c_void_p, ctypes.c_ulong
    kind = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer, word, pointer, word, pointer)
    return kind(memory)


def main(target: str, host_api: str, direction: str, frames: int, rate: int) -> None:
    """Runs the stream until the input ends."""
    library: Any = __import__("pyaudio" if target == "pyaudio" else "pyaudiopp")
    audio = library.PyAudio()
    api = audio.get_host_api_info_by_type(getattr(library, host_api))
    sides: dict[str, Any] = {}
    for key, side in (("input", "Input"), ("output", "Output")):
        if direction in (key, "both"):
            sides.update({key: True, f"{key}_device_index": api[f"default{side}Device"]})
    block = bytes(4 * frames) if direction != "input" else None
    answer = (block, library.paContinue)
    count = 0

    def callback(*_: object) -> Any:
        nonlocal count
        count += 1
        return answer

    stream = audio.open(
        rate=rate,
        channels=2,
        format=library.paInt16,
        frames_per_buffer=frames,
        stream_callback=library.NativeCallback(do_nothing()) if target == "floor" else callback,
        **sides,
    )
    for _ in sys.stdin:
        print(count, flush=True)
    stream.close()
    audio.terminate()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
