# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays and records raw frames on a Windows host API: the side of `rig.py` that runs on Windows.

Usage: transfer.py LIBRARY, one of pyaudiopp, pyaudio and sounddevice. Reads one request a line from
its standard input, each a JSON object, and answers with one line each. It needs nothing but the
library, so that it runs on a bare Windows Python.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

# A callback that is never called must not keep the test waiting for ever.
PATIENCE_SECONDS = 20

Request = dict[str, Any]


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits until it is true, or until patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the stream did not end")
        time.sleep(0.005)


class Feeder:
    """The frames of a callback, in blocks; the last one is filled with silence."""

    def __init__(self, sound: bytes, frame_size: int, silence: bytes) -> None:
        self._sound = sound
        self._frame_size = frame_size
        self._silence = silence
        self._position = 0
        self.blocks: list[int] = []

    def next(self, frames: int) -> tuple[bytes, bool]:
        """The next block, and whether there is more."""
        size = frames * self._frame_size
        self.blocks.append(frames)
        block = self._sound[self._position : self._position + size]
        self._position += size
        missing = (size - len(block)) // len(self._silence)
        return block + self._silence * missing, self._position < len(self._sound)


class PyAudioLike:
    """Transfers by PyAudio's API, which both pyaudio and pyaudiopp have."""

    def __init__(self, library: str) -> None:
        self._module: Any = __import__(library)
        self._audio = self._module.PyAudio()

    def host_apis(self) -> dict[str, Any]:
        """What the default devices of each host API can do, by the host API's number."""
        found = {}
        for index in range(self._audio.get_host_api_count()):
            api = self._audio.get_host_api_info_by_index(index)
            found[str(api["type"])] = {
                "devices": api["deviceCount"],
                **{
                    key: self._audio.get_device_info_by_index(api[f"default{side}Device"])[
                        f"max{side}Channels"
                    ]
                    for key, side in (("input", "Input"), ("output", "Output"))
                    if api[f"default{side}Device"] >= 0
                },
            }
        return found

    def _open(self, request: Request, **arguments: Any) -> Any:
        api = self._audio.get_host_api_info_by_type(request["api"])
        for key, side in (("input", "Input"), ("output", "Output")):
            if arguments.get(key):
                arguments[f"{key}_device_index"] = api[f"default{side}Device"]
                if request["auto_convert"]:
                    options = self._module.WasapiOptions(auto_convert=True)
                    arguments[f"{key}_host_api_specific_stream_info"] = options
        return self._audio.open(
            rate=request["rate"],
            channels=request["channels"],
            format=getattr(self._module, request["format"]),
            frames_per_buffer=request["block"],
            **arguments,
        )

    def _frame_size(self, request: Request) -> int:
        sample_format = getattr(self._module, request["format"])
        return int(self._module.get_sample_size(sample_format)) * int(request["channels"])

    def play(self, request: Request, sound: bytes) -> dict[str, Any]:
        """Plays it: by `write`, then stop_stream and close; by `close` alone; by a callback."""
        if request["way"] == "callback":
            return self._play_by_callback(request, sound)
        size = request["block"] * self._frame_size(request)
        stream = self._open(request, output=True)
        for position in range(0, len(sound), size):
            stream.write(sound[position : position + size])
        if request["way"] == "write":
            stream.stop_stream()
        stream.close()
        return {}

    def _play_by_callback(self, request: Request, sound: bytes) -> dict[str, Any]:
        silence = b"\x80" if request["format"] == "paUInt8" else b"\0"
        feeder = Feeder(sound, self._frame_size(request), silence)

        def callback(_: Any, frames: int, *rest: object) -> tuple[bytes, int]:
            block, more = feeder.next(frames)
            return block, self._module.paContinue if more else self._module.paComplete

        stream = self._open(request, output=True, stream_callback=callback)
        wait_until(lambda: not stream.is_active())
        stream.stop_stream()
        stream.close()
        return {"blocks": sorted(set(feeder.blocks))}

    def record(self, request: Request, is_ready: Callable[[], None]) -> bytes:
        """Records `frames` frames, by `read` or by a callback."""
        wanted = request["frames"] * self._frame_size(request)
        heard = bytearray()
        if request["way"] == "callback":

            def callback(data: bytes, *_: object) -> tuple[None, int]:
                heard.extend(data)
                more = len(heard) < wanted
                return None, self._module.paContinue if more else self._module.paComplete

            stream = self._open(request, input=True, stream_callback=callback)
            is_ready()
            wait_until(lambda: not stream.is_active())
            stream.stop_stream()
        else:
            stream = self._open(request, input=True)
            is_ready()
            while len(heard) < wanted:
                heard += stream.read(request["block"], exception_on_overflow=False)
            if request["way"] == "read":
                stream.stop_stream()
        stream.close()
        return bytes(heard)

    def duplex(self, request: Request, sound: bytes) -> bytes:
        """Plays it on a full-duplex stream, and returns what the stream has recorded meanwhile."""
        frame_size = self._frame_size(request)
        tail = b"\0" * frame_size * int(0.5 * request["rate"])
        size = request["block"] * frame_size
        heard = bytearray()
        if request["way"] == "callback":
            feeder = Feeder(sound + tail, frame_size, b"\0")

            def callback(data: bytes, frames: int, *_: object) -> tuple[bytes, int]:
                heard.extend(data)
                block, more = feeder.next(frames)
                return block, self._module.paContinue if more else self._module.paComplete

            stream = self._open(request, input=True, output=True, stream_callback=callback)
            wait_until(lambda: not stream.is_active())
        else:
            stream = self._open(request, input=True, output=True)
            sound += tail
            for position in range(0, len(sound), size):
                block = sound[position : position + size]
                stream.write(block)
                heard += stream.read(len(block) // frame_size, exception_on_overflow=False)
        stream.stop_stream()
        stream.close()
        return bytes(heard)


SOUNDDEVICE_FORMATS = {"paInt16": "int16", "paFloat32": "float32", "paInt32": "int32"}
SOUNDDEVICE_NAMES = {1: "Windows DirectSound", 2: "MME", 13: "Windows WASAPI"}


class SoundDevice:
    """Transfers by sounddevice's raw streams."""

    def __init__(self, library: str) -> None:
        self._module: Any = __import__(library)

    def host_apis(self) -> dict[str, Any]:
        """As PyAudioLike's."""
        return {}

    def _options(self, request: Request, kind: str) -> dict[str, Any]:
        name = SOUNDDEVICE_NAMES[request["api"]]
        (api,) = (api for api in self._module.query_hostapis() if api["name"] == name)
        return {
            "device": api[f"default_{kind}_device"],
            "samplerate": request["rate"],
            "channels": request["channels"],
            "dtype": SOUNDDEVICE_FORMATS[request["format"]],
            "blocksize": request["block"],
            "latency": "low",
        }

    def play(self, request: Request, sound: bytes) -> dict[str, Any]:
        """As PyAudioLike's."""
        options = self._options(request, "output")
        frame_size = request["channels"] * int(request["sample_size"])
        if request["way"] == "callback":
            feeder = Feeder(sound, frame_size, b"\0")

            def callback(out: Any, frames: int, *_: object) -> None:
                out[:], more = feeder.next(frames)
                if not more:
                    raise self._module.CallbackStop

            stream = self._module.RawOutputStream(callback=callback, **options)
            stream.start()
            wait_until(lambda: not stream.active)
        else:
            stream = self._module.RawOutputStream(**options)
            stream.start()
            size = request["block"] * frame_size
            for position in range(0, len(sound), size):
                stream.write(sound[position : position + size])
        if request["way"] != "close":
            stream.stop()
        stream.close()
        return {}

    def record(self, request: Request, is_ready: Callable[[], None]) -> bytes:
        """As PyAudioLike's."""
        options = self._options(request, "input")
        heard = bytearray()
        wanted = request["frames"] * request["channels"] * int(request["sample_size"])
        if request["way"] == "callback":

            def callback(data: Any, *_: object) -> None:
                heard.extend(bytes(data))
                if len(heard) >= wanted:
                    raise self._module.CallbackStop

            stream = self._module.RawInputStream(callback=callback, **options)
            stream.start()
            is_ready()
            wait_until(lambda: not stream.active)
        else:
            stream = self._module.RawInputStream(**options)
            stream.start()
            is_ready()
            while len(heard) < wanted:
                heard += bytes(stream.read(request["block"])[0])
        stream.stop()
        stream.close()
        return bytes(heard)


def serve(library: str) -> None:
    """Answers requests until the input ends."""
    sounds: Any = (SoundDevice if library == "sounddevice" else PyAudioLike)(library)

    def answer(**fields: Any) -> None:
        print(json.dumps(fields), flush=True)

    answer(host_apis=sounds.host_apis())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["kind"] == "play":
                with open(request["file"], "rb") as file:
                    sound = file.read()
                answer(done=True, **sounds.play(request, sound))
            elif request["kind"] == "duplex":
                with open(request["file"], "rb") as file:
                    sound = file.read()
                heard = sounds.duplex(request, sound)
                with open(request["file"], "wb") as file:
                    file.write(heard)
                answer(done=True)
            else:
                heard = sounds.record(request, lambda: answer(ready=True))
                with open(request["file"], "wb") as file:
                    file.write(heard)
                answer(done=True)
        except Exception as error:  # the test shows it
            answer(error=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    serve(sys.argv[1])
