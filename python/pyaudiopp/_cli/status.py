# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""How commands end: exit statuses (documented in docs/command-line.md) and error messages."""

from __future__ import annotations

import contextlib
import sys

from pyaudiopp import PortAudioError

DONE = 0
FAILED = 1
USAGE = 2
SILENT = 3
LOST = 4
INTERRUPTED = 130


class Failure(Exception):
    """Ends a command with a sentence for the user and an exit status."""

    def __init__(self, text: str, status: int = FAILED) -> None:
        super().__init__(text)
        self.status = status


def complain(text: str) -> None:
    """Prints an error on standard error."""
    if sys.stderr is None:  # print() would take standard output
        return
    with contextlib.suppress(OSError, ValueError):
        print(f"pyaudiopp: {text}", file=sys.stderr, flush=True)


def explain(error: Exception) -> str:
    """An exception's message in one line, including a PortAudioError's notes."""
    if isinstance(error, PortAudioError):
        parts = [str(error.args[-1]), error.host_text, *getattr(error, "__notes__", [])]
        text = "; ".join(part for part in parts if part)
    elif isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split())
