# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The exit statuses, which docs/command-line.md promises to scripts."""

from __future__ import annotations

DONE = 0
FAILED = 1
USAGE = 2
SILENT = 3
LOST = 4
INTERRUPTED = 130


class Failure(Exception):
    """Ends a command: a sentence for the user, and the exit status."""

    def __init__(self, text: str, status: int = FAILED) -> None:
        super().__init__(text)
        self.status = status
