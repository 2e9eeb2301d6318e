# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The commands and their options, in click's terms; each command imports what it needs."""

from __future__ import annotations

import click

import pyaudiopp

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
