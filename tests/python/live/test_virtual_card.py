# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The virtual sound card itself: it starts, carries sound, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pyaudiopp import virtual_card
from pyaudiopp.virtual_card import JackDummy, VirtualCard

pytestmark = pytest.mark.skipif(bool(VirtualCard.missing()), reason="no virtual sound card here")

PACKAGE = Path(virtual_card.__file__).parent

needs_jack = pytest.mark.skipif(bool(JackDummy.missing()), reason="no JACK here")


def run_on_card(*command: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Runs the package by its path, as the scripts do, without pyaudiopp around it."""
    line = [sys.executable, str(PACKAGE), *options, "--", *command]
    return subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def is_running_soon(pid: int) -> bool:
    """Whether a process is still running after ten seconds."""
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_running(pid)


def start_and_kill(kind: str) -> tuple[int, str]:
    """Kills a process that runs such a server; returns the server's pid and directory."""
    program = f"""if True:
        import sys, time
        sys.path.insert(0, sys.argv[1])
        from virtual_card import {kind}
        with {kind}() as server:
            print(server._process.pid, server._directory, flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", program, str(PACKAGE.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid, directory = process.stdout.readline().split()
        process.kill()
    return int(pid), directory


def children() -> str:
    """The process ids of this process's children, zombies included."""
    return " ".join(task.read_text() for task in Path("/proc/self/task").glob("*/children"))


def test_what_is_played_is_captured() -> None:
    frames = b"\1\2\3\4" * 4800
    with VirtualCard() as card, card.capture() as captured:
        card.play(frames)
    assert captured.data.strip(b"\0") == frames


def test_the_sink_takes_other_rates_channels_and_formats() -> None:
    frames = b"\1\2\3\4" * 6 * 4410
    with VirtualCard(rate=44100, channels=6, sample_format="float32le") as card:
        assert "float32le 6ch 44100Hz" in card.pactl("list", "short", "sinks")
        with card.capture() as captured:
            card.play(frames)
    assert captured.data.strip(b"\0") == frames


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match=r"s16le, .* not 's17'"):
        VirtualCard(sample_format="s17")


def test_it_leaves_no_process_and_no_file() -> None:
    before = children()
    with VirtualCard() as card:
        directory = Path(card.environment()["ALSA_CONFIG_PATH"]).parent
        assert directory.is_dir()
        assert children() != before
    assert not directory.exists()
    assert children() == before


def test_stop_twice_and_start_again() -> None:
    card = VirtualCard()
    card.start()
    with pytest.raises(RuntimeError, match="running already"):
        card.start()
    card.stop()
    card.stop()
    with pytest.raises(RuntimeError, match="not running"):
        card.environment()
    with card:
        assert "vsink" in card.pactl("list", "short", "sinks")


def test_the_daemon_ends_with_a_process_that_is_killed() -> None:
    pid, directory = start_and_kill("VirtualCard")
    assert not is_running_soon(pid)
    virtual_card.remove_abandoned()
    assert not Path(directory).exists()


@pytest.mark.parametrize("kind", ["VirtualCard", pytest.param("JackDummy", marks=needs_jack)])
def test_whoever_comes_next_cleans_up_after_a_killed_owner(kind: str) -> None:
    pid, directory = start_and_kill(kind)
    assert not is_running_soon(pid)
    with VirtualCard() as other:
        assert not Path(directory).exists()
        virtual_card.remove_abandoned()
        assert other._home.exists()  # its owner lives
    assert not list(Path(tempfile.gettempdir()).glob(f"*{Path(directory).name}"))


def test_a_clients_files_stay_in_the_cards_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    for name in ("HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    with VirtualCard() as card, card.capture():
        card.play(bytes(480))
    assert list(tmp_path.iterdir()) == []


def test_a_stalled_machine_does_not_end_the_daemon() -> None:
    with VirtualCard() as card:
        limits = Path(f"/proc/{card._process.pid}/limits").read_text().splitlines()
    [limit] = [line for line in limits if line.startswith("Max realtime timeout")]
    assert limit.split()[3:5] == ["unlimited", "unlimited"]


def test_a_daemon_that_has_died_is_told() -> None:
    with VirtualCard() as card:
        card._process.kill()
        card._process.wait()
        with pytest.raises(RuntimeError, match=r"ended with status -9; it wrote:\n.+"):
            card.wait_for_recorder()
        with pytest.raises(RuntimeError, match="ended with status -9"), card.capture():
            pass


@pytest.mark.parametrize("kind", [VirtualCard, JackDummy])
def test_a_missing_program_is_named_by_its_package(
    kind: type[VirtualCard] | type[JackDummy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        RuntimeError, match=r"apt-get install (pulseaudio pulseaudio-utils|jackd2)$"
    ):
        kind()


def test_the_command_line_gives_a_program_the_card() -> None:
    done = run_on_card(
        "pactl", "list", "short", "sinks", options=("--rate", "44100", "--channels", "1")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "vsink" in done.stdout
    assert "s16le 1ch 44100Hz" in done.stdout


@pytest.mark.parametrize(
    ("command", "status"), [("exit 3", 3), ("kill -TERM $$", 128 + signal.SIGTERM)]
)
def test_the_command_line_returns_the_status_of_the_program(command: str, status: int) -> None:
    assert run_on_card("sh", "-c", command).returncode == status


def test_the_command_line_says_what_it_cannot_run() -> None:
    done = run_on_card("/no/such/program")
    assert done.returncode == 127
    assert done.stderr == "virtual card: cannot run /no/such/program: No such file or directory\n"


def test_a_terminated_command_line_takes_its_program_along() -> None:
    line = [sys.executable, str(PACKAGE), "--", "sh", "-c", "echo $$; exec sleep 60"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.terminate()
        assert process.wait(20) == 128 + signal.SIGTERM
    assert not is_running(pid)


@needs_jack
def test_the_jack_dummy_comes_up_and_goes() -> None:
    before = children()
    with JackDummy(channels=1) as jack:
        assert jack.ports() == ["system:capture_1", "system:playback_1"]
        jack.connect("system:capture_1", "system:playback_1")
        jack.disconnect("system:capture_1", "system:playback_1")
        with pytest.raises(subprocess.CalledProcessError):
            jack.connect("system:capture_1", "system:nowhere")
    assert children() == before


@needs_jack
def test_two_jack_dummies_run_side_by_side() -> None:
    with JackDummy(channels=1) as one, JackDummy(channels=3) as two:
        assert (len(one.ports()), len(two.ports())) == (2, 6)
        assert one.environment() != two.environment()


@needs_jack
def test_a_jack_dummy_that_was_killed_makes_room_for_the_next() -> None:
    for _ in range(10):
        with JackDummy(channels=1) as jack:
            assert "system:playback_1" in jack.ports()
            jack._process.kill()


@needs_jack
def test_a_jack_dummy_ends_with_the_process_that_is_killed() -> None:
    pid, directory = start_and_kill("JackDummy")
    assert not is_running_soon(pid)
    virtual_card.remove_abandoned()
    assert not Path(directory).exists()
