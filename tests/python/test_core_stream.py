# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pyaudiopp.core: streams."""

from __future__ import annotations

import ctypes
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import core
from pyaudiopp.core import SampleFormat, Session, Stream, StreamConfig, StreamSide
from pyaudiopp.simulation import Device, Fault, HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard

FORMATS = [format for format in SampleFormat if format is not SampleFormat.custom]
SIZES = {"float32": 4, "int32": 4, "int24": 3, "int16": 2, "int8": 1, "uint8": 1}
BLOCK = 64


@pytest.fixture
def session(free: Simulation) -> Iterator[Session]:
    """A session on a free-running card."""
    with Session() as session:
        yield session


@pytest.fixture
def slow(by_hand: Simulation) -> Iterator[Session]:
    """A session on a card whose time the test moves."""
    with Session() as session:
        yield session


def config_of(direction: str, format: int = SampleFormat.int16, channels: int = 2) -> StreamConfig:
    sides = ("input", "output") if direction == "duplex" else (direction,)
    return StreamConfig(
        **{side: StreamSide(channels=channels, format=format) for side in sides},
        frames_per_buffer=BLOCK,
    )


def sound_of(format: SampleFormat, channels: int, frames: int) -> bytes:
    """Samples that are all different from silence and from each other, as far as possible."""
    count = channels * frames
    if format is SampleFormat.float32:
        return (np.arange(1, count + 1) / (count + 1)).astype(np.float32).tobytes()
    pattern = bytes(range(1, 128)) * (count * SIZES[format.name] // 127 + 1)
    return pattern[: count * SIZES[format.name]]


# ---- formats, channels and directions ----


def card_of(make: MakeSimulatedCard, channels: int, clock: str) -> Simulation:
    device = Device(max_input_channels=channels, max_output_channels=channels)
    return make([HostApi(devices=[device])], clock)


@pytest.mark.parametrize("channels", [1, 2, 4, 8])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("direction", ["input", "output", "duplex"])
def test_what_is_read_and_written(
    make_simulated_card: MakeSimulatedCard, direction: str, format: SampleFormat, channels: int
) -> None:
    card = card_of(make_simulated_card, channels, "free_running")
    sound = sound_of(format, channels, 500)
    card.feed_input(0, sound, channels=channels, format=format)
    with Session() as session, Stream(session, config_of(direction, format, channels)) as stream:
        stream.start()
        if direction != "output":
            half = stream.read(250)
            rest = bytearray(len(sound) - len(half))
            assert stream.read_into(rest) == (250, False)
            assert half + rest == sound
        if direction != "input":
            assert stream.write(sound) is False
    if direction != "input":
        assert card.output(0, format)[: len(sound)] == sound


@pytest.mark.parametrize("channels", [1, 2, 4, 8])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("direction", ["input", "output", "duplex"])
def test_what_a_callback_gets_and_gives(
    make_simulated_card: MakeSimulatedCard, direction: str, format: SampleFormat, channels: int
) -> None:
    card = card_of(make_simulated_card, channels, "by_hand")
    sound = sound_of(format, channels, BLOCK)
    size = SIZES[format.name] * channels
    if direction != "output":
        card.feed_input(0, sound, channels=channels, format=format)
    got: list[bytes | None] = []

    def callback(data: bytes | None, frames: int, *_: Any) -> tuple[bytes | None, int]:
        got.append(data)
        assert frames == BLOCK
        return (None if direction == "input" else sound), pyaudiopp.paContinue

    config = config_of(direction, format, channels)
    with Session() as session, Stream(session, config, callback) as stream:
        stream.start()
        card.step(2)
        stream.abort()
    assert got[0] == (None if direction == "output" else sound)
    if direction != "input":
        assert sound in card.output(0, format)
        assert len(sound) == BLOCK * size


# ---- states ----


def test_a_streams_life(slow: Session) -> None:
    stream = Stream(slow, config_of("output"))
    assert (stream.is_open, stream.is_active, stream.is_stopped) == (True, False, True)
    with pytest.raises(core.PortAudioError, match="Stream is stopped"):
        stream.stop()
    stream.start()
    assert (stream.is_active, stream.is_stopped, stream.is_device_lost) == (True, False, False)
    with pytest.raises(core.PortAudioError, match="Stream is not stopped"):
        stream.start()
    assert stream.is_open  # PyAudio would have closed it
    stream.abort()
    assert stream.is_stopped
    stream.start()
    stream.stop(drain=False)
    stream.close()
    stream.close(drain=False)
    assert (stream.is_open, stream.is_active, stream.is_stopped) == (False, False, True)


def test_what_a_stream_knows_stays_when_it_is_closed(slow: Session) -> None:
    config = config_of("duplex")
    config.input.latency = config.output.latency = 0.05  # type: ignore[union-attr]
    stream = Stream(slow, config)
    assert stream.time >= 0
    assert stream.cpu_load == 0.0
    assert stream.write_available > 0
    assert stream.read_available == 0
    for _ in range(2):
        assert stream.sample_rate == 48000.0
        assert stream.input_latency == pytest.approx(0.05)
        assert stream.output_latency == pytest.approx(0.05)
        assert stream.counters == dict.fromkeys(pyaudiopp_counters(), 0)
        assert stream.config.frames_per_buffer == BLOCK
        assert stream.config.input.channels == 2  # type: ignore[union-attr]
        stream.close()


def pyaudiopp_counters() -> list[str]:
    xruns = [f"{side}_{kind}flows" for side in ("input", "output") for kind in ("under", "over")]
    return ["callbacks", "frames", *xruns, "short_blocks", "missing_frames", "partial_frames"]


CALLS: list[Callable[[Stream], object]] = [
    lambda stream: stream.start(),
    lambda stream: stream.stop(),
    lambda stream: stream.abort(),
    lambda stream: stream.read(1),
    lambda stream: stream.read_into(bytearray(4)),
    lambda stream: stream.write(b"1234"),
    lambda stream: stream.read_available,
    lambda stream: stream.write_available,
    lambda stream: stream.time,
    lambda stream: stream.cpu_load,
    lambda stream: stream.set_callback(None),
]


@pytest.mark.parametrize("call", CALLS)
def test_every_call_on_a_closed_stream(slow: Session, call: Callable[[Stream], object]) -> None:
    stream = Stream(slow, config_of("duplex"))
    stream.close()
    with pytest.raises(core.PortAudioError) as raised:
        call(stream)
    assert raised.value.code == pyaudiopp.paBadStreamPtr
    stream.check()


FAULTS: list[tuple[str, Callable[[Stream], object]]] = [
    ("Pa_StartStream", lambda stream: stream.start()),
    ("Pa_StopStream", lambda stream: [stream.start(), stream.stop()]),
    ("Pa_ReadStream", lambda stream: [stream.start(), stream.read(1)]),
    ("Pa_WriteStream", lambda stream: [stream.start(), stream.write(b"1234")]),
    ("Pa_IsStreamActive", lambda stream: [stream.start(), stream.is_active]),
    ("Pa_IsStreamStopped", lambda stream: stream.is_stopped),
    ("Pa_GetStreamReadAvailable", lambda stream: stream.read_available),
    ("Pa_GetStreamWriteAvailable", lambda stream: stream.write_available),
]


@pytest.mark.parametrize(("name", "call"), FAULTS)
def test_a_failed_call_leaves_the_stream_open(
    free: Simulation, session: Session, name: str, call: Callable[[Stream], object]
) -> None:
    stream = Stream(session, config_of("duplex"))
    free.inject(Fault(name, pyaudiopp.paInternalError, times=None))
    with pytest.raises(core.PortAudioError, match="Internal PortAudio error") as raised:
        call(stream)
    assert raised.value.code == pyaudiopp.paInternalError
    assert raised.value.call
    assert stream.is_open
    free.clear_faults()
    stream.close()


def test_a_lost_device_is_told(free: Simulation, session: Session) -> None:
    with Stream(session, config_of("input")) as stream:
        stream.start()
        free.unplug(0)
        with pytest.raises(core.PortAudioError) as raised:
            stream.read(100_000)
        assert raised.value.device_lost
        assert stream.is_device_lost
        with pytest.raises(core.PortAudioError):
            stream.check()


# ---- arguments ----


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((None, StreamConfig()), "session must be a pyaudiopp.core.Session, not NoneType"),
        ((StreamConfig(), StreamConfig()), "session must be"),
        (("session", None), "config must be a pyaudiopp.core.StreamConfig, not NoneType"),
        (("session", StreamConfig(), 1), "callback must be callable"),
        (("session",), "config"),
    ],
)
def test_what_is_no_stream(session: Session, arguments: tuple[Any, ...], text: str) -> None:
    with pytest.raises(TypeError, match=text):
        Stream(*(session if argument == "session" else argument for argument in arguments))


def test_configurations_that_cannot_be(session: Session) -> None:
    with pytest.raises(TypeError, match="finished_callback must be callable"):
        Stream(session, config_of("output"), finished_callback=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="an input, an output or both"):
        Stream(session, StreamConfig())
    with pytest.raises(ValueError, match="needs a callback"):
        Stream(session, config_of("output"), finished_callback=print)
    config = config_of("output")
    config.callback_buffer = 4096
    with pytest.raises(ValueError, match="needs a callback"):
        Stream(session, config)
    for latency in (-1.0, 3601.0, math.nan):
        config = config_of("output")
        config.output.latency = latency  # type: ignore[union-attr]
        with pytest.raises(ValueError, match="latency"):
            Stream(session, config)
    with pytest.raises(core.PortAudioError, match="Invalid number of channels"):
        Stream(session, config_of("output", channels=99))
    with pytest.raises(core.PortAudioError, match="Invalid number of channels"):
        Stream(session, config_of("output", channels=0))
    with pytest.raises(ValueError, match="layout"):
        Stream(session, config_of("output", format=0x80000008))


@pytest.mark.parametrize(
    "call",
    [
        lambda stream: stream.read(),
        lambda stream: stream.read(1, 2, 3, 4),
        lambda stream: stream.read(1, frames=1),
        lambda stream: stream.read(1, time=1),
        lambda stream: stream.read("1"),
        lambda stream: stream.read(1, timeout="1"),
        lambda stream: stream.read_into(b"1234"),
        lambda stream: stream.read_into(),
        lambda stream: stream.write(1),
        lambda stream: stream.write(data=b"", frames="1"),
        lambda stream: stream.stop("drain", True),
        lambda stream: stream.set_callback(),
        lambda stream: setattr(stream, "timeout", "1"),
    ],
)
def test_arguments_of_wrong_types(session: Session, call: Callable[[Any], object]) -> None:
    with Stream(session, config_of("duplex")) as stream, pytest.raises((TypeError, BufferError)):
        call(stream)


def test_numbers_that_cannot_be(session: Session) -> None:
    with Stream(session, config_of("duplex")) as stream:
        for timeout in (-1, math.nan):
            with pytest.raises(ValueError, match="timeout must be a number of seconds"):
                stream.read(1, timeout=timeout)
        with pytest.raises(ValueError, match="Invalid number of frames"):
            stream.read(-1)
        with pytest.raises(MemoryError):
            stream.read(sys.maxsize)
        with pytest.raises(AttributeError):
            del stream.timeout
        with pytest.raises(AttributeError):
            stream.is_open = True  # type: ignore[misc]


# ---- reading and writing ----


def test_a_direction_that_is_not_there(session: Session) -> None:
    with Stream(session, config_of("output")) as output, Stream(session, config_of("input")) as in_:
        output.start()
        in_.start()
        with pytest.raises(core.PortAudioError, match="Can't read from an output only stream"):
            output.read(1)
        with pytest.raises(core.PortAudioError, match="Can't write to an input only stream"):
            in_.write(b"1234")
        assert output.is_open
        assert in_.is_open


def test_a_custom_format_has_no_frames(free: Simulation, session: Session) -> None:
    try:
        stream = Stream(session, config_of("duplex", format=SampleFormat.custom))
    except core.PortAudioError as error:
        assert error.code == pyaudiopp.paSampleFormatNotSupported  # noqa: PT017
        return
    with stream, pytest.raises(ValueError, match="custom sample format"):
        stream.read(1)


def test_a_timeout_leaves_frames_for_the_next_read(by_hand: Simulation, slow: Session) -> None:
    sound = sound_of(SampleFormat.int16, 2, 2 * BLOCK)
    by_hand.feed_input(0, sound, channels=2, format=SampleFormat.int16)
    with Stream(slow, config_of("duplex")) as stream:
        stream.start()
        by_hand.step()
        with pytest.raises(TimeoutError, match=f"timed out: {BLOCK} of {2 * BLOCK} frames"):
            stream.read(2 * BLOCK, timeout=0)
        by_hand.step()
        assert stream.read(2 * BLOCK, 0) == sound
        room = stream.write_available
        with pytest.raises(TimeoutError) as raised:
            stream.write(bytes(4 * (room + 1)), timeout=0)
        assert raised.value.frames == room  # type: ignore[attr-defined]
        stream.abort()


def test_a_stream_has_a_timeout_of_its_own(slow: Session) -> None:
    with Stream(slow, config_of("input")) as stream:
        assert stream.timeout is None
        stream.timeout = 0
        assert stream.timeout == 0.0
        stream.start()
        with pytest.raises(TimeoutError):
            stream.read(1)
        with pytest.raises(TimeoutError):
            stream.read_into(bytearray(4))
        stream.timeout = None
        assert stream.timeout is None
        stream.timeout = math.inf
        assert stream.timeout is None


def test_xruns_are_told_and_counted(free: Simulation, session: Session) -> None:
    sound = sound_of(SampleFormat.int16, 2, 100)
    with Stream(session, config_of("duplex")) as stream:
        stream.start()
        free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
        assert stream.read_into(bytearray(4)) == (1, True)
        free.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
        assert stream.write(sound) is True
        assert stream.write(sound) is False
        counted = stream.counters
        assert (counted["input_overflows"], counted["output_underflows"]) == (1, 1)
        free.feed_input(0, sound, channels=2, format=SampleFormat.int16)
        free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
        with pytest.raises(core.PortAudioError) as raised:
            stream.read(100, raise_xrun=True)
        assert raised.value.code == pyaudiopp.paInputOverflowed
        assert len(stream.read(100, raise_xrun=True)) == 400
        free.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
        with pytest.raises(core.PortAudioError) as raised:
            stream.write(sound, raise_xrun=True)
        assert raised.value.code == pyaudiopp.paOutputUnderflowed
        assert stream.is_open


def test_write_takes_any_buffer_and_a_number_of_frames(free: Simulation, session: Session) -> None:
    sound = np.arange(1, 201, dtype=np.int16)
    with Stream(session, config_of("output")) as stream:
        stream.start()
        stream.write(sound.reshape(-1, 2), frames=40)
        stream.write(memoryview(sound)[80:], frames=10**9)
        stream.write(data=b"123", timeout=None)  # no whole frame
    assert free.output(0, SampleFormat.int16)[:400] == sound.tobytes()


# ---- threads and signals ----


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda stream: stream.close(), pyaudiopp.paBadStreamPtr),
        (lambda stream: stream.abort(), pyaudiopp.paStreamIsStopped),
    ],
)
def test_another_thread_ends_a_waiting_read(
    slow: Session, end: Callable[[Stream], object], code: int
) -> None:
    stream = Stream(slow, config_of("input"))
    stream.start()
    ender = threading.Timer(0.05, end, [stream])
    ender.start()
    with pytest.raises(core.PortAudioError) as raised:
        stream.read(BLOCK)
    ender.join()
    assert raised.value.code == code
    assert stream.is_open == (code == pyaudiopp.paStreamIsStopped)
    stream.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_interrupts_a_waiting_read(slow: Session) -> None:
    def handler(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with Stream(slow, config_of("input")) as stream:
            stream.start()
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt):
                stream.read(BLOCK)
            assert stream.is_active
            stream.abort()
    finally:
        signal.signal(signal.SIGALRM, before)


def test_threads_read_write_and_ask_at_once(free: Simulation, session: Session) -> None:
    failures: list[BaseException] = []
    with Stream(session, config_of("duplex")) as stream:
        stream.start()
        calls: list[Callable[[], object]] = [
            lambda: stream.read(BLOCK),
            lambda: stream.read_into(bytearray(4 * BLOCK)),
            lambda: stream.write(bytes(4 * BLOCK)),
            lambda: (stream.is_active, stream.counters, stream.time, stream.read_available),
        ]

        def repeat(call: Callable[[], object]) -> None:
            try:
                for _ in range(200):
                    call()
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=repeat, args=[call]) for call in calls * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


# ---- callbacks ----


def silence(_: object, frames: int, *__: Any) -> tuple[bytes, int]:
    return bytes(4 * frames), pyaudiopp.paContinue


def test_a_callback_is_replaced_and_removed(by_hand: Simulation, slow: Session) -> None:
    called: list[str] = []

    def callback_named(name: str) -> Callable[..., tuple[bytes, int]]:
        def callback(_: object, frames: int, *__: Any) -> tuple[bytes, int]:
            called.append(name)
            return bytes(4 * frames), pyaudiopp.paContinue

        return callback

    with Stream(slow, config_of("output"), callback_named("one")) as stream:
        stream.start()
        by_hand.step()
        stream.set_callback(callback_named("two"))
        by_hand.step()
        stream.set_callback(None)
        by_hand.step()
        assert called == ["one", "two"]
        assert stream.is_active
        with pytest.raises(TypeError, match="callback must be callable"):
            stream.set_callback(1)  # type: ignore[arg-type]
        stream.set_callback(callback_named("three"))
        by_hand.step()
        assert called[2:] == ["three"]
        assert stream.counters["callbacks"] == 4
        stream.abort()
    with Stream(slow, config_of("output")) as stream, pytest.raises(ValueError, match="without a"):
        stream.set_callback(silence)


@pytest.mark.parametrize("buffered", [0, 4 * BLOCK])
def test_a_compiled_callback_takes_turns_with_a_python_one(
    free: Simulation, session: Session, buffered: int
) -> None:
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
    )
    blocks = {"compiled": 0, "python": 0}

    @kind
    def compiled(*_: Any) -> int:
        blocks["compiled"] += 1
        return 0

    def python(_: object, frames: int, *__: Any) -> tuple[bytes, int]:
        blocks["python"] += 1
        return bytes(4 * frames), pyaudiopp.paContinue

    config = config_of("output")
    config.callback_buffer = buffered
    callbacks: list[tuple[str, Any]] = [("compiled", compiled), ("python", python)]
    with Stream(session, config, python) as stream:
        stream.start()
        for name, callback in callbacks * 5:
            stream.set_callback(callback)
            before = dict(blocks)
            deadline = time.monotonic() + 20
            while blocks[name] < before[name] + 3 and time.monotonic() < deadline:
                time.sleep(0.001)
            assert blocks[name] >= before[name] + 3
        stream.abort()


def test_what_a_callback_raises_is_raised_once(
    by_hand: Simulation, slow: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> tuple[bytes, int]:
        raise LookupError("broken")

    calls: list[Callable[[Stream], object]] = [
        lambda stream: stream.check(),
        lambda stream: stream.stop(),
        lambda stream: stream.abort(),
        lambda stream: stream.start(),
        lambda stream: stream.read(1),
        lambda stream: stream.set_callback(silence),
    ]
    for call in calls:
        with Stream(slow, config_of("duplex"), broken) as stream:
            stream.start()
            by_hand.step(2)
            assert not stream.is_active
            with pytest.raises(LookupError, match="broken"):
                call(stream)
            stream.check()
        assert capsys.readouterr().err.count("LookupError: broken") == 1


def test_a_callback_may_ask_but_not_control(by_hand: Simulation, slow: Session) -> None:
    told: list[object] = []

    def callback(_: object, frames: int, *__: Any) -> tuple[bytes, int]:
        told.append((stream.is_active, stream.is_open, stream.sample_rate))
        for call in (stream.stop, stream.close, lambda: stream.set_callback(None)):
            try:
                call()
            except RuntimeError as error:
                told.append(type(error))
        return bytes(4 * frames), pyaudiopp.paContinue

    with Stream(slow, config_of("output"), callback) as stream:
        stream.start()
        by_hand.step()
        stream.abort()
    assert told == [(True, True, 48000.0), *[RuntimeError] * 3]


def test_a_finished_callback(by_hand: Simulation, slow: Session) -> None:
    finished = threading.Event()

    def last(_: object, frames: int, *__: Any) -> tuple[bytes, int]:
        return bytes(4 * frames), pyaudiopp.paComplete

    stream = Stream(slow, config_of("output"), last, finished_callback=finished.set)
    with stream:
        stream.start()
        for _ in range(1000):
            by_hand.step()
            if finished.wait(0.001):
                break
        assert finished.is_set()
        assert not stream.is_active
        assert not stream.is_stopped  # it has finished


def test_a_buffered_callback_adds_its_latency(slow: Session) -> None:
    config = config_of("output")
    with Stream(slow, config, silence) as stream:
        direct = stream.output_latency
    config.callback_buffer = 48000
    with Stream(slow, config, silence) as stream:
        assert stream.output_latency == pytest.approx(direct + 1)
        assert stream.config.callback_buffer == 48000


def test_with_closes_and_drops_the_sound_after_an_error(by_hand: Simulation, slow: Session) -> None:
    sound = sound_of(SampleFormat.int16, 2, BLOCK)
    with pytest.raises(LookupError), Stream(slow, config_of("output")) as stream:  # noqa: PT012
        stream.start()
        stream.write(sound)
        raise LookupError
    assert not stream.is_open
    assert by_hand.output(0, SampleFormat.int16) == b""


def test_both_faces_side_by_side(free: Simulation, session: Session) -> None:
    with pyaudiopp.PyAudio() as p:
        classic = p.open(rate=48000, channels=2, format=pyaudiopp.paInt16, output=True)
        with Stream(session, config_of("output")) as stream:
            stream.start()
            stream.write(bytes(400))
            classic.write(bytes(400))
    with pytest.raises(TypeError, match=r"must be _portaudio.Stream, not pyaudiopp.core.Stream"):
        pyaudiopp.pa.close(stream)  # type: ignore[arg-type]
