# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Copies of PyAudio objects, in this process and by pickling in others."""

from __future__ import annotations

import copy
import dataclasses
import gc
import os
import pickle
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pyaudiopp
from pyaudiopp import PyAudio, pa, simulation


@pytest.fixture(autouse=True)
def _card() -> Iterator[None]:
    with simulation.restored():
        simulation.use()
        yield


@dataclasses.dataclass
class Holder:
    p: Any


def as_dict(p: Any) -> Any:
    return dataclasses.asdict(Holder(p))["p"]


PICKLES: list[Any] = [
    pytest.param(lambda p, n=n: pickle.loads(pickle.dumps(p, n)), id=f"pickle {n}")
    for n in range(pickle.HIGHEST_PROTOCOL + 1)
]
DEEP = [
    *PICKLES,
    pytest.param(copy.deepcopy, id="deepcopy"),
    pytest.param(as_dict, id="asdict"),
]
WAYS = [*DEEP, pytest.param(copy.copy, id="copy")]

Way = Callable[[Any], Any]


def is_running() -> bool:
    """Whether anybody keeps PortAudio running."""
    try:
        pa.get_device_count()
    except OSError:
        return False
    return True


def opened(p: PyAudio) -> PyAudio.Stream:
    return p.open(rate=48000, channels=1, format=pa.paInt16, output=True)


class Recorder(PyAudio):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class Careful(Recorder):
    """Leaves its stream out, by the recipe in Python's documentation."""

    def __init__(self) -> None:
        super().__init__("careful")
        self.stream = opened(self)

    def __getstate__(self) -> dict[str, Any]:
        state = vars(self).copy()
        del state["stream"]
        state["_streams"] = set()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_uses_portaudio_on_its_own_account(way: Way) -> None:
    p = PyAudio()
    copied = way(p)
    assert type(copied) is PyAudio
    assert copied._streams == set()
    p.terminate()
    opened(copied).close()
    copied.terminate()
    assert not is_running()

    p = PyAudio()
    way(p).terminate()
    opened(p).close()
    p.terminate()
    assert not is_running()


@pytest.mark.parametrize("way", WAYS)
def test_terminate_of_a_copy_closes_only_its_own_streams(way: Way) -> None:
    with PyAudio() as p:
        copied = way(p)
        stream, other = opened(p), opened(copied)
        copied.terminate()
        assert stream.is_active()
        with pytest.raises(OSError, match="Stream not open"):
            other.is_active()


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_that_nobody_terminates_does_not_keep_portaudio(way: Way) -> None:
    p = PyAudio()
    copied = way(p)
    p.terminate()
    assert is_running()
    del copied
    gc.collect()
    assert not is_running()


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_of_a_terminated_object_is_terminated(way: Way) -> None:
    p = PyAudio()
    p.terminate()
    copied = way(p)
    assert not is_running()
    copied.terminate()


@pytest.mark.parametrize("way", WAYS)
def test_a_subclass_keeps_its_attributes(way: Way) -> None:
    with Recorder("of the hall") as p, way(p) as copied:
        assert type(copied) is Recorder
        assert copied.name == "of the hall"
        assert copied._share is not p._share


@pytest.mark.parametrize("way", WAYS)
def test_closed_streams_do_not_matter(way: Way) -> None:
    with PyAudio() as p:
        opened(p).close()
        way(p).terminate()


@pytest.mark.parametrize("way", DEEP)
def test_an_open_stream_refuses_in_words(way: Way) -> None:
    with PyAudio() as p:
        stream = opened(p)
        for thing in (stream, p):  # as in PyAudio
            with pytest.raises(TypeError, match="cannot pickle or deep-copy a Stream: its device"):
                way(thing)
        assert stream.is_active()


def test_a_shallow_copy_of_a_stream_is_the_same_stream() -> None:  # as in PyAudio
    with PyAudio() as p:
        stream = opened(p)
        assert copy.copy(stream)._stream is stream._stream


@pytest.mark.parametrize("way", WAYS)
def test_a_class_that_leaves_its_stream_out_can_be_copied(way: Way) -> None:
    with Careful() as p:
        if way is copy.copy:
            return
        with way(p) as copied:
            assert not hasattr(copied, "stream")
            opened(copied).close()
        assert p.stream.is_active()


def test_errors_keep_what_they_know() -> None:  # a pool of processes pickles them
    with PyAudio() as p, pytest.raises(pyaudiopp.PortAudioError) as caught:
        p.open(rate=48000, channels=99, format=pa.paInt16, output=True)
    for way in (copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))):
        error = way(caught.value)
        assert type(error) is type(caught.value)
        assert (error.args, vars(error)) == (caught.value.args, vars(caught.value))


@pytest.mark.parametrize("kind", ["spawn", "forkserver", "fork"])
def test_a_recorder_is_handed_to_a_process(kind: str, tmp_path: Path) -> None:
    import multiprocessing

    if kind not in multiprocessing.get_all_start_methods():
        pytest.skip(f"{kind} is not how processes start here")
    program = tmp_path / "recorder.py"
    program.write_text(
        textwrap.dedent(f"""
            import multiprocessing

            import pyaudiopp

            class Recorder:
                def __init__(self):
                    self.p = pyaudiopp.PyAudio()

                def record(self, results):
                    stream = self.p.open(rate=8000, channels=1, format=8, input=True)
                    results.put(len(stream.read(80, False)))
                    stream.close()
                    self.p.terminate()

            if __name__ == "__main__":
                context = multiprocessing.get_context("{kind}")
                results = context.Queue()
                recorder = Recorder()
                process = context.Process(target=recorder.record, args=(results,))
                process.start()
                print(results.get(timeout=50))
                process.join()
                recorder.p.terminate()
        """)
    )
    environment = {**os.environ, "PYAUDIOPP_BACKEND": "simulation"}
    result = subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, text=True, timeout=100
    )
    assert (result.stdout, result.stderr, result.returncode) == ("160\n", "", 0)
