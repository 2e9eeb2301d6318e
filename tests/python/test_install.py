# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""`install_as_pyaudio()`."""

from __future__ import annotations

import subprocess
import sys


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60
    )


def test_every_way_of_importing_pyaudio_finds_us() -> None:
    result = run("""
import pyaudiopp
pyaudiopp.install_as_pyaudio()
pyaudiopp.install_as_pyaudio()
import pyaudio, pyaudio._portaudio, _portaudio
from pyaudio import *
assert pyaudio is pyaudiopp and pyaudio._portaudio is _portaudio is pyaudiopp.pa is pa
assert pyaudio.PyAudio is PyAudio
assert _portaudio.__file__.endswith((".so", ".pyd")), _portaudio.__file__
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_pyaudio_that_was_imported_before_is_an_error() -> None:
    result = run("""
import sys, types
sys.modules["pyaudio"] = types.ModuleType("pyaudio")
import pyaudiopp
pyaudiopp.install_as_pyaudio()
""")
    assert "RuntimeError: pyaudio has been imported already" in result.stderr


def test_version_is_above_pyaudios() -> None:
    import pyaudiopp

    assert tuple(int(part) for part in pyaudiopp.__version__.split(".")[:2]) > (0, 2)


def test_functions_are_looked_up_when_called() -> None:
    result = run("""
import pyaudiopp, unittest.mock as mock
with mock.patch("pyaudiopp.pa.initialize"), mock.patch("pyaudiopp.pa.open") as opened:
    with mock.patch("pyaudiopp.pa.start_stream") as started:
        p = pyaudiopp.PyAudio()
        stream = p.open(rate=1, channels=1, format=8, output=True)
        started.assert_called_once_with(opened.return_value)
    with mock.patch("pyaudiopp.pa.write_stream") as written:
        stream.write(b"ab", 1)
        written.assert_called_once_with(stream._stream, b"ab", 1, False)
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_second_import_works() -> None:
    result = run("""
import sys, pyaudiopp
for name in [name for name in sys.modules if name.startswith("pyaudiopp")]:
    del sys.modules[name]
import pyaudiopp
p = pyaudiopp.PyAudio
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_subinterpreter_is_refused_in_words() -> None:
    result = run("""
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
import sys
program = f'''
import sys
sys.path[:] = {sys.path!r}
try:
    import pyaudiopp
except ImportError as error:
    assert "subinterpreter" in str(error), error
else:
    raise AssertionError("imported")
'''
failure = interpreters.run_string(interpreters.create(), program)
assert failure is None, failure
""")
    assert (result.returncode, result.stderr) == (0, "")
