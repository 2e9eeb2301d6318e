# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""`install_as_pyaudio()`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_way_of_importing_pyaudio_finds_us() -> None:
    result = run("""
import pyaudiopp
pyaudiopp.install_as_pyaudio()
pyaudiopp.install_as_pyaudio()
import pyaudio, pyaudio._portaudio, _portaudio
from pyaudio import *
assert pyaudio is pyaudiopp and pyaudio._portaudio is _portaudio is pyaudiopp.pa is pa
assert pyaudio.PyAudio is PyAudio
assert _portaudio.__file__.endswith((".so", ".pyd")), _portaudio.__file__
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_pyaudio_that_was_imported_before_is_an_error() -> None:
    result = run("""
import sys, types
sys.modules["pyaudio"] = types.ModuleType("pyaudio")
import pyaudiopp
pyaudiopp.install_as_pyaudio()
""")
    assert "RuntimeError: pyaudio has been imported already" in result.stderr


def test_version_is_above_pyaudios() -> None:
    import pyaudiopp

    assert tuple(int(part) for part in pyaudiopp.__version__.split(".")[:2]) > (0, 2)


def test_functions_are_looked_up_when_called() -> None:
    result = run("""
import pyaudiopp, unittest.mock as mock
with mock.patch("pyaudiopp.pa.initialize"), mock.patch("pyaudiopp.pa.open") as opened:
    with mock.patch("pyaudiopp.pa.start_stream") as started:
        p = pyaudiopp.PyAudio()
        stream = p.open(rate=1, channels=1, format=8, output=True)
        started.assert_called_once_with(opened.return_value)
    with mock.patch("pyaudiopp.pa.write_stream") as written:
        stream.write(b"ab", 1)
        written.assert_called_once_with(stream._stream, b"ab", 1, False)
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_second_import_works() -> None:
    result = run("""
import sys, pyaudiopp
for name in [name for name in sys.modules if name.startswith("pyaudiopp")]:
    del sys.modules[name]
import pyaudiopp
p = pyaudiopp.PyAudio
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_subinterpreter_is_refused_in_words() -> None:
    result = run("""
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
import sys
program = f'''
import sys
sys.path[:] = {sys.path!r}
try:
    import pyaudiopp
except ImportError as error:
    assert "subinterpreter" in str(error), error
else:
    raise AssertionError("imported")
'''
interpreter = interpreters.create()
failure = interpreters.run_string(interpreter, program)
interpreters.destroy(interpreter)  # Python 3.14 ends with status 120 if one is left
assert failure is None, failure
""")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_child_with_its_own_environment_gets_its_own_pyaudio(tmp_path: Path) -> None:
    """A Python without pyaudiopp inherits PYTHONPATH."""
    real = tmp_path / "real" / "pyaudio"
    real.mkdir(parents=True)
    (real / "__init__.py").write_text("from pyaudio._portaudio import real\n")
    (real / "_portaudio.py").write_text("real = True\n")
    program = """
import os, subprocess, sys
import pyaudiopp
pyaudiopp.install_as_pyaudio()
os.environ["PYTHONPATH"] += os.pathsep + sys.argv[1]
for first in ("import pyaudio", "import _portaudio", "import pyaudio._portaudio"):
    code = first + "; import pyaudio; assert pyaudio.real and pyaudio.__path__"
    # -S: without site-packages
    subprocess.run([sys.executable, "-W", "error", "-S", "-c", code], check=True)
"""
    result = run(program, str(real.parent))
    assert (result.returncode, result.stderr) == (0, "")


CHILD = """
def work():
    import pyaudio
    import pyaudio._portaudio
    return pyaudio.PyAudio.__module__
"""
POOL = "with multiprocessing.get_context('{}').Pool(1) as pool: print(pool.apply(child.work))"
USE = {
    "spawn": POOL.format("spawn"),
    "forkserver": POOL.format("forkserver"),
    "fork": POOL.format("fork"),
    "a preloaded forkserver": "multiprocessing.set_forkserver_preload(['pyaudio', 'child'])\n    "
    + POOL.format("forkserver"),
    "an executor": "with concurrent.futures.ProcessPoolExecutor(1) as pool:"
    " print(pool.submit(child.work).result())",
    "a subprocess": "subprocess.run([sys.executable, '-c', 'import child; print(child.work())'])",
    "a module": "subprocess.run([sys.executable, '-m', 'child'])",
    "a file": "subprocess.run([sys.executable, child.__file__])",
    "a shell": "os.system(sys.executable + ' child.py')",
    "a grandchild": "if 'again' not in sys.argv:"
    " sys.exit(subprocess.call([sys.executable, __file__, 'again']))\n    " + POOL.format("spawn"),
    "exec": "os.execv(sys.executable, [sys.executable, child.__file__])",
}
MAIN = """
import concurrent.futures, multiprocessing, os, subprocess, sys
{switch}
import child

if __name__ == "__main__":
    {use}
"""
SWITCHES = {
    "the module": "import pyaudiopp; pyaudiopp.install_as_pyaudio()",
    "the main program": "if __name__ == '__main__':\n"
    "    import pyaudiopp; pyaudiopp.install_as_pyaudio()",
    "run": "import pyaudio",
    "run -m": "import pyaudio",
}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("kind", USE)
def test_every_kind_of_child_knows_us(kind: str, switch: str, tmp_path: Path) -> None:
    if sys.platform == "win32" and ("fork" in kind or kind == "exec"):
        pytest.skip("Windows has none")
    (tmp_path / "child.py").write_text(f"{CHILD}\nif __name__ == '__main__':\n    print(work())\n")
    (tmp_path / "main.py").write_text(MAIN.format(switch=SWITCHES[switch], use=USE[kind]))
    real = tmp_path / "site" / "pyaudio"
    real.mkdir(parents=True)
    (real / "__init__.py").write_text("raise SystemExit('the real PyAudio')")
    environment = {
        **os.environ,
        "PYAUDIOPP_BACKEND": "simulation",
        "PYTHONPATH": str(real.parent),
    }
    command = {"run": ["-m", "pyaudiopp", "run", "main.py"]}.get(switch, ["main.py"])
    if switch == "run -m":
        command = ["-m", "pyaudiopp", "run", "-m", "main"]
    result = subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.stdout, result.stderr, result.returncode) == ("pyaudiopp\n", "", 0)


def test_a_childs_path_is_extended_once_and_after_the_programs_own_directory() -> None:
    result = run("""
import os, sys
os.environ["PYTHONPATH"] = os.pathsep.join(["one", "", "two"])
first = sys.path[0]
import pyaudiopp
from pyaudiopp._install import FORWARDING
for _ in range(3):
    pyaudiopp.install_as_pyaudio()
assert os.environ["PYTHONPATH"].split(os.pathsep) == [FORWARDING, "one", "", "two"]
assert sys.path[0] == first and sys.path.count(FORWARDING) == 1
assert sys.path[1] == FORWARDING
""")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", ["pyaudio", "pyaudio._portaudio", "_portaudio"])
def test_the_alias_has_a_spec(name: str) -> None:
    result = run(f"""
import importlib, importlib.util, pyaudiopp
pyaudiopp.install_as_pyaudio()
spec = importlib.util.find_spec({name!r})
module = importlib.import_module({name!r})
assert spec is module.__spec__ and spec.loader is not None
assert importlib.util.module_from_spec(spec) is not None
assert importlib.reload(module) is module
""")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("own", "under_the_alias"),
    [("1.0.0.dev0", "1.0.0"), ("1.0.0", "1.0.0"), ("1.2rc1", "1.2"), ("2.0.0+local", "2.0.0")],
)
def test_the_version_under_the_alias_can_be_parsed(own: str, under_the_alias: str) -> None:
    result = run(f"""
import pyaudiopp
pyaudiopp.__version__ = {own!r}
pyaudiopp.install_as_pyaudio()
import pyaudio
assert pyaudio.__version__ == {under_the_alias!r}
assert tuple(map(int, pyaudio.__version__.split("."))) > (0, 2, 14)
""")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "pyaudiopp", "run", "-m", "pytest"],
        ["-c", "import sys, pyaudiopp, pytest; sys.exit(pytest.main(sys.argv[1:]))"],
    ],
)
def test_pytest_starts_after_us_without_a_warning(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import pyaudiopp\n\ndef test_card(simulated_card):\n    pyaudiopp.PyAudio().terminate()\n"
    )
    result = subprocess.run(
        [
            sys.executable,
            *command,
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "program.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout
    assert "warning" not in result.stdout
