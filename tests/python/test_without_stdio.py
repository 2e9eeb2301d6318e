# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Programs without standard streams: under pythonw, as a service, or with all of them closed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

START = """
import sys, time
if sys.platform == "win32":  # under Wine, pythonw has those of the program that starts it
    sys.stdin = sys.stdout = sys.stderr = sys.__stdin__ = sys.__stdout__ = sys.__stderr__ = None
assert sys.stdin is sys.stdout is sys.stderr is None
import pyaudiopp
from pyaudiopp import paContinue
MONO = dict(format=pyaudiopp.paInt16, channels=1, rate=48000)
def silence(in_data, frame_count, *_):
    return bytes(2 * frame_count), paContinue
def wrong(*_):
    raise RuntimeError("on purpose")
def wait(done):
    while not done():
        time.sleep(0.01)
def command(*arguments):
    from pyaudiopp._cli import main
    return main(list(arguments))
"""

PROGRAMS = {
    "nothing": "answer = 'good'",
    "play": "pyaudiopp.play(bytes(2000), 48000); answer = 'good'",
    "record": "answer = len(pyaudiopp.record(0.1, 48000))",
    "read and write": """
p = pyaudiopp.PyAudio()
s = p.open(input=True, output=True, **MONO)
s.write(s.read(4800, False))
s.close()
p.terminate()
answer = 'good'""",
    "a callback": """
p = pyaudiopp.PyAudio()
s = p.open(output=True, stream_callback=silence, **MONO)
wait(lambda: s.counters["callbacks"] > 3)
answer = 'good'""",
    "a callback that raises": """
p = pyaudiopp.PyAudio()
s = p.open(output=True, stream_callback=wrong, **MONO)
try:
    wait(lambda: not s.is_active())
except RuntimeError as error:
    answer = str(error)""",
    "a finished callback that raises": """
p = pyaudiopp.PyAudio()
s = p.open(output=True, stream_callback=lambda *_: (b"", 1), finished_callback=wrong, **MONO)
try:
    wait(lambda: not s.is_active())
    time.sleep(0.5)
    s.is_active()
except RuntimeError as error:
    answer = str(error)""",
    "a buffered callback that raises": """
p = pyaudiopp.PyAudio()
s = p.open(output=True, stream_callback=wrong, callback_buffer=0.1, **MONO)
try:
    wait(lambda: not s.is_active())
except RuntimeError as error:
    answer = str(error)""",
    "warnings": "import warnings; warnings.warn('careful'); pyaudiopp.Stream; answer = 'good'",
    "as pyaudio": """
pyaudiopp.install_as_pyaudio()
import pyaudio
p = pyaudio.PyAudio()
p.open(output=True, **MONO).write(bytes(200))
answer = pyaudio.PyAudio.__module__""",
    "devices": "answer = command('devices')",
    "devices --json": "answer = command('devices', '--json')",
    "doctor": "answer = command('doctor', '--no-record')",
    "--help": "answer = command('--help')",
    "a wrong command": "answer = command('nonsense')",
    "tone": "answer = command('tone', '-t', '0.1')",
    "meter": "answer = command('meter', '-t', '0.2')",
    "play a missing file": "answer = command('play', 'missing.wav')",
    "play standard input": "answer = command('play', '-')",
    "record a file": "answer = command('record', '-t', '0.1', 'take.wav')",
    "record to standard output": "answer = command('record', '-t', '0.1', '-')",
    "run": "open('program.py', 'w').write('import pyaudio; pyaudio.PyAudio()')\n"
    "answer = command('run', 'program.py')",
}
ANSWERS = {
    **dict.fromkeys(PROGRAMS, "good"),
    "record": "9600",
    **dict.fromkeys([name for name in PROGRAMS if name.endswith("raises")], "on purpose"),
    "as pyaudio": "pyaudiopp",
    # What they have to say is lost, and that counts as a failure.
    **dict.fromkeys(["devices", "devices --json", "doctor", "tone", "meter"], "1"),
    "--help": "1",
    "a wrong command": "2",
    "play a missing file": "1",
    "play standard input": "1",
    "record a file": "1",
    "record to standard output": "1",
    "run": "0",
}
NEED_MORE = ("tone", "meter", "play a", "play s", "record a", "record to", "run", "a wrong")


def without_stdio(*arguments: str) -> list[str]:
    """A command that runs a Python without them."""
    if sys.platform == "win32":
        return [str(Path(sys.executable).with_name("pythonw.exe")), *arguments]
    return ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', sys.executable, *arguments]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_without_standard_streams(name: str, tmp_path: Path) -> None:
    if name.startswith(NEED_MORE):
        pytest.importorskip("soundfile")
    program = tmp_path / "main.py"
    end = "\nopen('answer', 'w').write(str(answer))\n"
    program.write_text(START + PROGRAMS[name] + end)
    done = subprocess.run(
        without_stdio(str(program)),
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        cwd=tmp_path,
        timeout=60,
    )
    answer = tmp_path / "answer"
    said = answer.read_text() if answer.exists() else None
    assert (done.returncode, said) == (0, ANSWERS[name])


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise RuntimeError"])
def test_the_end_of_such_a_program(end: str, tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text(
        f"{START}\np = pyaudiopp.PyAudio()\n"
        f"s = p.open(output=True, stream_callback=silence, **MONO)\n{end}"
    )
    done = subprocess.run(
        without_stdio(str(program)),
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        timeout=60,
    )
    assert done.returncode == {"": 0, "sys.exit(3)": 3}.get(end, 1)
