# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Repeating an operation does not make a process grow.

Each operation runs many times in its own process, which counts Python's blocks and objects, the C
heap, file descriptors and threads:

    python tests/python/test_leaks.py OPERATION
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, core, simulation
from pyaudiopp.simulation import Fault

STEREO: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "frames_per_buffer": 64,
}
SOUND = bytes(4 * 300)
C_LIBRARY = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
TIMES = 50  # per round
ROUNDS = 30

Result = tuple[Any, Any]
Operation = Callable[[simulation.Simulation, PyAudio], None]
OPERATIONS: dict[str, Operation] = {}
LEAKS: dict[str, Operation] = {}


def operation(function: Operation) -> Operation:
    OPERATIONS[function.__name__] = function
    return function


def leak(function: Operation) -> Operation:
    LEAKS[function.__name__] = function
    return function


@contextmanager
def refused(*errors: type[BaseException]) -> Iterator[None]:
    """Like pytest.raises(), but without its memory use, which is larger than our leaks."""
    try:
        yield
    except errors:
        return
    raise AssertionError("nothing was raised")


# ---- instances, lists and modules ----


@operation
def instances(card: simulation.Simulation, p: PyAudio) -> None:
    other = PyAudio()
    other.open(output=True, **STEREO)
    other.terminate()


@operation
def instances_that_are_dropped(card: simulation.Simulation, p: PyAudio) -> None:
    PyAudio().open(output=True, **STEREO)  # PortAudio is left running, as in PyAudio


@operation
def starts_of_portaudio(card: simulation.Simulation, p: PyAudio) -> None:
    p.terminate()
    pyaudiopp.pa.initialize()
    pyaudiopp.pa.terminate()
    p.__init__()  # type: ignore[misc]


@operation
def lists_of_devices(card: simulation.Simulation, p: PyAudio) -> None:
    for i in range(p.get_device_count()):
        p.get_device_info_by_index(i)
        p.get_device_info_by_host_api_device_index(0, i)
    for i in range(p.get_host_api_count()):
        p.get_host_api_info_by_index(i)
    p.get_host_api_info_by_type(0)
    p.get_default_host_api_info()
    p.get_default_input_device_info()
    p.get_default_output_device_info()


@operation
def questions_without_a_stream(card: simulation.Simulation, p: PyAudio) -> None:
    p.get_sample_size(pyaudiopp.paInt24)
    p.get_format_from_width(3)
    pyaudiopp.get_portaudio_version_text()
    p.is_format_supported(48000, output_device=0, output_channels=2, output_format=8)
    with refused(ValueError):
        p.is_format_supported(1, output_device=0, output_channels=2, output_format=8)


@operation
def standing_in_for_pyaudio(card: simulation.Simulation, p: PyAudio) -> None:
    pyaudiopp.install_as_pyaudio()
    import pyaudio

    assert pyaudio.PyAudio is PyAudio
    for name in ("pyaudio", "pyaudio._portaudio", "_portaudio"):
        del sys.modules[name]


@operation
def simulations(card: simulation.Simulation, p: PyAudio) -> None:
    made = simulation.Simulation()
    made.feed_input(0, SOUND, channels=2, format=pyaudiopp.paInt16)
    made.output(0, pyaudiopp.paInt16)
    with refused(ValueError):
        simulation.Simulation(clock="sundial")


# ---- streams ----


@operation
def opening_and_closing(card: simulation.Simulation, p: PyAudio) -> None:
    p.open(input=True, output=True, **STEREO).close()
    stream = p.open(output=True, start=False, **STEREO)
    p.close(stream)
    stream.close()


@operation
def dropping(card: simulation.Simulation, p: PyAudio) -> None:
    p.open(input=True, output=True, **STEREO)
    p._streams.clear()


@operation
def starting_and_stopping(card: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(output=True, **STEREO)
    stream.stop_stream()
    stream.start_stream()
    pyaudiopp.pa.abort_stream(stream._stream)
    stream.close()


@operation
def questions_to_a_stream(card: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, output=True, **STEREO)
    stream.get_time()
    stream.get_cpu_load()
    stream.get_input_latency()
    stream.get_output_latency()
    stream.get_read_available()
    stream.get_write_available()
    stream.is_active()
    stream.is_stopped()
    stream.close()


@operation
def reading_and_writing(card: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, output=True, **STEREO)
    stream.write(SOUND)
    stream.write(memoryview(bytearray(SOUND)), 100)
    stream.write("text", 1)
    stream.read(300)
    stream.read(0)
    assert stream.read_into(bytearray(SOUND), timeout=5) == (300, False)
    stream.close()


@operation
def timeouts(card: simulation.Simulation, p: PyAudio) -> None:
    card.set_clock("by_hand")
    stream = p.open(input=True, output=True, timeout=0, **STEREO)
    for call in (
        lambda: stream.read(300),
        lambda: stream.read(300, timeout=0.0001),
        lambda: stream.read_into(bytearray(100)),
        lambda: stream.write(bytes(100_000)),
    ):
        with refused(TimeoutError):
            call()
    for wrong in (-1, "1"):
        with refused(ValueError, TypeError):
            stream.read(1, timeout=wrong)
    pyaudiopp.pa.abort_stream(stream._stream)
    stream.close()
    card.set_clock("free_running")


@operation
def xruns(card: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, output=True, **STEREO)
    card.inject(Fault("Pa_ReadStream", pyaudiopp.paInputOverflowed))
    with refused(OSError):
        stream.read(300)
    card.inject(Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed))
    with refused(OSError):
        stream.write(SOUND, exception_on_underflow=True)
    stream.close()


@operation
def closing_under_a_read(card: simulation.Simulation, p: PyAudio) -> None:
    card.set_clock("by_hand")
    stream = p.open(input=True, **STEREO)
    closing = threading.Timer(0.002, stream.close)
    closing.start()
    with refused(OSError):
        stream.read(300)
    closing.join()
    card.set_clock("free_running")


# ---- errors ----


@operation
def errors_of_arguments(card: simulation.Simulation, p: PyAudio) -> None:
    for wrong in (
        {"channels": 99},
        {"channels": 0},
        {"rate": 1},
        {"rate": 2**70},
        {"format": 0},
        {"format": None},
        {"output_device_index": 7},
        {"output_device_index": object()},
        {"frames_per_buffer": "many"},
        {"stream_callback": 7},
        {"output": False},
    ):
        arguments = {"output": True, **STEREO, **wrong}
        with refused(OSError, ValueError, TypeError, OverflowError):
            p.open(**arguments)
    for call in (p.get_device_info_by_index, p.get_host_api_info_by_index):
        with refused(OSError):
            call(99)
    with refused(ValueError):
        p.get_sample_size(0)
    stream = p.open(output=True, **STEREO)
    with refused(TypeError):
        stream.write(object())
    with refused(BufferError, ValueError):
        stream.write(memoryview(SOUND)[::2])
    with refused(TypeError):
        stream.write(SOUND, "all")
    with refused(OSError):
        stream.read(1)
    stream.close()


@operation
def errors_of_closed_streams(card: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(input=True, output=True, **STEREO)
    stream.close()
    for call in (stream.is_active, stream.get_time, stream.get_input_latency):
        with refused(OSError):
            call()
    with refused(OSError):
        stream.read(1)
    with refused(OSError):
        stream.write(SOUND)
    with refused(ValueError):
        p.close(stream)


@operation
def errors_of_portaudio(card: simulation.Simulation, p: PyAudio) -> None:
    for call in ("Pa_OpenStream", "Pa_StartStream", "Pa_WriteStream", "Pa_StopStream"):
        card.inject(Fault(call, host_text="Broken pipe"))
        with refused(OSError):
            stream = p.open(output=True, **STEREO)
            stream.write(SOUND)
            stream.stop_stream()
        card.clear_faults()
        for stream in set(p._streams):
            stream.close()


@operation
def a_device_that_is_lost(card: simulation.Simulation, p: PyAudio) -> None:
    stream = p.open(output=True, **STEREO)
    card.unplug(0)
    with refused(OSError):
        stream.write(SOUND)
    with refused(OSError):
        p.open(output=True, **STEREO)
    stream.close()
    card.plug_in(0)


# ---- callbacks ----


def let_run(
    card: simulation.Simulation, p: PyAudio, callback: Callable[..., object], **more: Any
) -> PyAudio.Stream:
    card.set_clock("by_hand")
    stream = p.open(stream_callback=callback, **{"input": True, "output": True, **STEREO, **more})
    card.step(3)
    return stream


def close(card: simulation.Simulation, stream: PyAudio.Stream) -> None:
    stream.close()
    card.set_clock("free_running")


@operation
def callbacks(card: simulation.Simulation, p: PyAudio) -> None:
    close(card, let_run(card, p, lambda in_data, *_: (in_data, pyaudiopp.paContinue)))


@operation
def callbacks_that_are_compiled(card: simulation.Simulation, p: PyAudio) -> None:
    pointer, number = ctypes.c_void_p, ctypes.c_ulong
    function = C_LIBRARY["abs"]  # abs(NULL) is paContinue
    function.argtypes = [pointer, pointer, number, pointer, number, pointer]
    for data in (None, bytearray(1000), ctypes.c_double(1), object()):
        with refused(TypeError) if type(data) is object else nullcontext():
            callback = pyaudiopp.NativeCallback(function, data)
            close(card, let_run(card, p, callback, input=False))  # type: ignore[arg-type]
    function.restype = ctypes.c_double
    with refused(TypeError):
        let_run(card, p, function)


@operation
def callbacks_that_keep_their_arguments(card: simulation.Simulation, p: PyAudio) -> None:
    kept: list[object] = []

    def callback(*arguments: object) -> Result:
        kept.append(arguments)
        return arguments[0], pyaudiopp.paContinue

    close(card, let_run(card, p, callback))
    assert len(kept) == 3


@operation
def callbacks_of_every_kind_of_data(card: simulation.Simulation, p: PyAudio) -> None:
    for data in (bytes(10), bytearray(1000), memoryview(SOUND), "text", None):
        close(card, let_run(card, p, lambda *_, data=data: (data, pyaudiopp.paContinue)))


@operation
def callbacks_that_end(card: simulation.Simulation, p: PyAudio) -> None:
    for flag in (pyaudiopp.paComplete, pyaudiopp.paAbort):
        stream = let_run(card, p, lambda *_, flag=flag: (SOUND, flag))
        stream.stop_stream()
        close(card, stream)


@operation
def callbacks_that_raise(card: simulation.Simulation, p: PyAudio) -> None:
    for error in (ValueError("seen"), KeyboardInterrupt(), SystemExit(1)):

        def callback(*_: object, error: BaseException = error) -> Result:
            raise error

        stream = let_run(card, p, callback)
        with refused(type(error)):
            stream.is_active()
        close(card, stream)
        close(card, let_run(card, p, callback))  # never fetched


@operation
def callbacks_that_return_nonsense(card: simulation.Simulation, p: PyAudio) -> None:
    for result in (None, (), (b"", 3), (b"", 2**70), (b"", None), (7, 0), [b"", 0]):
        stream = let_run(card, p, lambda *_, result=result: result)
        with refused(TypeError, ValueError, OverflowError):
            stream.is_active()
        close(card, stream)


@operation
def callbacks_in_cycles(card: simulation.Simulation, p: PyAudio) -> None:
    class Player:
        def __init__(self) -> None:
            self.stream = let_run(card, p, self.callback, input=False)

        def callback(self, *_: object) -> Result:
            return None, pyaudiopp.paAbort

    player = Player()
    p._streams.clear()
    del player
    gc.collect()
    card.set_clock("free_running")


# ---- pyaudiopp.core ----


def core_config(**sides: Any) -> core.StreamConfig:
    return core.StreamConfig(frames_per_buffer=64, **sides)


@operation
def sessions_and_devices_of_core(card: simulation.Simulation, p: PyAudio) -> None:
    with core.Session() as session:
        for device in session.devices():
            assert repr(session.find_device(device)) == repr(session.find_device(device.name))
        for host_api in session.host_apis():
            assert host_api.type in core.HostApiType
        with refused(ValueError):
            session.find_device("nobody's")
        with refused(TypeError):
            session.find_device(None)  # type: ignore[arg-type]
        config = core_config(input=core.StreamSide(session.device(0)), output=core.StreamSide())
        config.input, config.flags = core.StreamSide(format=1, latency=0.1), 2
        assert session.is_supported(config)
    with refused(OSError):
        session.devices()


@operation
def blocking_streams_of_core(card: simulation.Simulation, p: PyAudio) -> None:
    with core.Session() as session:
        config = core_config(input=core.StreamSide(), output=core.StreamSide())
        with core.Stream(session, config) as stream:
            stream.start()
            stream.write(SOUND, timeout=1)
            stream.read(300)
            stream.read_into(bytearray(SOUND), timeout=1)
            assert stream.config.input
            assert stream.counters
            with refused(TypeError):
                stream.read(1, nothing=1)  # type: ignore[call-arg]
            stream.abort()
        with refused(OSError):
            stream.write(SOUND)
        with refused(OSError):
            core.Stream(session, core_config(output=core.StreamSide(channels=99)))


@operation
def callback_streams_of_core(card: simulation.Simulation, p: PyAudio) -> None:
    def callback(_: object, frames: int, *__: object) -> Result:
        return bytes(4 * frames), pyaudiopp.paContinue

    class Player:
        def __init__(self, session: core.Session) -> None:
            config = core_config(output=core.StreamSide())
            self.stream = core.Stream(session, config, callback, finished_callback=self.finished)
            self.stream.set_callback(self.callback)
            self.stream.start()

        def callback(self, _: object, frames: int, *__: object) -> Result:
            return bytes(4 * frames), pyaudiopp.paContinue

        def finished(self) -> None:
            pass

    with core.Session() as session:
        player = Player(session)
        player.stream.abort()
        player.stream.set_callback(None)
        player.stream.set_callback(player.callback)
        del player
    gc.collect()


# ---- leaks that must be detected ----

lost: list[object] = []


@leak
def an_object(card: simulation.Simulation, p: PyAudio) -> None:
    lost.append([])


@leak
def a_little_memory(card: simulation.Simulation, p: PyAudio) -> None:
    C_LIBRARY.malloc(40)


@leak
def a_stream(card: simulation.Simulation, p: PyAudio) -> None:
    p.open(output=True, **STEREO)


# ---- the measurement ----


class Mallinfo(ctypes.Structure):
    """glibc's struct mallinfo2."""

    _fields_ = [("numbers", ctypes.c_size_t * 10)]


def heap() -> int:
    """Returns how many bytes malloc() has allocated; 0 if unknown."""
    mallinfo = getattr(C_LIBRARY, "mallinfo2", None)
    if mallinfo is None:
        return 0
    mallinfo.restype = Mallinfo
    numbers = mallinfo().numbers
    return int(numbers[4] + numbers[7])  # hblkhd, mapped, and uordblks, on the heap


def entries(directory: str) -> int:
    return len(os.listdir(directory)) if os.path.isdir(directory) else 0


def held() -> dict[str, int]:
    gc.collect()
    return {
        "blocks": sys.getallocatedblocks(),
        "objects": len(gc.get_objects()),
        "bytes": heap(),
        "files": entries("/proc/self/fd"),
        "threads": threading.active_count(),
    }


def has_grown(growth: dict[str, int]) -> bool:
    # A leak grows every time; anything less is a cache.
    most = {"blocks": TIMES / 2, "objects": TIMES / 2, "bytes": 10 * TIMES}
    return any(grown > most.get(name, 0) for name, grown in growth.items())


def measure(run: Operation) -> dict[str, int]:
    """Returns how much a warm process grows in a round of the operation.

    Caches fill up, leaks never do: the process is warm once nothing has grown for a while.
    """
    sys.excepthook = lambda *_: None  # callbacks' exceptions are printed there
    warnings.simplefilter("error")
    card = simulation.Simulation(
        [simulation.HostApi(devices=[simulation.Device(output_kept=0)])], clock="free_running"
    )
    card.use()
    p = PyAudio()
    growth: dict[str, int] = {}
    quiet = 0
    before = held()
    for _ in range(ROUNDS):
        for _ in range(TIMES):
            run(card, p)
        after = held()
        growth = {name: after[name] - before[name] for name in after}
        before = after
        quiet = 0 if has_grown(growth) else quiet + 1
        if quiet == 3:
            break
    return growth


def measured(name: str) -> dict[str, int]:
    # One arena without caches, to count the C heap to the byte.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "1"}
    environment["GLIBC_TUNABLES"] = "glibc.malloc.tcache_count=0"
    result = subprocess.run(
        [sys.executable, __file__, name],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stderr
    growth: dict[str, int] = json.loads(result.stdout)
    print(growth)
    return growth


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_grows(name: str) -> None:
    assert not has_grown(measured(name))


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_seen(name: str) -> None:
    if name == "a_little_memory" and heap() == 0:
        pytest.skip("this C library does not tell what malloc() has given")
    assert has_grown(measured(name))


if __name__ == "__main__":
    print(json.dumps(measure({**OPERATIONS, **LEAKS}[sys.argv[1]])))
