# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Signals, forks, garbage collections and exits that interrupt a stream or its callback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

START = """
import contextlib, gc, os, queue, signal, sys, threading, time, warnings, weakref
import pyaudiopp
from pyaudiopp import PyAudio, paContinue
from pyaudiopp.simulation import Fault, HostApi, Simulation

warnings.simplefilter("ignore")  # of forking with threads
# ALSA is where stopping takes time: the core drains by itself.
card = Simulation([HostApi(type=pyaudiopp.paALSA)], clock="real_time")
card.use()
p = PyAudio()
MONO = {"format": pyaudiopp.paInt16, "channels": 1, "rate": 48000}

def silence(in_data, frame_count, *_):
    return bytes(2 * frame_count), paContinue

def soon(handler):
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="for POSIX")


def run(program: str) -> str:
    """Runs a program that must end in time and print nothing on stderr; returns its output."""
    ended = subprocess.run(
        [sys.executable, "-c", START + program], capture_output=True, text=True, timeout=100
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


# ---- signals ----


@pytest.mark.parametrize("stream", ["write", "callback"])
@pytest.mark.parametrize("call", ["stream.stop_stream()", "stream.close()", "p.terminate()"])
def test_a_handler_ends_the_stream_that_it_interrupts(call: str, stream: str) -> None:
    arguments = "stream_callback=silence, callback_buffer=1.0, " if stream == "callback" else ""
    assert (
        run(
            f"""
stream = p.open(output=True, {arguments}latency=1.0, **MONO)
def handler(*_):
    with contextlib.suppress(OSError):  # it may be closed already
        stream.stop_stream()
    stream.close()
    p.terminate()
    print("handled")
    sys.exit(0)
soon(handler)
if {stream == "write"}:
    stream.write(bytes(2 * 40000))
else:
    time.sleep(0.05)
{call}
"""
        )
        == "handled\n"
    )


def test_a_handler_writes_to_the_stream_that_it_interrupts() -> None:
    run(
        r"""
stream = p.open(output=True, **MONO)
soon(lambda *_: stream.write(b"\1\0" * 480))
stream.write(bytes(2 * 24000))
stream.close()
assert card.output(0, pyaudiopp.paInt16).count(b"\1\0") == 480
"""
    )


def test_a_handlers_exception_is_not_lost_when_the_stop_fails() -> None:
    run(
        """
stream = p.open(output=True, latency=1.0, **MONO)
def handler(*_):
    raise KeyboardInterrupt
stream.write(bytes(2 * 40000))
card.inject(Fault("Pa_StopStream", pyaudiopp.paUnanticipatedHostError))
soon(handler)
try:
    stream.stop_stream()
except KeyboardInterrupt:
    sys.exit(0)
"""
    )


# ---- callbacks ----


def test_a_call_that_fails_inside_another_streams_callback() -> None:
    run(
        """
other = p.open(output=True, start=False, **MONO)
lock, errors, done = threading.Lock(), [], threading.Event()
def callback(in_data, frame_count, *_):
    try:
        with lock:
            other.write(bytes(20))
    except OSError as error:
        errors.append(error.errno)
    finally:
        done.set()
    return silence(in_data, frame_count)
stream = p.open(output=True, stream_callback=callback, **MONO)
assert done.wait(50)
assert stream.is_active()
stream.close()
assert errors and set(errors) == {pyaudiopp.paStreamIsStopped}
assert not lock.locked()
other.start_stream()  # it is open still
other.write(bytes(20))
"""
    )


@pytest.mark.parametrize("buffer", ["", "callback_buffer=0.1, "])
@pytest.mark.parametrize("host_api", ["paALSA", "paJACK"])
def test_the_end_does_not_wait_for_a_callback_that_never_returns(
    host_api: str, buffer: str
) -> None:
    run(
        f"""
card.set_host_apis([HostApi(type=pyaudiopp.{host_api})])
p.terminate()
p = PyAudio()
nothing = queue.Queue()
entered = threading.Event()
def callback(*_):
    entered.set()
    return nothing.get(), paContinue
stream = p.open(output=True, {buffer}stream_callback=callback, **MONO)
assert entered.wait(50)
"""
    )


@pytest.mark.parametrize("buffer", ["", "callback_buffer=0.1, "])
def test_a_callback_returns_while_the_interpreter_ends(buffer: str) -> None:
    """It asks for the GIL when it can no longer be had."""
    run(
        f"""
entered = threading.Event()
def callback(in_data, frame_count, *_):
    entered.set()
    time.sleep(5)
    return silence(in_data, frame_count)
class Slow:
    sleep = staticmethod(time.sleep)
    def __del__(self):
        self.sleep(5)
sys.slow = Slow()  # goes late in the end, which is not waiting for the callback any more
stream = p.open(output=True, {buffer}stream_callback=callback, **MONO)
assert entered.wait(50)
"""
    )


def test_ctrl_c_ends_a_close_that_waits_for_a_callback() -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            START
            + """
signal.signal(signal.SIGINT, signal.default_int_handler)
entered = threading.Event()
def callback(*_):
    entered.set()
    queue.Queue().get()
stream = p.open(output=True, stream_callback=callback, **MONO)
assert entered.wait(50)
print("closing", flush=True)
stream.close()
""",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "closing\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=100)
    assert err.endswith("KeyboardInterrupt\n")
    assert process.returncode == -signal.SIGINT


def test_closing_a_closed_stream_keeps_the_gil_for_nobody() -> None:
    """A stream dropped in its own callback is waiting to be closed at that time."""
    run(
        """
closed = p.open(output=True, **MONO)
closed.close()
held = {}
def callback(in_data, frame_count, *_):
    held.clear()
    return silence(in_data, frame_count)
# Not by PyAudio.open(), whose streams are kept while they are active.
held["stream"] = pyaudiopp.pa.open(output=True, stream_callback=callback, **MONO)
pyaudiopp.pa.start_stream(held["stream"])
while held:
    time.sleep(0.01)
time.sleep(0.1)
del closed
"""
    )


# ---- forks ----


def test_a_child_plays_while_the_parents_callbacks_run() -> None:
    run(
        """
streams = [p.open(output=True, stream_callback=silence, **MONO) for _ in range(2)]
time.sleep(0.1)
for _ in range(5):
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        own = PyAudio()
        for _ in range(3):
            stream = own.open(output=True, stream_callback=silence, **MONO)
            time.sleep(0.02)
            stream.stop_stream()
            stream.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
    )


def test_a_child_gets_no_lock_that_another_thread_holds() -> None:
    run(
        """
asking = True
def ask():
    while asking:
        pyaudiopp.pa.get_device_count()
threads = [threading.Thread(target=ask) for _ in range(3)]
for thread in threads:
    thread.start()
end = time.monotonic() + 5
while time.monotonic() < end:
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        pyaudiopp.pa.get_device_count()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
asking = False
for thread in threads:
    thread.join()
"""
    )


# ---- garbage collection ----


def test_a_collection_meanwhile_takes_no_callback_of_a_stream_that_starts() -> None:
    run(
        """
gc.disable()
def make():
    def callback(in_data, frame_count, *_):
        return silence(in_data, frame_count)
    stream = p.open(output=True, start=False, stream_callback=callback, **MONO)
    return stream, weakref.ref(callback)
stream, callback = make()
ballast = [[i] for i in range(200000)]  # so that a collection takes a while
end = time.monotonic() + 5
def collect():
    while time.monotonic() < end:
        gc.collect()
collector = threading.Thread(target=collect)
collector.start()
while time.monotonic() < end:
    stream.start_stream()
    stream.abort()
    assert callback() is not None
collector.join()
"""
    )
