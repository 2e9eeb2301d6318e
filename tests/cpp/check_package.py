# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Builds a user's project on audiopp, and proves that it needs no portaudio.h, that it simulates,
and that a player is small; listens to it.

    check_package.py build installed|subproject static|shared WORK
    check_package.py play PROGRAM

`build` leaves the program at WORK/project/tone. It reuses a library from an earlier run in WORK,
but always reconfigures the user's project. `play` exits with status 77 on a machine that cannot run
a virtual sound card.
"""

from __future__ import annotations

import array
import json
import math
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SKIPPED = 77

RATE = 48000
# The limit for a stripped player without the simulation: static audiopp, shared PortAudio.
MOST_BYTES = 150_000


def cmake(*arguments: object) -> None:
    subprocess.run(["cmake", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def configure(source: Path, build: Path, *options: str) -> None:
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    common = [
        "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
        "--no-warn-unused-cli",
    ]
    cmake("-S", source, "-B", build, *generator, *common, *options)


def build(kind: str, linkage: str, work: Path) -> None:
    """Builds tests/cpp/consumer or tests/cpp/subproject in WORK/project."""
    project = work / "project"
    shared = f"-DBUILD_SHARED_LIBS={'ON' if linkage == 'shared' else 'OFF'}"
    if kind == "installed":
        prefix = work / "prefix"
        for directory in (prefix, project):
            shutil.rmtree(directory, ignore_errors=True)
        off = [f"-DAUDIOPP_BUILD_{part}=OFF" for part in ("TESTS", "EXAMPLES", "PYTHON")]
        configure(ROOT, work / "library", shared, *off)
        cmake("--build", work / "library", "--parallel", 2)
        cmake("--install", work / "library", "--component", "audiopp", "--prefix", prefix)
        options = [f"-DCMAKE_PREFIX_PATH={prefix}"]
        if linkage == "shared":
            options.append("-DCMAKE_DISABLE_FIND_PACKAGE_PortAudio=ON")
        configure(HERE / "consumer", project, *options)
    else:
        (project / "CMakeCache.txt").unlink(missing_ok=True)
        configure(HERE / "subproject", project, shared, f"-DAUDIOPP_SOURCE={ROOT}")
    cmake("--build", project, "--parallel", 2)
    prove_no_portaudio_header(project, work / "decoy")
    subprocess.run([project / "simulated"], check=True, timeout=60)
    print(f"{kind}, {linkage}: built without portaudio.h, plays on the simulation")
    if linkage == "static" and sys.platform == "linux":
        weigh(project / "player")


def weigh(player: Path) -> None:
    """Fails if the player contains the simulation, or is too large when stripped."""
    symbols = subprocess.run(["nm", player], capture_output=True, text=True, check=True).stdout
    if "Stream" not in symbols:
        raise SystemExit("nm shows no symbol of audiopp, so this test proves nothing")
    if found := [line for line in symbols.splitlines() if "simulat" in line.lower()]:
        raise SystemExit("a player that does not simulate contains: " + ", ".join(found))
    stripped = player.with_name("player-stripped")
    subprocess.run(["strip", "-o", stripped, player], check=True)
    size = stripped.stat().st_size
    print(f"a stripped static player has {size} bytes, at most {MOST_BYTES}")
    if size > MOST_BYTES:
        raise SystemExit("the player is too large")


def prove_no_portaudio_header(project: Path, decoy: Path) -> None:
    """Compiles the program again, with a portaudio.h first on the path that fails to compile."""
    decoy.mkdir(exist_ok=True)
    (decoy / "portaudio.h").write_text("#error this is the decoy\n")
    commands = json.loads((project / "compile_commands.json").read_text())
    [command] = [entry["command"] for entry in commands if entry["file"].endswith("/tone.cpp")]
    if "portaudio" in command.lower():
        raise SystemExit(f"the user's compile command mentions PortAudio: {command}")
    compiler, *arguments = shlex.split(command)
    trial = [compiler, "-fsyntax-only", "-I", str(decoy), *arguments]

    subprocess.run(trial, cwd=project, check=True)
    with_it = [*trial, "-include", "portaudio.h"]
    caught = subprocess.run(with_it, cwd=project, capture_output=True, text=True, check=False)
    if caught.returncode == 0 or "this is the decoy" not in caught.stderr:
        raise SystemExit("the decoy was not included, so this test proves nothing")


def play(program: Path) -> int:
    """Runs the program on a virtual sound card and compares what arrives with the tone."""
    sys.path.insert(0, str(ROOT / "python" / "pyaudiopp"))
    from virtual_card import VirtualCard  # type: ignore[import-not-found]

    if missing := VirtualCard.missing():
        print(f"no virtual sound card here: it needs {', '.join(missing)}")
        return SKIPPED
    # A machine that stalls for longer than the queue lasts causes a gap: try three times.
    return int(not any(play_once(program, VirtualCard) for _ in range(3)))


def play_once(program: Path, virtual_card: type) -> bool:
    """Returns whether the whole tone arrives."""
    with virtual_card(rate=RATE) as card, card.capture() as capture:
        subprocess.run([program], env={**os.environ, **card.environment()}, timeout=30, check=True)

    left = array.array("h", capture.data)[::2]
    begin = next((index for index, sample in enumerate(left) if sample), len(left))
    heard = left[begin : begin + RATE]
    tone = [int(16000 * math.cos(0.0576 * index)) for index in range(RATE)]
    same = sum(one == other for one, other in zip(heard, tone))
    print(f"{same} of {RATE} frames of the tone arrived")
    return same == RATE


def main(arguments: list[str]) -> int:
    if len(arguments) == 4 and arguments[0] == "build":
        _, kind, linkage, work = arguments
        if kind in ("installed", "subproject") and linkage in ("static", "shared"):
            directory = Path(work).resolve()
            directory.mkdir(parents=True, exist_ok=True)
            build(kind, linkage, directory)
            return 0
    if len(arguments) == 2 and arguments[0] == "play":
        return play(Path(arguments[1]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
