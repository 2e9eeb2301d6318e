# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""A private JACK server on its dummy driver."""

from __future__ import annotations

import shutil
import subprocess
from typing import IO

from ._server import Server, missing_packages, require, whole

_TOOLS = {"jackd2": ["jackd", "jack_lsp", "jack_connect", "jack_disconnect"]}

# JACK's registry has eight slots, and a killed server keeps its slot until its name is used again:
# so we use few names, and leave slots to others.
_JACK_NAMES = tuple(f"dummy-{number}" for number in range(6))


class JackDummy(Server):
    """A private JACK server without hardware, running in real time.

    It ends with the thread that started it.

    Args:
        rate: frames per second.
        period: frames per period.
        channels: the server's capture ports, and as many playback ports.

    Raises:
        RuntimeError: if JACK is missing; the text names its Debian package.
    """

    def __init__(self, *, rate: int = 48000, period: int = 128, channels: int = 2) -> None:
        super().__init__()
        self.rate = whole("rate", rate)
        self.period = whole("period", period)
        self.channels = whole("channels", channels)
        require(self.missing())
        self.name = _JACK_NAMES[0]

    def __str__(self) -> str:
        return "the JACK dummy"

    @staticmethod
    def missing() -> list[str]:
        """Lists the Debian packages that the server needs and that are not installed."""
        return missing_packages(_TOOLS)

    def start(self) -> None:
        """Starts the server under the first free name, and waits until it answers.

        Raises:
            RuntimeError: if it does not answer (the text has its log), or runs already.
        """
        for self.name in _JACK_NAMES:
            try:
                return super().start()
            except RuntimeError as error:
                if "server already active" not in str(error):
                    raise
        raise RuntimeError(f"{self} finds all its names taken: {', '.join(_JACK_NAMES)}")

    def environment(self) -> dict[str, str]:
        """The variables that make JACK clients use this server, for `os.environ`."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def ports(self) -> list[str]:
        """The names of all ports, such as "PortAudio:out_0"."""
        return self._run("jack_lsp").split()

    def connect(self, source: str, destination: str) -> None:
        """Connects an output port to an input port.

        Raises:
            subprocess.CalledProcessError: if a port does not exist.
        """
        self._run("jack_connect", source, destination)

    def disconnect(self, source: str, destination: str) -> None:
        """Disconnects two ports.

        Raises:
            subprocess.CalledProcessError: if they are not connected.
        """
        self._run("jack_disconnect", source, destination)

    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        rate, period, channels = str(self.rate), str(self.period), str(self.channels)
        # It cannot watch a pipe as PulseAudio does, so the kernel ends it with our thread.
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        return subprocess.Popen(
            [*leash, "jackd", "-n", self.name, "--no-realtime",
             "-d", "dummy", "-r", rate, "-p", period, "-C", channels, "-P", channels],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def _answers(self) -> bool:
        # Before ours is up, another process's server with this name might answer.
        if "self-connect-mode" not in self.log:
            return False
        try:
            return "system:playback_1" in self.ports()
        except subprocess.CalledProcessError:
            return False
