# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Every way to end a process, while streams run and other threads are inside our calls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

START = """
import ctypes, os, signal, sys, threading, time
import pyaudiopp
from pyaudiopp import core, paContinue
p = pyaudiopp.PyAudio()
MONO = dict(format=pyaudiopp.paInt16, channels=1, rate=48000)
LONG = 500  # seconds: longer than any test
entered = threading.Event()

def silence(in_data, frame_count, *_):
    entered.set()
    return bytes(2 * frame_count), paContinue

def sleeps(in_data, frame_count, *_):
    entered.set()
    time.sleep(0.05)
    return silence(in_data, frame_count)

def daemon(work):
    def run():
        entered.set()
        work()
    threading.Thread(target=run, daemon=True).start()
    time.sleep(0.2)

def forever(work):
    def run():
        while True:
            work()
    return run

def open_and_close():
    q = pyaudiopp.PyAudio()
    q.open(output=True, stream_callback=silence, **MONO).close()
    q.terminate()
"""

RUNNING = {
    "nothing": "entered.set()",
    "a callback": "s = p.open(output=True, stream_callback=silence, **MONO)",
    "a duplex callback": "s = p.open(input=True, output=True, stream_callback=silence, **MONO)",
    "a callback that sleeps": "s = p.open(output=True, stream_callback=sleeps, **MONO)",
    "a buffered callback": "s = p.open(output=True, stream_callback=sleeps, callback_buffer=0.2,"
    " **MONO)",
    "eight callbacks": "s = [p.open(output=True, stream_callback=silence, **MONO)"
    " for _ in range(8)]",
    "a daemon that reads": "s = p.open(input=True, **MONO); daemon(lambda: s.read(48000 * LONG))",
    "a daemon that reads blocks": "s = p.open(input=True, **MONO)\n"
    "daemon(forever(lambda: s.read(480, False)))",
    "a daemon that reads in time": "s = p.open(input=True, **MONO)\n"
    "daemon(lambda: s.read_into(bytearray(96000 * LONG), timeout=LONG))",
    "a daemon that writes": "s = p.open(output=True, **MONO)\n"
    "daemon(lambda: s.write(bytes(96000 * LONG)))",
    "a daemon that writes in time": "s = p.open(output=True, **MONO)\n"
    "daemon(lambda: s.write(bytes(96000 * LONG), timeout=LONG))",
    "a daemon that writes by PortAudio's ring": "s = p.open(input=True, output=True, **MONO)\n"
    "daemon(forever(lambda: s.write(s.read(480, False))))",
    "a daemon that stops": "s = p.open(output=True, latency=60.0, **MONO)\n"
    "s.write(bytes(96000 * 50)); daemon(s.stop_stream)",
    "a daemon that opens and closes": "daemon(forever(open_and_close))",
}

# How it ends, and with which status.
ENDS = {
    "by itself": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "an exception": ("raise RuntimeError('on purpose')", 1),
    "os._exit": ("os._exit(3)", 3),
    "os._exit in another thread": (
        "threading.Thread(target=os._exit, args=[3], daemon=True).start(); time.sleep(LONG)",
        3,
    ),
    "os._exit in a callback": (
        "p.open(output=True, stream_callback=lambda *_: os._exit(3), **MONO); time.sleep(LONG)",
        3,
    ),
    "os.abort": (
        "ctypes.CDLL(None).prctl(4, 0) if sys.platform == 'linux' else None; os.abort()",
        0xC0000409 if sys.platform == "win32" else -6,
    ),
    "killed": (
        "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))",
        signal.SIGTERM if sys.platform == "win32" else -9,
    ),
}
if sys.platform == "win32":
    ENDS["ExitProcess"] = ("ctypes.windll.kernel32.ExitProcess(3)", 3)
    ENDS["TerminateProcess"] = (
        "ctypes.windll.kernel32.TerminateProcess(ctypes.c_void_p(-1), 3)",
        3,
    )
    # It is the C library's, which runs what Python and we have registered with it.
    ENDS["exit"] = ("ctypes.CDLL('ucrtbase').exit(3)", 3)


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START + program, *arguments],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("running", RUNNING)
@pytest.mark.parametrize("end", ENDS)
def test_a_process_ends_at_once(running: str, end: str) -> None:
    how, status = ENDS[end]
    done = run(f"{RUNNING[running]}\nassert entered.wait(50)\n{how}")
    # What abort() leaves on Windows depends on the C library; Wine's leaves 3.
    assert done.returncode == status or (end, done.returncode) == ("os.abort", 3), done.stderr
    assert done.stdout == ""
    said = [line for line in done.stderr.splitlines() if not line.startswith("  ")]
    expected = {
        "an exception": ["Traceback (most recent call last):", "RuntimeError: on purpose"]
    }.get(end, [])
    assert said == expected


# ---- children ----

PARENT = """
import multiprocessing, sys, time
import pyaudiopp

MONO = dict(format=pyaudiopp.paInt16, channels=1, rate=48000)

def play(queue, p=None):
    p = p or pyaudiopp.PyAudio()
    stream = p.open(output=True, **MONO)
    stream.write(bytes(2 * 4800))
    stream.close()
    p.terminate()
    queue.put("played")

def play_for_ever(queue):
    p = pyaudiopp.PyAudio()
    stream = p.open(output=True, **MONO)
    queue.put("plays")
    while True:
        stream.write(bytes(2 * 480))

def silence(in_data, frame_count, *_):
    return bytes(2 * frame_count), pyaudiopp.paContinue

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    p = pyaudiopp.PyAudio()
    streams = [p.open(output=True, stream_callback=silence, **MONO), p.open(input=True, **MONO)]
    {body}
    assert streams[0].is_active() and len(streams[1].read(480, False)) == 960
"""

CHILDREN = {
    "play": """
    children = [context.Process(target=play, args=[queue]) for _ in range(3)]
    for child in children: child.start()
    print(*(queue.get(timeout=50) for _ in children))
    for child in children: child.join(50)
    print(*(child.exitcode for child in children))""",
    "get a PyAudio": """
    child = context.Process(target=play, args=[queue, pyaudiopp.PyAudio()])
    child.start()
    print(queue.get(timeout=50)); child.join(50); print(child.exitcode)""",
    "are ended": """
    child = context.Process(target=play_for_ever, args=[queue])
    child.start()
    print(queue.get(timeout=50)); child.terminate(); child.join(50); print(child.exitcode != 0)""",
    "are daemons": """
    child = context.Process(target=play_for_ever, args=[queue], daemon=True)
    child.start()
    print(queue.get(timeout=50))""",
    "cannot have a stream": """
    try: context.Process(target=play, args=[streams[0]]).start()
    except TypeError as error: print("open the stream in the process" in str(error))""",
}
SAID = {
    "play": "played played played\n0 0 0\n",
    "get a PyAudio": "played\n0\n",
    "are ended": "plays\nTrue\n",
    "are daemons": "plays\n",
    "cannot have a stream": "True\n",
}


@pytest.mark.parametrize("what", CHILDREN)
def test_spawned_children_beside_running_streams(what: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PARENT.format(body=CHILDREN[what].strip()))
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert (done.returncode, done.stdout) == (0, SAID[what]), done.stderr
    if what != "cannot have a stream":  # the child that has started says that it got nothing
        assert done.stderr == ""
