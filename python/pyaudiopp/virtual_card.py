# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
r"""A sound card for machines that have none: a private PulseAudio null sink, or JACK's dummy.

Real PortAudio plays and records through real ALSA or JACK; only the hardware is missing. What is played
into a `VirtualCard` can be captured bit for bit, and what is fed to it is what programs record:

    with VirtualCard() as card, card.capture() as captured:
        subprocess.run([sys.executable, "play_wave.py", "tune.wav"], env={**os.environ, **card.environment()})
    frames = captured.data.strip(b"\0")

From a shell, `python -m pyaudiopp.virtual_card -- COMMAND ARGS...` runs any program on such a card.

This module needs nothing but the standard library, so that it also runs as a plain file.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, NoReturn

__all__ = ["Capture", "JackDummy", "VirtualCard", "main"]

_START_TIMEOUT = 10.0
_STOP_TIMEOUT = 5.0

_SAMPLE_SIZES = {"u8": 1, "s16le": 2, "s24le": 3, "s24-32le": 4, "s32le": 4, "float32le": 4}

# Each tool that we start, by the Debian package that brings it.
_PULSE_TOOLS = {
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
    "pacat": "pulseaudio-utils",
}
_JACK_TOOLS = {"jackd": "jackd2", "jack_lsp": "jackd2", "jack_connect": "jackd2", "jack_disconnect": "jackd2"}
_ALSA_PLUGIN_DIRECTORIES = ("/usr/lib/*/alsa-lib", "/usr/lib/alsa-lib", "/usr/lib64/alsa-lib")

# PortAudio 19.6 fails an assertion when ALSA has fewer than two devices, hence two null ones. They are useful
# too: nothing paces them, so a stream on them runs as fast as the processor lets it.
_ALSA_CONFIG = """\
pcm.!default { type pulse hint { show on description "The virtual sound card" } }
ctl.!default { type pulse }
pcm.fastnull { type null hint { show on description "fastnull" } }
pcm.fastnull2 { type null hint { show on description "fastnull2" } }
"""

# norewinds: with rewinds the monitor loses the first frames of a sound and lags by seconds.
# exit_on_eof: the daemon reads commands from a pipe that we hold, and so ends with us even when we are killed.
_PULSE_SCRIPT = """\
load-module module-native-protocol-unix socket={socket} auth-anonymous=1
load-module module-null-sink sink_name={sink} norewinds=1 rate={rate} channels={channels} format={sample_format}
set-default-sink {sink}
set-default-source {sink}.monitor
load-module module-cli exit_on_eof=1
"""


class VirtualCard:
    """A private PulseAudio daemon with one null sink, and the ALSA configuration that makes it the default device.

    Args:
        rate: the sink's frames per second. Streams of another rate are resampled, so they are not bit-exact.
        channels: the sink's channels.
        sample_format: the sink's sample format in PulseAudio's words, such as "s16le" or "float32le".

    Raises:
        RuntimeError: when a program that is needed is missing (the text names its Debian package), and from
            `start` when the daemon does not come up.
        ValueError: when the sample format is not known.
    """

    sink = "vsink"

    def __init__(self, *, rate: int = 48000, channels: int = 2, sample_format: str = "s16le") -> None:
        if sample_format not in _SAMPLE_SIZES:
            raise ValueError(f"sample_format must be one of {', '.join(_SAMPLE_SIZES)}, not {sample_format!r}")
        _require(self.missing())
        self.rate = rate
        self.channels = channels
        self.sample_format = sample_format
        self._directory: Path | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    @staticmethod
    def missing() -> list[str]:
        """Names the Debian packages that the virtual card needs and that are not installed."""
        missing = _missing_packages(_PULSE_TOOLS)
        plugin = "libasound_module_pcm_pulse.so"
        if not any(next(Path("/").glob(f"{path[1:]}/{plugin}"), None) for path in _ALSA_PLUGIN_DIRECTORIES):
            missing.append("libasound2-plugins")
        return missing

    def __enter__(self) -> VirtualCard:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def frame_size(self) -> int:
        """The bytes of one frame of the sink."""
        return _SAMPLE_SIZES[self.sample_format] * self.channels

    @property
    def log(self) -> str:
        """What the daemon has written so far."""
        return (self._home / "daemon.log").read_text(errors="replace")

    @property
    def underruns(self) -> int:
        """How often a program that was playing let the sink run dry; each leaves a hole in what is captured."""
        return self.log.count("Implicit underrun")

    def start(self) -> None:
        """Starts the daemon and waits until it answers."""
        if self._daemon is not None:
            raise RuntimeError("the virtual card is running already")
        self._directory = Path(tempfile.mkdtemp(prefix="virtual-card-"))
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the daemon and removes its files. May be called twice."""
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            _end(daemon)
            if daemon.stdin is not None:
                daemon.stdin.close()
        directory, self._directory = self._directory, None
        if directory is not None:
            shutil.rmtree(directory, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """The variables that make a program find this card as its default device, to be merged into `os.environ`."""
        return {
            "PULSE_SERVER": f"unix:{self._home / 'native'}",
            # Without a cookie of its own a client would write one into the user's home.
            "PULSE_COOKIE": str(self._home / "cookie"),
            "ALSA_CONFIG_PATH": str(self._home / "asound.conf"),
            "JACK_NO_START_SERVER": "1",
        }

    def capture(self) -> Capture:
        """Captures what is played, from now on; see `Capture`."""
        return Capture(self)

    def play(self, data: bytes) -> None:
        """Plays raw frames of the sink's format to their end; programs that record hear them.

        Raises:
            subprocess.CalledProcessError: when the daemon does not take them.
        """
        command = ["pacat", "--playback", f"--device={self.sink}", *self.stream_arguments()]
        subprocess.run(command, input=data, env=self._environment(), check=True)

    def wait_for_recorder(self) -> None:
        """Waits until a program records from this card, so that it hears what is played next from the start.

        Raises:
            RuntimeError: when none does within ten seconds.
        """
        deadline = time.monotonic() + _START_TIMEOUT
        while not self._is_recorded():
            if time.monotonic() > deadline:
                raise RuntimeError("no program records from the virtual card")
            time.sleep(0.02)

    def pactl(self, *arguments: str) -> str:
        """Runs PulseAudio's control program on this card, to look at it or to break it, and returns its output.

        Raises:
            subprocess.CalledProcessError: when the daemon refuses.
        """
        command = ["pactl", *arguments]
        return subprocess.run(command, env=self._environment(), check=True, stdout=subprocess.PIPE, text=True).stdout

    def stream_arguments(self) -> list[str]:
        """The arguments that make `parec` and `pacat` use the sink's own format, so that nothing is converted."""
        return [
            "--raw",
            f"--rate={self.rate}",
            f"--channels={self.channels}",
            f"--format={self.sample_format}",
        ]

    @property
    def _home(self) -> Path:
        if self._directory is None:
            raise RuntimeError("the virtual card is not running")
        return self._directory

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment()}

    def _launch(self) -> None:
        home = self._home
        (home / "asound.conf").write_text(_ALSA_CONFIG)
        script = home / "daemon.pa"
        socket = home / "native"
        script.write_text(
            _PULSE_SCRIPT.format(
                socket=socket, sink=self.sink, rate=self.rate, channels=self.channels, sample_format=self.sample_format
            )
        )
        # Nothing of the user's own PulseAudio is read, written or reached: neither home, nor runtime directory.
        private = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "XDG_"))}
        private.update(HOME=str(home), XDG_RUNTIME_DIR=str(home), LC_ALL="C")
        # A session of its own: Ctrl-C is for the programs that play, not for their sound card.
        with open(home / "daemon.log", "wb") as log:
            self._daemon = subprocess.Popen(
                ["pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
                 "--log-target=stderr", "--log-level=debug"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=private, start_new_session=True,
            )  # fmt: skip
        _wait_until(lambda: self._is_up(socket), self._daemon, "PulseAudio", home / "daemon.log")

    def _is_recorded(self) -> bool:
        sources = (line.split() for line in self.pactl("list", "short", "sources").splitlines())
        return any(name == f"{self.sink}.monitor" and state == "RUNNING" for _, name, *_, state in sources)

    def _is_up(self, socket: Path) -> bool:
        if not socket.exists():
            return False
        answer = subprocess.run(
            ["pactl", "get-default-source"], env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return answer.stdout.strip() == f"{self.sink}.monitor".encode()


class Capture:
    """What a `VirtualCard` plays, from entering the context until shortly after leaving it.

    The card's monitor runs all the time: silence stands before, between and after what programs play.
    """

    # The sink renders 50 ms ahead and the capture lags by some 20 ms: after this long all that was played has come.
    _TAIL_SECONDS = 0.25

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._frames = bytearray()
        self._grown = threading.Condition()
        self._recorder: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    @property
    def data(self) -> bytes:
        """The frames captured so far, in the sink's format."""
        with self._grown:
            return bytes(self._frames)

    def __enter__(self) -> Capture:
        command = ["parec", f"--device={self._card.sink}.monitor", "--latency-msec=20", *self._card.stream_arguments()]
        self._recorder = subprocess.Popen(command, stdout=subprocess.PIPE, env=self._card._environment())
        assert self._recorder.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._recorder.stdout,), daemon=True)
        self._reader.start()
        try:
            self.wait(0)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.wait(self._TAIL_SECONDS)
        finally:
            self._close()

    def wait(self, seconds: float) -> None:
        """Waits until that much more has been captured, which on a stalled machine takes longer than it lasts.

        Raises:
            RuntimeError: when nothing comes for ten seconds.
        """
        with self._grown:
            wanted = len(self._frames) + max(1, round(seconds * self._card.rate)) * self._card.frame_size
            while len(self._frames) < wanted:
                if not self._grown.wait(_START_TIMEOUT):
                    raise RuntimeError("the virtual card's monitor gives nothing")

    def _read(self, pipe: IO[bytes]) -> None:
        while block := os.read(pipe.fileno(), 65536):
            with self._grown:
                self._frames += block
                self._grown.notify_all()

    def _close(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None or recorder.stdout is None or self._reader is None:
            return
        _end(recorder)
        self._reader.join()
        recorder.stdout.close()


class JackDummy:
    """A private JACK server without hardware: real time, one period of 128 frames at 48 kHz by default.

    Args:
        rate: frames per second.
        period: frames per period.
        channels: the server's capture ports, and as many playback ports.

    Raises:
        RuntimeError: when JACK is missing, and from `start` when the server does not come up.
    """

    _numbers = itertools.count()

    def __init__(self, *, rate: int = 48000, period: int = 128, channels: int = 2) -> None:
        _require(self.missing())
        self.name = f"dummy-{os.getpid()}-{next(self._numbers)}"
        self.rate = rate
        self.period = period
        self.channels = channels
        self._directory: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @staticmethod
    def missing() -> list[str]:
        """Names the Debian packages that the dummy needs and that are not installed."""
        return _missing_packages(_JACK_TOOLS)

    def __enter__(self) -> JackDummy:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """What the server has written so far."""
        if self._directory is None:
            raise RuntimeError("the JACK dummy is not running")
        return (self._directory / "server.log").read_text(errors="replace")

    def start(self) -> None:
        """Starts the server and waits until clients can connect."""
        if self._server is not None:
            raise RuntimeError("the JACK dummy is running already")
        self._directory = Path(tempfile.mkdtemp(prefix="jack-dummy-"))
        try:
            self._launch(self._directory / "server.log")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server. May be called twice."""
        server, self._server = self._server, None
        if server is not None:
            _end(server)
        directory, self._directory = self._directory, None
        if directory is not None:
            shutil.rmtree(directory, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """The variables that lead JACK clients to this server, to be merged into `os.environ`."""
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

    def _launch(self, log_path: Path) -> None:
        channels = str(self.channels)
        with open(log_path, "wb") as log:
            self._server = subprocess.Popen(
                ["jackd", "-n", self.name, "--no-realtime", "-d", "dummy",
                 "-r", str(self.rate), "-p", str(self.period), "-C", channels, "-P", channels],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        _wait_until(self._is_up, self._server, "JACK", log_path)

    def _is_up(self) -> bool:
        try:
            return "system:playback_1" in self.ports()
        except subprocess.CalledProcessError:
            return False

    def _run(self, *command: str) -> str:
        environment = {**os.environ, **self.environment()}
        done = subprocess.run(
            command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Runs a command on a virtual card of its own and returns the command's exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m pyaudiopp.virtual_card",
        usage="%(prog)s [--rate RATE] [--channels CHANNELS] [--format FORMAT] -- COMMAND [ARGUMENT...]",
        description="Run a command with a virtual sound card as its default device.",
    )
    parser.add_argument("--rate", type=int, default=48000, help="the card's frames per second (default: 48000)")
    parser.add_argument("--channels", type=int, default=2, help="the card's channels (default: 2)")
    parser.add_argument("--format", choices=_SAMPLE_SIZES, default="s16le", help="the card's format (default: s16le)")
    parser.add_argument("command", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)

    # Terminated, we leave through the context below, so that the card does not outlive us.
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        with VirtualCard(rate=options.rate, channels=options.channels, sample_format=options.format) as card:
            return _run_command(options.command, {**os.environ, **card.environment()})
    except RuntimeError as error:
        print(f"virtual card: {error}", file=sys.stderr)
        return 1


def _run_command(command: list[str], environment: dict[str, str]) -> int:
    process: subprocess.Popen[bytes] | None = None
    terminated = False

    # Passed on rather than raised here: an exception inside Popen would lose the process that it has just started.
    def pass_on(number: int, frame: FrameType | None) -> None:
        nonlocal terminated
        terminated = True
        if process is not None:
            process.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    # The terminal tells the command itself, which decides.
    signal.signal(signal.SIGINT, _ignore)
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        print(f"virtual card: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    if terminated:
        process.terminate()
    status = process.wait()
    return status if status >= 0 else 128 - status


def _ignore(number: int, frame: FrameType | None) -> None:
    """Does nothing; unlike SIG_IGN, a child does not inherit it."""


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _missing_packages(tools: dict[str, str]) -> list[str]:
    return sorted({package for tool, package in tools.items() if shutil.which(tool) is None})


def _require(missing: list[str]) -> None:
    if missing:
        raise RuntimeError(f"needs the Debian package(s) {', '.join(missing)}: apt install {' '.join(missing)}")


def _wait_until(is_up: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while not is_up():
        if process.poll() is not None or time.monotonic() > deadline:
            ended = "ended at once" if process.poll() is not None else "does not answer"
            raise RuntimeError(f"{name} {ended}; its log:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a child by its own process id and collects it, so that no zombie stays."""
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
