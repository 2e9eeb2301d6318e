# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Streams with a callback."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp.simulation import Simulation


def wait_for_end(stream: PyAudio.Stream) -> None:
    deadline = time.monotonic() + 20
    while stream.is_active():
        assert time.monotonic() < deadline, "the stream does not end"
        time.sleep(0.001)


def played(card: Simulation, format: int = pyaudiopp.paInt16) -> bytes:
    return card.output(0, format)


def test_the_callback_gets_pyaudios_arguments(by_hand: Simulation, p: PyAudio) -> None:
    calls: list[tuple[Any, ...]] = []

    def callback(*arguments: Any) -> tuple[bytes, int]:
        calls.append(arguments)
        return b"\1\2" * 2 * 64, pyaudiopp.paContinue

    stream = p.open(
        format=pyaudiopp.paInt16,
        channels=2,
        rate=48000,
        input=True,
        output=True,
        frames_per_buffer=64,
        stream_callback=callback,
    )
    by_hand.step(2)
    stream.close()
    in_data, frame_count, time_info, status_flags = calls[0]
    assert in_data == bytes(64 * 4)
    assert frame_count == 64
    assert list(time_info) == ["input_buffer_adc_time", "current_time", "output_buffer_dac_time"]
    assert all(type(value) is float for value in time_info.values())
    assert status_flags == 0
    assert played(by_hand)[: 64 * 4 * 2] == b"\1\2" * 2 * 128


def test_an_output_callback_gets_none_for_input(by_hand: Simulation, p: PyAudio) -> None:
    seen: list[Any] = []

    def callback(in_data: Any, *_: Any) -> tuple[None, int]:
        seen.append(in_data)
        return None, pyaudiopp.paContinue

    p.open(format=8, channels=1, rate=48000, output=True, stream_callback=callback)
    by_hand.step()
    assert seen == [None]


BLOCK = bytes(range(1, 129))  # 64 mono int16 frames


@pytest.mark.parametrize(
    ("result", "expected", "goes_on"),
    [
        ((BLOCK, 0), BLOCK, True),
        ((bytearray(BLOCK), 0), BLOCK, True),
        ((memoryview(BLOCK), True), BLOCK, False),
        ((BLOCK + b"more", 0), BLOCK, True),
        ((BLOCK[:10], 0), BLOCK[:10] + bytes(118), False),
        ((None, 0), bytes(128), False),
        (("ab", 0), b"ab" + bytes(126), False),
        ((BLOCK, 1), BLOCK, False),
    ],
    ids=["whole", "bytearray", "memoryview", "longer", "shorter", "None", "str", "complete"],
)
def test_what_a_callback_may_return(
    by_hand: Simulation, p: PyAudio, result: Any, expected: bytes, goes_on: bool
) -> None:
    stream = p.open(
        format=pyaudiopp.paInt16,
        channels=1,
        rate=48000,
        output=True,
        frames_per_buffer=64,
        stream_callback=lambda *_: result,
    )
    by_hand.step()
    left = played(by_hand)[: 128 * 2]
    assert left[0::4] + left[1::4] == expected[0::2] + expected[1::2]  # the device is stereo
    if goes_on:
        assert stream.is_active()
    else:
        by_hand.step(100)  # the rest of what is queued
        assert not stream.is_active()
    assert not stream.is_stopped()


def test_a_short_block_of_unsigned_bytes_is_filled_with_128(
    by_hand: Simulation, p: PyAudio
) -> None:
    p.open(
        format=pyaudiopp.paUInt8,
        channels=2,
        rate=48000,
        output=True,
        frames_per_buffer=64,
        stream_callback=lambda *_: (b"\1\1", pyaudiopp.paContinue),
    )
    by_hand.step()
    assert played(by_hand, pyaudiopp.paUInt8)[:128] == b"\1\1" + b"\x80" * 126


@pytest.mark.parametrize(
    ("result", "error", "text"),
    [
        (None, TypeError, "None"),
        ([b"", 0], TypeError, r"\[b'', 0\]"),
        ((b"",), TypeError, "tuple"),
        ((b"", 0, 0), TypeError, "tuple"),
        ((b"", 3), ValueError, "Invalid PaStreamCallbackResult from callback"),
        ((b"", None), TypeError, "integer"),
        ((7, 0), TypeError, "bytes-like"),
    ],
)
def test_what_a_callback_may_not_return(
    free: Simulation,
    p: PyAudio,
    capfd: pytest.CaptureFixture[str],
    result: Any,
    error: type[Exception],
    text: str,
) -> None:
    stream = p.open(
        format=8, channels=1, rate=48000, output=True, stream_callback=lambda *_: result
    )
    with pytest.raises(error, match=text):
        wait_for_end(stream)
    assert not stream.is_active(), "raised once"
    assert capfd.readouterr().err.count(error.__name__) == 1


def test_an_exception_is_printed_once_and_raised_once(
    free: Simulation, p: PyAudio, capfd: pytest.CaptureFixture[str]
) -> None:
    boom = RuntimeError("boom", 42)

    def callback(*_: Any) -> tuple[None, int]:
        raise boom

    stream = p.open(format=8, channels=2, rate=48000, output=True, stream_callback=callback)
    with pytest.raises(RuntimeError) as raised:
        wait_for_end(stream)
    assert raised.value is boom
    assert raised.traceback[-1].name == "callback"
    assert not stream.is_active()
    stream.stop_stream()
    assert capfd.readouterr().err.count("RuntimeError: ('boom', 42)") == 1
    assert set(played(free)) <= {0}, "the block of the failed callback is silent"


def test_close_and_terminate_do_not_raise_what_the_callback_raised(
    free: Simulation, capfd: pytest.CaptureFixture[str]
) -> None:
    def callback(*_: Any) -> tuple[None, int]:
        raise SystemExit(7)

    p = PyAudio()
    stream = p.open(format=8, channels=2, rate=48000, output=True, stream_callback=callback)
    time.sleep(0.05)
    stream.close()
    p.terminate()
    assert capfd.readouterr().err.endswith("SystemExit: 7\n")


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit(7)", "ValueError"])
def test_what_a_callback_raised_and_the_program_has_caught_is_over(error: str) -> None:
    program = f"""
import time, pyaudiopp
from pyaudiopp import simulation

def callback(*_):
    raise {error}

simulation.use()
stream = pyaudiopp.PyAudio().open(48000, 1, 8, output=True, stream_callback=callback)
try:
    while stream.is_active():
        time.sleep(0.01)
except {error.split("(")[0]}:
    print("caught")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "caught\n"), done.stderr
    assert done.stderr.count("Traceback") == 1


def test_control_inside_the_callback_is_refused_in_words(free: Simulation, p: PyAudio) -> None:
    refused: list[str] = []
    holder: list[PyAudio.Stream] = []

    def callback(*_: Any) -> tuple[None, int]:
        if not holder or not holder[0]._is_running:  # start_stream() has not returned
            return bytes(4 * 4096), pyaudiopp.paContinue  # type: ignore[return-value]
        stream = holder[0]
        for call in (stream.close, stream.stop_stream, p.terminate, PyAudio):
            try:
                call()
            except RuntimeError as error:
                refused.append(str(error))
        assert stream.is_active()
        return None, pyaudiopp.paComplete

    stream = p.open(
        format=8,
        channels=2,
        rate=48000,
        output=True,
        frames_per_buffer=64,
        start=False,
        stream_callback=callback,
    )
    holder.append(stream)
    stream.start_stream()
    wait_for_end(stream)
    assert len(refused) == 4
    assert all("inside a stream callback" in text for text in refused)


def test_a_falsy_callable_is_a_callback(by_hand: Simulation, p: PyAudio) -> None:
    class Falsy:
        calls = 0

        def __bool__(self) -> bool:
            return False

        def __call__(self, *_: Any) -> tuple[None, int]:
            self.calls += 1
            return None, pyaudiopp.paComplete

    callback = Falsy()
    p.open(format=8, channels=1, rate=48000, output=True, stream_callback=callback)
    by_hand.step()
    assert callback.calls == 1


def test_reading_and_writing_a_callback_stream(free: Simulation, p: PyAudio) -> None:
    stream = p.open(
        format=8,
        channels=1,
        rate=48000,
        input=True,
        stream_callback=lambda *_: (None, pyaudiopp.paContinue),
    )
    assert stream.get_read_available() == pyaudiopp.paCanNotReadFromACallbackStream
    with pytest.raises(OSError, match="callback stream") as raised:
        stream.read(1)
    assert raised.value.errno == pyaudiopp.paCanNotReadFromACallbackStream


def test_leaving_with_a_callback_stream_running() -> None:
    program = """
import time, pyaudiopp
from pyaudiopp import simulation
simulation.Simulation(clock="real_time").use()
p = pyaudiopp.PyAudio()
p.open(format=8, channels=2, rate=48000, output=True, frames_per_buffer=64,
       stream_callback=lambda i, n, t, f: (bytes(4 * n), pyaudiopp.paContinue))
time.sleep(0.1)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, "")
