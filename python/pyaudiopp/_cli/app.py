# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The commands and their options, in click's terms; each command imports what it needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import pyaudiopp


class _Finite(click.FloatRange):
    """Without nan and inf, which Python takes for numbers."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


_FILE = click.Path(path_type=Path)
_POSITIVE = _Finite(min=0, min_open=True, max=1e9)
_LEVEL = _Finite(max=0)
_HELP = {"help_option_names": ["-h", "--help"]}


def run(arguments: list[str]) -> int | Callable[[], int]:
    """Runs a command and returns the exit status, or what is still to be run to get it."""
    # Not by main(), which has its own idea of closed pipes and of Ctrl-C.
    try:
        with cli.make_context("pyaudiopp", arguments) as context:
            status: int | Callable[[], int] = cli.invoke(context)
            return status
    except click.exceptions.Exit as done:  # --help and --version
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code


def _example(text: str) -> str:
    r"""The end of a help text. \b keeps click from filling the lines."""
    return f"\b\nExample:\n  {text}"


@click.group(context_settings=_HELP, invoke_without_command=True)
@click.version_option(pyaudiopp.__version__, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Play, record and look at sound. Without a command: the devices.

    \b
    Exit status: 0 done; 1 failed; 2 wrong usage, an unknown device or a missing library;
    3 no device, or nothing but silence; 4 done, but sound was lost on the way;
    130 interrupted before the end.
    """
    if context.invoked_subcommand is not None:
        return None
    status: int = context.invoke(devices)
    click.echo("\n`pyaudiopp --help` lists the commands.")
    return status


@cli.command(epilog=_example("pyaudiopp devices --json | jq '.host_apis[].devices[].name'"))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def devices(as_json: bool = False) -> int:
    """Show the sound devices by host API.

    With the names and numbers that the other commands take, the channels, and which of the usual
    sample rates they take.
    """
    from pyaudiopp._cli.devices import show

    return show(as_json)


@cli.command(epilog=_example("pyaudiopp doctor --verbose"))
@click.option("--no-record", is_flag=True, help="Do not record a second of sound.")
@click.option("-v", "--verbose", is_flag=True, help="Also what ALSA, JACK and others say.")
def doctor(no_record: bool, verbose: bool) -> int:
    """Find out what is wrong with the sound, and what to do about it.

    Plays a moment of silence and records a second, which is thrown away. Exit status: 0 when
    nothing is wrong, 3 when only digital silence was heard, 1 when anything else is wrong.
    """
    from pyaudiopp._cli.doctor import examine

    return examine(record=not no_record, verbose=verbose)


_DEVICE = "Number or name, or a part of the name, in any case."
_host_api_option = click.option("--host-api", help="Name of its host API, or a part of it.")
_rate_option = click.option(
    "-r", "--rate", type=click.IntRange(1000, 10**6), help="Frames a second."
)
_channels_option = click.option(
    "-c", "--channels", type=click.IntRange(1, 1024), help="As many as 2 if left out."
)


def _device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that choose a device."""
    device = click.option("-d", "--device", help=_DEVICE)
    return device(_host_api_option(command))


@cli.command(epilog=_example("pyaudiopp play --device usb intro.flac tune.wav"))
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@_device_options
def play(files: tuple[Path, ...], device: str | None, host_api: str | None) -> int:
    """Play sound files, one after the other.

    Any format that libsndfile reads, such as WAV, FLAC, Ogg and MP3, at the file's own rate.
    """
    from pyaudiopp._cli.play import play

    return play(files, device, host_api)


@cli.command(epilog=_example("pyaudiopp record --duration 10 --device usb take.flac"))
@click.argument("file", type=_FILE)
@_device_options
@click.option("-t", "--duration", type=_POSITIVE, help="Seconds; without it until Ctrl-C.")
@_rate_option
@_channels_option
@click.option(
    "-f",
    "--sample-format",
    type=click.Choice(["int16", "int24", "int32", "float32"]),
    help="int16 if left out and if the type of file has that.",
)
@click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
def record(file: Path, **options: Any) -> int:
    """Record into a sound file, until Ctrl-C or for some seconds.

    The file's extension tells its type: any that libsndfile writes, such as .wav, .flac, .ogg and
    .mp3. However the recording ends, by Ctrl-C, SIGTERM, a lost device or a full disk, the file has
    what was recorded until then.
    """
    from pyaudiopp._cli.record import record

    return record(file, **options)


@cli.command(epilog=_example("pyaudiopp meter --device usb"))
@_device_options
@_rate_option
@_channels_option
@click.option("-t", "--duration", type=_POSITIVE, help="Seconds; without it until Ctrl-C.")
def meter(**options: Any) -> int:
    """Show how loud it is, ten times a second.

    Elsewhere than on a terminal a line each time: the seconds and the peak of each channel in
    decibels, separated by tabs.
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
@click.option("--channel", type=click.IntRange(min=1), help="Only on this channel; 1 is the left.")
def tone(**options: Any) -> int:
    """Play a sine, to hear whether there is sound and where."""
    from pyaudiopp._cli.tone import tone

    return tone(**options)


def _latency(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if value not in ("low", "high"):
        try:
            if 0 <= float(value) <= 3600:
                return value
        except ValueError:
            pass
        raise click.BadParameter("must be low, high or seconds, 3600 at most")
    return value


@cli.command(epilog=_example("pyaudiopp latency --input-device monitor --frames-per-buffer 256"))
@click.option("-i", "--input-device", help=_DEVICE)
@click.option("-o", "--output-device", help=_DEVICE)
@_host_api_option
@_rate_option
@click.option(
    "--frames-per-buffer",
    type=click.IntRange(0, 2**20),
    default=0,
    help="Frames in a block; PortAudio's choice if left out.",
)
@click.option(
    "--latency",
    "suggested",
    callback=_latency,
    default="low",
    show_default=True,
    help="What to ask for: low, high or seconds.",
)
@click.option("-l", "--level", type=_LEVEL, default=-12.0, show_default=True, help="Decibels.")
@click.option(
    "--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="A second each."
)
def latency(**options: Any) -> int:
    """Measure how long sound takes from the output back to the input.

    The output has to reach the input: by a cable, through the air (bursts of noise will be heard),
    or because the input is the output's monitor.
    """
    from pyaudiopp._cli.latency import latency

    return latency(**options)


_PASS_ON = {**_HELP, "ignore_unknown_options": True, "allow_interspersed_args": False}
_arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENT]...")


@cli.command(
    "run", context_settings=_PASS_ON, epilog=_example("pyaudiopp run assistant.py --verbose")
)
@click.option("-m", "--module", "as_module", is_flag=True, help="PROGRAM is a module's name.")
@click.argument("program")
@_arguments
def run_program(program: str, arguments: tuple[str, ...], as_module: bool) -> Callable[[], int]:
    """Run a program that was written for PyAudio, unmodified.

    Whatever it imports as pyaudio is pyaudiopp. Its arguments and its exit status are its own.
    """
    from pyaudiopp._cli.run import prepare

    return prepare(program, arguments, as_module)


@cli.command(
    context_settings=_PASS_ON, epilog=_example("pyaudiopp virtual -- pytest tests/test_voice.py")
)
@click.option("--rate", type=click.IntRange(1, 384000), default=48000, show_default=True)
@click.option("--channels", type=click.IntRange(1, 32), default=2, show_default=True)
@click.option(
    "--format",
    "sample_format",
    type=click.Choice(["u8", "s16le", "s24le", "s24-32le", "s32le", "float32le"]),
    default="s16le",
    show_default=True,
)
@click.option("--simulated", is_flag=True, help="On the simulation, if it plays by pyaudiopp.")
@click.argument("command")
@_arguments
def virtual(command: str, arguments: tuple[str, ...], simulated: bool, **card: Any) -> int:
    """Run a command with a sound card where there is none, as xvfb-run does with a screen.

    The card is a private PulseAudio server (Linux), the default device of all programs that the
    command starts; what they play, they can record. Its exit status is the command's.
    """
    from pyaudiopp.virtual_card import run_command, run_on_card

    line = [command, *arguments]
    if simulated:
        return run_command(line, {"PYAUDIOPP_BACKEND": "simulation"})
    return run_on_card(line, **card)
