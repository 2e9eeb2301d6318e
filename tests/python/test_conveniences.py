# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the classes offer beyond PyAudio."""

from __future__ import annotations

import ctypes
import gc
import random
import threading
import weakref
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, paComplete, paContinue, paFloat32, paInt16, paUInt8
from pyaudiopp.simulation import Device, Fault, HostApi, Simulation
from pytest_pyaudiopp import MakeSimulatedCard

STEREO: dict[str, Any] = {"format": paInt16, "channels": 2, "rate": 48000}
SOUND = random.Random(1).randbytes(4 * 4800)


@pytest.fixture
def shop(make_simulated_card: MakeSimulatedCard) -> Simulation:
    """ALSA and JACK with devices of similar names."""
    return make_simulated_card(
        clock="free_running",
        host_apis=[
            HostApi(
                type=pyaudiopp.paALSA,
                name="ALSA",
                devices=[
                    Device(name="Scarlett 2i2", low_latency=0.005, high_latency=0.1),
                    Device(name="USB Microphone", max_output_channels=0),
                    Device(name="USB Microphone Pro", max_output_channels=0),
                    Device(name="USB Speaker", max_input_channels=0),
                ],
            ),
            HostApi(
                type=pyaudiopp.paJACK,
                name="JACK Audio Connection Kit",
                devices=[Device(name="system"), Device(name="Scarlett 2i2")],
            ),
        ],
    )


# ---- with ----


def test_with_closes_the_stream_and_terminates(free: Simulation) -> None:
    with PyAudio() as p:
        assert isinstance(p, PyAudio)
        with p.open(output=True, **STEREO) as stream:
            stream.write(SOUND)
        with pytest.raises(OSError, match="Stream closed"):
            stream.get_time()
        with p.open(output=True, **STEREO):
            assert free.open_streams() == 1
            left_to_terminate = p.open(input=True, **STEREO)
    assert free.open_streams() == 0
    with pytest.raises(OSError, match="Stream closed"):
        left_to_terminate.get_time()
    with pytest.raises(OSError, match="PortAudio not initialized"):
        p.get_device_count()


def test_with_plays_to_the_end_unless_an_exception_leaves_it(by_hand: Simulation) -> None:
    with PyAudio() as p:
        with p.open(output=True, **STEREO) as stream:
            stream.write(SOUND[:400])
        assert by_hand.output(0, paInt16).startswith(SOUND[:400])
        by_hand.clear_output(0)
        with pytest.raises(KeyError), p.open(output=True, **STEREO) as stream:  # noqa: PT012
            stream.write(SOUND[:400])
            raise KeyError
        assert by_hand.output(0, paInt16) == b""
    with pytest.raises(KeyError), PyAudio() as p:  # noqa: PT012
        p.open(output=True, **STEREO).write(SOUND[:400])
        raise KeyError
    assert by_hand.output(0, paInt16) == b""


def test_with_lets_the_first_exception_out(free: Simulation, p: PyAudio) -> None:
    def fail(*_: Any) -> tuple[None, int]:
        raise RuntimeError("in the callback")

    with pytest.raises(KeyError), p.open(output=True, stream_callback=fail, **STEREO):
        raise KeyError


# ---- finding devices ----


@pytest.mark.parametrize(
    ("device", "direction", "index"),
    [
        (3, {}, 3),
        ("speaker", {}, 3),
        ("USB", {"output": True}, 3),
        ("usb microphone", {}, 1),  # an exact match wins over partial ones
        ("Pro", {}, 2),
        (("alsa", "scarlett"), {}, 0),
        (("JACK", "Scarlett 2i2"), {"input": True, "output": True}, 5),
        (("jack audio", "SYSTEM"), {}, 4),
    ],
)
def test_devices_are_found_by_index_and_by_name(
    shop: Simulation, p: PyAudio, device: Any, direction: dict[str, bool], index: int
) -> None:
    info = p.find_device(device, **direction)
    assert info == p.get_device_info_by_index(index)
    assert p.find_device(info, **direction) == info


def test_several_devices_are_an_error_that_lists_them(shop: Simulation, p: PyAudio) -> None:
    with pytest.raises(ValueError, match="2 devices match 'scarlett'") as raised:
        p.find_device("scarlett")
    assert str(raised.value).endswith(
        "0: 'Scarlett 2i2' (ALSA); 5: 'Scarlett 2i2' (JACK Audio Connection Kit)"
    )
    with pytest.raises(ValueError, match="2 input devices match 'mic'"):
        p.find_device("mic", input=True)


@pytest.mark.parametrize("device", ["Mikrofon", 6, -1, 3, ("JACK", "USB"), ("OSS", "USB")])
def test_no_device_is_an_error_that_lists_what_there_is(
    shop: Simulation, p: PyAudio, device: Any
) -> None:
    with pytest.raises(ValueError, match="no input device matches") as raised:
        p.find_device(device, input=True)
    assert repr(device) in str(raised.value)
    assert "1: 'USB Microphone' (ALSA); " in str(raised.value)
    assert "USB Speaker" not in str(raised.value)


def test_the_dictionary_of_a_device_that_has_gone_is_refused(
    make_simulated_card: MakeSimulatedCard,
) -> None:
    card = make_simulated_card(
        host_apis=[HostApi(devices=[Device(name="one"), Device(name="two")])]
    )
    with PyAudio() as p:
        two = p.find_device("two")
    card.set_host_apis([HostApi(devices=[Device(name="zero"), Device(name="one")])])
    with PyAudio() as p, pytest.raises(ValueError, match="no device matches 'two'"):
        p.find_device(two)


def test_a_name_of_bytes_is_found_by_its_dictionary(make_simulated_card: MakeSimulatedCard) -> None:
    devices = [Device(name=b"\xff"), Device(name=b"\xff\xfe")]
    make_simulated_card(host_apis=[HostApi(devices=devices)])
    with PyAudio() as p:
        info = p.get_device_info_by_index(1)
        assert p.find_device(info) == info


@pytest.mark.parametrize(
    "device",
    [None, 1.5, b"USB", ("ALSA", 0), (0, "USB"), ("ALSA", "USB", "Pro"), (), {}, {"index": 0}],
)
def test_what_names_no_device(shop: Simulation, p: PyAudio, device: Any) -> None:
    with pytest.raises(TypeError, match="identify a device by its index, its name, "):
        p.find_device(device)


def test_open_takes_devices_by_name(shop: Simulation, p: PyAudio) -> None:
    with p.open(
        input=True,
        output=True,
        input_device="usb microphone pro",
        output_device=("ALSA", "speaker"),
        **STEREO,
    ) as stream:
        shop.feed_input(2, SOUND, channels=2, format=paInt16)
        stream.write(stream.read(4800))
    assert shop.output(3, paInt16)[: len(SOUND)] == SOUND


# ---- arguments of open ----


def test_sides_may_differ_in_channels_and_format(shop: Simulation, p: PyAudio) -> None:
    shop.feed_input(0, bytes(range(100)), channels=1, format=paUInt8)
    with p.open(
        rate=48000,
        channels=1,
        format=paUInt8,
        input=True,
        output=True,
        output_channels=2,
        output_format=paFloat32,
    ) as stream:
        assert stream.read(60) == bytes(range(60))
        rest = bytearray(40)
        assert stream.read_into(rest) == (40, False)
        assert rest == bytes(range(60, 100))
        sound = b"\0\0\0\x3f\0\0\0\xbf" * 100  # 0.5 and -0.5
        stream.write(sound)
        stream.write(sound * 2, 50)
    assert shop.output(0, paFloat32).rstrip(b"\0") == (sound + sound[:400]).rstrip(b"\0")


@pytest.mark.parametrize("callback_buffer", [None, 512])
def test_callbacks_get_and_give_the_frames_of_each_side(
    by_hand: Simulation, p: PyAudio, callback_buffer: int | None
) -> None:
    sizes = []
    called = threading.Event()

    def callback(in_data: bytes, frame_count: int, *_: Any) -> tuple[bytes, int]:
        sizes.append((len(in_data), frame_count))
        called.set()
        return SOUND[: 4 * frame_count], paContinue

    with p.open(
        rate=48000,
        channels=1,
        format=paInt16,
        input=True,
        output=True,
        input_format=paFloat32,
        output_channels=2,
        frames_per_buffer=64,
        stream_callback=callback,
        callback_buffer=callback_buffer,
    ):
        by_hand.step(12)
        assert called.wait(20)
        by_hand.step(12)
    assert set(sizes) == {(256, 64)}
    assert SOUND[:256] in by_hand.output(0, paInt16)


def test_a_short_block_of_the_outputs_format_ends_the_stream(
    by_hand: Simulation, p: PyAudio
) -> None:
    def callback(_: bytes, frame_count: int, *__: Any) -> tuple[bytes, int]:
        return SOUND[: 2 * frame_count], paContinue  # a whole block in the input's format

    stream = p.open(
        input=True,
        output=True,
        input_channels=1,
        frames_per_buffer=64,
        stream_callback=callback,
        **STEREO,
    )
    by_hand.step(2)
    assert not stream.is_active()
    assert by_hand.output(0, paInt16) == SOUND[:128] + bytes(128)


def test_latencies(shop: Simulation, p: PyAudio) -> None:
    def latencies(**wanted: Any) -> list[float]:
        with p.open(
            input=True, output=True, input_device=0, output_device=0, **STEREO, **wanted
        ) as stream:
            return [stream.get_input_latency(), stream.get_output_latency()]

    assert latencies() == latencies(latency="low") == pytest.approx([0.005, 0.005])
    assert latencies(latency="high") == pytest.approx([0.1, 0.1])
    assert latencies(latency=0.05) == pytest.approx([0.05, 0.05])
    # The simulation gives both sides the longer block, and each at least two blocks.
    assert latencies(input_latency=0.3, output_latency=0.4) == pytest.approx([0.4, 0.4])
    assert latencies(latency=0.1, output_latency="low") == pytest.approx([0.1, 0.1])


def test_each_side_has_its_latency(shop: Simulation, p: PyAudio) -> None:
    def latency(side: str, **wanted: Any) -> float:
        with p.open(**{side: True, f"{side}_device": 0}, **STEREO, **wanted) as stream:
            value: float = getattr(stream, f"get_{side}_latency")()
            return value

    for side in ("input", "output"):
        assert latency(side, **{f"{side}_latency": "high"}) == pytest.approx(0.1)
        assert latency(side, **{f"{side}_latency": "low"}, latency="high") == pytest.approx(0.005)
        assert latency(side, **{f"{side}_latency": 0.03}, latency=0.2) == pytest.approx(0.03)


@pytest.mark.parametrize("latency", ["medium", -1, 3601, 1e300, float("nan"), float("inf")])
def test_what_is_no_latency(free: Simulation, p: PyAudio, latency: Any) -> None:
    with pytest.raises(ValueError, match="a latency must be 'low', 'high' or a number"):
        p.open(output=True, latency=latency, **STEREO)
    with pytest.raises(ValueError, match="a latency must be 'low', 'high' or a number"):
        p.open(input=True, input_latency=latency, **STEREO)
    with pytest.raises(TypeError):
        p.open(output=True, latency=[latency], **STEREO)


@pytest.mark.parametrize(
    "arguments",
    [
        {"input_device": 0},
        {"input_latency": "low"},
        {"input_channels": 2},
        {"input_format": paInt16},
        {"output_device": 0, "output_device_index": 0},
        {"output_channels": 0},
        {"output_device": "nobody's"},
    ],
)
def test_arguments_that_cannot_be(free: Simulation, p: PyAudio, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"needs input=True|both|channels|no output device"):
        p.open(output=True, **STEREO, **arguments)
    assert free.open_streams() == 0


@pytest.mark.parametrize(
    "name", ["input_channels", "output_format", "output_channels", "input_format"]
)
def test_arguments_of_a_wrong_type(free: Simulation, p: PyAudio, name: str) -> None:
    with pytest.raises(TypeError, match="integer"):
        p.open(input=True, output=True, **STEREO, **{name: "2"})


def test_too_many_channels_are_refused_on_the_side_that_has_them(
    free: Simulation, p: PyAudio
) -> None:
    with pytest.raises(OSError, match="Invalid number of channels"):
        p.open(input=True, output=True, output_channels=3, **STEREO)


def test_prime_output_lets_the_callback_make_the_first_block(
    by_hand: Simulation, p: PyAudio
) -> None:
    flags: list[int] = []

    def callback(_: None, frame_count: int, __: Any, status: int) -> tuple[bytes, int]:
        flags.append(status)
        return bytes(4 * frame_count), paContinue

    with p.open(output=True, stream_callback=callback, prime_output=True, **STEREO):
        by_hand.step(2)
    assert flags[0] & pyaudiopp.paPrimingOutput


def test_never_drop_input_is_for_duplex_callbacks_with_any_number_of_frames(
    free: Simulation, p: PyAudio
) -> None:
    def callback(in_data: bytes, *_: Any) -> tuple[bytes, int]:
        return in_data, paComplete

    wire: dict[str, Any] = {**STEREO, "input": True, "output": True, "stream_callback": callback}
    with p.open(never_drop_input=True, **wire):
        pass
    with pytest.raises(OSError, match="Invalid flag"):
        p.open(never_drop_input=True, frames_per_buffer=64, **wire)


# ---- abort, sample_rate, for ----


def test_abort_drops_what_is_queued(by_hand: Simulation, p: PyAudio) -> None:
    stream = p.open(output=True, **STEREO)
    stream.write(SOUND[:400])
    stream.abort()
    assert stream.is_stopped()
    assert by_hand.output(0, paInt16) == b""
    stream.abort()  # nothing to do
    stream.start_stream()
    stream.write(SOUND[:400])
    stream.stop_stream()
    assert by_hand.output(0, paInt16).startswith(SOUND[:400])


def test_sample_rate(free: Simulation, p: PyAudio) -> None:
    stream = p.open(output=True, **{**STEREO, "rate": 44100})
    assert stream.sample_rate == 44100.0
    stream.close()
    with pytest.raises(OSError, match="Stream closed"):
        stream.sample_rate  # noqa: B018


@pytest.mark.parametrize(("wanted", "frames"), [(0, 1024), (256, 256)])
def test_for_reads_blocks_until_the_stream_is_stopped(
    free: Simulation, p: PyAudio, wanted: int, frames: int
) -> None:
    free.feed_input(0, SOUND, channels=2, format=paInt16)
    stream = p.open(input=True, start=False, frames_per_buffer=wanted, **STEREO)
    heard = b""
    for block in stream:
        assert len(block) == 4 * frames
        heard += block
        if len(heard) >= len(SOUND):
            stream.stop_stream()
    assert heard[: len(SOUND)] == SOUND
    assert stream.is_stopped()


@pytest.mark.parametrize("end", ["stop_stream", "abort", "close"])
def test_for_ends_when_another_thread_ends_the_stream(
    by_hand: Simulation, p: PyAudio, end: str
) -> None:
    stream = p.open(input=True, **STEREO)
    timer = threading.Timer(0.05, getattr(stream, end))
    timer.start()
    assert list(stream) == []
    timer.join()


def test_for_goes_on_after_an_overflow_but_not_after_an_error(free: Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, **STEREO)
    free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed, nth=2))
    free.inject(Fault("Pa_ReadStream", pyaudiopp.paInternalError, nth=40))
    blocks = 0
    with pytest.raises(OSError, match="Internal PortAudio error"):  # noqa: PT012
        for _ in stream:
            blocks += 1
    assert blocks > 2


def test_for_on_what_cannot_be_read(free: Simulation, p: PyAudio) -> None:
    with pytest.raises(OSError, match="Not input stream"):
        next(iter(p.open(output=True, **STEREO)))
    with p.open(input=True, **STEREO) as stream:
        pass
    with pytest.raises(OSError, match="Stream closed"):
        next(iter(stream))


# ---- finished_callback ----


def test_the_finished_callback_comes_once_for_each_end(by_hand: Simulation, p: PyAudio) -> None:
    finished: list[str] = []
    flag = paContinue

    def callback(_: None, frame_count: int, *__: Any) -> tuple[bytes, int]:
        return bytes(4 * frame_count), flag

    stream = p.open(
        output=True,
        start=False,
        stream_callback=callback,
        finished_callback=lambda: finished.append(threading.current_thread().name),
        **STEREO,
    )

    def run() -> int:
        before = len(finished)
        stream.start_stream()
        by_hand.step()
        return before

    before = run()
    assert len(finished) == before
    stream.stop_stream()
    assert len(finished) == before + 1
    run()
    stream.abort()
    assert len(finished) == before + 2
    for last in (paComplete, pyaudiopp.paAbort):
        flag = last
        before = run()
        assert len(finished) == before + 1
        assert not stream.is_active()
        stream.stop_stream()
        assert len(finished) == before + 1
    assert "MainThread" not in finished


def test_an_event_tells_that_all_has_been_played(make_simulated_card: MakeSimulatedCard) -> None:
    card = make_simulated_card(clock="real_time")
    rest = memoryview(SOUND)
    finished = threading.Event()

    def callback(_: None, frame_count: int, *__: Any) -> tuple[memoryview, int]:
        nonlocal rest
        block, rest = rest[: 4 * frame_count], rest[4 * frame_count :]
        return block, paContinue

    with PyAudio() as p:
        p.open(
            output=True,
            stream_callback=callback,
            callback_buffer=0.1,
            finished_callback=finished.set,
            **STEREO,
        )
        assert finished.wait(20)
        # A busy machine may cause gaps, but nothing is lost.
        heard = memoryview(card.output(0, paInt16)).cast("i")
        assert [frame for frame in heard if frame] == list(memoryview(SOUND).cast("i"))


def test_what_the_finished_callback_raises_is_printed_and_raised_once(
    by_hand: Simulation, p: PyAudio, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError("at the end")

    stream = p.open(
        output=True,
        stream_callback=lambda *_: (b"", paComplete),
        finished_callback=fail,
        **STEREO,
    )
    by_hand.step()
    with pytest.raises(RuntimeError, match="at the end"):
        stream.is_active()
    assert not stream.is_active()
    assert capfd.readouterr().err.count("RuntimeError: at the end") == 1


def test_the_finished_callback_may_ask_but_not_control(by_hand: Simulation, p: PyAudio) -> None:
    told: list[object] = []

    def finished() -> None:
        told.append(stream.is_active())
        for call in (stream.stop_stream, stream.abort, stream.close):
            with pytest.raises(RuntimeError, match="callback"):
                call()
            told.append(call)

    stream = p.open(
        output=True,
        stream_callback=lambda *_: (b"", paComplete),
        finished_callback=finished,
        **STEREO,
    )
    by_hand.step()
    assert told == [True, stream.stop_stream, stream.abort, stream.close]


def test_the_finished_callback_of_a_compiled_callback(by_hand: Simulation, p: PyAudio) -> None:
    signature = ctypes.CFUNCTYPE(
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
    )
    complete = signature(lambda *_: paComplete)
    finished = threading.Event()
    p.open(output=True, stream_callback=complete, finished_callback=finished.set, **STEREO)
    by_hand.step()
    assert finished.is_set()


def test_the_finished_callback_is_let_go_with_the_stream(by_hand: Simulation) -> None:
    class Finished:
        def __call__(self) -> None:
            pass

    def silence(_: None, frame_count: int, *__: Any) -> tuple[bytes, int]:
        return bytes(4 * frame_count), paContinue

    with PyAudio() as p:
        finished = Finished()
        gone = weakref.ref(finished)
        stream = p.open(output=True, stream_callback=silence, finished_callback=finished, **STEREO)
        del finished
        gc.collect()
        assert gone() is not None
        stream.close()
        assert gone() is None
        # In a reference cycle with its stream.
        finished = Finished()
        gone = weakref.ref(finished)
        stream = PyAudio.Stream(
            p,
            output=True,
            start=False,
            stream_callback=silence,
            finished_callback=finished,
            **STEREO,
        )
        finished.stream = stream  # type: ignore[attr-defined]
        del finished, stream
        gc.collect()
        assert gone() is None


def test_a_finished_callback_needs_a_callback_and_has_to_be_callable(
    free: Simulation, p: PyAudio
) -> None:
    with pytest.raises(ValueError, match="finished_callback needs a stream_callback"):
        p.open(output=True, finished_callback=print, **STEREO)
    with pytest.raises(TypeError, match="finished_callback must be callable"):
        p.open(
            output=True,
            stream_callback=lambda *_: (b"", paComplete),
            finished_callback=1,
            **STEREO,
        )


# ---- counters of blocking streams ----


def test_counters_of_a_blocking_stream(free: Simulation, p: PyAudio) -> None:
    with p.open(input=True, output=True, **STEREO) as stream:
        free.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed, times=2))
        free.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed, nth=2))
        for _ in range(4):
            stream.read(100, exception_on_overflow=False)
            stream.write(SOUND[:400])
    counted = stream.counters
    assert (counted["input_overflows"], counted["output_underflows"]) == (2, 1)
    assert sum(counted.values()) == 3
