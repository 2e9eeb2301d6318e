# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line: common behaviour, and the two commands that need no library."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import pyaudiopp
from pyaudiopp import simulation
from pyaudiopp._cli import main
from pyaudiopp._cli.doctor import Report, servers
from pytest_pyaudiopp import MakeSimulatedCard as Make

TWO_APIS = [
    simulation.HostApi(
        name="ALSA",
        devices=[
            simulation.Device("hw:0", 2, 0, 44100, sample_rates=[44100, 48000]),
            simulation.Device("hw:1", 0, 8, 48000, sample_rates=[8000, 11025, 16000, 48000]),
        ],
    ),
    simulation.HostApi(name="JACK", devices=[simulation.Device("system", sample_rates=[48000])]),
    simulation.HostApi(name="OSS", devices=[]),
]
SILENT, NO_DEVICE = 3, 3

needs_terminals = pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals here")


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it as a user would, on the simulation by default."""
    return subprocess.run(
        [sys.executable, "-m", "pyaudiopp", *map(str, arguments)],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_terminal(*arguments: object, columns: int = 100) -> tuple[int, str]:
    """Runs it as a user would at a terminal."""
    import pty

    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pyaudiopp", *map(str, arguments)],
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    with open(controller, "rb", buffering=0) as screen, contextlib.suppress(OSError):
        while block := screen.read(65536):  # EIO means the end
            shown += block
    return process.wait(60), shown.decode()


@pytest.fixture(autouse=True)
def simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives tests without a simulation of their own one as well."""
    monkeypatch.setenv("PYAUDIOPP_BACKEND", "simulation")


@pytest.fixture
def without_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts as if only the base package were installed."""
    for name in ("click", "rich", "soundfile", "numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "pyaudiopp._cli.app", raising=False)
    monkeypatch.delattr("pyaudiopp._cli.app", raising=False)


@pytest.fixture(params=["with click", "without click"])
def either_way(request: pytest.FixtureRequest) -> None:
    if request.param == "without click":
        request.getfixturevalue("without_click")


def noise(card: simulation.Simulation) -> None:
    card.feed_input(0, b"\0\x40\0\xc0" * 96000, channels=2, format=pyaudiopp.paInt16)


# ---- devices ----


def test_the_devices_are_listed_by_host_api(
    make_simulated_card: Make, either_way: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_simulated_card(host_apis=TWO_APIS)
    assert main(["devices"]) == 0
    out, err = capsys.readouterr()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0].startswith(f"pyaudiopp {pyaudiopp.__version__}, PortAudio")
    assert lines[2:] == [
        "ALSA",
        "# name default in out rate rates",
        "0 hw:0 input 2 0 44100 44100 48000",
        "1 hw:1 output 0 8 48000 8000-16000 48000",
        "",
        "JACK",
        "# name default in out rate rates",
        "2 system (input), (output) 2 2 48000 48000",
    ]
    assert err == ""


def test_the_devices_as_json(
    make_simulated_card: Make, either_way: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_simulated_card(host_apis=TWO_APIS)
    assert main(["devices", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pyaudiopp"] == pyaudiopp.__version__
    assert [host_api["name"] for host_api in told["host_apis"]] == ["ALSA", "JACK", "OSS"]
    microphone = told["host_apis"][0]["devices"][0]
    assert microphone["index"] == told["host_apis"][0]["default_input"] == 0
    assert (microphone["is_default_input"], microphone["is_default_output"]) == (True, False)
    assert microphone["input_sample_rates"] == [44100, 48000]
    assert microphone["output_sample_rates"] == []
    assert told["host_apis"][2] == {
        "name": "OSS",
        "type": 0,
        "default_input": None,
        "default_output": None,
        "devices": [],
    }


def test_a_device_that_is_in_use_is_no_error(
    make_simulated_card: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = simulation.Fault("Pa_IsFormatSupported", pyaudiopp.paDeviceUnavailable, times=None)
    make_simulated_card().inject(busy)
    assert main(["devices"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("48000  in use")


def test_a_name_moves_no_cursor(
    make_simulated_card: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["a\x1b[2Jb\nc", "[bold]not markup[/bold]", b"\xff\xfe"]
    devices = [simulation.Device(name) for name in names]
    make_simulated_card(host_apis=[simulation.HostApi(devices=devices)])
    assert main(["devices"]) == 0
    out = capsys.readouterr().out
    assert "a\ufffd[2Jb\ufffdc" in out
    assert "[bold]not markup[/bold]" in out
    assert "\x1b" not in out


def test_no_device_is_a_sentence_and_a_status(
    make_simulated_card: Make, either_way: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_simulated_card(host_apis=[])
    assert main(["devices"]) == NO_DEVICE
    assert capsys.readouterr().err.startswith("pyaudiopp: there is no sound device")
    assert main(["devices", "--json"]) == NO_DEVICE
    out, err = capsys.readouterr()
    assert (json.loads(out)["host_apis"], err) == ([], "")


@needs_terminals
def test_a_terminal_gets_a_picture() -> None:
    status, shown = in_terminal("devices")
    assert status == 0
    assert "│" in shown
    assert "\x1b[1m" in shown
    assert "Simulated device" in shown


@needs_terminals
@pytest.mark.parametrize("name", ["devices", "doctor", "meter", "tone"])
def test_a_terminal_too_narrow_for_a_picture_gets_plain_text(name: str) -> None:
    options = {"meter": ["-t0.2"], "tone": ["-t0.2"]}
    for columns in (0, 20, 40):
        status, shown = in_terminal(name, *options.get(name, []), columns=columns)
        assert status in (0, SILENT)
        assert "Traceback" not in shown
        assert "│" not in shown
    assert "│" in in_terminal("devices", columns=70)[1]


@needs_terminals
def test_a_terminal_shows_how_far_and_how_loud_it_is(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    status, shown = in_terminal("record", "--duration", "0.5", tmp_path / "take.wav")
    assert status == SILENT
    assert "0:00.4 / 0:00.5" in shown
    assert "0:00.5 / 0:00.5" in shown
    assert "-inf dB" in shown
    assert soundfile.info(tmp_path / "take.wav").frames == 24000


# ---- doctor ----


def test_a_doctor_finds_nothing_wrong(
    make_simulated_card: Make, either_way: None, capsys: pytest.CaptureFixture[str]
) -> None:
    noise(make_simulated_card(clock="free_running"))
    assert main(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert "ok     default: Simulated device, device 0, 2 channels, 48000 Hz" in out
    assert "the peak was -6 dB" in out
    assert out.endswith("No problems found.\n")
    assert err == ""


def test_a_doctor_hears_digital_silence(
    make_simulated_card: Make, either_way: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_simulated_card(clock="free_running")
    assert main(["doctor"]) == SILENT
    out = capsys.readouterr().out
    assert "WRONG  it recorded only digital silence: every sample was 0\n         " in out
    assert out.endswith("1 problem found.\n")


def test_a_doctor_need_not_listen(
    make_simulated_card: Make, either_way: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_simulated_card(clock="free_running")
    assert main(["doctor", "--no-record", "-v"]) == 0
    out = capsys.readouterr().out
    assert "silence was heard" not in out
    assert "Messages from the sound system" in out


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("Pa_Initialize", "cannot start PortAudio: "),
        ("Pa_OpenStream", "it cannot play: Unanticipated host error; Broken pipe"),
        ("Pa_ReadStream", "it cannot record: Unanticipated host error; Broken pipe"),
    ],
)
def test_a_doctor_tells_what_fails(
    make_simulated_card: Make, capsys: pytest.CaptureFixture[str], fault: str, words: str
) -> None:
    card = make_simulated_card(clock="free_running")
    noise(card)
    error = pyaudiopp.paUnanticipatedHostError
    card.inject(simulation.Fault(fault, error, "Broken pipe", -32))
    assert main(["doctor"]) == 1
    assert f"WRONG  {words}" in capsys.readouterr().out


def test_a_doctor_tells_that_there_is_no_device(
    make_simulated_card: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make_simulated_card(host_apis=[])
    assert main(["doctor"]) == 1
    assert "WRONG  PortAudio found no device" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="looks for Linux's sound servers")
def test_a_doctor_looks_for_sound_servers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pulse").mkdir()
    path = tmp_path / "pulse" / "native"
    at_home = {"XDG_RUNTIME_DIR": str(tmp_path)}

    def told(environment: dict[str, str]) -> str:
        servers(Report(), environment)
        return capsys.readouterr().out

    assert f"note   PulseAudio or PipeWire does not answer at unix:{path}: No such" in told(at_home)
    assert "XDG_RUNTIME_DIR is not set" in told({})
    assert "WRONG  PulseAudio or PipeWire does not answer at /nowhere" in told(
        {"PULSE_SERVER": "/nowhere"}
    )
    assert "WRONG  PulseAudio or PipeWire does not answer at tcp:127.0.0.1:nix" in told(
        {"PULSE_SERVER": "tcp:127.0.0.1:nix"}
    )
    assert "not answer at /nowhere: No such file or directory; /nor/here: No" in told(
        {"PULSE_SERVER": "/nowhere /nor/here"}
    )
    assert "WRONG  PulseAudio or PipeWire does not answer at ' '" in told({"PULSE_SERVER": " "})
    with socket.socket(socket.AF_UNIX) as server, socket.socket() as remote:
        server.bind(str(path))
        server.listen()
        remote.bind(("127.0.0.1", 0))
        remote.listen()
        port = remote.getsockname()[1]
        for environment in (
            at_home,
            {"PULSE_SERVER": f"{{abcdef}}unix:{path}"},
            {"PULSE_SERVER": str(path)},
            {"PULSE_SERVER": f"tcp:127.0.0.1:{port}"},
            {"PULSE_SERVER": f"127.0.0.1:{port} unix:/nowhere"},
            {"PULSE_SERVER": f"unix:/nowhere 127.0.0.1:{port}"},
        ):
            out = told(environment)
            assert "ok     PulseAudio or PipeWire accepts connections at" in out, environment


# ---- options, errors and output ----


def test_without_a_command_there_are_the_devices() -> None:
    done = command()
    assert (done.returncode, done.stderr) == (0, "")
    assert "Simulated device" in done.stdout
    assert "--help" in done.stdout


def test_the_installed_program_is_the_same() -> None:
    program = shutil.which("pyaudiopp", path=sysconfig.get_path("scripts"))
    assert program
    done = subprocess.run(
        [program, "--version"], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == f"pyaudiopp {pyaudiopp.__version__}\n"


def test_each_command_has_help_with_an_example() -> None:
    from pyaudiopp._cli.app import cli

    for name, its in cli.commands.items():
        done = command(name, "--help")
        assert done.returncode == 0
        assert f"Example:\n    pyaudiopp {name} " in done.stdout, name
        assert its.short_help or its.help


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["devices", "--nonsense"], ["--json"], ["devices", "--verbose"]]
)
def test_wrong_usage(arguments: list[str], either_way: None) -> None:
    try:
        status: object = main(arguments)
    except SystemExit as leaving:  # argparse's wording
        status = leaving.code
    assert status == 2


def test_a_command_that_needs_libraries_says_so(
    without_click: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["tune.wav", "--loudly"], ["--help"], []):
        assert main(["play", *arguments]) == 2
        assert capsys.readouterr() == (
            "",
            "pyaudiopp: play needs click: pip install 'pyaudiopp[cli]'\n",
        )


def test_which_commands_need_libraries() -> None:
    from pyaudiopp._cli import _OTHERS
    from pyaudiopp._cli.app import cli

    assert {*_OTHERS, "as-pyaudio", "devices", "doctor"} == set(cli.commands)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_that_nobody_takes() -> None:
    line = [sys.executable, "-m", "pyaudiopp", "devices"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            line, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "pyaudiopp: standard output: No space left on device\n"

    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as closed:
        done = subprocess.run(line, stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.rstrip() == b"pyaudiopp: standard output: Broken pipe"


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes them")
def test_no_standard_streams_at_all() -> None:
    line = f"exec {sys.executable} -m pyaudiopp devices >&- 2>&- <&-"
    assert subprocess.run(["sh", "-c", line], timeout=60).returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes it")
def test_a_closed_standard_stream_loses_no_word_to_the_other() -> None:
    def said(line: str) -> tuple[int, str, str]:
        done = subprocess.run(
            ["sh", "-c", f"exec {sys.executable} -m pyaudiopp {line}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    assert said("play nowhere.wav 2>&-") == (1, "", "")
    closed = (1, "", "pyaudiopp: standard output: Bad file descriptor\n")
    assert said("devices >&-") == said("devices --json >&-") == said("--help >&-") == closed


def test_a_terminal_without_the_letters(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text('{"host_apis": [{"devices": [{"name": "Größe"}]}]}', encoding="utf-8")
    done = command("devices", PYTHONIOENCODING="ascii", PYAUDIOPP_BACKEND=f"simulation:{path}")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"Gr\xf6\xdfe" in done.stdout


def test_an_environment_that_asks_for_nonsense() -> None:
    done = command("devices", PYAUDIOPP_BACKEND="nonsense")
    assert done.returncode == 1
    assert done.stderr.startswith("pyaudiopp: cannot start PortAudio: PYAUDIOPP_BACKEND is 'non")
    assert done.stderr.count("\n") == 1
