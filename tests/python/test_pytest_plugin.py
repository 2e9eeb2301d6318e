# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The pytest fixtures that come with pyaudiopp."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import VirtualCard

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "testing"

HEAD = """
import threading
import numpy, pytest
import pyaudiopp
from pyaudiopp import PyAudio, paInt16
from pyaudiopp.simulation import Device, Fault, HostApi

MONO = {"rate": 16000, "channels": 1, "format": paInt16}
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Runs tests in a separate pytest: `run(source, *options)`."""

    def run(source: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(HEAD + source)
        options = ("-p", "no:cacheprovider", *options)
        return pytester.runpytest_subprocess(*options, timeout=60)

    return run


def test_arrays_are_heard_and_played(run) -> None:
    run("""
def test_echo(simulated_card):
    simulated_card.feed_input(0, numpy.array([[1, 2], [3, 4]], "int16"))
    p = PyAudio()
    stream = p.open(rate=48000, channels=2, format=paInt16, input=True, output=True)
    stream.write(stream.read(2))
    p.terminate()
    assert simulated_card.output_array(0).tolist() == [[1, 2], [3, 4]]
""").assert_outcomes(passed=1)


def test_nothing_is_left_for_the_next_test(run) -> None:
    result = run(
        """
def read_for_long():
    with pytest.raises(OSError):
        PyAudio().open(input=True, **MONO).read(10**9)

def test_fails(simulated_card):
    simulated_card.feed_input(0, numpy.ones(100, "int16"))
    for call in "Pa_StopStream", "Pa_AbortStream", "Pa_CloseStream", "Pa_Terminate":
        simulated_card.inject(Fault(call, pyaudiopp.paInternalError, times=None))
    reader = threading.Thread(target=read_for_long)
    reader.start()
    while not simulated_card.open_streams():
        pass
    simulated_card.unplug(0)
    assert False

@pytest.mark.parametrize("number", range(3))
def test_begins_anew(make_simulated_card, number):
    card = make_simulated_card([HostApi(name=f"number {number}")])
    p = PyAudio()
    assert p.get_host_api_info_by_index(0)["name"] == f"number {number}"
    assert p.open(input=True, **MONO).read(2) == bytes(4)
    p.terminate()
""",
        "-W",
        "error",
    )
    result.assert_outcomes(failed=1, passed=3)


LEAVES_STREAMS = """
def test_leaves(simulated_card):
    p = PyAudio()
    p.open(input=True, **MONO)
    p.open(rate=48000, channels=2, format=paInt16, input=True, output=True)

def test_leaves_portaudio_running(simulated_card):
    PyAudio()

def test_closes(simulated_card):
    p = PyAudio()
    p.open(input=True, **MONO)
    p.terminate()

def test_fails(simulated_card):
    PyAudio().open(input=True, **MONO).write(b"")
"""


def test_streams_left_open_are_told(run) -> None:
    result = run(LEAVES_STREAMS)
    result.assert_outcomes(passed=3, failed=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*OpenStreamWarning: test_leaves left open:"
            " 1-channel input at 16000 Hz; 2-channel input and 2-channel output at 48000 Hz"
        ]
    )


def test_streams_left_open_may_be_errors(run) -> None:
    run(LEAVES_STREAMS, "-W", "error::pytest_pyaudiopp.OpenStreamWarning").assert_outcomes(
        passed=3, failed=1, errors=1
    )


@pytest.mark.parametrize(
    "waits",
    [
        "card.set_clock('by_hand'); stream().read(1)",
        pytest.param(
            "card.set_clock('by_hand'); threading.Event().wait()",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot wake it"),
        ),
        "endless = stream()\n    while True: endless.read(100)",
        "while True:\n        try: raise OSError\n        except OSError: pass",
    ],
)
def test_a_test_that_hangs_is_ended(run, pytester: pytest.Pytester, waits: str) -> None:
    pytester.makeini("[pytest]\npyaudiopp_time_limit = 0.5")
    result = run(
        f"""
def stream():
    return PyAudio().open(input=True, **MONO)

def test_hangs(simulated_card):
    card = simulated_card
    {waits}

def test_goes_on(simulated_card):
    with pytest.raises(KeyboardInterrupt):
        import signal
        signal.raise_signal(signal.SIGINT)
"""
    )
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["E *took longer than 0.5 s (pyaudiopp_time_limit): *step()*"])
    lines = [line.strip() for line in waits.replace(";", "\n").splitlines()]
    assert any(
        ">" + line.replace(" ", "") in result.stdout.str().replace(" ", "") for line in lines
    )


@pytest.mark.skipif(sys.platform != "win32", reason="such a test is ended by itself")
def test_a_test_that_waits_for_a_lock_ends_the_run(run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\npyaudiopp_time_limit = 0.5")
    result = run("def test_hangs(simulated_card):\n    threading.Event().wait()\n")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["*in test_hangs*", "*took longer than 0.5 s*"])


def test_the_limit_may_be_left_to_others(run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\npyaudiopp_time_limit = 0")
    run("""
import signal

def test_signals_are_the_programs_own(simulated_card):
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
""").assert_outcomes(passed=1)


def test_the_clock_is_in_the_tests_hand(run) -> None:
    run("""
def test_steps(make_simulated_card):
    card = make_simulated_card(clock="by_hand")
    card.feed_input(0, numpy.arange(1, 7, dtype="int16"))
    heard = []

    def callback(data, frames, times, status):
        heard.append(numpy.frombuffer(data, "int16").tolist())
        return None, pyaudiopp.paContinue

    p = PyAudio()
    p.open(input=True, frames_per_buffer=2, stream_callback=callback, **MONO)
    card.step()
    assert heard == [[1, 2]]
    card.step(2)
    assert heard == [[1, 2], [3, 4], [5, 6]]
    p.terminate()
""").assert_outcomes(passed=1)


def test_workers_of_xdist_have_their_own_cards(run) -> None:
    pytest.importorskip("xdist")
    run(
        """
@pytest.mark.parametrize("number", range(1, 21))
def test_plays(simulated_card, number):
    p = PyAudio()
    stream = p.open(output=True, **MONO)
    stream.write(numpy.full(1000, number, "int16"))
    p.terminate()
    assert simulated_card.output_array(0)[:, 0].tolist() == [number] * 1000
""",
        "-n",
        "2",
    ).assert_outcomes(passed=20)


def test_what_the_environment_has_chosen_comes_back(
    run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makefile(".json", card='{"host_apis": [{"name": "the environment\'s"}]}')
    monkeypatch.setenv("PYAUDIOPP_BACKEND", "simulation:card.json")
    run("""
def name():
    p = PyAudio()
    found = p.get_host_api_info_by_index(0)["name"]
    p.terminate()
    return found

def test_own(make_simulated_card):
    make_simulated_card([HostApi(name="mine")])
    assert name() == "mine"

def test_the_environments():
    assert name() == "the environment's"
""").assert_outcomes(passed=2)


def test_a_run_that_uses_no_fixture_does_not_import_us(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
import sys

def test_modules():
    assert "pytest_pyaudiopp" in sys.modules
    assert "pyaudiopp" not in sys.modules
    assert "wave" not in sys.modules
""")
    pytester.runpytest_subprocess(timeout=60).assert_outcomes(passed=1)


def test_a_missing_portaudio_breaks_only_what_needs_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.mkdir("pyaudiopp").joinpath("__init__.py").write_text(
        "raise ImportError('no library')"
    )
    monkeypatch.syspath_prepend(pytester.path)
    pytester.makepyfile("def test_a(): pass\ndef test_b(simulated_card): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", timeout=60)
    result.assert_outcomes(passed=1, errors=1)


def test_no_virtual_card_is_a_reason_to_skip(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(pytester.path))
    pytester.makepyfile("def test_a(virtual_card): assert False")
    result = pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider", timeout=60)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*no virtual sound card here: it needs pulseaudio, *"])


@pytest.mark.skipif(VirtualCard.missing() != [], reason="no virtual sound card here")
def test_the_virtual_card_is_the_default_device_of_its_tests_alone(run) -> None:
    run("""
import os

def names():
    p = PyAudio()
    found = [p.get_device_info_by_index(i)["name"] for i in range(p.get_device_count())]
    p.terminate()
    return found

def test_before(simulated_card):
    assert names() == ["Simulated device"]

@pytest.mark.filterwarnings("error")
def test_card(virtual_card):
    assert "fastnull" in names()
    assert os.environ["ALSA_CONFIG_PATH"] == virtual_card.environment()["ALSA_CONFIG_PATH"]

def test_leaves(virtual_card):
    PyAudio().open(rate=48000, channels=2, format=paInt16, output=True)

def test_after(simulated_card):
    assert names() == ["Simulated device"]
    assert "ALSA_CONFIG_PATH" not in os.environ
""").assert_outcomes(passed=4, warnings=1)


def test_the_example_passes(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "testing", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path / "testing", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout
