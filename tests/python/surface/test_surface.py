# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compares PyAudio 0.2.14 and pyaudiopp: explained.md must explain every difference.

The questions are the lines in probes/, and the names, signatures and values from static.py. Both
packages answer them on the real PortAudio, with an ALSA that plays to a file and records from one:
no sound card, no server.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from explanations import Explained, complaints, explained

HERE = Path(__file__).parent
EXPLAINED = HERE / "explained.md"
SUBJECTS = [*sorted(path.stem for path in (HERE / "probes").glob("*.txt")), "static"]
ASOUND = """
pcm.!default {{
    type file
    slave {{ pcm {{ type null }} }}
    file "{folder}/played.raw"
    infile "{folder}/recorded.raw"
    format "raw"
    hint {{ show on description "default" }}
}}
pcm.other {{ type null hint {{ show on description "other" }} }}
ctl.!default {{ type null }}
"""

Answers = dict[str, dict[str, str]]


def missing() -> str:
    """The reason why the comparison cannot run here."""
    if not sys.platform.startswith("linux"):
        return "the probes run on ALSA"
    if sys.version_info < (3, 10):
        return "CPython 3.9 converts numbers otherwise, and says so in other words"
    if shutil.which("c++") is None:
        return "no C++ compiler for the interposer"
    for package, version in {"PyAudio": "0.2.14", "numpy": ""}.items():
        try:
            if not metadata.version(package).startswith(version):
                return f"{package} {metadata.version(package)} is installed, not {version}"
        except metadata.PackageNotFoundError:
            return f"{package} {version}".strip() + " is not installed"
    return ""


pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing"),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    """Each package's answers; both run at the same time."""
    interposer = tmp_path_factory.mktemp("interposer") / "interposer.so"
    portaudio = subprocess.check_output(
        ["pkg-config", "--cflags", "--libs", "portaudio-2.0"], text=True
    ).split()
    source = str(HERE / "interposer.cpp")
    subprocess.run(
        [
            "c++",
            "-std=c++17",
            "-shared",
            "-fPIC",
            source,
            *portaudio,
            "-ldl",
            "-o",
            str(interposer),
        ],
        check=True,
    )
    running = {
        target: ask(target, interposer, tmp_path_factory.mktemp(target))
        for target in ("pyaudio", "pyaudiopp")
    }
    given = {target: process.communicate()[0] for target, process in running.items()}
    assert {target: process.returncode for target, process in running.items()} == {
        "pyaudio": 0,
        "pyaudiopp": 0,
    }
    return {target: json.loads(text) for target, text in given.items()}


def ask(target: str, interposer: Path, folder: Path) -> "subprocess.Popen[str]":
    """Start asking one package."""
    (folder / "asound.conf").write_text(ASOUND.format(folder=folder))
    (folder / "recorded.raw").write_bytes(bytes(range(1, 129)) * 8000)
    environment = {
        **os.environ,
        "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        "JACK_DEFAULT_SERVER": "none",
        "JACK_NO_START_SERVER": "1",
        "LC_ALL": "C.UTF-8",
        "LD_PRELOAD": f"{os.environ.get('LD_PRELOAD', '')} {interposer}".strip(),
        "OPENBLAS_NUM_THREADS": "1",  # do not fork a process with threads
        "SURFACE_FOLDER": str(folder),
        "SURFACE_INTERPOSER": str(interposer),
        "SURFACE_TARGET": target,
    }
    environment.pop("PYAUDIOPP_BACKEND", None)
    command = [sys.executable, str(HERE / "probe.py")]
    with (folder / "stderr.txt").open("w") as stderr:  # PortAudio, ALSA and JACK are noisy
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        )


def rows(theirs: dict[str, str], ours: dict[str, str]) -> dict[str, Explained]:
    """The rows that this CPython needs: since 3.14, PyAudio takes other numbers as well."""
    numbers = "B27: numbers of other types, and None for a default"
    return {
        probe: row
        for probe, row in explained(EXPLAINED).items()
        if sys.version_info < (3, 14) or row.why != numbers or theirs.get(probe) != ours.get(probe)
    }


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_unexplained_difference(answers: dict[str, Answers], subject: str) -> None:
    theirs, ours = answers["pyaudio"][subject], answers["pyaudiopp"][subject]
    found = list(complaints(theirs, ours, rows(theirs, ours)))
    if found:
        pytest.fail(f"{len(found)} of {subject}:\n\n" + "\n\n".join(found), pytrace=False)


def test_no_row_without_a_probe(answers: dict[str, Answers]) -> None:
    probes = {
        probe for given in answers.values() for subject in given.values() for probe in subject
    }
    assert set(explained(EXPLAINED)) <= probes
