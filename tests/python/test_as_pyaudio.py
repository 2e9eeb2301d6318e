# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""`pyaudiopp as-pyaudio`, in fresh environments, with pip and uv."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="environments differ there")

REQUIREMENTS = ["PyAudio", "PyAudio>=0.2.11", "pyaudio==0.2.14", "PyAudio~=0.2.14", "pyaudio<0.3"]


class Environment:
    """A virtual environment with pyaudiopp and without PyAudio."""

    def __init__(self, directory: Path, template: Path) -> None:
        shutil.copytree(template, directory / "env", symlinks=True)
        self.directory = directory
        self.python = directory / "env" / "bin" / "python"
        [self.packages] = (directory / "env" / "lib").glob("python*/site-packages")
        for file in importlib.metadata.files("pyaudiopp") or ():
            if file.parts[0] != ".." and "__pycache__" not in file.parts:
                (self.packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), self.packages / file)

    def run(self, *arguments: str, status: int = 0) -> str:
        """Runs this environment's Python, and returns what it prints."""
        outside = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        result = subprocess.run(
            [str(self.python), *arguments],
            env={**outside, "PYAUDIOPP_BACKEND": "simulation", "PIP_NO_INDEX": "1"},
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
        )
        assert result.returncode == status, result.stdout
        return result.stdout

    def as_pyaudio(self, *arguments: str, status: int = 0) -> str:
        return self.run("-W", "error", "-m", "pyaudiopp", "as-pyaudio", *arguments, status=status)

    def install(self, installer: str, *arguments: str, status: int = 0) -> str:
        """Runs `pip install` or `uv pip install` with no index but ours."""
        if installer == "pip":
            return self.run("-m", "pip", "install", "--no-index", *arguments, status=status)
        uv = [str(UV), "pip", "install", "--offline", "--no-index", "--python", str(self.python)]
        code = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
        return self.run("-c", code, *uv, *arguments, status=status)

    def files(self) -> set[Path]:
        return {path for path in self.packages.rglob("*") if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment to copy, because pip takes seconds to install."""
    directory = tmp_path_factory.mktemp("template") / "env"
    venv.create(directory, with_pip=True, symlinks=True)
    return directory


@pytest.fixture
def environment(tmp_path: Path, template: Path) -> Environment:
    return Environment(tmp_path, template)


INSTALLERS = [
    "pip",
    pytest.param("uv", marks=pytest.mark.skipif(UV is None, reason="uv is not installed")),
]


def write_program(directory: Path, requirement: str) -> Path:
    """A wheel of a program that requires PyAudio."""
    wheel = directory / "program-1-py3-none-any.whl"
    info = "program-1.dist-info"
    files = {
        "program.py": "import pyaudio\nprint(pyaudio.PyAudio().get_device_count())\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: program\nVersion: 1\n"
        f"Requires-Dist: {requirement}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


@pytest.mark.parametrize("installer", INSTALLERS)
def test_a_program_that_requires_pyaudio_installs_and_runs(
    environment: Environment, installer: str
) -> None:
    program = str(write_program(environment.directory, "PyAudio>=0.2.11"))
    environment.install(installer, program, status=1)

    printed = environment.as_pyaudio()
    assert printed.startswith("installed PyAudio 0.2.14+pyaudiopp in ")
    environment.install(installer, program)
    environment.install(installer, "-U", *REQUIREMENTS)
    environment.install(installer, "PyAudio>=0.2.15", status=1)
    assert int(environment.run("-W", "error", "-m", "program")) > 0
    assert "No broken requirements" in environment.run("-m", "pip", "check")


@pytest.mark.parametrize("installer", INSTALLERS)
def test_the_wheel_serves_as_a_constraint_before_anything_is_installed(
    environment: Environment, installer: str
) -> None:
    program = str(write_program(environment.directory, "PyAudio==0.2.14"))
    before = environment.files()
    lines = environment.as_pyaudio("--wheel", "wheels").splitlines()
    assert environment.files() == before
    (environment.directory / "constraints.txt").write_text(lines[-1])
    environment.install(installer, "-c", "constraints.txt", program)
    assert int(environment.run("-m", "program")) > 0
    environment.as_pyaudio("--undo")
    assert {path.name for path in environment.files() - before} >= {"program.py"}
    assert not list(environment.packages.glob("pyaudio-*"))


@pytest.mark.parametrize("installer", INSTALLERS)
def test_pip_and_uv_accept_the_wheel_itself(environment: Environment, installer: str) -> None:
    wheel = environment.as_pyaudio("--wheel", "wheels").splitlines()[0]
    again = environment.as_pyaudio("--wheel", "again").splitlines()[0]
    assert Path(wheel).read_bytes() == Path(again).read_bytes()
    environment.install(installer, wheel)
    environment.run("-c", "import pyaudio, pyaudiopp; assert pyaudio is pyaudiopp")
    environment.run("-m", "pip", "uninstall", "-y", "PyAudio")
    assert not (environment.packages / "pyaudio").exists()
    assert (environment.packages / "pyaudiopp").exists()


@pytest.mark.parametrize(
    "first",
    [
        "import pyaudio",
        "import pyaudio._portaudio",
        "import _portaudio",
        "from pyaudio import PyAudio",
        "from pyaudio._portaudio import initialize",
        "import pyaudiopp",
        "import pyaudiopp; pyaudiopp.install_as_pyaudio()",
        "import importlib.util; assert importlib.util.find_spec('pyaudio._portaudio')",
    ],
)
def test_whatever_is_imported_first_it_is_us(tmp_path: Path, first: str) -> None:
    """With the package on PYTHONPATH, which is the same package."""
    from pyaudiopp._install import FORWARDING

    program = f"""
{first}
import pyaudio, pyaudio._portaudio, _portaudio, pyaudiopp
assert pyaudio is pyaudiopp and pyaudio._portaudio is _portaudio is pyaudiopp.pa
assert [int(part) for part in pyaudio.__version__.split(".")] >= [0, 2, 14]
"""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "PYTHONPATH": FORWARDING},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_the_metadata_is_found(environment: Environment) -> None:
    environment.as_pyaudio()
    program = """
import importlib.metadata as metadata
assert metadata.version("PyAudio") == metadata.version("pyaudio") == "0.2.14+pyaudiopp"
assert all(file.locate().exists() for file in metadata.files("PyAudio"))
"""
    environment.run("-W", "error", "-c", program)
    assert "PyAudio" in environment.run("-m", "pip", "list")


def test_undo_leaves_nothing(environment: Environment) -> None:
    before = environment.files()
    environment.as_pyaudio()
    environment.as_pyaudio()  # again: as if for the first time
    environment.run("-c", "import pyaudio")
    assert environment.as_pyaudio("--undo").startswith("removed PyAudio 0.2.14+pyaudiopp from ")
    assert environment.files() == before
    assert not (environment.packages / "pyaudio").exists()
    assert environment.as_pyaudio("--undo") == "nothing to undo: PyAudio is not installed\n"


REAL = {
    "a wheel": ["pyaudio/__init__.py", "PyAudio-0.2.14.dist-info/METADATA"],
    "Debian's": ["pyaudio.py", "PyAudio-0.2.13.egg-info/PKG-INFO"],
    "an editable one": ["PyAudio-0.2.14.dist-info/METADATA"],
    "a package without metadata": ["pyaudio/__init__.py"],
    "a module without metadata": ["pyaudio.py"],
}


@pytest.mark.parametrize("kind", REAL)
def test_a_real_pyaudio_is_never_touched(environment: Environment, kind: str) -> None:
    for name in REAL[kind]:
        path = environment.packages / name
        path.parent.mkdir(exist_ok=True)
        version = path.parent.name.split("-")[1:2] or [""]
        path.write_text(f"Metadata-Version: 2.1\nName: PyAudio\nVersion: {version[0][:6]}\n")
    before = environment.files()
    printed = environment.as_pyaudio(status=1)
    assert "uninstall it first" in printed
    assert "PyAudio" in printed
    assert environment.as_pyaudio("--undo").startswith("nothing to undo: ")
    assert environment.files() == before


def test_a_real_pyaudio_replaces_it_when_pip_is_told_to(environment: Environment) -> None:
    environment.as_pyaudio()
    wheel = environment.directory / "PyAudio-0.2.15-py3-none-any.whl"
    info = "PyAudio-0.2.15.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("pyaudio/__init__.py", "real = True\n")
        metadata = "Metadata-Version: 2.1\nName: PyAudio\nVersion: 0.2.15\n"
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    environment.install("pip", str(wheel))
    environment.run("-c", "import pyaudio; assert pyaudio.real")
    assert environment.as_pyaudio("--undo") == "nothing to undo: PyAudio is 0.2.15\n"
    environment.run("-c", "import pyaudio; assert pyaudio.real")


def test_without_pyaudiopp_the_import_error_says_what_is_missing(
    environment: Environment,
) -> None:
    environment.as_pyaudio()
    environment.run("-m", "pip", "uninstall", "-y", "pyaudiopp")
    shutil.rmtree(environment.packages / "pyaudiopp", ignore_errors=True)
    last = environment.run("-c", "import pyaudio", status=1).splitlines()[-1]
    assert last == (
        "ModuleNotFoundError: No module named 'pyaudio': this one forwards to pyaudiopp,"
        " which is not installed"
    )


def test_a_python_of_the_operating_system_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pyaudiopp._cli import as_pyaudio
    from pyaudiopp._cli.status import Failure

    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.setattr(as_pyaudio.sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(Failure, match="belongs to the operating system"):
        as_pyaudio.run(undo=False, wheel=None)


def test_the_options_exclude_each_other(tmp_path: Path) -> None:
    pytest.importorskip("click")
    from pyaudiopp._cli import main

    assert main(["as-pyaudio", "--undo", "--wheel", str(tmp_path)]) == 2
