# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What scripts/windows_wheel.py refuses in a wheel: each check finds what it is there for."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
TAG = "cp313-cp313-win_amd64"
INFO = "pyaudiopp-1.0.dist-info"
MODULE = "pyaudiopp/_core.cp313-win_amd64.pyd"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import windows_wheel

    return windows_wheel


def good_files() -> dict[str, str]:
    files = {MODULE: "MZ", "pyaudiopp/__init__.py": "", f"{INFO}/WHEEL": f"Tag: {TAG}\n"}
    for name in ("LICENSE", "LICENSE.PortAudio", "LICENSE.pybind11"):
        files[f"{INFO}/licenses/{name}"] = name
    files[f"{INFO}/RECORD"] = record(files)
    return files


def record(files: dict[str, str]) -> str:
    lines = [f"{INFO}/RECORD,,"]
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        lines.append(f"{name},sha256={digest.rstrip('=')},{len(text)}")
    return "\n".join(lines)


def check(script: ModuleType, directory: Path, files: dict[str, str]) -> None:
    wheel = directory / f"pyaudiopp-1.0-{TAG}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    with zipfile.ZipFile(wheel) as archive:
        script.check_files(wheel, archive, TAG, MODULE, script.LICENCES)


def test_a_good_wheel_passes(script: ModuleType, tmp_path: Path) -> None:
    check(script, tmp_path, good_files())


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        (f"{INFO}/licenses/LICENSE.PortAudio", None, "lacks the licences"),
        (MODULE, None, "has these libraries"),
        ("pyaudiopp/portaudio.dll", "MZ", "has these libraries"),
        (f"{INFO}/WHEEL", "Tag: py3-none-any\n", "does not say"),
        ("pyaudiopp/__init__.py", "changed = 1\n", "another digest"),
        ("surplus.txt", "", "RECORD and the files differ"),
    ],
)
def test_a_bad_wheel_is_refused(
    script: ModuleType, tmp_path: Path, name: str, text: str | None, complaint: str
) -> None:
    files = good_files()
    if text is None:
        del files[name]
    else:
        files[name] = text
    with pytest.raises(script.Failure, match=complaint):
        check(script, tmp_path, files)
