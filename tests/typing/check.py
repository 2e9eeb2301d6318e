# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs strict mypy and pyright on the package, the examples, and packages that use PyAudio.

The latter are downloaded into build/typing and checked twice: unchanged, against types-PyAudio, and
with the import changed to pyaudiopp. Every error in the second run must also be in the first.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build" / "typing"
CLIENTS = ("SpeechRecognition", "auditok", "elevenlabs", "pipecat-ai", "pydub")
IMPORT = re.compile(r"^(\s*)(import|from) pyaudio\b(?! as\b)", re.M)


class Fault(NamedTuple):
    """A type checker's error, without the message, which names the module."""

    file: str
    line: int
    rule: str


def run(command: list[str], directory: Path) -> str:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command[:4]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def mypy(files: list[str], directory: Path) -> Iterator[Fault]:
    options = ["--strict", "--follow-imports=silent", "--no-pretty", "--config-file=", "--"]
    output = run([sys.executable, "-m", "mypy", *options, *files], directory)
    for match in re.finditer(r"^(.+?):(\d+): error: .*?(?:\[([a-z-]+)\])?$", output, re.M):
        yield Fault(match[1], int(match[2]), match[3] or "")


def pyright(files: list[str], directory: Path) -> Iterator[Fault]:
    config = {"include": files, "typeCheckingMode": "strict"}
    (directory / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    for error in json.loads(run(command, directory))["generalDiagnostics"]:
        if error["severity"] == "error":
            file = str(Path(error["file"]).relative_to(directory.resolve()))
            yield Fault(file, error["range"]["start"]["line"] + 1, error.get("rule", ""))


def switched(text: str) -> str:
    """The program with pyaudiopp in place of PyAudio."""

    def switch(match: re.Match[str]) -> str:
        space, word = match.groups()
        return f"{space}{word} pyaudiopp" + (" as pyaudio" if word == "import" else "")

    return IMPORT.sub(switch, text).replace("import pyaudio as ", "import pyaudiopp as ")


def download(requirement: str) -> Path:
    """Unpacks a wheel twice, once with the import changed; returns the parent directory."""
    name = re.split("[=;]", requirement)[0]
    place = PLACE / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, f"--dest={place}", requirement], check=True)
    (wheel,) = place.glob("*.whl")
    for variant in ("pyaudio", "pyaudiopp"):
        with zipfile.ZipFile(wheel) as file:
            file.extractall(place / variant)
    return place


def check_client(requirement: str) -> tuple[str, list[str]]:
    """A row of the table, and the new errors."""
    place = download(requirement)
    files = []
    for path in sorted((place / "pyaudiopp").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "import pyaudio" in text or "from pyaudio" in text:
            path.write_text(switched(text), encoding="utf-8")
            files.append(str(path.relative_to(place / "pyaudiopp")))
    row, new = [requirement.replace("==", " "), str(len(files))], []
    checkers: list[Callable[[list[str], Path], Iterator[Fault]]] = [mypy, pyright]
    for checker in checkers:
        before = set(checker(files, place / "pyaudio"))
        after = set(checker(files, place / "pyaudiopp"))
        row += [str(len(before)), str(len(after)), str(len(after - before))]
        new += [
            f"{checker.__name__}: {place.name}/{f}:{n}: {rule}" for f, n, rule in after - before
        ]
    return f"| {' | '.join(row)} |", new


def check_own() -> list[str]:
    """Runs both on the package and the examples; returns what failed."""
    commands = {
        "mypy": [sys.executable, "-m", "mypy"],
        "pyright": [sys.executable, "-m", "pyright", "--pythonpath", sys.executable],
    }
    failed = []
    for name, command in commands.items():
        print(f"== {name}, strict, on the package and the examples", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(f"{name}: the package and the examples")
    return failed


def main() -> int:
    failed = check_own()
    requirements = (ROOT / "requirements" / "programs.txt").read_text().split("\n")
    rows = []
    for name in CLIENTS:
        print(f"== {name}", flush=True)
        (requirement,) = (line for line in requirements if re.match(rf"{name}\b", line))
        row, new = check_client(re.sub(r"\[.*?\]|;.*", "", requirement))
        rows.append(row)
        failed += new
    print("\n| program | files | mypy: types-PyAudio | pyaudiopp | new |", end="")
    print(" pyright: types-PyAudio | pyaudiopp | new |")
    print("|---" * 8 + "|")
    print(*rows, *failed, sep="\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
