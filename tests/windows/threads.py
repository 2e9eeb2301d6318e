# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Uses WASAPI from threads that have never initialised COM; runs on Windows.

Usage: threads.py [LIBRARY [ROUNDS]]. In each round eight threads at once start PortAudio, open,
start, use, stop and close a stream, blocking or with a callback, and end PortAudio. Then threads
take turns at one stream: each opens, starts, stops or closes it, and ends before the next begins.
Prints the errors and their number; the exit status is 1 if there were any.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

THREADS = 8
BLOCK = 480

library: Any = __import__(sys.argv[1] if len(sys.argv) > 1 else "pyaudiopp")
errors: Counter[str] = Counter()


def silence(_: Any, frames: int, *rest: object) -> tuple[bytes, int]:
    """A callback that plays nothing."""
    return bytes(4 * frames), library.paContinue


def on_wasapi(audio: Any, **arguments: Any) -> Any:
    """A stream on WASAPI's default output or input."""
    api = audio.get_host_api_info_by_type(library.paWASAPI)
    side = "Input" if arguments.get("input") else "Output"
    arguments[f"{side.lower()}_device_index"] = api[f"default{side}Device"]
    arguments.setdefault("output", side == "Output")
    return audio.open(
        rate=48000, channels=2, format=library.paInt16, frames_per_buffer=BLOCK, **arguments
    )


def attempt(what: str, call: Callable[[], Any]) -> Any:
    """Calls it, and counts an error."""
    try:
        return call()
    except Exception as error:
        errors[f"{what}: {type(error).__name__} {error.args}"] += 1
        return None


def use(number: int) -> None:
    """One thread's part of a round."""
    audio = attempt("PyAudio()", library.PyAudio)
    if audio is None:
        return
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("blocking", {}),
        ("callback", {"stream_callback": silence}),
        ("input", {"input": True}),
    ]
    kind, arguments = kinds[number % len(kinds)]
    stream = attempt(f"open {kind}", lambda: on_wasapi(audio, start=False, **arguments))
    if stream is not None:
        attempt(f"start {kind}", stream.start_stream)
        if kind == "blocking":
            attempt("write", lambda: stream.write(bytes(4 * BLOCK)))
        elif kind == "input":
            attempt("read", lambda: stream.read(BLOCK, exception_on_overflow=False))
        attempt(f"stop {kind}", stream.stop_stream)
        attempt(f"close {kind}", stream.close)
    attempt("terminate", audio.terminate)


def run_in_threads(*calls: Callable[[], None]) -> None:
    """Runs each on a thread of its own, all at once."""
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def pass_on() -> None:
    """One stream, used by one thread after the other."""
    kept: dict[str, Any] = {}

    def start_portaudio() -> None:
        kept["audio"] = attempt("PyAudio()", library.PyAudio)

    def open_stream() -> None:
        kept["stream"] = attempt(
            "open", lambda: on_wasapi(kept["audio"], start=False, stream_callback=silence)
        )

    run_in_threads(start_portaudio)
    run_in_threads(open_stream)
    for step in ("start_stream", "stop_stream", "start_stream", "close"):
        run_in_threads(lambda step=step: attempt(step, getattr(kept["stream"], step)))
        time.sleep(0.05)
    run_in_threads(lambda: attempt("terminate", kept["audio"].terminate))


def main(rounds: int) -> int:
    """Runs everything; returns the exit status."""
    begin = time.monotonic()
    for _ in range(rounds):
        run_in_threads(*[lambda number=number: use(number) for number in range(THREADS)])
    seconds = time.monotonic() - begin
    for _ in range(20):
        pass_on()
    for text, count in errors.most_common():
        print(f"{count} times {text}")
    print(f"{rounds} rounds of {THREADS} threads in {seconds:.0f} s, {errors.total()} errors")
    return int(errors.total() > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[2]) if len(sys.argv) > 2 else 200))
