# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Compiled functions as stream callbacks, from every supported package."""

from __future__ import annotations

import array
import ctypes
import gc
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyaudiopp
from pyaudiopp import NativeCallback, PyAudio, simulation
from pyaudiopp.simulation import Simulation

HERE = Path(__file__).parent
FRAMES = 64
OUTPUT: dict[str, Any] = {
    "format": pyaudiopp.paInt16,
    "channels": 2,
    "rate": 48000,
    "output": True,
    "frames_per_buffer": FRAMES,
}
CAPSULE = b"pyaudiopp.stream_callback"
C_TYPE = "int(const void *, void *, unsigned long, const void *, unsigned long, void *)"
SCIPY_TYPE = (
    "int (const void *, void *, unsigned long, const struct time_info *, unsigned long, void *)"
)
SCIPY_NAME = SCIPY_TYPE.encode()  # a capsule does not keep its name alive
CTYPES = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
)


class Times(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("adc", "now", "dac")]


class Record(ctypes.Structure):
    """The same struct as in native_functions.cpp."""

    _fields_ = [
        ("calls", ctypes.c_ulong),
        ("frame_count", ctypes.c_ulong),
        ("status_flags", ctypes.c_ulong),
        ("times", Times),
        ("result", ctypes.c_int),
        ("first_byte_of_output", ctypes.c_int),
    ]


def build(source: Path, target: Path, *options: str) -> Path:
    if sys.platform == "win32":  # scripts/windows.py has compiled it
        return Path(os.environ["AUDIOPP_WINDOWS_LIBRARIES"], f"{source.stem}.dll")
    compiler = shutil.which("c++")
    if compiler is None:
        pytest.skip("no C++ compiler that is called c++")
    command = [compiler, "-shared", "-fPIC", "-I", pyaudiopp.get_include(), *options]
    subprocess.run([*command, str(source), "-o", str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def library_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("native") / "native_functions.so"
    return build(HERE / "native_functions.cpp", target, "-std=c++17")


@pytest.fixture(scope="session")
def library(library_path: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(library_path))
    for name in ("fill", "wire", "note", "nap", "throw_error"):
        getattr(library, name).argtypes = CTYPES._argtypes_
    return library


@pytest.mark.parametrize(
    ("compiler", "options"),
    [("cc", ["-x", "c", "-std=c99"]), ("c++", ["-x", "c++", "-std=c++17"])],
)
def test_the_header_compiles(compiler: str, options: list[str]) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"no compiler that is called {compiler}")
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
    program = "#include <pyaudiopp/stream_callback.h>\npyaudiopp_stream_callback *callback;\n"
    include = ["-I", pyaudiopp.get_include()]
    subprocess.run(
        [compiler, *warnings, *include, *options, "-"], input=program, text=True, check=True
    )


# ---- every kind of function ----


def make_capsule(pointer: Any, name: bytes | None, context: Any = None) -> Any:
    api = ctypes.pythonapi
    api.PyCapsule_New.restype = ctypes.py_object
    api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    api.PyCapsule_SetContext.argtypes = [ctypes.py_object, ctypes.c_void_p]
    capsule = api.PyCapsule_New(pointer, name, None)
    if context is not None:
        api.PyCapsule_SetContext(capsule, context)
    return capsule


def address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def fill_in_python(_: int, output: int, frames: int, __: int, ___: int, user_data: int) -> int:
    value = ctypes.c_short.from_address(user_data).value if user_data else 7
    (ctypes.c_short * (2 * frames)).from_address(output)[:] = [value] * (2 * frames)
    return 0


def cffi_library(path: Path) -> tuple[Any, Any]:
    ffi = pytest.importorskip("cffi").FFI()
    ffi.cdef(C_TYPE.replace("int(", "int fill(") + ";")
    return ffi, ffi.dlopen(str(path))


def from_cffi_callback(_: Any) -> Any:
    ffi = pytest.importorskip("cffi").FFI()

    @ffi.callback(C_TYPE)  # type: ignore[untyped-decorator]
    def function(*block: Any) -> int:
        return fill_in_python(*(int(ffi.cast("uintptr_t", value)) for value in block))

    return function


NUMBA: list[Any] = []


def from_numba(_: Any) -> Any:
    numba = pytest.importorskip("numba")
    if not NUMBA:  # compiled once
        types = numba.types
        samples = types.CPointer(types.int16)
        signature = types.intc(
            types.voidptr, samples, types.ulong, types.voidptr, types.ulong, samples
        )

        @numba.cfunc(signature)  # type: ignore[untyped-decorator]
        def function(
            _: Any, output: Any, frame_count: int, __: Any, ___: int, user_data: Any
        ) -> int:
            for i in range(2 * frame_count):
                output[i] = user_data[0]
            return 0

        NUMBA.append(function)
    return NUMBA[0]


def low_level(function: Any, *arguments: Any, **keywords: Any) -> Any:
    return pytest.importorskip("scipy").LowLevelCallable(function, *arguments, **keywords)


Make = Callable[[ctypes.CDLL], Any]
KINDS: dict[str, Make] = {
    "ctypes function": lambda library: library.fill,
    "ctypes pointer": lambda library: CTYPES(address(library.fill)),
    "ctypes callback": lambda _: CTYPES(fill_in_python),
    "capsule": lambda library: make_capsule(address(library.fill), CAPSULE),
    "Cython's capsule": lambda library: make_capsule(address(library.fill), SCIPY_NAME),
    "cffi function": lambda library: cffi_library(Path(library._name))[1].fill,
    "cffi pointer": lambda library: (lambda ffi, lib: ffi.addressof(lib, "fill"))(
        *cffi_library(Path(library._name))
    ),
    "cffi callback": from_cffi_callback,
    "numba cfunc": from_numba,
    "LowLevelCallable of ctypes": lambda library: low_level(library.fill),
    "LowLevelCallable of a capsule": lambda library: low_level(
        make_capsule(address(library.fill), CAPSULE)
    ),
    "LowLevelCallable of Cython's capsule": lambda library: low_level(
        make_capsule(address(library.fill), SCIPY_NAME)
    ),
    "LowLevelCallable with a signature": lambda library: low_level(
        make_capsule(address(library.fill), b"mine"), signature=SCIPY_TYPE
    ),
    "LowLevelCallable of cffi": lambda library: low_level(
        cffi_library(Path(library._name))[1].fill
    ),
    "LowLevelCallable of numba": lambda library: low_level(from_numba(library).ctypes),
    "NativeCallback": lambda library: NativeCallback(library.fill),
    "NativeCallback of a NativeCallback": lambda library: NativeCallback(
        NativeCallback(library.fill)
    ),
}


def played(card: Simulation) -> set[int]:
    return {int(sample) for sample in np.frombuffer(card.output(0, pyaudiopp.paInt16), np.int16)}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "numba" not in kind])
def test_every_kind_of_function_plays(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, kind: str
) -> None:
    function = KINDS[kind](library)
    p.open(stream_callback=function, **OUTPUT)
    by_hand.step(3)
    assert by_hand.output_frames(0) == 3 * FRAMES
    assert played(by_hand) == {7}


@pytest.mark.timeout(300)  # numba compiles
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_function_gets_user_data(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, kind: str
) -> None:
    value = ctypes.c_short(1234)
    p.open(stream_callback=NativeCallback(KINDS[kind](library), value), **OUTPUT)
    by_hand.step(3)
    assert played(by_hand) == {1234}


@pytest.mark.timeout(300)
def test_a_numba_function_sees_arrays_and_records(by_hand: Simulation, p: PyAudio) -> None:
    numba = pytest.importorskip("numba")
    types = numba.types
    doubles = np.dtype([(name, np.float64) for name in ("adc", "now", "dac")], align=True)
    time_info = types.CPointer(numba.from_dtype(doubles))
    samples = types.CPointer(types.int16)

    @numba.cfunc(types.intc(samples, samples, types.ulong, time_info, types.ulong, types.voidptr))  # type: ignore[untyped-decorator]
    def swap(source: Any, target: Any, frame_count: int, times: Any, _: int, __: Any) -> int:
        left_and_right = numba.carray(source, (frame_count, 2))
        output = numba.carray(target, (frame_count, 2))
        output[:, 0] = left_and_right[:, 1]
        output[:, 1] = left_and_right[:, 0]
        info = numba.carray(times, 1)[0]
        return 0 if info.dac > info.now else 2

    sound = np.arange(2 * 3 * FRAMES, dtype=np.int16).reshape(-1, 2)
    by_hand.feed_input(0, sound, channels=2, format=pyaudiopp.paInt16)
    stream = p.open(input=True, stream_callback=swap, **OUTPUT)
    by_hand.step(3)
    assert stream.is_active()
    assert by_hand.output(0, pyaudiopp.paInt16) == sound[:, ::-1].tobytes()


def test_cffi_functions_of_a_compiled_module(
    by_hand: Simulation, p: PyAudio, library_path: Path, tmp_path: Path
) -> None:
    """Functions compiled by cffi are builtin functions in Python."""
    builder = pytest.importorskip("cffi").FFI()
    declaration = C_TYPE.replace("int(", "int fill_nine(")
    builder.cdef(declaration + ";")
    named = "const void *i, void *output, unsigned long frames, const void *t, unsigned long f"
    builder.set_source(
        "compiled_fill",
        f"static int fill_nine({named}, void *user_data)"
        "{ for (unsigned long k = 0; k < 2 * frames; ++k) ((short *)output)[k] = 9; return 0; }",
    )
    source = tmp_path / "compiled_fill.c"
    builder.emit_c_code(str(source))
    target = tmp_path / f"compiled_fill{sysconfig.get_config_var('EXT_SUFFIX')}"
    build(source, target, "-x", "c", "-I", sysconfig.get_path("include"))
    sys.path.insert(0, str(tmp_path))
    try:
        import compiled_fill  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(tmp_path))
    lib, ffi = compiled_fill.lib, compiled_fill.ffi
    for function in (lib.fill_nine, ffi.addressof(lib, "fill_nine")):
        by_hand.clear_output(0)
        stream = p.open(stream_callback=function, **OUTPUT)
        by_hand.step(2)
        assert played(by_hand) == {9}
        pyaudiopp.pa.abort_stream(stream._stream)
        stream.close()


# ---- user data ----


class Pair(ctypes.Structure):
    _fields_ = [("first", ctypes.c_short), ("second", ctypes.c_short)]


ADDRESSED = ctypes.c_short(77)  # outlives the tests
USER_DATA: dict[str, Callable[[], Any]] = {
    "address": lambda: ctypes.addressof(ADDRESSED),
    "ctypes pointer": lambda: ctypes.pointer(ctypes.c_short(77)),
    "ctypes void pointer": lambda: ctypes.c_void_p(ctypes.addressof(ADDRESSED)),
    "ctypes cast": lambda: ctypes.cast((ctypes.c_short * 2)(77), ctypes.c_void_p),
    "ctypes text": lambda: ctypes.c_char_p(b"M\0"),
    "ctypes value": lambda: ctypes.c_short(77),
    "ctypes array": lambda: (ctypes.c_short * 3)(77, 1, 2),
    "ctypes structure": lambda: Pair(77, 1),
    "cffi pointer": lambda: pytest.importorskip("cffi").FFI().new("short *", 77),
    "cffi array": lambda: pytest.importorskip("cffi").FFI().new("short[]", [77, 1]),
    "capsule": lambda: make_capsule(ctypes.addressof(ADDRESSED), None),
    "named capsule": lambda: make_capsule(ctypes.addressof(ADDRESSED), b"a name"),
    "ndarray": lambda: np.array([77, 1, 2], np.int16),
    "ndarray in columns": lambda: np.full((4, 3), 77, np.int16, order="F"),
    "ndarray scalar": lambda: np.array(77, np.int16),
    "bytearray": lambda: bytearray(b"M\0"),
    "bytes": lambda: b"M\0",
    "array": lambda: array.array("h", [77]),
    "memoryview": lambda: memoryview(array.array("h", [1, 77]))[1:],
}


@pytest.mark.parametrize("kind", USER_DATA)
def test_user_data_of_every_kind_is_kept(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, kind: str
) -> None:
    p.open(stream_callback=NativeCallback(library.fill, USER_DATA[kind]()), **OUTPUT)
    gc.collect()
    np.full(100_000, 5, np.int16)  # freed memory would now hold something else
    by_hand.step(3)
    assert played(by_hand) == {77}


@pytest.mark.parametrize(
    "make",
    [
        lambda library, data: make_capsule(address(library.fill), CAPSULE, data),
        lambda library, data: low_level(library.fill, ctypes.c_void_p(data)),
        lambda library, data: low_level(library.fill, make_capsule(data, None)),
        lambda library, data: low_level(make_capsule(address(library.fill), CAPSULE, data)),
    ],
    ids=["capsule", "LowLevelCallable", "LowLevelCallable and capsule", "both"],
)
def test_user_data_that_come_with_the_function(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, make: Callable[[Any, int], Any]
) -> None:
    function = make(library, ctypes.addressof(ADDRESSED))
    stream = p.open(stream_callback=function, **OUTPUT)
    by_hand.step(2)
    assert played(by_hand) == {77}
    pyaudiopp.pa.abort_stream(stream._stream)
    stream.close()

    by_hand.clear_output(0)
    p.open(stream_callback=NativeCallback(function, ctypes.c_short(5)), **OUTPUT)
    by_hand.step(2)
    assert played(by_hand) == {5}


@pytest.mark.parametrize(
    "wrong",
    [
        "text",
        1.5,
        object(),
        [1],
        np.zeros((4, 4), np.int16)[::2, ::2],
        memoryview(bytearray(8))[::2],
        2**64,
    ],
    ids=["str", "float", "object", "list", "strided ndarray", "strided memoryview", "2**64"],
)
def test_user_data_without_an_address_are_refused(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, wrong: Any
) -> None:
    with pytest.raises((TypeError, ValueError, BufferError, OverflowError)):
        p.open(stream_callback=NativeCallback(library.fill, wrong), **OUTPUT)
    assert by_hand.open_streams() == 0


def test_user_data_of_cffi_are_pointers(library: ctypes.CDLL) -> None:
    ffi = pytest.importorskip("cffi").FFI()
    with pytest.raises(TypeError, match="user_data must be a pointer, not <cdata 'int' 5>"):
        NativeCallback(library.fill, ffi.cast("int", 5))


def test_user_data_can_be_changed_but_not_resized_while_the_stream_is_open(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    data = bytearray(b"\1\0")
    stream = p.open(stream_callback=NativeCallback(library.fill, data), **OUTPUT)
    by_hand.step()
    data[0] = 2
    by_hand.step()
    assert played(by_hand) == {1, 2}
    with pytest.raises(BufferError):
        data.append(0)
    pyaudiopp.pa.abort_stream(stream._stream)
    with pytest.raises(BufferError):
        data.append(0)
    stream.close()
    data.append(0)


# ---- arguments and return values ----


def test_input_goes_to_output(by_hand: Simulation, p: PyAudio, library: ctypes.CDLL) -> None:
    sound = np.random.default_rng(1).bytes(20 * 4 * FRAMES)
    by_hand.feed_input(0, sound, channels=2, format=pyaudiopp.paInt16)
    p.open(input=True, stream_callback=library.wire, **OUTPUT)
    by_hand.step(20)
    assert by_hand.output(0, pyaudiopp.paInt16) == sound


def test_times_flags_and_frames_are_those_of_a_python_callback(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    record = Record()
    seen: list[tuple[Any, ...]] = []

    def callback(_: Any, *block: Any) -> tuple[None, int]:
        seen.append(block)
        return None, pyaudiopp.paContinue

    only_input = {**OUTPUT, "output": False, "input": True}
    native = p.open(stream_callback=NativeCallback(library.note, record), **only_input)
    p.open(stream_callback=callback, **only_input)
    for block in range(1, 4):
        if block == 2:
            by_hand.inject(
                simulation.Fault("PaStreamCallback", pyaudiopp.paInputOverflowed, nth=1, times=2)
            )
        by_hand.step()
        frame_count, times, flags = seen[-1]
        assert record.calls == block
        assert (record.frame_count, record.status_flags) == (frame_count, flags)
        assert (record.times.adc, record.times.now, record.times.dac) == tuple(times.values())
    assert native.is_active()


def test_the_output_holds_silence_before_the_call(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    record = Record()
    arguments = {**OUTPUT, "format": pyaudiopp.paUInt8, "channels": 1}
    p.open(stream_callback=NativeCallback(library.nap, record), **arguments)
    by_hand.step(2)
    assert set(by_hand.output(0, pyaudiopp.paUInt8)) == {128}
    noted = Record()
    noted.first_byte_of_output = -1
    arguments = {**OUTPUT, "format": pyaudiopp.paFloat32, "channels": 1}
    p.open(stream_callback=NativeCallback(library.note, noted), **arguments)
    by_hand.step()
    assert noted.first_byte_of_output == 0


@pytest.mark.parametrize("result", [pyaudiopp.paComplete, pyaudiopp.paAbort])
def test_a_function_ends_its_stream(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, result: int
) -> None:
    record = Record()
    stream = p.open(stream_callback=NativeCallback(library.note, record), **OUTPUT)
    by_hand.step(2)
    assert stream.is_active()
    record.result = result
    by_hand.step(50)
    assert record.calls == 3
    assert not stream.is_active()
    assert not stream.is_stopped()
    stream.stop_stream()
    assert stream.is_stopped()
    if result == pyaudiopp.paComplete:
        assert by_hand.output(0, pyaudiopp.paInt16)[: 3 * 4 * FRAMES] == b"\1" * 3 * 4 * FRAMES


@pytest.mark.parametrize("wrong", [3, -1, 1000, -(2**31)])
def test_a_wrong_result_aborts_and_is_raised_once(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, wrong: int
) -> None:
    record = Record()
    record.result = wrong
    stream = p.open(stream_callback=NativeCallback(library.note, record), **OUTPUT)
    by_hand.step(3)
    assert record.calls == 1
    text = f"Invalid PaStreamCallbackResult from callback: {wrong}"
    with pytest.raises(ValueError, match=text):
        stream.is_active()
    assert not stream.is_active()
    assert set(by_hand.output(0, pyaudiopp.paInt16)) <= {0}
    stream.stop_stream()
    record.result = 0
    stream.start_stream()
    by_hand.step(3)
    assert record.calls == 4
    assert stream.is_active()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (None, "thrown on the audio thread"),
        (1, "the stream callback threw a C\\+\\+ exception"),
    ],
)
def test_a_cpp_exception_is_raised_once(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, data: Any, text: str
) -> None:
    stream = p.open(stream_callback=NativeCallback(library.throw_error, data), **OUTPUT)
    by_hand.step(2)
    with pytest.raises(RuntimeError, match=text):
        stream.stop_stream()
    assert stream.is_stopped()
    assert set(by_hand.output(0, pyaudiopp.paInt16)) <= {0}


# ---- invalid functions ----


def ctypes_pointer(*types: Any) -> Any:
    return ctypes.CFUNCTYPE(*types)(1)


def changed(place: int, kind: Any) -> Any:
    types = [CTYPES._restype_, *CTYPES._argtypes_]
    types[place] = kind
    return ctypes_pointer(*types)


def untyped(library: ctypes.CDLL) -> Any:
    return ctypes.CDLL(library._name)["fill"]


def wrong_cffi(kind: str) -> Any:
    return pytest.importorskip("cffi").FFI().cast(kind, 1)


def wrong_numba(_: Any) -> Any:
    numba = pytest.importorskip("numba")
    return numba.cfunc("float64(float64)")(lambda x: x)


REFUSED: dict[str, tuple[Make, type[Exception], str]] = {
    "ctypes without argtypes": (untyped, TypeError, r"argtypes and restype are not set"),
    "ctypes with too few arguments": (
        lambda _: ctypes_pointer(ctypes.c_int, ctypes.c_void_p),
        TypeError,
        rf"is {ctypes.c_int.__name__} \(c_void_p\), not int \(const void \*input, void \*output,",
    ),
    "ctypes without a result": (lambda _: changed(0, None), TypeError, "is None "),
    "ctypes with a wrong result": (lambda _: changed(0, ctypes.c_double), TypeError, "c_double"),
    "ctypes with a long result": (lambda _: changed(0, ctypes.c_int64), TypeError, "c_long"),
    "ctypes with an int for a pointer": (
        lambda _: changed(1, ctypes.c_int),
        TypeError,
        f"{ctypes.c_int.__name__},",  # c_long on Windows
    ),
    "ctypes with a signed frame count": (lambda _: changed(3, ctypes.c_long), TypeError, "c_long,"),
    "ctypes with a short frame count": (
        lambda _: changed(3, ctypes.c_ushort),
        TypeError,
        "c_ushort,",
    ),
    "ctypes with a structure": (lambda _: changed(4, Times), TypeError, "Times"),
    "ctypes with the GIL": (
        lambda _: ctypes.PYFUNCTYPE(CTYPES._restype_, *CTYPES._argtypes_)(1),
        TypeError,
        "needs the interpreter lock",
    ),
    "ctypes null": (lambda _: CTYPES(), ValueError, "is a null pointer"),
    "capsule of another name": (
        lambda library: make_capsule(address(library.fill), b"another"),
        ValueError,
        "a PyCapsule 'another' is not a stream callback: its name must be 'pyaudiopp.stream_call",
    ),
    "capsule without a name": (
        lambda library: make_capsule(address(library.fill), None),
        ValueError,
        "a PyCapsule None is not a stream callback",
    ),
    "capsule of another signature": (
        lambda library: make_capsule(address(library.fill), b"int (void *, void *)"),
        ValueError,
        r"a PyCapsule 'int \(void \*, void \*\)'",
    ),
    "cffi function of another type": (
        lambda _: wrong_cffi("double(*)(double)"),
        TypeError,
        r"is double\(\*\)\(double\), not int \(const void \*input",
    ),
    "cffi with varargs": (
        lambda _: wrong_cffi("int(*)(void *, ...)"),
        TypeError,
        r"is int\(\*\)\(void \*, \.\.\.\), not int",
    ),
    "cffi with a signed frame count": (
        lambda _: wrong_cffi(C_TYPE.replace("int(", "int(*)(").replace("unsigned", "signed")),
        TypeError,
        "long",
    ),
    "cffi pointer to data": (lambda _: wrong_cffi("int *"), TypeError, r"is int \*, not int"),
    "cffi null": (
        lambda _: pytest.importorskip("cffi").FFI().cast(C_TYPE.replace("int(", "int(*)("), 0),
        ValueError,
        "is a null pointer",
    ),
    "numba of another signature": (wrong_numba, TypeError, r"is c_double \(c_double\), not int"),
    "LowLevelCallable of another signature": (
        lambda library: low_level(make_capsule(address(library.fill), b"double (double)")),
        TypeError,
        r"is double \(double\), not int",
    ),
    "LowLevelCallable of another ctypes function": (
        lambda _: low_level(ctypes_pointer(ctypes.c_double, ctypes.c_double)),
        TypeError,
        r"is c_double \(c_double\), not int",
    ),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", REFUSED)
def test_a_function_of_the_wrong_type_is_refused(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL, kind: str
) -> None:
    make, error, text = REFUSED[kind]
    function = make(library)
    with pytest.raises(error, match=text):
        p.open(stream_callback=function, **OUTPUT)
    with pytest.raises(error, match=text):
        NativeCallback(function)
    assert by_hand.open_streams() == 0


def test_what_is_no_function_is_refused(by_hand: Simulation, p: PyAudio) -> None:
    for wrong in (5, "text", object()):
        with pytest.raises(TypeError, match="stream_callback must be callable"):
            p.open(stream_callback=wrong, **OUTPUT)  # type: ignore[arg-type]
    for wrong in (5, "text", object(), len, test_what_is_no_function_is_refused):
        with pytest.raises(TypeError, match="function must be compiled, not "):
            NativeCallback(wrong)


def test_python_callables_of_every_kind_stay_what_they_are(by_hand: Simulation, p: PyAudio) -> None:
    import functools

    blocks: list[int] = []

    class Player:
        def __call__(self, _: Any, frame_count: int, *__: Any) -> tuple[bytes, int]:
            blocks.append(frame_count)
            return bytes(4 * frame_count), pyaudiopp.paContinue

        def play(self, *block: Any) -> tuple[bytes, int]:
            return self(*block)

    callables = [Player(), Player().play, functools.partial(Player()), lambda *a: Player()(*a)]
    for callback in callables:
        p.open(stream_callback=callback, **OUTPUT)
    by_hand.step(2)
    assert len(blocks) == 2 * len(callables)


# ---- lifetimes ----


def test_a_function_runs_while_python_holds_the_gil(
    free: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    record = Record()
    wait_for_calls = ctypes.PyDLL(library._name).wait_for_calls
    wait_for_calls.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    p.open(stream_callback=NativeCallback(library.nap, record), **OUTPUT)
    assert wait_for_calls(ctypes.addressof(record), record.calls + 20) == 1


def test_function_and_user_data_are_kept_until_the_stream_is_closed(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    function = CTYPES(fill_in_python)  # its machine code goes with it
    data = np.array([3], np.int16).view(type("Data", (np.ndarray,), {}))
    gone = [weakref.ref(function), weakref.ref(data)]
    native = NativeCallback(function, data)
    stream = p.open(stream_callback=native, **OUTPUT)
    del function, data, native
    gc.collect()
    by_hand.step(2)
    pyaudiopp.pa.abort_stream(stream._stream)
    gc.collect()
    assert all(reference() is not None for reference in gone)
    stream._is_running = False
    stream.start_stream()
    by_hand.step(2)
    assert played(by_hand) == {3}
    pyaudiopp.pa.abort_stream(stream._stream)
    stream.close()
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


class Player(bytearray):
    """User data that refers to the stream."""

    stream: PyAudio.Stream | None = None


def test_a_stopped_stream_whose_user_data_refer_to_it_is_collected(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    player = Player(b"\3\0")
    player.stream = p.open(stream_callback=NativeCallback(library.fill, player), **OUTPUT)
    p._streams.clear()
    gone = weakref.ref(player)
    low_level_stream = player.stream._stream
    del player
    for block in range(1, 4):  # a running stream is kept alive, like a running thread
        gc.collect()
        by_hand.step()
        assert by_hand.output_frames(0) == block * FRAMES
    pyaudiopp.pa.abort_stream(low_level_stream)
    del low_level_stream
    gc.collect()
    assert gone() is None
    assert by_hand.open_streams() == 0


def test_a_stream_that_failed_to_open_keeps_nothing(
    by_hand: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    data = bytearray(2)
    with pytest.raises(OSError, match="Invalid number of channels"):
        p.open(stream_callback=NativeCallback(library.fill, data), **{**OUTPUT, "channels": 99})
    data.append(0)


def test_a_stream_dropped_in_another_callback_keeps_what_it_needs(
    free: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    """It cannot be closed there, and keeps running until the next stream is opened or closed."""
    record = Record()
    gone = weakref.ref(record)
    native = pyaudiopp.pa.open(
        48000,
        2,
        pyaudiopp.paInt16,
        output=True,
        frames_per_buffer=FRAMES,
        stream_callback=NativeCallback(library.nap, record),
    )
    kept = [native]
    wait_for_calls = library.wait_for_calls
    wait_for_calls.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    where = ctypes.addressof(record)
    del record, native
    dropped = threading.Event()

    def callback(*_: Any) -> tuple[bytes, int]:
        kept.clear()
        dropped.set()
        return bytes(4 * FRAMES), pyaudiopp.paComplete

    pyaudiopp.pa.start_stream(kept[0])
    stream = p.open(stream_callback=callback, **OUTPUT)
    assert dropped.wait(60)
    gc.collect()
    if getattr(sys, "_is_gil_enabled", lambda: True)():  # else the thread that made it drops it
        assert gone() is not None
        assert wait_for_calls(where, gone().calls + 5) == 1  # type: ignore[union-attr]
    stream.close()
    gc.collect()
    assert gone() is None


def test_close_from_another_thread_while_it_runs(
    free: Simulation, p: PyAudio, library: ctypes.CDLL
) -> None:
    for _ in range(20):
        record = Record()
        gone = weakref.ref(record)
        stream = p.open(stream_callback=NativeCallback(library.nap, record), **OUTPUT)
        while record.calls < 2:
            time.sleep(0.001)
        closers = [threading.Thread(target=stream.close) for _ in range(3)]
        for closer in closers:
            closer.start()
        for closer in closers:
            closer.join()
        del record, stream, closers, closer
        gc.collect()
        assert gone() is None


def test_a_stream_starts_again(by_hand: Simulation, p: PyAudio, library: ctypes.CDLL) -> None:
    record = Record()
    stream = p.open(stream_callback=NativeCallback(library.note, record), start=False, **OUTPUT)
    for restart in range(1, 6):
        stream.start_stream()
        by_hand.step(10)
        assert record.calls == 10 * restart
        pyaudiopp.pa.abort_stream(stream._stream)
        stream._is_running = False


def run(program: str, path: Path) -> str:
    start = f"""
import ctypes, gc, sys, threading, time
import pyaudiopp
from pyaudiopp import NativeCallback
from pyaudiopp.simulation import Simulation
path = {str(path)!r}
card = Simulation(clock="free_running")
card.use()
p = pyaudiopp.PyAudio()
STEREO = dict(format=8, channels=2, rate=48000, output=True, frames_per_buffer=64)
pointer, number = ctypes.c_void_p, ctypes.c_ulong
arguments = [pointer, pointer, number, pointer, number, pointer]

def wait_for_sound():
    before = card.output_frames(0)
    while card.output_frames(0) < before + 640:
        time.sleep(0.001)
"""
    ended = subprocess.run(
        [sys.executable, "-c", start + program],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize(
    "function",
    [
        "ctypes.CDLL(path).nap",
        "ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(lambda *_: time.sleep(0.01) or 0)",
    ],
    ids=["compiled", "ctypes callback"],
)
@pytest.mark.parametrize("end", ["p.terminate()", "", "del stream, p", "sys.exit()"])
def test_the_interpreter_ends_while_a_function_runs(
    library_path: Path, function: str, end: str
) -> None:
    run(
        f"""
function = {function}
function.argtypes = arguments
stream = p.open(stream_callback=NativeCallback(function, bytearray(100)), **STEREO)
wait_for_sound()
{end}
""",
        library_path,
    )


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks into /proc")
def test_a_library_that_is_unloaded_by_del_stays_until_the_stream_is_closed(
    library_path: Path,
) -> None:
    pytest.importorskip("cffi")
    said = run(
        f"""
import cffi

def is_loaded():
    with open("/proc/self/maps") as maps:
        return "native_functions.so" in maps.read()

ffi = cffi.FFI()
ffi.cdef({C_TYPE.replace("int(", "int fill(") + ";"!r})
library = ffi.dlopen(path)
assert is_loaded()
stream = p.open(stream_callback=library.fill, **STEREO)
ffi.dlclose(library)
del library, ffi
gc.collect()
for _ in range(20):
    wait_for_sound()
print(is_loaded(), set(card.output(0, 8)[-256:]))
stream.stop_stream()
print(is_loaded())
stream.close()
gc.collect()
print(is_loaded())
""",
        library_path,
    )
    assert said == "True {0, 7}\nTrue\nFalse\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_child_ends_while_the_parents_function_runs(library_path: Path) -> None:
    run(
        """
import os, warnings
warnings.simplefilter("ignore")  # of forking with threads
function = ctypes.CDLL(path).nap
function.argtypes = arguments
stream = p.open(stream_callback=NativeCallback(function, bytearray(100)), **STEREO)
for _ in range(5):
    wait_for_sound()
    child = os.fork()
    if child == 0:
        sys.exit(0)
    assert os.waitpid(child, 0)[1] == 0
wait_for_sound()
""",
        library_path,
    )


def test_nothing_is_imported_for_a_native_callback(library_path: Path) -> None:
    program = """
import sys
import pyaudiopp
from pyaudiopp.simulation import Simulation
card = Simulation(clock="by_hand")
card.use()
p = pyaudiopp.PyAudio()
assert "pyaudiopp._native" not in sys.modules
p.open(format=8, channels=2, rate=48000, output=True, stream_callback=lambda *_: (None, 2))
assert "pyaudiopp._native" not in sys.modules
class Silence:
    def __call__(self, *_): return None, 2
p.open(format=8, channels=2, rate=48000, output=True, stream_callback=Silence())
found = {"ctypes", "numba", "scipy", "cffi", "_cffi_backend", "numpy"} & set(sys.modules)
assert not found, found
import os
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
