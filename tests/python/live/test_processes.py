# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Forks, signals and exits while real streams run, each in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import JackDummy, VirtualCard

OPEN = """
import multiprocessing, os, signal, sys, threading, time
import pyaudiopp
p = pyaudiopp.PyAudio()
stereo = dict(format=pyaudiopp.paInt16, channels=2, rate=48000)
silence = lambda data, frames, times, flags: (bytes(4 * frames), pyaudiopp.paContinue)
"""


def run(program: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", OPEN + program], capture_output=True, text=True, timeout=timeout
    )


def prints(program: str) -> str:
    result = run(program)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        "output=True, stream_callback=silence",
        "input=True, stream_callback=silence",
        "input=True, output=True, stream_callback=silence",
        "output=True",
        "input=True",
    ],
)
@pytest.mark.parametrize(
    "leave", ["", "sys.exit()", "del p, s", "threading.Thread(target=s.close)"]
)
def test_leaving_with_a_stream_running(card: VirtualCard, arguments: str, leave: str) -> None:
    assert prints(f"s = p.open({arguments}, **stereo)\ntime.sleep(0.2)\n{leave}") == ""


def test_leaving_while_a_daemon_thread_reads(card: VirtualCard) -> None:
    assert (
        prints("""
s = p.open(input=True, **stereo)
def read():
    while True:
        s.read(4800)
threading.Thread(target=read, daemon=True).start()
time.sleep(0.3)
""")
        == ""
    )


def test_leaving_with_a_cycle(card: VirtualCard) -> None:
    assert (
        prints("""
class Owner:
    def __init__(self):
        self.p = pyaudiopp.PyAudio()
        self.s = self.p.open(output=True, stream_callback=self.callback, **stereo)
    def callback(self, data, frames, times, flags):
        return bytes(4 * frames), pyaudiopp.paContinue
Owner()
time.sleep(0.1)
""")
        == ""
    )


def test_leaving_a_blocking_jack_input(jack: JackDummy) -> None:
    program = """
host = p.get_host_api_info_by_type(pyaudiopp.paJACK)
s = p.open(input=True, format=pyaudiopp.paFloat32, channels=2, rate=48000,
           input_device_index=host["defaultInputDevice"])
s.read(480)
"""
    for _ in range(3):
        assert prints(program) == ""


def test_a_forked_child_sees_its_inherited_streams_as_closed(card: VirtualCard) -> None:
    assert (
        prints("""
streams = [p.open(output=True, stream_callback=silence, **stereo), p.open(output=True, **stereo),
           p.open(input=True, **stereo)]
streams[1].write(bytes(400))
if child := os.fork():
    assert os.waitpid(child, 0)[1] == 0
    assert all(stream.is_active() for stream in streams)
    streams[1].write(bytes(400))
    streams[2].read(100)
    print("good")
else:
    for stream in streams:
        for call in (stream.is_stopped, stream.get_time,
                     stream.get_read_available):
            try:
                call()
            except OSError as error:
                assert error.args == (-9988, "Stream closed"), error.args
            else:
                raise SystemExit("open in the child")
        stream.close()
    p.terminate()
    sys.exit()
""")
        == "good"
    )


def test_a_forked_child_plays_on_streams_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not PulseAudio's: libpulse refuses to work in a child of a process that has used it.
    config = tmp_path / "asound.conf"
    null = "pcm.{} {{ type null hint {{ show on description null }} }}\n"
    config.write_text(null.format("!default") + null.format("other"))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    assert (
        prints("""
def play():
    q = pyaudiopp.PyAudio()
    s = q.open(output=True, **stereo)
    s.write(bytes(4 * 4800))
    s.close()
    q.terminate()
s = p.open(output=True, stream_callback=silence, **stereo)
context = multiprocessing.get_context("fork")
children = [context.Process(target=play) for _ in range(3)]
for child in children: child.start()
for child in children: child.join(30)
print([child.exitcode for child in children], s.is_active())
""")
        == "[0, 0, 0] True"
    )


def test_pulseaudio_in_a_forked_child_is_refused_in_words(card: VirtualCard) -> None:
    result = run("""
if child := os.fork():
    sys.exit(os.waitpid(child, 0)[1])
try:
    p.open(output=True, **stereo)
except OSError as error:
    if sys.version_info >= (3, 11):
        assert "PulseAudio does not survive" in error.__notes__[0]
    os._exit(0)
os._exit(1)
""")
    assert result.returncode == 0


def test_jack_in_a_forked_child_is_refused_in_words(jack: JackDummy) -> None:
    assert (
        prints("""
host = p.get_host_api_info_by_type(pyaudiopp.paJACK)
if child := os.fork():
    print(os.waitpid(child, 0)[1])
else:
    try:
        p.open(output=True, format=pyaudiopp.paFloat32, channels=2, rate=48000,
               output_device_index=host["defaultOutputDevice"])
    except OSError as error:
        assert error.args == (-9985, "Device unavailable")
        if sys.version_info >= (3, 11):
            assert "forked" in error.__notes__[0]
        os._exit(0)
    os._exit(1)
""")
        == "0"
    )


@pytest.mark.parametrize(
    "call", ["p.open(input=True, **stereo).read(480_000)", "s.write(bytes(4 * 480_000))"]
)
def test_ctrl_c_ends_a_waiting_call_at_once(card: VirtualCard, call: str) -> None:
    assert (
        prints(f"""
s = p.open(output=True, **stereo)
def interrupt():
    time.sleep(0.5)
    global sent
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    {call}
except KeyboardInterrupt:
    print(time.monotonic() - sent < 2, s.is_active())
s.write(bytes(400))
""")
        == "True True"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        "output=True",
        "input=True",
        "output=True, stream_callback=silence",
        "input=True, stream_callback=silence",
        "input=True, output=True, stream_callback=silence",
    ],
)
def test_the_sound_server_dies(
    arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing := VirtualCard.missing():
        pytest.skip(f"no virtual sound card here: it needs {', '.join(missing)}")
    # With shared memory, libpulse may deadlock when its server dies while ALSA's plugin reads a
    # recorded block (pa_memimport_free()); nothing above it can help that.
    config = tmp_path / "client.conf"
    config.write_text("enable-shm = no\n")
    monkeypatch.setenv("PULSE_CLIENTCONFIG", str(config))
    program = (
        """
from pyaudiopp.virtual_card import VirtualCard
p.terminate()
card = VirtualCard()
card.__enter__()
os.environ.update(card.environment())
p = pyaudiopp.PyAudio()
"""
        + f"s = p.open({arguments}, **stereo)"
        + """
time.sleep(0.3)
card.__exit__(None, None, None)
end = time.monotonic() + 10
try:
    while time.monotonic() < end:
        if s._is_input and not s._is_output and "callback" not in ARGUMENTS:
            s.read(480)
        elif "callback" not in ARGUMENTS:
            s.write(bytes(4 * 480))
        else:
            assert s.is_active()
            time.sleep(0.01)
except OSError as error:
    assert error.args == (-9999, "Unanticipated host error"), error.args
    assert error.device_lost
    if sys.version_info >= (3, 11):
        assert "the device is lost" in error.__notes__[0]
else:
    raise SystemExit("nothing is said of it")
s.close()
p.terminate()
with VirtualCard() as card:
    os.environ.update(card.environment())
    p = pyaudiopp.PyAudio()
    p.open(output=True, **stereo).write(bytes(4 * 480))
    p.terminate()
print("good")
""".replace("ARGUMENTS", repr(arguments))
    )
    result = run(program)
    # PortAudio itself prints "Expression ... failed" when ALSA fails, which we cannot catch.
    assert "Traceback" not in result.stderr
    assert (result.returncode, result.stdout) == (0, "good\n"), result.stderr


@pytest.mark.parametrize("way", ["blocking", "callback"])
def test_a_dead_jack_server_ends_a_stream(jack: JackDummy, way: str) -> None:
    # PortAudio's Pa_StopStream() waits ten minutes for a server that is gone.
    program = f"""
host = p.get_host_api_info_by_type(pyaudiopp.paJACK)
listen = (lambda *_: (None, pyaudiopp.paContinue)) if {way == "callback"} else None
s = p.open(input=True, input_device_index=host["defaultInputDevice"], stream_callback=listen,
           **stereo)
print("running", flush=True)
try:
    while {way == "callback"}:
        s.is_active()
        time.sleep(0.01)
    while True:
        s.read(480, exception_on_overflow=False)
except OSError as error:
    print("device lost:", error.device_lost)
try:
    s.close()
except OSError:
    pass
print("closed", flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN + program], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        jack.stop()
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert output == "device lost: True\nclosed\n"


@pytest.mark.parametrize("state", ["none", "new", "stopped", "running", "finished"])
def test_everything_closes_after_the_jack_server_died(jack: JackDummy, state: str) -> None:
    # PortAudio's JACK code asserts that libjack can clean up, or waits ten minutes for the server.
    program = f"""
host = p.get_host_api_info_by_type(pyaudiopp.paJACK)
s = None
if {state!r} != "none":
    finish = (lambda *_: (None, pyaudiopp.paComplete)) if {state!r} == "finished" else None
    s = p.open(output=True, output_device_index=host["defaultOutputDevice"],
               start={state!r} != "new", stream_callback=finish, **stereo)
while {state!r} == "finished" and s.is_active():
    time.sleep(0.01)
if {state!r} == "stopped":
    s.stop_stream()
print("ready", flush=True)
sys.stdin.readline()
begin = time.monotonic()
try:
    if s is not None:
        s.close()
except OSError:
    pass
p.terminate()
print("closed in time:", time.monotonic() - begin < 20)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN + program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        jack.stop()
        output, _ = process.communicate("\n", timeout=60)
    finally:
        process.kill()
    assert (process.returncode, output) == (0, "closed in time: True\n")
