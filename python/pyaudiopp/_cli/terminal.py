# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Output that is styled on a terminal, and plain text elsewhere or without rich."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


# The narrowest terminal we draw on, and the longest word in a table, in columns.
_LEAST_WIDTH = 20
_LONGEST_WORD = 12


def console(stream: TextIO | None) -> Console | None:
    """Returns a rich console if the stream is a terminal, None for plain text."""
    if stream is None or not stream.isatty():
        return None
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        return None
    screen = Console(file=stream, highlight=False, markup=False, emoji=False)
    return screen if screen.width >= _LEAST_WIDTH else None


def bar_letters(screen: Console) -> str:
    """The characters of a bar: a full cell, then its fractions."""
    return "█▏▎▍▌▋▊▉" if screen.encoding.lower().startswith("utf") else "#"


def say(text: str, style: str = "", indent: int = 0) -> None:
    """Prints a line on standard output; on a terminal styled and wrapped, with an indent."""
    screen = console(sys.stdout)
    if screen is None:
        print(text)
        return
    behind = " " * indent
    wrapped = textwrap.fill(text, screen.width, subsequent_indent=behind, break_on_hyphens=False)
    screen.print(wrapped, style=style or None)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table. Columns whose heading starts with a space are numbers."""
    lines = [[column.strip() for column in columns], *rows]
    screen = console(sys.stdout)
    if screen is not None and screen.width >= _legible_width(columns, lines):
        from rich import box
        from rich.table import Table
        from rich.text import Text

        drawn = Table(title=Text(title, "bold"), title_justify="left", box=box.ROUNDED)
        for column in columns:
            drawn.add_column(
                column.strip(),
                justify="right" if column.startswith(" ") else "left",
                overflow="fold",
            )
        for row in rows:
            drawn.add_row(*map(Text, row))
        screen.print(drawn)
        return
    print(title)
    widths = [max(map(len, cells)) for cells in zip(*lines)]
    for line in lines:
        cells = (
            cell.rjust(width) if column.startswith(" ") else cell.ljust(width)
            for cell, width, column in zip(line, widths, columns)
        )
        print("  ".join(["", *cells]).rstrip())


def _legible_width(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> int:
    """The terminal width at which a table breaks no word of ordinary length."""
    longest = [max(len(word) for cell in cells for word in cell.split()) for cells in zip(*lines)]
    # With little room, rich makes all wide text columns equally wide.
    text = min(max(longest), _LONGEST_WORD)
    widths = (width if name.startswith(" ") else text for name, width in zip(columns, longest))
    return 1 + sum(width + 3 for width in widths)


def printable(name: str | bytes) -> str:
    """A device name without control characters; bytes have an unknown encoding."""
    text = name if isinstance(name, str) else name.decode("utf-8", "backslashreplace")
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
