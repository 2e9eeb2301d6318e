# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The C++ sources use nothing that only GNU's compilers or POSIX systems have, but within `#if`.

Nothing here runs Microsoft's compiler; this is what it would stop at first.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIRECTORIES = ["cpp", "python/bindings", "python/pyaudiopp/include", "examples/cpp", "tests/cpp"]
# Only Linux builds include or compile these.
LINUX = {"cpp/src/backend/jack_functions.h", "tests/cpp/plugins/plugin.cpp",
         "tests/cpp/plugins/test_plugins.cpp"}  # fmt: skip

GNU = re.compile(
    r"__attribute__|__builtin_|\b(__)?typeof(__)?\s*\(|__asm__|\basm\b|gnu::|__PRETTY_FUNCTION__"
    r"|__int128|__extension__|__thread\b|#\s*pragma (GCC|clang)|\bssize_t\b|\?:"
    r"|#\s*include <(unistd|pthread|dlfcn|sched|poll|fcntl|sys/\w+|cxxabi|execinfo)\.?h?>"
)


def sources() -> list[str]:
    found = [path for name in DIRECTORIES for path in (ROOT / name).rglob("*.[ch]*")]
    names = {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}
    return sorted(names - LINUX)


def unconditional_gnu(text: str) -> list[str]:
    """The lines outside of any `#if` that match GNU, without comments."""
    depth = 0
    bad = []
    for number, line in enumerate(text.splitlines(), 1):
        directive = re.match(r"\s*#\s*(if|endif)", line)
        if directive:
            depth += 1 if directive[1] == "if" else -1
        if depth == 0 and GNU.search(line.split("//")[0]):
            bad.append(f"{number}: {line.strip()}")
    return bad


def test_the_sources_are_found() -> None:
    assert {"cpp/src/detail/rt.cpp", "python/bindings/module.cpp"} <= set(sources())
    assert all((ROOT / name).exists() for name in LINUX)


@pytest.mark.parametrize("name", sources())
def test_gnus_constructs_are_conditional(name: str) -> None:
    assert unconditional_gnu((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["int a __attribute__((unused));", "[[gnu::hot]] void f();", "#include <unistd.h>",
     "#include <sys/wait.h>", "ssize_t n;", "return a ?: b;", "#pragma GCC poison x"],
)  # fmt: skip
def test_a_gnu_construct_is_found(line: str) -> None:
    assert unconditional_gnu(line)
    assert not unconditional_gnu(f"#ifdef __linux__\n{line}\n#endif")
