# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The layers of docs/design.md, read off the includes and imports: no arrow up, no circle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Graph = dict[str, set[str]]

# Each layer may include those before it. Parts in one row stand side by side: neither includes the
# other.
CPP_LAYERS = [
    ["audiopp"],  # the public headers
    ["detail"],
    ["backend"],
    ["library", "dispatch", "simulation"],
    ["stream"],
    ["src"],  # what implements the public headers
]
CPP_EXCEPTIONS = {
    ("dispatch", "backend"): "moves frames and calls handlers; knows nothing of PortAudio",
    ("src", "simulation"): "a program that does not simulate links no simulation",
}

PUBLIC_LAYERS = [
    ["error", "time", "flags", "sample_format", "buffer", "export", "version", "messages"],
    ["host_api", "device", "callback"],
    ["session", "stream_config", "dispatcher"],
    ["stream", "simulation", "host"],
    ["audiopp"],
]

BINDING_LAYERS = [
    ["message"],
    ["bindings"],
    ["py"],
    ["stream"],
    ["bind"],
    ["compat", "constants"],
    ["module"],
]

PYTHON_LAYERS = [
    ["_types"],
    ["_core"],  # `_portaudio` is in it
    ["_devices", "_install", "_int24", "_mac_core", "_native", "_wave", "core"],
    ["_config"],
    ["_pyaudio"],
    ["_play_record"],
    ["pyaudiopp"],
    ["simulation", "virtual_card"],
    ["_alias", "_cli"],
    ["__main__"],
]


def find_upward(
    graph: Mapping[str, Iterable[str]],
    layers: list[list[str]],
    layer_of: Mapping[str, str],
    exceptions: Iterable[tuple[str, str]] = (),
) -> list[str]:
    """The arrows that do not go to a lower layer, nor stay within one part of a layer."""
    rank = {part: n for n, parts in enumerate(layers) for part in parts}
    bad = []
    for source in sorted(graph):
        for target in sorted(graph[source]):
            a, b = layer_of[source], layer_of[target]
            if a != b and (rank[a] <= rank[b] or (a, b) in exceptions):
                bad.append(f"{source} -> {target}")
    return bad


def find_circles(graph: Graph) -> list[list[str]]:
    """The groups of units that reach each other (Tarjan's strongly connected components)."""
    circles: list[list[str]] = []
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(unit: str) -> None:
        number[unit] = low[unit] = len(number)
        stack.append(unit)
        for other in graph.get(unit, ()):
            if other not in number:
                visit(other)
                low[unit] = min(low[unit], low[other])
            elif other in stack:
                low[unit] = min(low[unit], number[other])
        if low[unit] == number[unit]:
            found = stack[stack.index(unit) :]
            del stack[stack.index(unit) :]
            if len(found) > 1:
                circles.append(sorted(found))

    for unit in sorted(graph):
        if unit not in number:
            visit(unit)
    return circles


INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)


def includes_of(path: Path) -> list[str]:
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def cpp_files(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.suffix in (".cpp", ".hpp", ".h", ".in")
    )


def read_library(root: Path) -> Graph:
    """The units of the C++ library, a header with its source: "stream/drain", "audiopp/error"."""
    graph: Graph = {}
    source, public = root / "cpp/src", root / "cpp/include"

    def unit_of(base: Path, path: Path) -> str:
        name = path.relative_to(base).as_posix().split(".")[0]
        return name if "/" in name and not name.startswith("host/") else f"src/{name}"

    for base in (source, public):
        for path in cpp_files(base):
            unit = graph.setdefault(unit_of(base, path), set())
            for name in includes_of(path):
                for folder in (source, public):
                    if (folder / name).exists() or (folder / f"{name}.in").exists():
                        unit.add(unit_of(folder, folder / name))
    for unit in graph:
        graph[unit].discard(unit)
    return graph


def read_bindings(root: Path) -> Graph:
    folder = root / "python/bindings"
    graph: Graph = {}
    for path in cpp_files(folder):
        unit = graph.setdefault(path.stem, set())
        unit.update(Path(name).stem for name in includes_of(path) if (folder / name).exists())
        unit.discard(path.stem)
    return graph


def imports_of(path: Path, modules: Iterable[str]) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in it, for types too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # This function is never called: it is for programs that look for imports.
    tree.body = [node for node in tree.body if getattr(node, "name", "") != "_imported_by_name"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [
                f"{node.module}.{alias.name}"
                if f"{node.module}.{alias.name}" in modules
                else node.module
                for alias in node.names
            ]
        else:
            continue
        yield from (name for name in names if name in modules)


def read_package(root: Path) -> Graph:
    """The modules of `pyaudiopp`; a stub counts as its module."""
    folder = root / "python"
    paths: dict[str, list[Path]] = {}
    for path in sorted((folder / "pyaudiopp").rglob("*.py*")):
        if path.suffix in (".py", ".pyi"):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            paths.setdefault(name, []).append(path)
    # One extension: what is in `_portaudio` comes from `_core`.
    extension = {"pyaudiopp._portaudio": "pyaudiopp._core"}
    graph: Graph = {}
    for name, sources in paths.items():
        found = {other for path in sources for other in imports_of(path, paths)}
        unit = extension.get(name, name)
        graph.setdefault(unit, set()).update(extension.get(other, other) for other in found)
    for unit in graph:
        graph[unit].discard(unit)
    return graph


def test_the_librarys_includes_go_down():
    graph = read_library(ROOT)
    layer_of = {unit: unit.split("/")[0] for unit in graph}
    assert find_upward(graph, CPP_LAYERS, layer_of, CPP_EXCEPTIONS) == []


def test_no_two_units_of_the_library_include_each_other():
    assert find_circles(read_library(ROOT)) == []


def test_the_public_headers_go_down():
    graph = {
        unit: {other for other in others if other.startswith("audiopp/")}
        for unit, others in read_library(ROOT).items()
        if unit.startswith("audiopp/")
    }
    layer_of = {unit: unit.split("/")[1] for unit in graph}
    rank = {name: n for n, names in enumerate(PUBLIC_LAYERS) for name in names}
    assert sorted(set(layer_of.values()) - set(rank)) == []
    upward = [
        f"{unit} -> {other}"
        for unit, others in graph.items()
        for other in others
        if rank[layer_of[unit]] < rank[layer_of[other]]
    ]
    assert upward == []


def test_portaudios_header_has_one_way_in():
    ways = [
        path.relative_to(ROOT).as_posix()
        for folder in ("cpp", "python/bindings", "examples/cpp")
        for path in cpp_files(ROOT / folder)
        if "portaudio.h" in includes_of(path)
    ]
    assert ways == ["cpp/src/detail/portaudio.hpp"]


def test_the_bindings_see_public_headers_alone():
    own = {path.name for path in cpp_files(ROOT / "python/bindings")}
    seen = {
        name
        for path in cpp_files(ROOT / "python/bindings")
        for name in includes_of(path)
        if name not in own and (ROOT / "cpp/src" / name).exists()
    }
    assert seen == set()


def test_the_bindings_includes_go_down():
    graph = read_bindings(ROOT)
    layer_of = {unit: unit.split("_")[0] for unit in graph}
    assert find_upward(graph, BINDING_LAYERS, layer_of) == []
    assert find_circles(graph) == []


def test_python_has_one_way_in():
    ways = {
        path.name
        for path in cpp_files(ROOT / "python/bindings")
        if {"Python.h", "pybind11/pybind11.h"} & set(includes_of(path))
    }
    assert ways == {"bindings.hpp"}


def test_the_packages_imports_go_down():
    graph = read_package(ROOT)
    layer_of = {name: name.split(".")[1] if "." in name else name for name in graph}
    assert find_upward(graph, PYTHON_LAYERS, layer_of) == []


def test_no_two_modules_import_each_other():
    assert find_circles(read_package(ROOT)) == []


# What a check has to find, in a tree made for it.


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "cpp/include/audiopp/error.hpp": "",
        "cpp/src/detail/fork.hpp": '#include "audiopp/error.hpp"\n',
        "cpp/src/detail/fork.cpp": '#include "detail/fork.hpp"\n#include "library/library.hpp"\n',
        "cpp/src/library/library.hpp": '#include "detail/fork.hpp"\n',
        "cpp/src/session.cpp": '#include "library/library.hpp"\n',
        "python/pyaudiopp/__init__.py": "from pyaudiopp._pyaudio import PyAudio\n",
        "python/pyaudiopp/_pyaudio.py": "def find():\n    import pyaudiopp._devices\n",
        "python/pyaudiopp/_devices.py": "if TYPE:\n    from pyaudiopp import _pyaudio, PyAudio\n",
        "python/bindings/py_exit.hpp": '#include "bind_core.hpp"\n',
        "python/bindings/bind_core.hpp": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_an_include_that_goes_up_is_found(tree: Path):
    graph = read_library(tree)
    layer_of = {unit: unit.split("/")[0] for unit in graph}
    assert find_upward(graph, CPP_LAYERS, layer_of) == ["detail/fork -> library/library"]
    assert find_circles(graph) == [["detail/fork", "library/library"]]


def test_a_forbidden_include_is_found():
    graph = {"dispatch/a": {"backend/b"}, "backend/b": set[str]()}
    layer_of = {"dispatch/a": "dispatch", "backend/b": "backend"}
    assert find_upward(graph, CPP_LAYERS, layer_of) == []
    assert find_upward(graph, CPP_LAYERS, layer_of, CPP_EXCEPTIONS) == ["dispatch/a -> backend/b"]


def test_an_import_that_goes_up_is_found(tree: Path):
    graph = read_package(tree)
    assert graph["pyaudiopp._devices"] == {"pyaudiopp", "pyaudiopp._pyaudio"}
    assert find_circles(graph) == [["pyaudiopp", "pyaudiopp._devices", "pyaudiopp._pyaudio"]]


def test_a_binding_that_goes_up_is_found(tree: Path):
    graph = read_bindings(tree)
    layer_of = {"py_exit": "py", "bind_core": "bind"}
    assert find_upward(graph, BINDING_LAYERS, layer_of) == ["py_exit -> bind_core"]
