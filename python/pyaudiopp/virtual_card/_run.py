# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs programs on a virtual sound card: the command line and its functions."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from types import FrameType
from typing import Any, NoReturn, Optional

from ._pulse import SAMPLE_SIZES, VirtualCard
from ._server import whole


def prefer_real_time() -> None:
    """Gives this process and its future children real-time priority, if allowed.

    At low latency, a delay of 11 ms causes a gap. Tests that compare every frame call this, so that
    other work on the machine disturbs them less.
    """
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def main(arguments: Optional[list[str]] = None) -> int:  # noqa: UP045, for Python 3.9
    """Runs a command on its own virtual card and returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m pyaudiopp.virtual_card",
        usage="%(prog)s [OPTION...] -- COMMAND [ARGUMENT...]",
        description="Run a command with a virtual sound card as its default device.",
    )
    parser.add_argument("--rate", type=_whole, default=48000, help="frames per second (48000)")
    parser.add_argument("--channels", type=_whole, default=2, help="the card's channels (2)")
    parser.add_argument("--format", choices=SAMPLE_SIZES, default="s16le", help="s16le if left out")
    parser.add_argument("--real-time", action="store_true", help="in real time where allowed")
    parser.add_argument("command", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)

    if options.real_time:
        prefer_real_time()
    return run_on_card(
        options.command, rate=options.rate, channels=options.channels, sample_format=options.format
    )


def _whole(text: str) -> int:
    try:
        return whole("a number", float(text))
    except (TypeError, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r} is not an integer") from None


def run_on_card(command: list[str], **card: Any) -> int:
    """Runs a command on a `VirtualCard` with these arguments; returns its exit status.

    Errors before it runs are printed on standard error.
    """
    # On SIGTERM, leave through the context below, so that the card does not outlive us.
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        with VirtualCard(**card) as made:
            return run_command(command, made.environment())
    except (RuntimeError, ValueError) as error:
        print(f"virtual card: {error}", file=sys.stderr)
        return 1


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Runs a command with these extra variables, forwards SIGTERM, and returns its exit status."""
    process: subprocess.Popen[bytes] | None = None
    terminated = False

    # Forward the signal instead of raising: an exception inside Popen would lose the new process.
    def pass_on(number: int, frame: FrameType | None) -> None:
        nonlocal terminated
        terminated = True
        if process is not None:
            process.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    # The terminal sends SIGINT to the command too, which decides what to do.
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
    """Ignores a signal; unlike SIG_IGN, children do not inherit this."""
