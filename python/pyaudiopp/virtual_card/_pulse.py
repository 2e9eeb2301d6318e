# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A private PulseAudio daemon with a null sink, and captures from it."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import IO, Optional

from ._server import START_SECONDS, Server, becomes_true, end, missing_packages, require, whole

_MOST_RATE, _MOST_CHANNELS = 384000, 32
SAMPLE_SIZES = {"u8": 1, "s16le": 2, "s24le": 3, "s24-32le": 4, "s32le": 4, "float32le": 4}

_TOOLS = {"pulseaudio": ["pulseaudio"], "pulseaudio-utils": ["pactl", "parec", "pacat"]}

_ALSA_PLUGIN = "libasound_module_pcm_pulse.so"
_ALSA_PLUGIN_DIRECTORIES = ("usr/lib/*/alsa-lib", "usr/lib/alsa-lib", "usr/lib64/alsa-lib")

# PyAudio on PortAudio 19.6 fails an assertion if ALSA has fewer than two devices, hence two null
# devices. They are useful too: nothing paces them, so their streams run as fast as the CPU allows.
_ALSA_CONFIG = """\
pcm.!default { type pulse hint { show on description "The virtual sound card" } }
ctl.!default { type pulse }
pcm.fastnull { type null hint { show on description "fastnull" } }
pcm.fastnull2 { type null hint { show on description "fastnull2" } }
"""

# norewinds: with rewinds the monitor loses the first frames of a sound and lags by seconds.
# exit_on_eof: the daemon reads commands from a pipe that we hold, so it ends with us even if we are
# killed.
_PULSE_SCRIPT = """\
load-module module-native-protocol-unix socket={socket} auth-anonymous=1
load-module module-null-sink sink_name={sink} norewinds=1 {format}
set-default-sink {sink}
set-default-source {sink}.monitor
load-module module-cli exit_on_eof=1
"""

# rlimit-rttime: by default the daemon exits if it does not get the CPU for 200 ms, which happens on
# a shared machine.
# enable-shm: a monitor that passes on a program's shared memory blocks sometimes fails an assertion
# when that program exits (memblock_replace_import in 16.1).
_PULSE_SETTINGS = """\
rlimit-rttime = -1
enable-shm = no
"""


class VirtualCard(Server):
    """A private PulseAudio daemon with one null sink, which is ALSA's default device.

    Args:
        rate: the sink's frames per second. Streams at another rate are resampled, so they are not
            bit-exact.
        channels: the sink's channels.
        sample_format: the sink's format by PulseAudio's name, such as "s16le" or "float32le".

    Raises:
        RuntimeError: if a program is missing; the text names its Debian package.
        ValueError: if PulseAudio does not support the rate, channels or sample format.
    """

    sink = "vsink"

    def __init__(
        self, *, rate: int = 48000, channels: int = 2, sample_format: str = "s16le"
    ) -> None:
        super().__init__()
        if sample_format not in SAMPLE_SIZES:
            known = ", ".join(SAMPLE_SIZES)
            raise ValueError(f"sample_format must be one of {known}, not {sample_format!r}")
        rate, channels = whole("rate", rate), whole("channels", channels)
        for name, value, most in (
            ("rate", rate, _MOST_RATE),
            ("channels", channels, _MOST_CHANNELS),
        ):
            if not 1 <= value <= most:
                raise ValueError(f"{name} must be from 1 to {most}, not {value!r}")
        require(self.missing())
        self.rate = rate
        self.channels = channels
        self.sample_format = sample_format

    def __str__(self) -> str:
        return "the virtual sound card"

    @staticmethod
    def missing() -> list[str]:
        """Lists the Debian packages that the card needs and that are not installed."""
        missing = missing_packages(_TOOLS)
        if find_pulse_plugin() is None:
            missing.append("libasound2-plugins")
        return missing

    @property
    def frame_size(self) -> int:
        """The bytes per frame of the sink."""
        return SAMPLE_SIZES[self.sample_format] * self.channels

    @property
    def underruns(self) -> int:
        """How many times a playing program let the sink underrun, which leaves a gap."""
        return self.log.count("Implicit underrun")

    def environment(self) -> dict[str, str]:
        """The variables that make this card a program's default device, for `os.environ`."""
        return {
            "PULSE_SERVER": f"unix:{self._home / 'native'}",
            # Without this, a client would create a cookie in the user's home.
            "PULSE_COOKIE": str(self._home / "cookie"),
            # Without this, a client may create a directory in the temporary one.
            "PULSE_RUNTIME_PATH": str(self._home),
            "ALSA_CONFIG_PATH": str(self._home / "asound.conf"),
            "JACK_NO_START_SERVER": "1",
        }

    def capture(self) -> Capture:
        """Returns a context manager that captures what is played; see `Capture`."""
        return Capture(self)

    def play(self, data: bytes) -> None:
        """Plays raw frames in the sink's format and waits for the end; recording programs hear
        them.

        Raises:
            subprocess.CalledProcessError: if the daemon refuses them.
        """
        command = ["pacat", "--playback", f"--device={self.sink}", *self._raw_format()]
        subprocess.run(command, input=data, env={**os.environ, **self.environment()}, check=True)

    def wait_for_recorder(self) -> None:
        """Waits until a program records from this card, and so hears what is played next.

        Raises:
            RuntimeError: if none does within ten seconds.
        """
        if not becomes_true(self._is_recorded):
            raise self._trouble("no program records from it")

    def pactl(self, *arguments: str) -> str:
        """Runs PulseAudio's control program, to inspect the card or to break it.

        Returns:
            its output.

        Raises:
            subprocess.CalledProcessError: if the daemon refuses.
        """
        return self._run("pactl", *arguments)

    def _raw_format(self) -> list[str]:
        """The options that make parec and pacat use the sink's format, without conversion."""
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
        # Stay clear of the user's own PulseAudio: its home, runtime directory and variables.
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
            start_new_session=True,  # Ctrl-C is for the playing programs, not for their sound card.
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
    """What a `VirtualCard` plays, from entering the block until shortly after leaving it.

    The card's monitor runs all the time, so there is silence before, between and after sounds.
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
        """Waits until this much more has been captured, however slow the machine is.

        Raises:
            RuntimeError: if nothing comes for ten seconds, or the card has died.
        """
        with self._grown:
            frames = max(1, round(seconds * self._card.rate))
            wanted = len(self._frames) + frames * self._card.frame_size
            while len(self._frames) < wanted:
                if self._ended or not self._grown.wait(START_SECONDS):
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
        end(recorder)
        self._reader.join()
        recorder.stdout.close()


def find_pulse_plugin() -> Optional[Path]:  # noqa: UP045, for Python 3.9
    """Returns the path of ALSA's PulseAudio plugin, which PortAudio needs, or None."""
    for directory in _ALSA_PLUGIN_DIRECTORIES:
        for path in Path("/").glob(f"{directory}/{_ALSA_PLUGIN}"):
            return path
    return None
