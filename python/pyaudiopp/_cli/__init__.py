# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line, ``pyaudiopp`` or ``python -m pyaudiopp``: a module for each command.

`main`, ``devices`` and ``doctor`` need only the standard library, because people run these two when
something is wrong with their installation, and so does ``as-pyaudio``, which is part of one. The
other commands need the extra ``cli``.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pyaudiopp._cli.status import FAILED, INTERRUPTED, USAGE, Failure, complain, explain

# The packages in the extra.
_LIBRARIES = ("click", "numpy", "rich", "soundfile")

# The commands that need it.
_OTHERS = ("play", "record", "meter", "tone", "latency", "run", "virtual")

_OUTPUT_ERRORS = [errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF]
if os.name == "nt":
    _OUTPUT_ERRORS.append(errno.EINVAL)  # a pipe that nobody reads


class _Closed(io.TextIOBase):
    """Stands in for a missing standard output, where print() would fail silently."""

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status.

    Errors are reported in one sentence on standard error.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A device name may have characters that the terminal cannot show.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        with contextlib.redirect_stdout(sys.stdout or _Closed()):
            done = _run(given)
            sys.stdout.flush()
    except Failure as failure:
        complain(str(failure))
        return failure.status
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        complain(f"this needs {error.name}: pip install 'pyaudiopp[cli]'")
        return USAGE
    except OSError as error:
        # Operating system errors without a file name come from our own output.
        output = error.errno in _OUTPUT_ERRORS and not error.filename
        if output and error.errno == errno.EINVAL:
            error = OSError(errno.EPIPE, os.strerror(errno.EPIPE))
        complain(f"standard output: {explain(error)}" if output else explain(error))
        _give_up_output()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    # From here on, errors belong to the user's program.
    return done if isinstance(done, int) else done()


def _run(arguments: list[str]) -> int | Callable[[], int]:
    try:
        from pyaudiopp._cli import app
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        return _run_alone(arguments, error.name)
    return app.run(arguments)


def _run_alone(arguments: list[str], missing: str) -> int:
    """Runs one of the commands that need only the standard library."""
    install = "pip install 'pyaudiopp[cli]'"
    if arguments and arguments[0] in _OTHERS:
        raise Failure(f"{arguments[0]} needs {missing}: {install}", USAGE)
    import argparse

    from pyaudiopp import __version__
    from pyaudiopp._cli import as_pyaudio, devices, doctor

    parser = argparse.ArgumentParser(
        "pyaudiopp",
        description="List the sound devices, or find out why there is no sound.",
        epilog=f"The commands {', '.join(_OTHERS)} need: {install}",
    )
    parser.add_argument("--version", action="version", version=f"pyaudiopp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    shown = commands.add_parser("devices", help="list the sound devices (the default command)")
    shown.add_argument("--json", action="store_true", help="print JSON, for scripts")
    examined = commands.add_parser("doctor", help="find out why there is no sound")
    examined.add_argument("--no-record", action="store_true", help="do not record")
    examined.add_argument(
        "-v", "--verbose", action="store_true", help="show the sound system's messages"
    )
    forwarding = commands.add_parser("as-pyaudio", help="install pyaudiopp as PyAudio")
    forwarding.add_argument("--undo", action="store_true", help="remove it")
    forwarding.add_argument("--wheel", metavar="DIR", type=Path, help="write it as a wheel instead")
    options = parser.parse_args(arguments)
    if options.command == "as-pyaudio":
        return as_pyaudio.run(options.undo, options.wheel)
    if options.command == "doctor":
        return doctor.examine(record=not options.no_record, verbose=options.verbose)
    return devices.show(as_json=options.command is not None and options.json)


def _give_up_output() -> None:
    """Keeps the interpreter from complaining at exit about output that nobody reads."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()
        return
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
