# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays and records broken sound files, looking for tracebacks, crashes and hangs.

    python tests/soak/sound_files.py [ROUNDS]

In each round every format that libsndfile writes is played as it is, truncated, with changed bytes
and with another format's header, from a file and from a pipe, and is recorded to a file and to
standard output. Runs on the simulation. The last line counts files and tracebacks.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import select
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from pyaudiopp import simulation
from pyaudiopp._cli import main as command_line

PATIENCE = 60  # seconds for one case
STATUSES = {0, 1, 2, 3, 4}
# libsndfile lists MPEG in WAV, but does not write it.
UNWRITTEN = {("WAV", "MPEG_LAYER_III"), ("AIFF", "DWVW_12")}


def formats() -> list[tuple[str, str]]:
    return [
        (name, subtype)
        for name in soundfile.available_formats()
        for subtype in soundfile.available_subtypes(name)
        if soundfile.check_format(name, subtype) and (name, subtype) not in UNWRITTEN
    ]


def sound(name: str, subtype: str, rng: random.Random) -> bytes | None:
    """A tenth of a second in this format; None if libsndfile does not write it into memory."""
    if name == "SD2":  # libsndfile would write half of it to a file "._" here
        return None
    noise = np.random.default_rng(rng.getrandbits(32)).uniform(-0.5, 0.5, (4800, 2))
    for rate, channels in ((48000, 2), (8000, 1), (44100, 1)):
        file = io.BytesIO()
        try:
            soundfile.write(file, noise[:, :channels], rate, subtype, format=name)
        except (soundfile.LibsndfileError, TypeError, ValueError):
            continue
        return file.getvalue()
    return None


def variants(data: bytes, other: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    yield "whole", data
    yield "truncated in its header", data[: rng.randrange(min(128, len(data)))]
    yield "truncated", data[: rng.randrange(len(data))]
    yield (
        "with another header",
        other[: rng.choice((12, 44, 128))] + data[rng.choice((12, 44, 128)) :],
    )
    for most in (1, 4, 32):
        changed = bytearray(data)
        for _ in range(most):
            changed[rng.randrange(min(len(data), 256))] = rng.choice((0, 0xFF, rng.randrange(256)))
        yield f"with {most} changed bytes in its header", bytes(changed)
    changed = bytearray(data)
    for _ in range(50):
        changed[rng.randrange(len(data))] = rng.randrange(256)
    yield "with 50 changed bytes", bytes(changed)
    yield "of random bytes behind its mark", data[:4] + rng.randbytes(3000)


def cases(rounds: int) -> Iterator[tuple[str, str, bytes]]:
    """What is tried, what to do with it, and the content of the file."""
    rng = random.Random(1)
    made = {pair: sound(*pair, rng) for pair in formats()}
    there = [data for data in made.values() if data]
    for number in range(rounds):
        for (name, subtype), data in made.items():
            title = f"round {number}: {name} {subtype}"
            for kind, content in variants(data, rng.choice(there), rng) if data else ():
                for action in ("play a file", "play a pipe"):
                    yield f"{title} {kind}: {action}", action, content
            options = f"--format {name} -r {rng.choice((8000, 44100, 48000))}"
            options += f" -c {rng.choice((1, 2))}"
            if rng.random() < 0.5:
                options += f" -f {rng.choice(('uint8', 'int16', 'int24', 'int32', 'float32'))}"
            for action in ("record", "record -"):
                yield f"{title}: {action} {options}", f"{action} {options}", data or b""


# ---- the process that tries ----


def arguments(action: str, path: str) -> list[str]:
    verb, *options = action.split()
    if verb == "play":
        return ["play", path]
    target = options.pop(0) if options[0] == "-" else path
    return ["record", target, "--overwrite", "-t", "0.02", *options]


def run(given: list[str]) -> tuple[object, str]:
    """Runs a command; returns its status or exception, and what it wrote on standard error."""
    with contextlib.redirect_stderr(io.StringIO()) as err, tempfile.TemporaryFile("w+") as out:
        with contextlib.redirect_stdout(out):
            try:
                status: object = command_line(given)
            except BaseException:  # SystemExit too
                status = traceback.format_exc()
        return status, err.getvalue()


def attempt(action: str, content: bytes, directory: str) -> tuple[object, str]:
    if action != "play a pipe":
        path = Path(directory, "sound")
        path.write_bytes(content)
        return run(arguments(action, str(path)))
    reader, writer = os.pipe()

    def feed() -> None:
        with contextlib.suppress(BrokenPipeError), open(writer, "wb", 0) as file:
            file.write(content)

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        return run(["play", f"/dev/fd/{reader}"])
    finally:
        os.close(reader)
        thread.join()


def work(rounds: int, first: int) -> None:
    device = simulation.Device(output_kept=1)
    simulation.use([simulation.HostApi(devices=[device])], "free_running")
    with tempfile.TemporaryDirectory() as directory:
        for number, (title, action, content) in enumerate(cases(rounds)):
            if number < first:
                continue
            print(f"trying {title}", flush=True)
            status, err = attempt(action, content, directory)
            if status not in STATUSES or "Traceback" in err or err.count("\n") > 4:
                print("bad", repr((title, status, err)), flush=True)
            print("tried", flush=True)


# ---- the process that counts ----


def lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """Yields what the process writes; kills it if nothing comes for too long."""
    assert process.stdout is not None
    while True:
        if not select.select([process.stdout], [], [], PATIENCE)[0]:
            process.kill()
            return
        if not (line := process.stdout.readline()):
            return
        yield line.decode().rstrip()


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    total = sum(1 for _ in cases(rounds))
    tried = bad = died = 0
    while tried < total:
        command = [sys.executable, "-X", "faulthandler", __file__, str(rounds), str(tried)]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
        ) as process:
            title = ""
            for line in lines(process):
                word, _, rest = line.partition(" ")
                title = rest if word == "trying" else title
                tried += word == "tried"
                if word == "bad":
                    bad += 1
                    print(rest, flush=True)
            status: Any = process.wait()
        if tried < total:
            died += 1
            tried += 1
            print(f"the process died with {status}, or hung: {title}", flush=True)
    print(f"{total} files tried, {bad} tracebacks, {died} crashes or hangs")
    return int(bad + died > 0)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        work(int(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(main())
