# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The commands and their options, declared with click; each command imports what it needs."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import pyaudiopp


class _Finite(click.FloatRange):
    """A float range without nan and inf, which float() accepts."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number", param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        in_range: float = super().convert(number, param, ctx)
        return in_range


class _Whole(click.IntRange):
    """An integer range that accepts 48000.0 and 48e3 too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = self._whole(value, param, ctx)
        in_range: int = super().convert(number, param, ctx)
        return in_range

    def _whole(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = float(value)
            if number == int(number):
                return int(number)
        except (ValueError, OverflowError):
            pass
        self.fail(f"{value!r} is not an integer", param, ctx)


_FILE = click.Path(path_type=Path)
_POSITIVE = _Finite(min=0, min_open=True, max=1e9)
_LEVEL = _Finite(max=0)
_HELP = {"help_option_names": ["-h", "--help"]}


def run(arguments: list[str]) -> int | Callable[[], int]:
    """Runs a command and returns the exit status, or a function to call for it."""
    # Not with main(), which handles closed pipes and Ctrl-C its own way.
    try:
        with cli.make_context("pyaudiopp", arguments) as context:
            status: int | Callable[[], int] = cli.invoke(context)
            return status
    except click.exceptions.Exit as done:  # --help and --version
        return done.exit_code
    except click.ClickException as error:
        if sys.stderr is not None:  # click would take standard output
            error.show()
        return error.exit_code


def _example(text: str) -> str:
    r"""The end of a help text. \b keeps click from rewrapping it."""
    return f"\b\nExample:\n  {text}"


@click.group(context_settings=_HELP, invoke_without_command=True)
@click.version_option(pyaudiopp.__version__, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Play, record and measure sound. Without a command, list the devices.

    \b
    Exit status: 0 done; 1 failed; 2 wrong usage, an unknown device or a missing library;
    3 no device, or nothing but silence; 4 done, but sound was lost;
    130 interrupted before the end.
    """
    if context.invoked_subcommand is not None:
        return None
    status: int = context.invoke(devices)
    click.echo("\n`pyaudiopp --help` lists the commands.")
    return status


@cli.command(epilog=_example("pyaudiopp devices --json | jq '.host_apis[].devices[].name'"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def devices(as_json: bool = False) -> int:
    """List the sound devices by host API.

    Shows the names and numbers that other commands accept, the channels, and which common sample
    rates each device supports.
    """
    from pyaudiopp._cli.devices import show

    return show(as_json)


@cli.command(epilog=_example("pyaudiopp doctor --verbose"))
@click.option("--no-record", is_flag=True, help="Do not record a second of sound.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Also show messages from ALSA, JACK and others."
)
def doctor(no_record: bool, verbose: bool) -> int:
    """Find out why there is no sound, and what to do about it.

    Plays a moment of silence, and records a second and discards it. Exit status: 0 if all is well,
    3 if the only problem is that the recording was digital silence, otherwise 1.
    """
    from pyaudiopp._cli.doctor import examine

    return examine(record=not no_record, verbose=verbose)


_DEVICE = "Number, name or part of the name, in any case."
_host_api_option = click.option("--host-api", help="Name of the host API, or part of it.")
_rate_option = click.option("-r", "--rate", type=_Whole(1000, 10**6), help="Frames per second.")
_channels_option = click.option(
    "-c", "--channels", type=_Whole(1, 1024), help="Default: 2, or 1 for a mono device."
)


def _device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that choose a device."""
    device = click.option("-d", "--device", help=_DEVICE)
    return device(_host_api_option(command))


_sample_format_option = click.option(
    "-f",
    "--sample-format",
    type=click.Choice(["uint8", "int16", "int24", "int32", "float32"]),
    help="Default: int16 if the file type supports it.",
)


@cli.command(epilog=_example("pyaudiopp play --device usb intro.flac tune.wav"))
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@_device_options
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["raw"]),
    help="The files have no header; give --rate and --channels too. Samples are little-endian.",
)
@_rate_option
@click.option("-c", "--channels", type=_Whole(1, 1024), help="Samples per frame.")
@_sample_format_option
def play(files: tuple[Path, ...], **options: Any) -> int:
    """Play sound files, one after another; - is standard input.

    Supports every format that libsndfile reads, such as WAV, FLAC, Ogg and MP3, and plays at the
    file's own rate. Pipes are played too: WAV, AIFF, AU, FLAC and raw sound while it arrives,
    other formats once they are complete.
    """
    from pyaudiopp._cli.play import play

    return play(files, **options)


@cli.command(epilog=_example("pyaudiopp record --duration 10 --device usb take.flac"))
@click.argument("file", type=_FILE)
@_device_options
@click.option("-t", "--duration", type=_POSITIVE, help="Seconds; default: until Ctrl-C.")
@_rate_option
@_channels_option
@_sample_format_option
@click.option(
    "--format",
    "file_type",
    metavar="TYPE",
    help="File type, such as wav or raw. Default: by the extension; wav for -.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
def record(file: Path, **options: Any) -> int:
    """Record to a sound file, until Ctrl-C or for a number of seconds; - is standard output.

    The file extension sets the type: any that libsndfile writes, such as .wav, .flac, .ogg and
    .mp3. However the recording ends, by Ctrl-C, SIGTERM, a lost device or a full disk, the file is
    valid and has everything recorded up to then.
    """
    from pyaudiopp._cli.record import record

    return record(file, **options)


@cli.command(epilog=_example("pyaudiopp meter --device usb"))
@_device_options
@_rate_option
@_channels_option
@click.option("-t", "--duration", type=_POSITIVE, help="Seconds; default: until Ctrl-C.")
def meter(**options: Any) -> int:
    """Show the level of each channel, ten times a second.

    Without a terminal, prints a tab-separated line each time: the seconds, then the peak of each
    channel in decibels.
    """
    from pyaudiopp._cli.meter import meter

    return meter(**options)


@cli.command(epilog=_example("pyaudiopp tone --channel 1 --duration 2"))
@_device_options
@_rate_option
@_channels_option
@click.option("-f", "--frequency", type=_POSITIVE, default=440.0, show_default=True, help="Hertz.")
@click.option("-l", "--level", type=_LEVEL, default=-20.0, show_default=True, help="Decibels.")
@click.option("-t", "--duration", type=_POSITIVE, default=1.0, show_default=True, help="Seconds.")
@click.option("--channel", type=_Whole(min=1), help="Play on this channel only; 1 is left.")
def tone(**options: Any) -> int:
    """Play a sine tone, to check that there is sound and where it comes out."""
    from pyaudiopp._cli.tone import tone

    return tone(**options)


def _latency(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if value not in ("low", "high"):
        try:
            if 0 <= float(value) <= 3600:
                return value
        except ValueError:
            pass
        raise click.BadParameter("must be low, high or seconds (at most 3600)")
    return value


@cli.command(epilog=_example("pyaudiopp latency --input-device monitor --frames-per-buffer 256"))
@click.option("-i", "--input-device", help=_DEVICE)
@click.option("-o", "--output-device", help=_DEVICE)
@_host_api_option
@_rate_option
@click.option(
    "--frames-per-buffer",
    type=_Whole(0, 2**20),
    default=0,
    help="Frames per block; 0, the default, lets PortAudio choose.",
)
@click.option(
    "--latency",
    "suggested",
    callback=_latency,
    default="low",
    show_default=True,
    help="Latency to request: low, high or seconds.",
)
@click.option("-l", "--level", type=_LEVEL, default=-12.0, show_default=True, help="Decibels.")
@click.option(
    "--rounds", type=_Whole(1, 100), default=5, show_default=True, help="One second each."
)
def latency(**options: Any) -> int:
    """Measure the round-trip latency from output to input.

    The output must reach the input: by a cable, through the air (you will hear bursts of noise), or
    because the input is the output's monitor.
    """
    from pyaudiopp._cli.latency import latency

    return latency(**options)


_PASS_ON = {**_HELP, "ignore_unknown_options": True, "allow_interspersed_args": False}
_arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENT]...")


@cli.command(
    "run", context_settings=_PASS_ON, epilog=_example("pyaudiopp run assistant.py --verbose")
)
@click.option("-m", "--module", "as_module", is_flag=True, help="PROGRAM is a module name.")
@click.option(
    "--stop-at-once", is_flag=True, help="Stop sound as ALSA does for PyAudio: without its end."
)
@click.argument("program")
@_arguments
def run_program(
    program: str, arguments: tuple[str, ...], as_module: bool, stop_at_once: bool
) -> Callable[[], int]:
    """Run an unmodified PyAudio program.

    `import pyaudio` gives it pyaudiopp. It gets the arguments, and its exit status is passed on.
    """
    from pyaudiopp._cli.run import prepare

    return prepare(program, arguments, as_module, stop_at_once)


@cli.command("as-pyaudio", epilog=_example("pyaudiopp as-pyaudio && pip install SpeechRecognition"))
@click.option("--undo", is_flag=True, help="Remove it; a real PyAudio is never removed.")
@click.option("--wheel", type=_FILE, metavar="DIR", help="Write it as a wheel; install nothing.")
def as_pyaudio(undo: bool, wheel: Path | None) -> int:
    """Install pyaudiopp as PyAudio, for pip and for every import.

    Installs a package named PyAudio that forwards to pyaudiopp. pip and uv count it as PyAudio
    0.2.14, and every program of this environment gets pyaudiopp by `import pyaudio`. It refuses to
    replace a PyAudio that is installed.
    """
    from pyaudiopp._cli.as_pyaudio import run

    return run(undo, wheel)


@cli.command(
    context_settings=_PASS_ON, epilog=_example("pyaudiopp virtual -- pytest tests/test_voice.py")
)
@click.option("--rate", type=_Whole(1, 384000), default=48000, show_default=True)
@click.option("--channels", type=_Whole(1, 32), default=2, show_default=True)
@click.option(
    "--format",
    "sample_format",
    type=click.Choice(["u8", "s16le", "s24le", "s24-32le", "s32le", "float32le"]),
    default="s16le",
    show_default=True,
)
@click.option(
    "--simulated", is_flag=True, help="Use the simulation, for programs that use pyaudiopp."
)
@click.argument("command")
@_arguments
def virtual(command: str, arguments: tuple[str, ...], simulated: bool, **card: Any) -> int:
    """Run a command with a virtual sound card, like xvfb-run for a screen.

    The card is a private PulseAudio server (Linux), the default device of every program that the
    command starts; what they play, they can record. The exit status is the command's.
    """
    from pyaudiopp.virtual_card import run_command, run_on_card

    line = [command, *arguments]
    if simulated:
        return run_command(line, {"PYAUDIOPP_BACKEND": "simulation"})
    return run_on_card(line, **card)
