# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
r"""A sound card for machines that have none: a private PulseAudio null sink, or JACK's dummy.

The real PortAudio plays and records through the real ALSA or JACK; only the hardware is missing.
What is played into a `VirtualCard` is captured bit for bit, and what is fed to it is recorded::

    with VirtualCard() as card, card.capture() as captured:
        subprocess.run(["python", "play_wave.py"], env={**os.environ, **card.environment()})
    frames = captured.data.strip(b"\0")

From a shell, `python -m pyaudiopp.virtual_card -- COMMAND ARGS...` runs any program on such a card.

This module needs nothing but the standard library, so that it also runs as a plain file.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn, TypeVar

__all__ = [
    "Capture",
    "JackDummy",
    "VirtualCard",
    "find_pulse_plugin",
    "main",
    "prefer_real_time",
    "run_command",
    "run_on_card",
]

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.02

# What PulseAudio takes.
_MOST_RATE, _MOST_CHANNELS = 384000, 32
_SAMPLE_SIZES = {"u8": 1, "s16le": 2, "s24le": 3, "s24-32le": 4, "s32le": 4, "float32le": 4}

# The programs that we start, by the Debian package that brings them.
_PULSE_TOOLS = {"pulseaudio": ["pulseaudio"], "pulseaudio-utils": ["pactl", "parec", "pacat"]}
_JACK_TOOLS = {"jackd2": ["jackd", "jack_lsp", "jack_connect", "jack_disconnect"]}

_ALSA_PLUGIN = "libasound_module_pcm_pulse.so"
_ALSA_PLUGIN_DIRECTORIES = ("usr/lib/*/alsa-lib", "usr/lib/alsa-lib", "usr/lib64/alsa-lib")

# PortAudio 19.6 fails an assertion when ALSA has fewer than two devices, hence two null ones. They
# are useful too: nothing paces them, so a stream on them runs as fast as the processor lets it.
_ALSA_CONFIG = """\
pcm.!default { type pulse hint { show on description "The virtual sound card" } }
ctl.!default { type pulse }
pcm.fastnull { type null hint { show on description "fastnull" } }
pcm.fastnull2 { type null hint { show on description "fastnull2" } }
"""

# norewinds: with rewinds the monitor loses the first frames of a sound and lags by seconds.
# exit_on_eof: the daemon reads commands from a pipe that we hold, so that it ends with us even when
# we are killed.
_PULSE_SCRIPT = """\
load-module module-native-protocol-unix socket={socket} auth-anonymous=1
load-module module-null-sink sink_name={sink} norewinds=1 {format}
set-default-sink {sink}
set-default-source {sink}.monitor
load-module module-cli exit_on_eof=1
"""

# rlimit-rttime: by default the daemon ends itself when the processor is kept from it for 200 ms,
# which on a shared machine happens.
# enable-shm: a monitor that hands on blocks of a program's shared memory fails an assertion now and
# then when that program goes (memblock_replace_import in 16.1).
_PULSE_SETTINGS = """\
rlimit-rttime = -1
enable-shm = no
"""

# JACK keeps a list of eight servers, where one that was killed stays until its name is used again:
# so we use few names, and leave some places to others.
_JACK_NAMES = tuple(f"dummy-{number}" for number in range(6))

_Self = TypeVar("_Self", bound="_Server")


class _Server(ABC):
    """A process with a directory of its own, which lives as long as the context."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self: _Self) -> _Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Starts the server and waits until it answers.

        Raises:
            RuntimeError: when it does not, with what it has written, or when it runs already.
        """
        if self._process is not None:
            raise RuntimeError(f"{self} is running already")
        self._directory = Path(tempfile.mkdtemp(prefix="virtual-card-"))
        try:
            with open(self._log, "wb") as log:
                self._process = self._launch(log)
            self._wait(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server and removes its files. May be called twice."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            if process.stdin is not None:
                process.stdin.close()
        directory, self._directory = self._directory, None
        if directory is not None:
            shutil.rmtree(directory, ignore_errors=True)

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The variables that lead a program to this server, to be merged into `os.environ`."""

    @abstractmethod
    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    @property
    def _home(self) -> Path:
        if self._directory is None:
            raise RuntimeError(f"{self} is not running")
        return self._directory

    @property
    def _log(self) -> Path:
        return self._home / "server.log"

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        answers = _becomes_true(lambda: process.poll() is not None or self._answers())
        if not answers or process.poll() is not None:
            raise self._trouble("it does not answer")

    def _trouble(self, text: str) -> RuntimeError:
        """An error that tells whether the server has died, and its last words."""
        if self._process is not None and self._process.poll() is not None:
            text = f"it has ended with status {self._process.returncode}"
        last_words = "\n".join(self.log.splitlines()[-20:])
        return RuntimeError(f"{self}: {text}; it wrote:\n{last_words}")

    def _run(self, *command: str) -> str:
        environment = {**os.environ, **self.environment()}
        pipe = subprocess.PIPE
        return subprocess.run(
            command, env=environment, check=True, stdout=pipe, stderr=pipe, text=True
        ).stdout


class VirtualCard(_Server):
    """A private PulseAudio daemon with one null sink, which ALSA's default device leads to.

    Args:
        rate: the sink's frames per second. Streams of another rate are resampled, and so not exact.
        channels: the sink's channels.
        sample_format: the sink's format in PulseAudio's words, such as "s16le" or "float32le".

    Raises:
        RuntimeError: when a program is missing; the text names its Debian package.
        ValueError: when PulseAudio has no such rate, channels or sample format.
    """

    sink = "vsink"

    def __init__(
        self, *, rate: int = 48000, channels: int = 2, sample_format: str = "s16le"
    ) -> None:
        super().__init__()
        if sample_format not in _SAMPLE_SIZES:
            known = ", ".join(_SAMPLE_SIZES)
            raise ValueError(f"sample_format must be one of {known}, not {sample_format!r}")
        for name, value, most in (
            ("rate", rate, _MOST_RATE),
            ("channels", channels, _MOST_CHANNELS),
        ):
            if not 1 <= value <= most:
                raise ValueError(f"{name} must be from 1 to {most}, not {value!r}")
        _require(self.missing())
        self.rate = rate
        self.channels = channels
        self.sample_format = sample_format

    def __str__(self) -> str:
        return "the virtual sound card"

    @staticmethod
    def missing() -> list[str]:
        """Names the Debian packages that the card needs and that are not installed."""
        missing = _missing_packages(_PULSE_TOOLS)
        if find_pulse_plugin() is None:
            missing.append("libasound2-plugins")
        return missing

    @property
    def frame_size(self) -> int:
        """The bytes of one frame of the sink."""
        return _SAMPLE_SIZES[self.sample_format] * self.channels

    @property
    def underruns(self) -> int:
        """How often a program that plays has let the sink run dry, which leaves a hole."""
        return self.log.count("Implicit underrun")

    def environment(self) -> dict[str, str]:
        """The variables that make this card a program's default device, for `os.environ`."""
        return {
            "PULSE_SERVER": f"unix:{self._home / 'native'}",
            # Without a cookie of its own a client would write one into the user's home.
            "PULSE_COOKIE": str(self._home / "cookie"),
            "ALSA_CONFIG_PATH": str(self._home / "asound.conf"),
            "JACK_NO_START_SERVER": "1",
        }

    def capture(self) -> Capture:
        """Captures what is played from now on, as a context; see `Capture`."""
        return Capture(self)

    def play(self, data: bytes) -> None:
        """Plays raw frames of the sink's format to their end; programs that record hear them.

        Raises:
            subprocess.CalledProcessError: when the daemon does not take them.
        """
        command = ["pacat", "--playback", f"--device={self.sink}", *self._raw_format()]
        subprocess.run(command, input=data, env={**os.environ, **self.environment()}, check=True)

    def wait_for_recorder(self) -> None:
        """Waits until a program records from this card: what is played after that it hears.

        Raises:
            RuntimeError: when none does within ten seconds.
        """
        if not _becomes_true(self._is_recorded):
            raise self._trouble("no program records from it")

    def pactl(self, *arguments: str) -> str:
        """Runs PulseAudio's control program, to look at the card or to break it.

        Returns:
            what it printed.

        Raises:
            subprocess.CalledProcessError: when the daemon refuses.
        """
        return self._run("pactl", *arguments)

    def _raw_format(self) -> list[str]:
        """What makes parec and pacat use the sink's own format, so that nothing is converted."""
        rate, channels, sample_format = self.rate, self.channels, self.sample_format
        return ["--raw", f"--rate={rate}", f"--channels={channels}", f"--format={sample_format}"]

    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        (self._home / "asound.conf").write_text(_ALSA_CONFIG)
        settings = self._home / "daemon.conf"
        settings.write_text(_PULSE_SETTINGS)
        script = self._home / "daemon.pa"
        sink_format = f"rate={self.rate} channels={self.channels} format={self.sample_format}"
        script.write_text(
            _PULSE_SCRIPT.format(socket=self._home / "native", sink=self.sink, format=sink_format)
        )
        # The user's own PulseAudio is not read, written or reached, through home, runtime directory
        # or variables.
        private = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PULSE_", "XDG_"))
        }
        private.update(HOME=str(self._home), XDG_RUNTIME_DIR=str(self._home), LC_ALL="C")
        private.update(PULSE_CONFIG=str(settings))
        return subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--use-pid-file=no",
             "--exit-idle-time=-1", "--log-target=stderr", "--log-level=debug"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=private,
            start_new_session=True,  # Ctrl-C is for programs that play, not for their sound card.
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            return self._run("pactl", "get-default-source").strip() == f"{self.sink}.monitor"
        except subprocess.CalledProcessError:
            return False

    def _is_recorded(self) -> bool:
        try:
            sources = [line.split() for line in self.pactl("list", "short", "sources").splitlines()]
        except subprocess.CalledProcessError as error:
            raise self._trouble("it does not answer") from error
        monitor = f"{self.sink}.monitor"
        return any(name == monitor and state == "RUNNING" for _, name, *_, state in sources)


class Capture:
    """What a `VirtualCard` plays, from entering the context until shortly after leaving it.

    The card's monitor runs all the time: silence stands before, between and after what is played.
    """

    # The sink renders 50 ms ahead, and the capture lags by some 20 ms.
    _TAIL_SECONDS = 0.25

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._frames = bytearray()
        self._ended = False
        self._grown = threading.Condition()
        self._recorder: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    @property
    def data(self) -> bytes:
        """The frames captured so far, in the sink's format."""
        with self._grown:
            return bytes(self._frames)

    def __enter__(self) -> Capture:
        card = self._card
        command = ["parec", f"--device={card.sink}.monitor", "--latency-msec=20"]
        self._recorder = subprocess.Popen(
            [*command, *card._raw_format()],
            stdout=subprocess.PIPE,
            env={**os.environ, **card.environment()},
        )
        self._reader = threading.Thread(target=self._read, args=[self._recorder.stdout])
        self._reader.start()
        try:
            self.wait(0)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        try:
            if kind is None:
                self.wait(self._TAIL_SECONDS)
        finally:
            self._close()

    def wait(self, seconds: float) -> None:
        """Waits until that much more has been captured, however long a stalled machine takes.

        Raises:
            RuntimeError: when nothing comes for ten seconds, or the card has died.
        """
        with self._grown:
            frames = max(1, round(seconds * self._card.rate))
            wanted = len(self._frames) + frames * self._card.frame_size
            while len(self._frames) < wanted:
                if self._ended or not self._grown.wait(_START_SECONDS):
                    raise self._card._trouble("its monitor gives nothing")

    def _read(self, pipe: IO[bytes]) -> None:
        while block := os.read(pipe.fileno(), 65536):
            with self._grown:
                self._frames += block
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    def _close(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None or recorder.stdout is None or self._reader is None:
            return
        _end(recorder)
        self._reader.join()
        recorder.stdout.close()


class JackDummy(_Server):
    """A private JACK server without hardware, which runs in real time.

    It ends with the thread that has started it.

    Args:
        rate: frames per second.
        period: frames per period.
        channels: the server's capture ports, and as many playback ports.

    Raises:
        RuntimeError: when JACK is missing; the text names its Debian package.
    """

    def __init__(self, *, rate: int = 48000, period: int = 128, channels: int = 2) -> None:
        super().__init__()
        _require(self.missing())
        self.name = _JACK_NAMES[0]
        self.rate = rate
        self.period = period
        self.channels = channels

    def __str__(self) -> str:
        return "the JACK dummy"

    @staticmethod
    def missing() -> list[str]:
        """Names the Debian packages that the dummy needs and that are not installed."""
        return _missing_packages(_JACK_TOOLS)

    def start(self) -> None:
        """Starts the server, by the first name that no other has, and waits until it answers.

        Raises:
            RuntimeError: when it does not, with what it has written, or when it runs already.
        """
        for self.name in _JACK_NAMES:
            try:
                return super().start()
            except RuntimeError as error:
                if "server already active" not in str(error):
                    raise
        raise RuntimeError(f"{self} finds all its names taken: {', '.join(_JACK_NAMES)}")

    def environment(self) -> dict[str, str]:
        """The variables that lead JACK clients to this server, for `os.environ`."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def ports(self) -> list[str]:
        """The names of all ports, such as "PortAudio:out_0"."""
        return self._run("jack_lsp").split()

    def connect(self, source: str, destination: str) -> None:
        """Connects an output port to an input port.

        Raises:
            subprocess.CalledProcessError: when a port is not there.
        """
        self._run("jack_connect", source, destination)

    def disconnect(self, source: str, destination: str) -> None:
        """Undoes a connection.

        Raises:
            subprocess.CalledProcessError: when there is none.
        """
        self._run("jack_disconnect", source, destination)

    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        rate, period, channels = str(self.rate), str(self.period), str(self.channels)
        # It cannot watch a pipe as PulseAudio does: the kernel ends it with the thread that we are.
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        return subprocess.Popen(
            [*leash, "jackd", "-n", self.name, "--no-realtime",
             "-d", "dummy", "-r", rate, "-p", period, "-C", channels, "-P", channels],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def _answers(self) -> bool:
        # Asked before ours is there, a server of another process may answer to the name.
        if "self-connect-mode" not in self.log:
            return False
        try:
            return "system:playback_1" in self.ports()
        except subprocess.CalledProcessError:
            return False


def find_pulse_plugin() -> Path | None:
    """Returns ALSA's plugin for PulseAudio, by which PortAudio reaches it, or None."""
    for directory in _ALSA_PLUGIN_DIRECTORIES:
        for path in Path("/").glob(f"{directory}/{_ALSA_PLUGIN}"):
            return path
    return None


def prefer_real_time() -> None:
    """Schedules this process, and what it starts from now on, in real time where that is allowed.

    At low latency a program that is kept waiting for 11 ms leaves a hole in the sound: tests that
    compare every frame ask for this, so that other work on the machine disturbs them less.
    """
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def main(arguments: list[str] | None = None) -> int:
    """Runs a command on a virtual card of its own and returns the command's exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m pyaudiopp.virtual_card",
        usage="%(prog)s [OPTION...] -- COMMAND [ARGUMENT...]",
        description="Run a command with a virtual sound card as its default device.",
    )
    parser.add_argument("--rate", type=int, default=48000, help="frames per second (48000)")
    parser.add_argument("--channels", type=int, default=2, help="the card's channels (2)")
    parser.add_argument(
        "--format", choices=_SAMPLE_SIZES, default="s16le", help="s16le if left out"
    )
    parser.add_argument("--real-time", action="store_true", help="in real time where allowed")
    parser.add_argument("command", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)

    if options.real_time:
        prefer_real_time()
    return run_on_card(
        options.command, rate=options.rate, channels=options.channels, sample_format=options.format
    )


def run_on_card(command: list[str], **card: Any) -> int:
    """Runs a command on a `VirtualCard` with these arguments; returns its exit status.

    What goes wrong before it runs is told on standard error.
    """
    # Terminated, we leave through the context below, so that the card does not outlive us.
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        with VirtualCard(**card) as made:
            return run_command(command, made.environment())
    except (RuntimeError, ValueError) as error:
        print(f"virtual card: {error}", file=sys.stderr)
        return 1


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Runs a command with these variables as well, passes SIGTERM on, returns its exit status."""
    process: subprocess.Popen[bytes] | None = None
    terminated = False

    # Passed on rather than raised here: an exception inside Popen would lose the process that it
    # has just started.
    def pass_on(number: int, frame: FrameType | None) -> None:
        nonlocal terminated
        terminated = True
        if process is not None:
            process.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    # The terminal tells the command itself, which decides.
    signal.signal(signal.SIGINT, _ignore)
    try:
        process = subprocess.Popen(command, env={**os.environ, **environment})
    except OSError as error:
        print(f"virtual card: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    if terminated:
        process.terminate()
    status = process.wait()
    return status if status >= 0 else 128 - status


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Does nothing; unlike SIG_IGN, a child does not inherit it."""


def _missing_packages(tools: dict[str, list[str]]) -> list[str]:
    return [
        package for package, names in tools.items() if not all(shutil.which(name) for name in names)
    ]


def _require(missing: list[str]) -> None:
    if missing:
        names = " ".join(missing)
        raise RuntimeError(f"Debian packages are missing, please run: apt-get install {names}")


def _becomes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a child by its own process id and collects it, so that no zombie stays."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
