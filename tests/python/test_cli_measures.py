# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line: levels, tones, latency, and programs that it runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipapp
from collections.abc import Callable
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("click")

import pyaudiopp  # noqa: E402
from pyaudiopp import simulation  # noqa: E402
from pyaudiopp._cli import levels  # noqa: E402
from pyaudiopp.virtual_card import VirtualCard  # noqa: E402
from pyaudiopp.virtual_card._pulse import SAMPLE_SIZES  # noqa: E402
from pytest_pyaudiopp import MakeSimulatedCard as Make  # noqa: E402

Heard = tuple[int, str, str]

FAILED, USAGE, SILENT, LOST, INTERRUPTED = 1, 2, 3, 4, 130
ENDED_BY_CTRL_C = 0xC000013A if sys.platform == "win32" else -signal.SIGINT


def command(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs it in its own process, on the simulation."""
    return subprocess.run(
        [sys.executable, "-m", "pyaudiopp", *map(str, arguments)],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def looped(make_simulated_card: Make, **more: object) -> simulation.Simulation:
    device = simulation.Device(loopback=True, **more)
    # With a free-running clock no callback is late, however busy the machine is.
    return make_simulated_card(
        host_apis=[simulation.HostApi(devices=[device])], clock="free_running"
    )


# ---- levels ----


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([[0, 16384], [-32768, 8]], "i2"), [1.0, 0.5]),
        (np.array([[-(2**31), 2**30]], "i4"), [1.0, 0.5]),
        (np.array([[0.25, -1.5]], "f4"), [0.25, 1.5]),
        (np.zeros((0, 3), "i2"), [0.0, 0.0, 0.0]),
    ],
)
def test_the_loudest_sample_of_each_channel(samples: np.ndarray, expected: list[float]) -> None:
    assert levels.peaks(samples) == expected


def test_bars() -> None:
    eighths = "█▏▎▍▌▋▊▉"
    assert levels.bar(0, 4, eighths) == "    "
    assert levels.bar(1, 4, eighths) == levels.bar(9, 4, eighths) == "████"
    assert levels.bar(10 ** (-30 / 20), 4, eighths) == "██  "
    assert levels.bar(10 ** (-28 / 20), 4, eighths) == "██▏ "
    assert levels.bar(10 ** (-28 / 20), 4, "#") == "##  "


def test_a_meter_shows_the_peak_of_each_channel(
    make_simulated_card: Make, cli: Callable[..., Heard]
) -> None:
    card = make_simulated_card(clock="free_running")
    left = np.array([[16384, -8192]] * 4800, "<i2").tobytes()
    card.feed_input(0, left, channels=2, format=pyaudiopp.paInt16)
    status, out, err = cli("meter", "--duration", 0.3)
    assert (status, err) == (0, "")
    assert [line.split("\t") for line in out.splitlines()] == [
        ["seconds", "dB(1)", "dB(2)"],
        ["0.1", "-6.0", "-12.0"],
        ["0.2", "-inf", "-inf"],
        ["0.3", "-inf", "-inf"],
    ]


def test_a_meter_of_an_input_that_gives_garbage(
    make_simulated_card: Make, cli: Callable[..., Heard]
) -> None:
    card = make_simulated_card(clock="free_running")
    garbage = np.array([np.nan, np.inf, 3e38, 1], "f4").repeat(4800).tobytes()
    card.feed_input(0, garbage, channels=1, format=pyaudiopp.paFloat32)
    status, out, err = cli("meter", "--duration", 0.4, "--channels", 1)  # a warning is an error
    assert (status, err) == (0, "")
    assert [line.split("\t")[1] for line in out.splitlines()[1:]] == [
        "-inf",
        "-inf",
        "769.5",
        "0.0",
    ]


def test_a_meter_that_hears_nothing_says_so(free: object, cli: Callable[..., Heard]) -> None:
    status, _, err = cli("meter", "--duration", 0.1, "--channels", 1, "--rate", 8000)
    assert (status, err) == (
        SILENT,
        "pyaudiopp: heard only digital silence; try `pyaudiopp doctor`\n",
    )


@pytest.mark.parametrize("name", ["meter", "tone", "latency"])
def test_what_fails_is_one_sentence(
    make_simulated_card: Make, cli: Callable[..., Heard], name: str
) -> None:
    card = make_simulated_card()
    error = pyaudiopp.paUnanticipatedHostError
    for call in ("Pa_OpenStream", "Pa_StartStream"):
        card.inject(simulation.Fault(call, error, "Broken pipe", -32))
        status, _, err = cli(name)
        assert (status, err.count("\n")) == (FAILED, 1)
        assert err.startswith("pyaudiopp: cannot ")
        assert "Broken pipe" in err
    card.set_host_apis([])
    status, _, err = cli(name)
    assert (status, err.count("\n")) == (SILENT, 1)
    assert err.endswith("put device; try `pyaudiopp doctor`\n")


@pytest.mark.parametrize("name", ["meter", "tone"])
def test_a_device_that_stands_still_is_given_up(
    make_simulated_card: Make,
    cli: Callable[..., Heard],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr(f"pyaudiopp._cli.{name}.PATIENCE", 0.2, raising=True)
    make_simulated_card(clock="by_hand")
    status, _, err = cli(name)
    assert (status, err.count("\n")) == (FAILED, 1)
    assert err.endswith(": the device neither delivers nor accepts sound\n")


def test_latency_gives_a_device_up_that_stands_still(
    make_simulated_card: Make, cli: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyaudiopp._cli.latency.PATIENCE", 0.2)
    make_simulated_card(clock="by_hand")
    assert cli("latency")[0] == FAILED


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize(("options", "status"), [([], SILENT), (["-t", "9"], INTERRUPTED)])
def test_ctrl_c_ends_a_meter(options: list[str], status: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pyaudiopp", "meter", *options],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as meter:
        assert meter.stdout is not None
        assert meter.stdout.readline() == "seconds\tdB(1)\tdB(2)\n"
        meter.stdout.readline()
        meter.send_signal(signal.SIGINT)
        _, err = meter.communicate(timeout=60)
    assert meter.returncode == status
    assert err.count("\n") == (status == SILENT)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_a_reader_that_leaves_ends_a_meter() -> None:
    line = f"{sys.executable} -m pyaudiopp meter | head -n 2; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],
        env={**os.environ, "PYAUDIOPP_BACKEND": "simulation"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (FAILED, 2)
    assert done.stderr == "pyaudiopp: standard output: Broken pipe\n"


# ---- tone ----


def test_a_tone_is_a_sine(free: simulation.Simulation, cli: Callable[..., Heard]) -> None:
    status, out, err = cli("tone", "--frequency", 1000, "--level", -6, "--duration", 0.5)
    assert (status, err) == (0, "")
    assert out == "1000 Hz, -6 dB, 0.5 s on all channels of Simulated device\n"
    played = np.frombuffer(free.output(0, pyaudiopp.paFloat32), "f4").reshape(-1, 2)[:24000]
    assert np.array_equal(played[:, 0], played[:, 1])
    middle = played[4800:19200, 0]
    spectrum = np.abs(np.fft.rfft(middle)) / len(middle) * 2
    assert np.argmax(spectrum) * 48000 / len(middle) == 1000
    assert spectrum.max() == pytest.approx(10 ** (-6 / 20), rel=1e-3)
    assert np.sort(spectrum)[-2] < 1e-3
    # No click at the start or the end.
    assert np.abs(np.diff(played[:, 0], prepend=0, append=0)).max() < 0.07


def test_a_tone_on_one_channel(free: simulation.Simulation, cli: Callable[..., Heard]) -> None:
    assert cli("tone", "--channel", 2)[0] == 0
    played = np.frombuffer(free.output(0, pyaudiopp.paFloat32), "f4").reshape(-1, 2)
    assert [np.abs(channel).max() > 0 for channel in played.T] == [False, True]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--channel", "3", "--channels", "2"], "there is no channel 3; the stream has 2"),
        (["--frequency", "24000"], "24000 Hz needs a rate of more than 48000 Hz"),
    ],
)
def test_a_tone_that_makes_no_sense(
    free: object, cli: Callable[..., Heard], options: list[str], words: str
) -> None:
    assert cli("tone", *options) == (USAGE, "", f"pyaudiopp: {words}\n")


# ---- latency ----


def wire_delay(block: int) -> int:
    """The round-trip latency of a callback in frames, found with a single sample."""
    p = pyaudiopp.PyAudio()
    heard = np.zeros(0, "f4")

    def callback(data: bytes, frames: int, *_: object) -> tuple[bytes, int]:
        nonlocal heard
        out = np.zeros(frames, "f4")
        out[0] = len(heard) == 0
        heard = np.concatenate([heard, np.frombuffer(data, "f4")])
        done = len(heard) > 20000
        return out.tobytes(), pyaudiopp.paComplete if done else pyaudiopp.paContinue

    stream = p.open(
        rate=48000,
        channels=1,
        format=pyaudiopp.paFloat32,
        input=True,
        output=True,
        frames_per_buffer=block,
        stream_callback=callback,
    )
    while stream.is_active():
        time.sleep(0.01)
    p.terminate()
    [delay] = np.flatnonzero(heard)
    return int(delay)


@pytest.mark.parametrize("block", [256, 480])
def test_latency_is_what_a_single_sample_takes(
    make_simulated_card: Make,
    cli: Callable[..., Heard],
    monkeypatch: pytest.MonkeyPatch,
    block: int,
) -> None:
    monkeypatch.setattr("pyaudiopp._cli.latency._SPACING", 0.2)
    looped(make_simulated_card)
    expected = wire_delay(block)
    status, out, err = cli("latency", "--rounds", 2, "--frames-per-buffer", block)
    assert (status, err) == (0, "")
    rows = [line.split() for line in out.splitlines()[2:4]]
    ms = f"{expected / 48:.2f}"
    assert rows == [["1", str(expected), ms, "1.00"], ["2", str(expected), ms, "1.00"]]
    assert f"Round trip: {expected} frames, {ms} ms\n" in out


def test_latency_hears_a_faint_echo_in_noise() -> None:
    from pyaudiopp._cli import latency

    burst = latency._make_burst(48000, -12)
    random = np.random.default_rng(2)
    part = random.normal(0, 0.005, 48000).astype("f4")
    assert latency._find(burst, part)[1] < latency._LEAST_LIKENESS
    part[12345 : 12345 + len(burst)] -= 0.1 * burst  # inverted, as some microphones do
    delay, likeness = latency._find(burst, part)
    assert (delay, likeness > latency._LEAST_LIKENESS) == (12345, True)


def test_latency_without_a_loopback(make_simulated_card: Make, cli: Callable[..., Heard]) -> None:
    make_simulated_card()
    status, _, err = cli("latency", "--rounds", 1)
    assert (status, err.count("\n")) == (SILENT, 1)
    assert err.startswith("pyaudiopp: nothing came back: connect the output to the input")


def test_latency_of_an_input_that_gives_garbage(
    make_simulated_card: Make, cli: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyaudiopp._cli.latency._SPACING", 0.2)
    garbage = np.array([np.nan, np.inf, -np.inf, 3e38], "f4").repeat(12000).tobytes()
    card = make_simulated_card(clock="free_running")
    card.feed_input(0, garbage, channels=1, format=pyaudiopp.paFloat32)
    status, _, err = cli("latency", "--rounds", 2)  # a warning would be an error
    assert (status, err.count("\n")) == (SILENT, 1)


def test_latency_takes_low_high_or_seconds(
    make_simulated_card: Make, cli: Callable[..., Heard]
) -> None:
    looped(make_simulated_card)
    for value in ("soon", "-1", "nan"):
        assert cli("latency", "--latency", value)[0] == USAGE
    out = cli("latency", "--rounds", 1, "--latency", "0.025")[1]
    assert "PortAudio reports 25.00 ms for the input, 25.00 ms for the output: 50.00 ms" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["record", "take.wav", "--duration", "nan"],
        ["record", "take.wav", "--duration", "inf"],
        ["record", "take.wav", "--rate", "0"],
        ["meter", "--duration", "0"],
        ["meter", "--channels", "99999999999999"],
        ["tone", "--level", "nan"],
        ["tone", "--level", "1"],
        ["tone", "--frequency", "-1"],
        ["latency", "--latency", "inf"],
        ["latency", "--latency", "3601"],
        ["latency", "--frames-per-buffer", "99999999999999"],
        ["play"],
    ],
)
def test_numbers_that_make_no_sense(
    free: object, cli: Callable[..., Heard], arguments: list[str]
) -> None:
    status, _, err = cli(*arguments)
    assert status == USAGE
    assert "Error: " in err


# ---- run and virtual ----

PROGRAM = """
import os, sys
import pyaudio
p = pyaudio.PyAudio()
print(pyaudio.__name__, __name__, sys.argv, sys.path[0] == os.path.dirname(__file__))
print(p.get_device_info_by_index(0)["name"])
p.terminate()
sys.exit(int(sys.argv[1]))
"""


def test_a_program_for_pyaudio_runs_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    done = command("run", path, 7, "--help", "-d", "x")
    assert done.stdout.splitlines() == [
        f"pyaudiopp __main__ {[str(path), '7', '--help', '-d', 'x']} True",
        "Simulated device",
    ]
    assert (done.returncode, done.stderr) == (7, "")


def test_a_module_for_pyaudio_runs_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    done = command("run", "-m", "program", 0, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("pyaudiopp __main__ ")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("raise OSError(5, 'mine')", 1, "OSError: [Errno 5] mine"),
        ("import soundfile_of_mine", 1, "ModuleNotFoundError: No module named"),
        ("import sys; sys.modules['numpy'] = None; import numpy", 1, "ModuleNotFoundError"),
        ("import sys; sys.exit('bye')", 1, "bye"),
        ("raise KeyboardInterrupt", ENDED_BY_CTRL_C, "KeyboardInterrupt"),
        ("def f():\n    1 / 0\n\ntry:\n    f()\nfinally:\n    [][0]", 1, "IndexError"),
        ("print(1)\nx = )", 1, "SyntaxError"),
        ("import sys; sys.excepthook = lambda *what: print(what); 1 / 0", 1, ""),
    ],
)
def test_a_programs_errors_are_its_own(tmp_path: Path, body: str, status: int, words: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(body)
    direct = subprocess.run(
        [sys.executable, path.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    done = command("run", path.name, cwd=tmp_path)
    assert done.returncode == direct.returncode == status
    assert done.stderr == direct.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.py"], "nowhere.py: No such file or directory"),
        (["."], ".: can't find '__main__' module in '.'"),
        (["noise.wav"], "noise.wav: it is not a Python program"),
        (["zeros.wav"], "zeros.wav: it is not a Python program"),
        (["-m", "nowhere"], "nowhere: No module named nowhere"),
    ],
)
def test_what_is_no_program(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "noise.wav").write_bytes(b"RIFF\xff\xfe")
    (tmp_path / "zeros.wav").write_bytes(b"RIFF\0\0")
    done = command("run", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert done.stderr == f"pyaudiopp: cannot run {words}\n"


@pytest.mark.skipif(os.name != "posix", reason="no /dev/stdin here")
def test_a_program_from_a_pipe() -> None:
    line = f"echo 'import pyaudio; print(pyaudio.__name__)' | {sys.executable} -m pyaudiopp run"
    done = subprocess.run(
        ["sh", "-c", f"{line} /dev/stdin"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "pyaudiopp\n", "")


def test_a_program_in_a_directory_and_in_an_archive(tmp_path: Path) -> None:
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "__main__.py").write_text("import pyaudio; print(pyaudio.__name__)")
    zipapp.create_archive(tmp_path / "program", tmp_path / "program.pyz")
    for name in ("program", "program.pyz"):
        done = command("run", tmp_path / name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "pyaudiopp\n", "")


def test_a_command_on_the_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYAUDIOPP_BACKEND", raising=False)
    program = "import os, sys; print(os.environ['PYAUDIOPP_BACKEND']); sys.exit(5)"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pyaudiopp", "virtual", "--simulated", "--"),
            *(sys.executable, "-c", program),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (5, "simulation\n", "")


@pytest.mark.parametrize(
    ("option", "least", "most"), [("--rate", "1", "384000"), ("--channels", "1", "32")]
)
def test_a_card_that_cannot_be(
    cli: Callable[..., Heard], option: str, least: str, most: str
) -> None:
    for value in ("0", str(int(most) + 1)):
        status, _, err = cli("virtual", option, value, "--", "true")
        assert status == USAGE
        assert f"{least}<=x<={most}" in err
        name = option.strip("-")
        with pytest.raises(ValueError, match=f"{name} must be from {least} to {most}"):
            VirtualCard(**{name: int(value)})


def test_the_formats_of_a_card(cli: Callable[..., Heard]) -> None:
    status, _, err = cli("virtual", "--format", "xx", "--", "true")
    assert status == USAGE
    assert err.endswith(f" is not one of {', '.join(map(repr, SAMPLE_SIZES))}.\n")


def test_a_command_that_is_not_there() -> None:
    done = command("virtual", "--simulated", "/no/such/program", "--its", "-o", "ption")
    assert done.returncode == 127
    with pytest.raises(FileNotFoundError) as caught:
        subprocess.run(["/no/such/program"])
    assert done.stderr == f"virtual card: cannot run /no/such/program: {caught.value.strerror}\n"
