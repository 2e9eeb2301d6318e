# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The commands and their options, in click's terms; each command imports what it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import click

import pyaudiopp

_FILE = click.Path(path_type=Path)
_SECONDS = click.FloatRange(min=0, min_open=True)
_HELP = {"help_option_names": ["-h", "--help"]}


def run(arguments: list[str]) -> int:
    """Runs a command and returns the exit status."""
    # Not by main(), which has its own idea of closed pipes and of Ctrl-C.
    try:
        with cli.make_context("pyaudiopp", arguments) as context:
            return int(cli.invoke(context) or 0)
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


def _device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that choose a device."""
    device = click.option(
        "-d", "--device", help="Number or name, or a part of the name, in any case."
    )
    host_api = click.option("--host-api", help="Name of the device's host API, or a part of it.")
    return device(host_api(command))


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
@click.option("-t", "--duration", type=_SECONDS, help="Seconds; without it until Ctrl-C.")
@click.option("-r", "--rate", type=click.IntRange(min=1), help="Frames a second.")
@click.option("-c", "--channels", type=click.IntRange(min=1), help="As many as 2 if left out.")
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
