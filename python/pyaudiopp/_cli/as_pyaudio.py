# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp as-pyaudio``: a package named PyAudio that forwards to pyaudiopp."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from pyaudiopp._cli.status import DONE, USAGE, Failure
from pyaudiopp._install import FORWARDING

# PyAudio's version whose API we have, and a mark by which we know it again. pip and uv accept it
# for ==0.2.14 too.
_MARK = "+pyaudiopp"
_VERSION = f"0.2.14{_MARK}"
_INFO = f"pyaudio-{_VERSION}.dist-info"
_METADATA = f"""\
Metadata-Version: 2.1
Name: PyAudio
Version: {_VERSION}
Summary: Not PyAudio: `import pyaudio` imports pyaudiopp, which must be installed too
License: MIT
Requires-Python: >=3.9

Made by `pyaudiopp as-pyaudio`; `pyaudiopp as-pyaudio --undo` removes it.
"""
_WHEEL = "Wheel-Version: 1.0\nGenerator: pyaudiopp\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def run(undo: bool, wheel: Path | None) -> int:
    """Runs the command, and returns the exit status."""
    if undo and wheel:
        raise Failure("--undo and --wheel exclude each other", USAGE)
    if wheel:
        return _write_wheel(wheel)
    return _undo() if undo else _install()


def _write_wheel(directory: Path) -> int:
    """Writes the package as a wheel, and says how to use it."""
    directory.mkdir(parents=True, exist_ok=True)
    wheel = directory.resolve() / f"pyaudio-{_VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _contents().items():
            archive.writestr(zipfile.ZipInfo(name), data)  # always with the same date
    print(f"{wheel}\nIn a file of constraints for pip or uv:\nPyAudio @ {wheel.as_uri()}")
    return DONE


def _install() -> int:
    """Installs the package, unless PyAudio is there."""
    directory = _site_directory()
    others = [package for package in _installed() if not _is_ours(package)]
    here = [package for package in others if _directory_of(package) == directory]
    real = f"PyAudio {here[0].version}" if here else _without_metadata(directory)
    if real:
        raise Failure(
            f"{real} is installed in {directory}: uninstall it first (pip uninstall PyAudio)"
        )
    _remove_ours()
    contents = {f"{_INFO}/INSTALLER": b"pyaudiopp\n", **_contents(f"{_INFO}/INSTALLER")}
    written: list[Path] = []
    try:
        for name, data in contents.items():
            path = directory / name
            written.append(path)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    except OSError:
        _remove(written)
        raise
    print(f"installed PyAudio {_VERSION} in {directory}: `import pyaudio` imports pyaudiopp")
    for other in others:
        print(
            f"PyAudio {other.version} stays in {_directory_of(other)}: the first on sys.path wins"
        )
    return DONE


def _undo() -> int:
    """Removes what `_install` or pip has installed of it; never PyAudio itself."""
    removed = _remove_ours()
    for directory in removed:
        print(f"removed PyAudio {_VERSION} from {directory}")
    if not removed:
        real = next(_installed(), None)
        print(f"nothing to undo: PyAudio is {real.version if real else 'not installed'}")
    return DONE


def _contents(*others: str) -> dict[str, bytes]:
    """The wheel's files; RECORD, the last, also lists `others`."""
    root = Path(FORWARDING)
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix in (".py", ".typed")
    }
    files[f"{_INFO}/METADATA"] = _METADATA.encode()
    files[f"{_INFO}/WHEEL"] = _WHEEL.encode()
    record = f"{_INFO}/RECORD"
    lines = [f"{name},{_hash(data)},{len(data)}\n" for name, data in files.items()]
    lines += [f"{name},,\n" for name in (*others, record)]
    files[record] = "".join(lines).encode()
    return files


def _hash(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def _site_directory() -> Path:
    """Where this Python's packages are: in a virtual environment its own, else where we are."""
    if sys.prefix != sys.base_prefix:
        return Path(sysconfig.get_path("purelib")).resolve()
    if Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists():
        raise Failure(
            "this Python belongs to the operating system: use a virtual environment,"
            " or --wheel and pip's --break-system-packages"
        )
    try:
        return _directory_of(distribution("pyaudiopp"))
    except PackageNotFoundError:
        return Path(sysconfig.get_path("purelib")).resolve()


def _directory_of(package: Distribution) -> Path:
    return Path(str(package.locate_file(""))).resolve()


def _installed() -> Iterator[Distribution]:
    """Every distribution named PyAudio, ours or real, in the order of the path."""
    yield from distributions(name="PyAudio")


def _is_ours(package: Distribution) -> bool:
    return package.version.endswith(_MARK)


def _without_metadata(directory: Path) -> str | None:
    """A PyAudio in this directory that somebody put there by hand, as old programs say."""
    if any(_directory_of(package) == directory for package in _installed()):
        return None
    found = [path.name for path in directory.glob("pyaudio*") if path.stem == "pyaudio"]
    return f"a PyAudio without metadata ({found[0]})" if found else None


def _remove_ours() -> list[Path]:
    """Removes all of ours, and returns where they were."""
    ours = [package for package in _installed() if _is_ours(package)]
    for package in ours:
        _remove([Path(str(package.locate_file(file))) for file in package.files or ()])
    return [_directory_of(package) for package in ours]


def _remove(files: list[Path]) -> None:
    """Removes files, what Python has compiled of them, and the directories left empty."""
    for path in files:
        compiled = path.parent / "__pycache__"
        for old in (path, *compiled.glob(f"{path.stem}.*.pyc")):
            with contextlib.suppress(FileNotFoundError):
                old.unlink()
    for directory in {path.parent for path in files}:
        for empty in (directory / "__pycache__", directory):
            with contextlib.suppress(OSError):
                os.rmdir(empty)
