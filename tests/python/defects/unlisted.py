# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""More ways to break a program: threads, signals, forks, exits, a dying sound server."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from defect import (
    ANY,
    BAD,
    CLOSED,
    FOLDER,
    STEREO,
    TONE,
    Skip,
    card,
    error_of,
    jack,
    played,
    program,
    raises,
    silence,
    together,
    until_closed,
    wait,
)

CARD_STEREO = {"format": 8, "channels": 2, "rate": 48000}  # the virtual card's setting

# Bytes in pieces.


@program("pieces", "write() of pieces that end within a frame plays noise", theirs="wrong")
def pieces_that_end_within_a_frame(pyaudio: Any) -> None:
    def write(stream: Any) -> None:
        for start in range(0, len(TONE), 33):
            stream.write(TONE[start : start + 33])

    heard = played(pyaudio, write)
    assert heard == TONE, f"{len(heard)} bytes of {len(TONE)} are heard, from byte 32 on displaced"


# Threads.


@program("threads", "PyAudio() and terminate() in many threads", theirs=ANY, silent=True)
def threads_start_and_end_portaudio(pyaudio: Any) -> None:
    def use() -> None:
        for _ in range(10):
            p = pyaudio.PyAudio()
            assert p.get_device_count() >= 2, "devices are missing"
            p.terminate()

    together([use] * 6)


@program("threads", "PyAudio() and terminate() while a stream plays", theirs=ANY, silent=True)
def threads_start_and_end_beside_a_stream(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, **STEREO)

    def use() -> None:
        for _ in range(10):
            pyaudio.PyAudio().terminate()

    def play() -> None:
        for _ in range(200):
            stream.write(bytes(4000))

    together([use, use, play])


@program("threads", "close() while another thread writes", theirs=ANY, silent=True)
def threads_close_against_write(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    for _ in range(30):
        stream = p.open(output=True, **STEREO)
        _against(stream.close, lambda: stream.write(bytes(1_000_000)))  # noqa: B023


@program("threads", "close() while another thread waits in read()", theirs=ANY, silent=True)
def threads_close_against_a_waiting_read(pyaudio: Any) -> None:
    card()
    stream = pyaudio.PyAudio().open(input=True, **CARD_STEREO)
    _against(stream.close, lambda: stream.read(480_000), 0.5)


@program("threads", "close() while another thread waits in write()", theirs=ANY, silent=True)
def threads_close_against_a_waiting_write(pyaudio: Any) -> None:
    card()
    stream = pyaudio.PyAudio().open(output=True, **CARD_STEREO)
    _against(stream.close, lambda: stream.write(bytes(4 * 480_000)), 0.5)


@program("threads", "close() while a callback runs", theirs=ANY, silent=True)
def threads_close_against_callback(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    for _ in range(20):
        for direction in ({"output": True}, {"input": True}, {"input": True, "output": True}):
            stream = p.open(stream_callback=silence, **direction, **STEREO)
            time.sleep(0.003)
            together([stream.close, stream.close])


@program("threads", "start, stop and close of one stream at once", theirs=ANY, silent=True)
def threads_start_stop_and_close(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    for _ in range(15):
        stream = p.open(output=True, stream_callback=silence, **STEREO)

        def switch(stream: Any = stream) -> None:
            with contextlib.suppress(OSError):
                for _ in range(20):
                    stream.stop_stream()
                    stream.start_stream()

        def ask(stream: Any = stream) -> None:
            with contextlib.suppress(OSError):
                for _ in range(100):
                    stream.is_active(), stream.is_stopped(), stream.get_time()

        together([switch, switch, ask, lambda: (time.sleep(0.01), stream.close())])  # noqa: B023


@program("threads", "terminate() while another thread reads", theirs=ANY, silent=True)
def threads_terminate_against_read(pyaudio: Any) -> None:
    for _ in range(10):
        p = pyaudio.PyAudio()
        stream = p.open(input=True, **STEREO)
        _against(p.terminate, lambda: stream.read(1_000_000))  # noqa: B023


@program("threads", "terminate() while another thread writes", theirs=ANY, silent=True)
def threads_terminate_against_write(pyaudio: Any) -> None:
    for _ in range(10):
        p = pyaudio.PyAudio()
        stream = p.open(output=True, **STEREO)
        _against(p.terminate, lambda: stream.write(bytes(1_000_000)))  # noqa: B023


@program("threads", "terminate() while callbacks run", theirs=ANY, silent=True)
def threads_terminate_against_callbacks(pyaudio: Any) -> None:
    for _ in range(10):
        p = pyaudio.PyAudio()
        for direction in ({"output": True}, {"input": True}, {"input": True, "output": True}):
            p.open(stream_callback=silence, **direction, **STEREO)
        p.terminate()


@program("threads", "terminate() against open() and close()", theirs=ANY, silent=True)
def threads_terminate_against_open(pyaudio: Any) -> None:
    for _ in range(10):
        p = pyaudio.PyAudio()

        def use(p: Any = p) -> None:
            with contextlib.suppress(OSError):
                for _ in range(20):
                    p.open(output=True, **STEREO).close()

        together([use, use, lambda: (time.sleep(0.005), p.terminate(), p.terminate())])  # noqa: B023


def _against(end: Callable[[], object], call: Callable[[], object], pause: float = 0.005) -> None:
    calls = threading.Event()

    def repeat() -> None:
        calls.set()
        until_closed(call)

    def end_it() -> None:
        calls.wait()
        time.sleep(pause)
        end()

    before = time.monotonic()
    together([repeat, end_it])
    seconds = time.monotonic() - before
    assert seconds < 3 + pause, f"the other call goes on for {seconds:.0f} s"


# Arrays.


@program("arrays", "write() of a float64 array to an int16 stream", theirs="wrong")
def arrays_of_another_type(pyaudio: Any) -> None:
    samples = (ctypes.c_double * 32)(*([0.0, 0.1] * 16))

    def write(stream: Any) -> None:
        with contextlib.suppress(TypeError):
            stream.write(samples)

    heard = played(pyaudio, write)
    assert not heard, "its bytes are heard as noise"


# Signals.


def _ctrl_c(call: Callable[[], object]) -> None:
    pressed: list[float] = []

    def press() -> None:
        time.sleep(0.5)
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    error = error_of(call)
    seconds = time.monotonic() - pressed[0]
    assert isinstance(error, KeyboardInterrupt), f"the call raises {error!r}"
    assert seconds < 1, f"the call continues for {round(seconds)} s"


@program("signals", "Ctrl-C in read()", theirs="wrong")
def signals_ctrl_c_in_read(pyaudio: Any) -> None:
    card()
    stream = pyaudio.PyAudio().open(input=True, **CARD_STEREO)
    _ctrl_c(lambda: stream.read(4 * 48_000))
    assert len(stream.read(480)) == 4 * 480, "the stream is of no use any more"


@program("signals", "Ctrl-C in write()", theirs="wrong")
def signals_ctrl_c_in_write(pyaudio: Any) -> None:
    card()
    stream = pyaudio.PyAudio().open(output=True, **CARD_STEREO)
    _ctrl_c(lambda: stream.write(bytes(4 * 4 * 48_000)))
    stream.write(bytes(400))
    pyaudio.pa.abort_stream(stream._stream)


@program("signals", "Ctrl-C in read() from a source that never delivers", theirs="hang", seconds=10)
def signals_ctrl_c_in_a_read_of_nothing(pyaudio: Any) -> None:
    server = card()
    pipe = f"{os.environ['DEFECTS_FOLDER']}/nobody-writes"
    server.pactl("load-module", "module-pipe-source", f"file={pipe}", "source_name=nothing")
    server.pactl("set-default-source", "nothing")
    stream = pyaudio.PyAudio().open(input=True, **CARD_STEREO)
    _ctrl_c(lambda: stream.read(480))
    assert stream.is_active(), "the stream is of no use any more"


# Forks.


def _child_ends_with(task: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            task()
            status = 0
        finally:
            os._exit(status)
    ends: list[int] = []

    def has_ended() -> bool:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            ends.append(os.waitstatus_to_exitcode(status))
        return bool(pid)

    if not wait(has_ended, 8):
        os.kill(child, signal.SIGKILL)
        raise AssertionError("the forked child hangs")
    return ends[0]


def _open_three(p: Any) -> list[Any]:
    return [
        p.open(output=True, stream_callback=silence, **CARD_STEREO),
        p.open(output=True, **CARD_STEREO),
        p.open(input=True, **CARD_STEREO),
    ]


def _still_plays(streams: list[Any]) -> None:
    time.sleep(0.2)  # until the sound server has noticed
    assert streams[0].is_active(), "the parent's stream has ended"
    streams[1].write(bytes(400))
    assert len(streams[2].read(100)) == 400, "the parent's stream has ended"


@program("forks", "a forked child uses inherited streams", theirs=BAD)
def forks_child_uses_inherited_streams(pyaudio: Any) -> None:
    card()
    streams = _open_three(pyaudio.PyAudio())

    def use() -> None:
        raises(OSError, CLOSED, streams[0].is_stopped)
        raises(OSError, CLOSED, streams[1].write, bytes(400))
        raises(OSError, CLOSED, streams[2].read, 100)

    assert _child_ends_with(use) == 0, "the child's streams do not count as closed"
    _still_plays(streams)


@program("forks", "a forked child closes inherited streams", theirs=BAD)
def forks_child_closes_inherited_streams(pyaudio: Any) -> None:
    card()
    p = pyaudio.PyAudio()
    streams = _open_three(p)

    def end() -> None:
        for stream in streams:
            stream.close()
        p.terminate()

    status = _child_ends_with(end)
    assert status == 0, f"the child ends with {status}"
    _still_plays(streams)


@program("forks", "a PyAudio object handed to a spawned process", theirs=BAD)
def forks_spawned_child_gets_an_object(pyaudio: Any) -> None:
    data = pickle.dumps(pyaudio.PyAudio())
    program = "import pickle, sys; p = pickle.load(sys.stdin.buffer); print(p.get_device_count())"
    child = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True)
    last = child.stderr.decode().strip().rpartition("\n")[2]
    assert child.returncode == 0, f"the child cannot use it: {last}"


@program("forks", "a forked child calls sys.exit() while callbacks run", theirs=ANY)
def forks_child_leaves(pyaudio: Any) -> Any:
    card()
    streams = _open_three(pyaudio.PyAudio())
    child = os.fork()
    if child == 0:
        sys.exit()
    assert wait(lambda: os.waitpid(child, os.WNOHANG)[0], 8), "the forked child hangs"
    _still_plays(streams)
    return streams


@program("forks", "a forked child plays on a stream of its own", theirs=ANY)
def forks_child_plays_on_its_own(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, stream_callback=silence, **STEREO)

    def play() -> None:
        p = pyaudio.PyAudio()
        p.open(output=True, **STEREO).write(bytes(4 * 4800))
        p.open(output=True, stream_callback=silence, **STEREO).close()
        p.terminate()

    status = _child_ends_with(play)
    assert status == 0, f"the child ends with {status}"
    assert stream.is_active(), "the parent's stream has ended"


# Exits: the return value lives until the interpreter exits.


@program("exits", "exit while a callback records from a sound server", theirs=ANY, silent=True)
def exits_with_input_callback(pyaudio: Any) -> Any:
    card()
    p = pyaudio.PyAudio()
    stream = p.open(input=True, stream_callback=silence, **CARD_STEREO)
    time.sleep(0.2)
    return p, stream


@program("exits", "exit while a callback plays", theirs=ANY, silent=True)
def exits_with_output_callback(pyaudio: Any) -> Any:
    p = pyaudio.PyAudio()
    stream = p.open(output=True, stream_callback=silence, **STEREO)
    time.sleep(0.1)
    return p, stream


@program("exits", "exit while a callback records and plays", theirs=ANY, silent=True)
def exits_with_duplex_callback(pyaudio: Any) -> Any:
    p = pyaudio.PyAudio()
    stream = p.open(input=True, output=True, stream_callback=silence, **STEREO)
    time.sleep(0.1)
    return p, stream


@program("exits", "exit while many callbacks run without a pause", theirs=ANY, silent=True)
def exits_with_hot_callbacks(pyaudio: Any) -> Any:
    def callback(data: object, frames: int, *_: object) -> tuple[bytes, int]:
        return bytes(4 * frames), 0

    p = pyaudio.PyAudio()
    streams = [p.open(output=True, stream_callback=callback, **STEREO) for _ in range(4)]
    time.sleep(0.1)
    return p, streams


@program("exits", "exit while a daemon thread reads", theirs=ANY, silent=True)
def exits_with_daemon_reading(pyaudio: Any) -> Any:
    p = pyaudio.PyAudio()
    stream = p.open(input=True, **STEREO)
    _daemon(lambda: stream.read(4800))
    return p


@program("exits", "exit while a daemon thread writes", theirs=ANY, silent=True)
def exits_with_daemon_writing(pyaudio: Any) -> Any:
    p = pyaudio.PyAudio()
    stream = p.open(output=True, **STEREO)
    _daemon(lambda: stream.write(bytes(4 * 4800)))
    return p


@program("exits", "exit while a daemon thread waits in read()", theirs=ANY, silent=True)
def exits_with_daemon_waiting(pyaudio: Any) -> Any:
    card()
    p = pyaudio.PyAudio()
    stream = p.open(input=True, **CARD_STEREO)
    _daemon(lambda: stream.read(480_000))
    return p


def _daemon(call: Callable[[], object]) -> None:
    def repeat() -> None:
        with contextlib.suppress(OSError):
            while True:
                call()

    threading.Thread(target=repeat, daemon=True).start()
    time.sleep(0.2)


@program("exits", "exit with a PyAudio in a reference cycle", theirs=ANY, silent=True)
def exits_with_a_cycle(pyaudio: Any) -> None:
    class Owner:
        def __init__(self) -> None:
            self.p = pyaudio.PyAudio()
            self.stream = self.p.open(output=True, stream_callback=self.callback, **STEREO)

        def callback(self, data: object, frames: int, *_: object) -> tuple[bytes, int]:
            return silence(data, frames)

    Owner()
    time.sleep(0.1)


@program("exits", "exit with a blocking input on JACK", theirs=ANY, silent=True)
def exits_with_jack_input(pyaudio: Any) -> Any:
    server = jack()
    source = f"""
import {pyaudio.__name__} as pyaudio
p = pyaudio.PyAudio()
index = p.get_host_api_info_by_type(pyaudio.paJACK)["defaultInputDevice"]
s = p.open(48000, 2, pyaudio.paFloat32, input=True, input_device_index=index)
s.read(480)
print("read")
"""
    try:
        done = subprocess.run(
            [sys.executable, "-c", source], capture_output=True, text=True, timeout=15, check=False
        )
    finally:
        before = time.monotonic()
        server.stop()
        is_stuck = time.monotonic() - before > 4
        if is_stuck:  # it was killed, and occupies one of JACK's eight slots until it restarts
            server.start()
            server.stop()
    assert done.stdout == "read\n", f"it cannot read: {done.stderr.splitlines()[-1:]}"
    if done.returncode < 0:
        os.kill(os.getpid(), -done.returncode)  # so that this process ends too
    assert done.returncode == 0, f"it ends with status {done.returncode}"
    assert not is_stuck, "the JACK server hangs afterwards"


@program("exits", "import in a subinterpreter", theirs=ANY, silent=True)
def exits_with_a_subinterpreter(pyaudio: Any) -> None:
    try:
        interpreters = importlib.import_module("_xxsubinterpreters")
    except ImportError:
        raise Skip("only some versions of CPython have _xxsubinterpreters") from None
    stream = pyaudio.PyAudio().open(output=True, stream_callback=silence, **STEREO)
    said = FOLDER / "said"
    source = f"""
try:
    import {pyaudio.__name__} as pyaudio
    p = pyaudio.PyAudio()
    stream = p.open(44100, 2, 8, output=True, stream_callback=lambda *_: (bytes(4 * _[1]), 0))
    stream.close()
    word = "it works"
except ImportError as error:
    word = "it is refused" if "subinterpreter" in str(error) else repr(error)
except BaseException as error:
    word = repr(error)
open({str(said)!r}, "w").write(word)
"""
    other = interpreters.create()
    interpreters.run_string(other, source)
    interpreters.destroy(other)
    word = said.read_text()
    assert word in ("it works", "it is refused"), f"there it raises {word}"
    assert stream.is_active(), "the main interpreter's stream has ended"


# A sound server that dies.


def _server_dies(
    pyaudio: Any, use: Callable[[Any], object], *, shared_memory: bool = True, **arguments: Any
) -> None:
    server = card()
    if not shared_memory:
        config = FOLDER / "client.conf"
        config.write_text("enable-shm = no\n")
        os.environ["PULSE_CLIENTCONFIG"] = str(config)
    p = pyaudio.PyAudio()
    stream = p.open(**arguments, **CARD_STEREO)
    time.sleep(0.3)
    server.stop()
    end = time.monotonic() + 5

    def go_on() -> None:
        while time.monotonic() < end:
            use(stream)

    raises(OSError, (-9999, "Unanticipated host error"), go_on)
    assert time.monotonic() < end - 3, "it takes more than two seconds"
    stream.close()
    p.terminate()
    card()
    p = pyaudio.PyAudio()
    p.open(output=True, **CARD_STEREO).write(bytes(400))
    p.terminate()


@program("server dies", "the sound server dies during write()", theirs=ANY, seconds=15)
def server_dies_under_write(pyaudio: Any) -> None:
    _server_dies(pyaudio, lambda stream: stream.write(bytes(4 * 480)), output=True)


@program("server dies", "the sound server dies during read()", theirs=ANY, seconds=15)
def server_dies_under_read(pyaudio: Any) -> None:
    _server_dies(pyaudio, lambda stream: stream.read(480), input=True)


def _wire(stream: Any) -> None:
    stream.write(stream.read(480, False))


@program("server dies", "the sound server dies during a full-duplex stream", theirs=ANY, seconds=15)
def server_dies_under_read_and_write(pyaudio: Any) -> None:
    _server_dies(pyaudio, _wire, shared_memory=False, input=True, output=True)


def _ask(stream: Any) -> None:
    assert stream.is_active(), "the stream ends in silence"
    time.sleep(0.01)


@program(
    "server dies", "the sound server dies during a callback that plays", theirs=ANY, seconds=15
)
def server_dies_under_output_callback(pyaudio: Any) -> None:
    _server_dies(pyaudio, _ask, output=True, stream_callback=silence)


@program(
    "server dies", "the sound server dies during a callback that records", theirs=ANY, seconds=15
)
def server_dies_under_input_callback(pyaudio: Any) -> None:
    _server_dies(pyaudio, _ask, shared_memory=False, input=True, stream_callback=silence)


@program(
    "server dies",
    "the sound server dies during a callback that records and plays",
    theirs=ANY,
    seconds=15,
)
def server_dies_under_duplex_callback(pyaudio: Any) -> None:
    _server_dies(
        pyaudio, _ask, shared_memory=False, input=True, output=True, stream_callback=silence
    )


# libpulse 16.1 may deadlock when its server dies: its main loop waits for a block that the recorder
# has peeked at, while holding the lock that the recorder waits for.
@program(
    "server dies",
    "the same with shared memory, where libpulse may lock up",
    theirs=ANY,
    ours="right hang",
    seconds=15,
)
def server_dies_under_input_callback_in_shared_memory(pyaudio: Any) -> None:
    _server_dies(pyaudio, _ask, input=True, stream_callback=silence)
