# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp doctor``: what PortAudio finds, what is wrong, and what to do about it."""

from __future__ import annotations

import array
import contextlib
import logging
import math
import os
import platform
import socket
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp._cli import terminal
from pyaudiopp._cli.sound import PATIENCE, start
from pyaudiopp._cli.status import DONE, FAILED, SILENT, Failure, explain

# Faults of PortAudio that a user may meet: the version that mends each, and what we do about it.
_NEVER, _19_7 = 0x7FFFFFFF, 0x130700
_FAULTS = [
    (
        _19_7,
        "ends the process if no ALSA device is called default, or there is no ALSA configuration; "
        "pyaudiopp prevents that",
    ),
    (
        _19_7,
        "finds no channels of JACK devices whose names have characters such as ( [ + * ?; "
        "pyaudiopp corrects that, unless another library has loaded this PortAudio first",
    ),
    (
        _NEVER,
        "converts some sample formats to noise when it dithers; pyaudiopp turns dither off then",
    ),
]

_STYLES = {"ok": "green", "note": "yellow", "WRONG": "bold red"}


class Report:
    """Prints the findings, and counts the problems."""

    def __init__(self) -> None:
        self.wrong = 0
        self.silent = False

    def title(self, text: str) -> None:
        """Starts a section."""
        print()
        terminal.say(text, "bold")

    def ok(self, text: str) -> None:
        """Reports that something works."""
        self._line("ok", text)

    def note(self, text: str) -> None:
        """Reports something worth knowing."""
        self._line("note", text)

    def bad(self, text: str, advice: str) -> None:
        """Reports a problem, and how to fix it."""
        self.wrong += 1
        self._line("WRONG", text)
        terminal.say(f"{'':9}{advice}", indent=9)

    def conclude(self, said: Sequence[str] | None) -> int:
        """Prints the sound system's messages and the result, and returns the exit status."""
        if said is not None:
            self.title("Messages from the sound system")
            for text in said or ["none"]:
                print(f"         {terminal.printable(text)}")
        print()
        if self.wrong:
            problems = "problem" if self.wrong == 1 else "problems"
            terminal.say(f"{self.wrong} {problems} found.", _STYLES["WRONG"])
        else:
            terminal.say("No problems found.", _STYLES["ok"])
        if self.silent and self.wrong == 1:
            return SILENT
        return FAILED if self.wrong else DONE

    def _line(self, mark: str, text: str) -> None:
        terminal.say(f"  {mark:5}  {terminal.printable(text)}", _STYLES[mark], indent=9)


def examine(record: bool, verbose: bool) -> int:
    """Runs all checks, prints the findings, and returns the exit status."""
    report = Report()
    with _messages() as said:

        def give_up(reason: str) -> NoReturn:
            # Nothing else can interrupt PortAudio.
            with contextlib.suppress(OSError):
                report.title("PortAudio")
                report.bad(reason, "Start the server again, or correct or unset PULSE_SERVER.")
                report.conclude(said if verbose else None)
                sys.stdout.flush()
            os._exit(FAILED)

        _versions(report)
        simulated = os.environ.get("PYAUDIOPP_BACKEND", "").startswith("simulation")
        if simulated:
            report.note(
                "PYAUDIOPP_BACKEND selects the simulation: no real sound is played or recorded"
            )
        elif sys.platform == "linux":
            servers(report, os.environ)
        try:
            p = start(give_up)
        except Failure as failure:
            report.title("PortAudio")
            report.bad(str(failure), "`--verbose` shows the sound system's messages.")
        else:
            try:
                _host_apis(report, p)
                if p.get_device_count():
                    _output(report, p)
                    _input(report, p, record)
            finally:
                p.terminate()
    return report.conclude(said if verbose else None)


def servers(report: Report, environment: Mapping[str, str]) -> None:
    """Looks for sound cards and sound servers on Linux."""
    report.title("Sound cards and servers")
    reached = _cards(report)
    given, runtime = environment.get("PULSE_SERVER"), environment.get("XDG_RUNTIME_DIR")
    # The client library tries the list in order.
    addresses = given.split() if given else [f"unix:{runtime}/pulse/native"] if runtime else []
    problems: list[str] = []
    for address in addresses:
        if problem := _unreachable(address):
            problems.append(f"{address}: {problem}")
        else:
            reached = True
            report.ok(f"PulseAudio or PipeWire accepts connections at {address}")
            _plugin(report)
            break
    else:
        text = f"PulseAudio or PipeWire does not answer at {'; '.join(problems) or repr(given)}"
        if given:
            report.bad(text, "Start the server, or correct or unset PULSE_SERVER.")
        elif runtime:
            report.note(text)
        else:
            report.note("cannot find PulseAudio or PipeWire: XDG_RUNTIME_DIR is not set")
    if not reached:
        report.bad("there is no sound card and no sound server", _where_from())


def _plugin(report: Report) -> None:
    from pyaudiopp.virtual_card import find_pulse_plugin

    if find_pulse_plugin() is None:
        report.bad(
            "ALSA's plugin for it is missing, so PortAudio cannot reach it",
            "Install libasound2-plugins (Debian, Ubuntu), alsa-plugins-pulseaudio (Fedora) "
            "or alsa-plugins (Arch).",
        )


def _versions(report: Report) -> None:
    report.title("Versions")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    report.ok(f"pyaudiopp {pyaudiopp.__version__}, {python}, {_system()}")
    report.ok(f"{pyaudiopp.get_portaudio_version_text()}, {_library()}")
    for fault in known_faults(pyaudiopp.get_portaudio_version()):
        report.note(f"this PortAudio {fault}")


def known_faults(version: int) -> list[str]:
    """The known faults of a version of PortAudio, by Pa_GetVersion()'s number."""
    return [text for mended, text in _FAULTS if version < mended]


def _system() -> str:
    name = f"{platform.system()} {platform.release()}"
    with contextlib.suppress(AttributeError, OSError):  # from Python 3.10 on, on Linux
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{name}, {platform.machine()}"


def _library() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text().splitlines():
            if "libportaudio" in line:
                return line.split(maxsplit=5)[-1]
        return "linked into pyaudiopp"
    return "location unknown"


def _cards(report: Report) -> bool:
    with contextlib.suppress(OSError):
        # Two lines per card; the first has its number, driver and name.
        lines = Path("/proc/asound/cards").read_text().splitlines()
        cards = [line.partition(" - ")[2] for line in lines if " - " in line]
        if cards:
            files = list(Path("/dev/snd").glob("pcm*"))
            if any(os.access(file, os.R_OK | os.W_OK) for file in files):
                report.ok(f"sound cards: {', '.join(cards)}")
                return True
            if files:
                report.bad(
                    f"there is a sound card ({cards[0]}), but this user may not access it",
                    'Join the group audio (sudo usermod -aG audio "$USER") and log in again, or '
                    "use a sound server.",
                )
            else:
                report.note(f"there is a sound card ({cards[0]}), but its device files are missing")
            return False
    report.note("the kernel has no sound card")
    return False


def _unreachable(address: str) -> str:
    """Why no server answers at a PulseAudio address; empty if one does."""
    kind, _, place = address.rpartition("}")[2].partition(":")
    try:
        if kind.startswith("tcp"):
            host, _, port = place.rpartition(":") if ":" in place else (place, "", "4713")
            socket.create_connection((host.strip("[]"), int(port)), timeout=2).close()
        elif kind == "unix" or kind.startswith("/"):
            with socket.socket(socket.AF_UNIX) as server:
                server.settimeout(2)
                server.connect(place or kind)
        else:  # a bare host
            socket.create_connection((kind, int(place or 4713)), timeout=2).close()
    except (OSError, ValueError) as error:
        return explain(error)
    return ""


def _where_from() -> str:
    with contextlib.suppress(OSError):
        if "microsoft" in Path("/proc/sys/kernel/osrelease").read_text().lower():
            return "Update WSL (`wsl --update`), and set PULSE_SERVER=unix:/mnt/wslg/PulseServer."
    if any(Path(path).exists() for path in ("/.dockerenv", "/run/.containerenv")):
        return (
            "This is a container: pass it the card (--device /dev/snd), or mount the socket of "
            "the host's sound server and set PULSE_SERVER."
        )
    return "Connect a sound card, start a sound server, or use `pyaudiopp virtual`."


def _host_apis(report: Report, p: PyAudio) -> None:
    report.title("Host APIs")
    types: set[object] = set()
    for number in range(p.get_host_api_count()):
        host_api = p.get_host_api_info_by_index(number)
        count = int(host_api["deviceCount"])
        if count:
            report.ok(f"{host_api['name']}: {count} device{'s' if count > 1 else ''}")
        else:
            report.note(f"{host_api['name']}: no device")
        types.add(host_api["type"])
        if host_api["type"] == pyaudiopp.paWASAPI:
            _conversion(report, p, host_api)
    if not p.get_device_count():
        report.bad("PortAudio found no device", _why_none(os.environ))
    # PortAudio omits JACK when it finds no server.
    if sys.platform == "linux" and pyaudiopp.paJACK not in types:
        report.note("JACK: no server answers, or this PortAudio was built without it")
    if sys.platform == "win32" and pyaudiopp.paASIO not in types:
        report.note("ASIO: this PortAudio was built without it")


def _conversion(report: Report, p: PyAudio, wasapi: Mapping[str, Any]) -> None:
    """Says how a WASAPI device takes what speech programs ask for."""
    convert = pyaudiopp.WasapiOptions(auto_convert=True)
    for direction, verb in (("input", "records"), ("output", "plays")):
        index = wasapi[f"default{direction.title()}Device"]
        argument = f"{direction}_host_api_specific_stream_info"
        asked = {
            f"{direction}_device": index,
            f"{direction}_channels": 1,
            f"{direction}_format": pyaudiopp.paInt16,
        }
        if index < 0 or _is_supported(p, **asked):
            continue
        if _is_supported(p, **asked, **{argument: convert}):
            report.note(
                f"{wasapi['name']} {verb} no 16,000 Hz mono on device {index} without a "
                f"conversion: open it with {argument}=pyaudiopp.WasapiOptions(auto_convert=True)"
            )
            return


def _is_supported(p: PyAudio, **asked: Any) -> bool:
    try:
        return p.is_format_supported(16000, **asked)
    except ValueError:
        return False


def _why_none(environment: Mapping[str, str]) -> str:
    paths = environment.get("ALSA_CONFIG_PATH", "/usr/share/alsa/alsa.conf").split(":")
    if sys.platform == "linux" and not any(Path(path).exists() for path in paths):
        return (
            f"ALSA's configuration is missing ({':'.join(paths)}): install libasound2-data "
            "(Debian, Ubuntu) or alsa-lib (Fedora, Arch), or correct ALSA_CONFIG_PATH."
        )
    return "See above for the reason, or use `--verbose`."


def _output(report: Report, p: PyAudio) -> None:
    report.title("Output")
    device = _default(report, p.get_default_output_device_info, "output")
    if device is None:
        return
    rate, channels = int(device["defaultSampleRate"]), min(2, device["maxOutputChannels"])
    try:
        stream = p.open(
            rate,
            channels,
            pyaudiopp.paInt16,
            output=True,
            timeout=PATIENCE,
            frames_per_buffer=1024,
            clip_off=False,
        )
        stream.write(bytes(2 * channels * (rate // 5)))
        stream.close()
    except TimeoutError:
        report.bad("it accepts no sound", "Its server or driver may be stuck: restart it.")
    except OSError as error:
        report.bad(f"it cannot play: {explain(error)}", _ADVICE)
    else:
        report.ok("it accepts sound (played a moment of silence)")


def _input(report: Report, p: PyAudio, record: bool) -> None:
    report.title("Input")
    device = _default(report, p.get_default_input_device_info, "input")
    if device is None or not record:
        return
    rate, channels = int(device["defaultSampleRate"]), min(2, device["maxInputChannels"])
    block = array.array("h", bytes(2 * channels * rate))
    try:
        stream = p.open(
            rate,
            channels,
            pyaudiopp.paInt16,
            input=True,
            timeout=PATIENCE,
            frames_per_buffer=1024,
            clip_off=False,
        )
        start = time.monotonic()
        _, lost = stream.read_into(block)
        seconds = time.monotonic() - start
        stream.close()
    except TimeoutError:
        report.bad("it delivers no sound", "Its server or driver may be stuck: restart it.")
        return
    except OSError as error:
        report.bad(f"it cannot record: {explain(error)}", _ADVICE)
        return
    report.ok(f"it delivers sound: recording one second took {seconds:.1f} s")
    if lost:
        report.note("some of it was lost: the machine is too busy")
    peak = max(max(block), -min(block))
    if peak:
        report.ok(f"it is not silent: the peak was {20 * math.log10(peak / 32768):.0f} dB")
    else:
        report.silent = True
        report.bad("it recorded only digital silence: every sample was 0", _UNMUTE)


def _default(report: Report, ask: Any, direction: str) -> dict[str, Any] | None:
    try:
        info: dict[str, Any] = ask()
    except OSError as error:
        report.bad(
            f"there is no default {direction} device: {explain(error)}",
            "`pyaudiopp devices` lists the devices; choose one by name or number.",
        )
        return None
    report.ok(
        f"default: {terminal.printable(info['name'])}, device {info['index']}, "
        f"{info[f'max{direction.title()}Channels']} channels, {info['defaultSampleRate']:g} Hz"
    )
    return info


_ADVICE = "Another program may be using it. `pyaudiopp devices` lists the others."

_UNMUTE = {
    "linux": "It may be muted, or the wrong device. Try: pactl set-source-mute @DEFAULT_SOURCE@ 0, "
    "pavucontrol or alsamixer.",
    "darwin": "This terminal may lack permission to use the microphone: see System Settings, "
    "Privacy and Security, Microphone.",
    "win32": "It may be muted, or programs may not use it: see Settings, Privacy, Microphone.",
}.get(sys.platform, "It may be muted, or the wrong device.")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextlib.contextmanager
def _messages() -> Generator[list[str], None, None]:
    """Collects the messages of ALSA, JACK and others while PortAudio works."""
    logger = logging.getLogger("pyaudiopp.portaudio")
    level, handler = logger.level, _Collector()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield handler.said
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
