# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp latency``: the round-trip latency from a callback's output to its input.

Plays bursts of noise and looks for them in what it records at the same time. The output must reach
the input: by a cable, through the air, or as PulseAudio's monitor.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any, cast

import numpy as np

from pyaudiopp import paComplete, paContinue, paFloat32
from pyaudiopp._cli import terminal
from pyaudiopp._cli.levels import finite
from pyaudiopp._cli.sound import PATIENCE, find, start, trying
from pyaudiopp._cli.status import DONE, SILENT, Failure

_Array = np.ndarray[Any, Any]

_BURST = 0.02  # seconds
_SPACING = 1.0  # seconds; a longer latency is not found
_LEAST_LIKENESS = 0.3  # 1 is identical; unrelated noise scores 0.1
_WIDTH = 72  # characters in the drawing


def latency(
    input_device: str | None,
    output_device: str | None,
    host_api: str | None,
    rate: int | None,
    frames_per_buffer: int,
    suggested: str,
    level: float,
    rounds: int,
) -> int:
    """Measures a number of rounds, prints them, and draws the median one."""
    with start() as p:
        source = find(p, "input", input_device, host_api)
        sink = find(p, "output", output_device, host_api)
        rate = rate or int(sink["defaultSampleRate"])
        burst = _make_burst(rate, level)
        loop = _Loop(burst, round(_SPACING * rate), rounds)
        with trying("measure"):
            stream = p.open(
                rate,
                1,
                paFloat32,
                input=True,
                output=True,
                input_device=source["index"],
                output_device=sink["index"],
                frames_per_buffer=frames_per_buffer,
                latency=cast(Any, suggested) if suggested in ("low", "high") else float(suggested),
                clip_off=False,
                stream_callback=loop.exchange,
            )
            told = (stream.get_input_latency(), stream.get_output_latency())
            loop.wait(stream)
            counters = stream.counters
            stream.close()

    found = [_find(burst, part) for part in loop.parts()]
    heard = [(delay, likeness) for delay, likeness in found if likeness >= _LEAST_LIKENESS]
    if not heard:
        raise Failure(
            "nothing came back: connect the output to the input by a cable, or choose the output's "
            "monitor as --input-device",
            SILENT,
        )
    rows = [
        [str(number + 1), str(delay), f"{delay / rate * 1000:.2f}", f"{likeness:.2f}"]
        if likeness >= _LEAST_LIKENESS
        else [str(number + 1), "", "", f"{likeness:.2f}"]
        for number, (delay, likeness) in enumerate(found)
    ]
    names = [terminal.printable(info["name"]) for info in (sink, source)]
    title = f"From {names[0]} to {names[1]}, {rate} Hz"
    terminal.table(title, (" round", " frames", " ms", " likeness"), rows)
    middle = statistics.median_low(delay for delay, _ in heard)
    if terminal.console(sys.stdout):
        round_ = next(number for number, (delay, _) in enumerate(found) if delay == middle)
        print()
        _draw(burst, loop.parts()[round_], middle, rate)
    print()
    terminal.say(f"Round trip: {middle} frames, {middle / rate * 1000:.2f} ms", "bold")
    inner, outer = (1000 * seconds for seconds in told)
    terminal.say(
        f"PortAudio reports {inner:.2f} ms for the input, {outer:.2f} ms for the output: "
        f"{inner + outer:.2f} ms"
    )
    xruns = sum(counters[key] for key in counters if key.endswith("flows"))
    if xruns:
        terminal.say(f"{xruns} blocks were late: the result may be off by as much")
    return DONE


class _Loop:
    """The sound played and the sound recorded, in step frame by frame."""

    def __init__(self, burst: _Array, spacing: int, rounds: int) -> None:
        self._spacing = spacing
        self._rounds = rounds
        # Allow a round of silence to settle before the first round and after the last.
        self._sent = np.zeros(spacing * (rounds + 2), "f4")
        for number in range(rounds):
            begin = spacing * (number + 1)
            self._sent[begin : begin + len(burst)] = burst
        self._heard = np.zeros_like(self._sent)
        self._at = 0

    def exchange(self, data: Any, frames: int, *_: object) -> tuple[bytes, int]:
        """The callback."""
        begin, end = self._at, min(self._at + frames, len(self._sent))
        self._heard[begin:end] = np.frombuffer(data, "f4")[: end - begin]
        self._at = end
        done = end == len(self._sent)
        return self._sent[begin:end].tobytes(), paComplete if done else paContinue

    def wait(self, stream: Any) -> None:
        """Waits until everything has been played.

        Raises:
            PortAudioError: The device was lost.
            TimeoutError: The device has stopped calling back.
        """
        at, moved = self._at, time.monotonic()
        while stream.is_active():
            time.sleep(0.05)
            if self._at != at:
                at, moved = self._at, time.monotonic()
            elif time.monotonic() - moved > PATIENCE:
                raise TimeoutError

    def parts(self) -> list[_Array]:
        """The recording from the start of each burst to the start of the next."""
        spacing = self._spacing
        heard = finite(self._heard)
        return [heard[spacing * n : spacing * (n + 1)] for n in range(1, self._rounds + 1)]


def _make_burst(rate: int, level: float) -> _Array:
    noise = np.random.default_rng(1).uniform(-1, 1, round(_BURST * rate))
    return (noise * 10 ** (level / 20)).astype("f4")


def _find(burst: _Array, part: _Array) -> tuple[int, float]:
    """Returns where the burst starts, and how similar it is: 1 is identical."""
    size = 2 ** int(np.ceil(np.log2(len(part) + len(burst))))
    spectrum = np.fft.rfft(part, size) * np.conj(np.fft.rfft(burst, size))
    products = np.abs(np.fft.irfft(spectrum, size)[: len(part)])  # a microphone may be inverted
    # The energy under the burst at each position.
    sums = np.concatenate([[0.0], np.cumsum(part.astype("f8") ** 2)])
    ends = np.minimum(np.arange(len(part)) + len(burst), len(part))
    energy = sums[ends] - sums[: len(part)]
    floor = 1e-6 * np.dot(burst, burst)  # anything much quieter than the burst is not its echo
    likeness = products / np.sqrt(np.maximum(energy, floor) * np.dot(burst, burst))
    best = int(np.argmax(likeness))
    return best, float(likeness[best])


def _draw(burst: _Array, part: _Array, delay: int, rate: int) -> None:
    """Draws the sound sent above the sound heard, on the same time scale."""
    screen = terminal.console(sys.stdout)
    assert screen is not None
    letters = " ▁▂▃▄▅▆▇█" if screen.encoding.lower().startswith("utf") else " .:-=+*#@"
    shown = min(len(part), round(1.2 * delay) + 2 * len(burst))
    sent = np.zeros(shown)
    sent[: len(burst)] = burst

    def cells(sound: _Array) -> str:
        edges = np.linspace(0, shown, _WIDTH + 1).astype(int)
        levels = [np.abs(sound[a:b]).max(initial=0) for a, b in zip(edges, edges[1:])]
        steps = np.ceil(np.array(levels) / (max(levels) or 1) * (len(letters) - 1)).astype(int)
        return "".join(letters[step] for step in steps)

    mark = round(delay / shown * _WIDTH)
    end = f"{shown / rate * 1000:.0f} ms"
    scale = f"{'0 ms'.ljust(mark)}^ {delay / rate * 1000:.2f} ms"
    for name, text, style in (
        ("sent", cells(sent), "cyan"),
        ("heard", cells(part[:shown]), "green"),
        (
            "",
            scale if len(scale) + len(end) >= _WIDTH else scale.ljust(_WIDTH - len(end)) + end,
            "",
        ),
    ):
        screen.print(f"{name:5} {text}", style=style or None, overflow="crop", no_wrap=True)
