# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""README.md and docs/: code blocks run or say why not, links work, named files exist.

A block that is not run has a hidden line before it: ``<!-- not run: why -->``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import pyaudiopp

ROOT = Path(__file__).resolve().parents[2]
TONE = ROOT / "tests" / "cpp" / "consumer" / "tone.cpp"
PAGES = ["README.md", *sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/**/*.md"))]
OTHERS = ["CONTRIBUTING.md", "CHANGELOG.md"]
OTHERS += ["benchmarks/README.md", "benchmarks/results/figures.md"]

# What the C++ fragments on a page may use.
PREAMBLE = """
#include <audiopp/audiopp.hpp>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>
audiopp::StreamConfig config;
audiopp::Callback callback;
"""


class Block(NamedTuple):
    page: str
    line: int
    language: str
    code: str
    not_run: str | None


def read_blocks(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    pattern = r"(?:^<!-- not run: (.+?) -->\n)?^```(\S*)\n(.*?)^```$"
    for match in re.finditer(pattern, text, re.M | re.S):
        not_run, language, code = match.groups()
        yield Block(page, text.count("\n", 0, match.start(2)) + 1, language, code, not_run)


BLOCKS = [block for page in PAGES for block in read_blocks(page)]


def to_run(*languages: str) -> list[object]:
    """The blocks in these languages, as test parameters."""
    return [
        pytest.param(block.code, id=f"{block.page}-{block.line}")
        for block in BLOCKS
        if block.language in languages and not block.not_run
    ]


@pytest.mark.parametrize("code", to_run("python"))
def test_a_program_runs(code: str, tmp_path: Path) -> None:
    if "import numba" in code:
        pytest.importorskip("numba")
    (tmp_path / "devices.json").write_text(
        '{"clock": "free_running", "host_apis": [{"devices": [{"name": "pulse"}]}]}'
    )
    with wave.open(str(tmp_path / "tune.wav"), "wb") as file:
        file.setparams((2, 2, 48000, 0, "NONE", ""))
        file.writeframes(bytes(4 * 4800))
    if "import soundfile" in code:
        soundfile = pytest.importorskip("soundfile")
        soundfile.write(tmp_path / "intro.flac", [[0.1, 0.2]] * 4800, 48000)
    environment = dict(os.environ)
    if "simulation." not in code:  # it creates no simulation of its own
        environment["PYAUDIOPP_BACKEND"] = "simulation:devices.json"
    if "def test_" in code:
        (tmp_path / "test_page.py").write_text(code)
        command = ["-m", "pytest", "--quiet", "-W", "error"]
    else:
        command = ["-c", code.replace("+ 5\n", "+ 0.3\n")]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


COMMANDS = [
    pytest.param(line, id=line)
    for block in BLOCKS
    if block.language == "sh" and not block.not_run
    for line in block.code.splitlines()
]


@pytest.mark.skipif(os.name != "posix", reason="no shell here")
@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_runs(line: str, tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    (tmp_path / "devices.json").write_text(
        '{"host_apis": [{"devices": [{"name": "USB", "loopback": true}]}]}'
    )
    for name in ("intro.flac", "tune.wav"):
        soundfile.write(tmp_path / name, [[0.1, 0.2]] * 4800, 48000)
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYAUDIOPP_BACKEND": "simulation:devices.json",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    # Without playback, the input is silent.
    assert (done.returncode, "digital silence" in done.stderr) in ((0, False), (3, True))


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@pytest.mark.parametrize("code", to_run("c"))
def test_a_c_function_compiles(code: str) -> None:
    command = ["cc", "-std=c99", "-Wall", "-Werror", "-fsyntax-only", "-x", "c", "-"]
    include = ["-I", pyaudiopp.get_include()]
    subprocess.run([*command, *include], input=code, text=True, timeout=60, check=True)


@pytest.mark.parametrize("code", [param for param in to_run("cpp") if "main()" in param.values[0]])
def test_the_cpp_program_is_the_one_that_is_built_and_heard(code: str) -> None:
    assert code == TONE.read_text(encoding="utf-8").partition("\n\n")[2]


def test_the_pieces_of_cpp_compile() -> None:
    generated = next(ROOT.glob("build/**/include/audiopp/export.hpp"), None)
    if generated is None or shutil.which("c++") is None:
        pytest.skip("no C++ compiler, or the C++ library was not built here")
    pieces = [param.values[0] for param in to_run("cpp") if "main()" not in param.values[0]]
    assert pieces
    functions = [f"void piece_{n}() {{\n{piece}}}\n" for n, piece in enumerate(pieces)]
    include = [f"-I{ROOT / 'cpp/include'}", f"-I{generated.parents[1]}"]
    command = ["c++", "-std=c++17", "-Wall", "-Werror", "-Wno-unused", "-fsyntax-only", *include]
    source = PREAMBLE + "".join(functions)
    subprocess.run([*command, "-x", "c++", "-"], input=source, text=True, timeout=120, check=True)


@pytest.mark.parametrize("page", PAGES)
def test_each_block_of_code_is_run_or_says_why_not(page: str) -> None:
    blocks = list(read_blocks(page))
    assert 2 * len(blocks) == len(
        re.findall(r"^```", (ROOT / page).read_text(encoding="utf-8"), re.M)
    )
    for block in blocks:
        drawn = block.language in ("", "text") or block.language.startswith("{")
        run = block.language in ("python", "c", "cpp", "sh")
        assert drawn or run or block.not_run, f"{page}:{block.line}: neither run nor marked"


def read_places(page: Path) -> set[str]:
    """The anchors on a page, as forges and MyST name them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def read_links() -> list[tuple[str, str]]:
    return [
        (page, target)
        for page in [*PAGES, *OTHERS]
        for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text(encoding="utf-8"))
        if "://" not in target
    ]


@pytest.mark.parametrize(("page", "target"), read_links())
def test_a_link_leads_somewhere(page: str, target: str) -> None:
    path, _, place = target.partition("#")
    leads_to = (ROOT / page).parent / path if path else ROOT / page
    assert leads_to.exists()
    assert not place or place in read_places(leads_to)


SOURCES = ["benchmarks", "cmake", "cpp", "docs", "examples", "python", "scripts", "tests"]
SOURCES += [".github", "requirements"]
NAMED_FILE = re.compile(
    r"(?<![\w./{$-])((?:[\w.-]+/)+[\w-]+\.(?:cmake|cpp|hpp|md|py|rst|toml|txt|yml)"
    r"|(?:bench|bind|compat|fuzz|live|py|stress|test)_\w+\.(?:cpp|hpp|py))\b"
)
# Files that only exist while a program or a test runs, and a user's.
OTHER_FILES = {"test_page.py", "tests/test_voice.py"}


def test_each_file_that_docs_and_comments_name_exists() -> None:
    found = [path for name in SOURCES for path in (ROOT / name).rglob("*") if path.is_file()]
    files = [path for path in [*found, *ROOT.glob("*.*")] if path.is_file()]
    names = {
        "/".join(parts[start:])
        for parts in (path.relative_to(ROOT).parts for path in files)
        for start in range(len(parts))
    }
    missing = []
    for path in files:
        if path.suffix not in {
            ".cmake",
            ".cpp",
            ".h",
            ".hpp",
            ".md",
            ".py",
            ".rst",
            ".toml",
            ".txt",
        }:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in NAMED_FILE.findall(line):
                known = name in names or name in OTHER_FILES or name.startswith("build/")
                if not known and "#include" not in line and not (path.parent / name).exists():
                    missing.append(f"{path.relative_to(ROOT)}:{number}: {name}")
    assert missing == []


def test_the_page_of_examples_has_all_of_them() -> None:
    page = (ROOT / "docs/examples.md").read_text(encoding="utf-8")
    for program in [*ROOT.glob("examples/python/*.py"), *ROOT.glob("examples/cpp/*.cpp")]:
        assert f"(../{program.relative_to(ROOT).as_posix()})" in page


def test_the_cpp_reference_has_all_public_names() -> None:
    reference = (ROOT / "docs/reference/cpp.rst").read_text(encoding="utf-8")
    headers = ROOT.glob("cpp/include/audiopp/**/*.hpp")
    declared = r"^(?:class|struct|enum class)(?: AUDIOPP_API)? (\w+)[^;]*$|^using (\w+) ="
    for header in headers:
        for names in re.findall(declared, header.read_text(encoding="utf-8"), re.M):
            name = "".join(names)
            assert f"audiopp::{name}\n" in reference, f"{header.name}: {name}"


def test_the_python_reference_has_all_constants() -> None:
    reference = (ROOT / "docs/reference/python.rst").read_text(encoding="utf-8")
    for name in pyaudiopp.__all__:
        if name.startswith("pa") and name != "pa":
            value = getattr(pyaudiopp, name)
            error = f" - ``{name}``\n     - {value}\n"
            assert (error if value <= -9000 else f"``{name}``") in reference, name


def test_the_readme_tells_the_figures_that_were_measured() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    defects = (ROOT / "docs/defects.md").read_text(encoding="utf-8")
    match = re.search(r"^- PyAudio .*: .* (\d+) wrong, (\d+) hang, (\d+) crash$", defects, re.M)
    right = re.search(r"^- pyaudiopp .*: (\d+) right$", defects, re.M)
    assert match is not None
    assert right is not None
    wrong, hangs, crashes = match.groups()
    for told in (
        f"Of [{right[1]} small test programs](docs/defects.md), PyAudio crashes in {crashes},",
        f" hangs in {hangs} and gives a wrong result in {wrong}; pyaudiopp passes all {right[1]}.",
    ):
        assert told in readme

    figures = (ROOT / "benchmarks/results/figures.md").read_text(encoding="utf-8")
    table = figures.partition("## CPU per callback\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.split("|")] for row in table.splitlines() if "|" in row]
    column = rows[0].index("out256")
    cost = {row[1]: f"{float(row[column].split()[0]):.2f} µs" for row in rows[2:8]}
    for told in (
        f"A callback of 256 frames takes {cost['pyaudiopp']} of CPU time",
        f"{cost['PyAudio']} with PyAudio",
        f"{cost['sounddevice RawStream']} with sounddevice's `RawStream`",
        f"{cost['C floor']} in C",
    ):
        assert told in readme


def test_links_within_the_site_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import site_links

    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="#here"></a><a href="b.html#there"></a><a href="#gone"></a>'
        '<a href="b.html#gone"></a><img src="gone.png"><a href="https://example.org/gone"></a>'
    )
    (tmp_path / "b.html").write_text('<a name="there" href="../outside.html"></a>')
    assert site_links.broken_links(tmp_path.resolve()) == [
        "a.html: #gone",
        "a.html: b.html#gone",
        "a.html: gone.png",
        "b.html: ../outside.html",
    ]
