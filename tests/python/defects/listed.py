# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyAudio 0.2.14's bugs B1 to B38: one or more programs for each."""

from __future__ import annotations

import array
import ctypes
import gc
import locale
import os
import resource
import sys
import threading
import time
import weakref
from typing import Any

from defect import (
    ANY,
    CLOSED,
    FOLDER,
    LAST,
    STEREO,
    TONE,
    Interposer,
    card,
    device,
    error_of,
    played,
    program,
    raises,
    silence,
    together,
    until_closed,
    wait,
)

# After an error.


@program("B1", "an overflow closes the stream", theirs="wrong", interposed=True)
def b01_overflow_closes_the_stream(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(input=True, **STEREO)
    Interposer().fail("Pa_ReadStream", -9981)
    raises(OSError, (-9981, "Input overflowed"), stream.read, 16)
    error = None
    try:
        assert len(stream.read(16)) == 64, "the next read is short"
        stream.stop_stream()
    except OSError as caught:
        error = caught
    assert error is None, f"afterwards the stream says {error!r}"


@program("B1", "an underflow closes the stream", theirs="wrong", interposed=True)
def b01_underflow_closes_the_stream(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, **STEREO)
    Interposer().fail("Pa_WriteStream", -9980)
    raises(OSError, (-9980, "Output underflowed"), stream.write, TONE, 32, True)
    error = None
    try:
        stream.write(TONE)
    except OSError as caught:
        error = caught
    assert error is None, f"afterwards the stream says {error!r}"


@program("B1", "a stream closed by an error still claims to run", theirs="wrong", interposed=True)
def b01_error_leaves_a_stale_state(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, **STEREO)
    Interposer().fail("Pa_WriteStream", -9999)
    raises(OSError, (-9999, "Unanticipated host error"), stream.write, TONE)
    raises(OSError, ("Stream not open",), stream.is_active)
    assert not stream._is_running, "_is_running is still true"
    stream.stop_stream()
    stream.close()


# Arguments.


@program("B2", "open() with an input device index that does not exist", theirs="crash")
def b02_input_index_out_of_range(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    args = (-9996, "Invalid input device (no default output device)")
    raises(OSError, args, p.open, input=True, input_device_index=1000, **STEREO)


@program("B3", "a device index that is NaN", theirs="crash")
def b03_device_index_nan(pyaudio: Any) -> None:
    open = pyaudio.PyAudio().open
    args = ("input_device_index must be integer (or None)",)
    raises(ValueError, args, open, input=True, input_device_index=float("nan"), **STEREO)


@program("B3", "a device index that is a complex number", theirs="crash")
def b03_device_index_complex(pyaudio: Any) -> None:
    open = pyaudio.PyAudio().open
    args = ("output_device_index must be integer (or None)",)
    raises(ValueError, args, open, output=True, output_device_index=1j, **STEREO)


@program("B4", "a device index of 2\\*\\*40 means device 0", theirs="wrong")
def b04_device_index_truncated(pyaudio: Any) -> None:
    open = pyaudio.PyAudio().open
    error = error_of(open, output=True, output_device_index=2**40, **STEREO)
    assert isinstance(error, OverflowError), f"open() raises {error!r}"


@program("B4", "a device index of 2\\*\\*64 is a SystemError", theirs="wrong")
def b04_device_index_beyond_long(pyaudio: Any) -> None:
    open = pyaudio.PyAudio().open
    error = error_of(open, output=True, output_device_index=2**64, **STEREO)
    assert isinstance(error, OverflowError), f"open() raises {error!r}"


@program("B5", "write() of more frames than the data holds reads far past it", theirs="crash")
def b05_write_far_past_the_data(pyaudio: Any) -> None:
    heard = played(pyaudio, lambda stream: stream.write(TONE, 2**28))
    assert heard == TONE, f"{len(heard)} bytes are heard of {len(TONE)}"


@program("B5", "write() plays memory beyond the data", theirs="wrong")
def b05_write_plays_other_memory(pyaudio: Any) -> None:
    secret = b"secret!!" * 1000
    whole = bytes(range(1, 101)) + secret
    data = (ctypes.c_char * 100).from_buffer(bytearray(whole))  # readable memory follows
    heard = played(pyaudio, lambda stream: stream.write(bytes(data), 1000))
    assert len(heard) <= 100, "memory beyond the data is heard"
    assert heard == whole[:100], "other data is heard"


@program("B6", "read() of 2\\*\\*29 frames", theirs="crash")
def b06_read_size_overflows(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(input=True, **STEREO)
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    raises(MemoryError, (), stream.read, 2**29)


@program("B6", "read() of 2\\*\\*30 frames into a buffer of no bytes", theirs="crash")
def b06_read_into_no_bytes(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(input=True, **STEREO)
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    raises(MemoryError, (), stream.read, 2**30)


@program("B7", "read() of paCustomFormat", theirs="crash", interposed=True)
def b07_read_custom_format(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    stream = p.open(44100, 2, pyaudio.paCustomFormat, input=True)
    error = error_of(stream.read, 16)
    assert isinstance(error, ValueError), f"read() raises {error!r}"


@program("B8", "a format with the non-interleaved bit", theirs="crash")
def b08_non_interleaved_format(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()

    def use() -> None:
        p.open(44100, 2, pyaudio.paInt16 | 0x80000000, output=True).write(TONE * 100)

    raises(OSError, (-9994, "Sample format not supported"), use)


@program("B9", "get_read_available() on an output stream", theirs="crash")
def b09_read_available_of_output(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, **STEREO)
    assert stream.get_read_available() == -9975, "it returns another error"


@program("B9", "get_write_available() on an input stream", theirs="crash")
def b09_write_available_of_input(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(input=True, **STEREO)
    assert stream.get_write_available() == -9974, "it returns another error"


@program(
    "B10",
    "get_read_available() and get_write_available() return errors as negative numbers",
    verdict="keep",
    theirs="right",
    interposed=True,
)
def b10_available_returns_errors(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    Interposer().fail("Pa_GetStreamReadAvailable", -9999)
    assert p.open(input=True, **STEREO).get_read_available() == -9999, "it is not returned"
    Interposer().fail("Pa_GetStreamWriteAvailable", -9999)
    assert p.open(output=True, **STEREO).get_write_available() == -9999, "it is not returned"


# Streams and instances.


@program("B11", "close() while another thread reads", theirs=ANY)
def b11_close_while_another_thread_reads(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    for _ in range(30):
        stream = p.open(input=True, **STEREO)
        reads = threading.Event()

        def read(stream: Any = stream, reads: threading.Event = reads) -> None:
            reads.set()
            until_closed(lambda: stream.read(1_000_000))

        together([read, lambda: (reads.wait(), time.sleep(0.005), stream.close())])  # noqa: B023


@program("B11", "several threads close a stream", theirs=ANY, interposed=True)
def b11_close_from_many_threads(pyaudio: Any) -> None:
    p, interposer = pyaudio.PyAudio(), Interposer()
    for _ in range(30):
        stream = p.open(output=True, **STEREO)
        interposer.calls()
        together([stream.close] * 8)
        closed = interposer.calls().count("Pa_CloseStream")
        assert closed == 1, f"PortAudio closes one stream {closed} times"


@program("B12", "a second terminate() shuts down PortAudio for another instance", theirs="wrong")
def b12_second_terminate_ends_others(pyaudio: Any) -> None:
    p, other = pyaudio.PyAudio(), pyaudio.PyAudio()
    stream = other.open(output=True, **STEREO)
    p.terminate()
    p.terminate()
    error = None
    try:
        stream.write(TONE)
    except OSError as caught:
        error = caught
    assert error is None, f"the other instance's stream says {error!r}"


@program(
    "B12",
    "a failing PyAudio() shuts down PortAudio for another instance",
    theirs="wrong",
    interposed=True,
)
def b12_failing_pyaudio_ends_others(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, **STEREO)
    Interposer().fail("Pa_Initialize", -9999)
    raises(OSError, (-9999, "Unanticipated host error"), pyaudio.PyAudio)
    error = None
    try:
        stream.write(TONE)
    except OSError as caught:
        error = caught
    assert error is None, f"the other instance's stream says {error!r}"


@program("B13", "two threads start PortAudio at once", theirs=ANY)
def b13_two_threads_start_portaudio(pyaudio: Any) -> None:
    made: list[Any] = []
    together([lambda: made.append(pyaudio.PyAudio())] * 4)
    for p in made:
        assert p.get_device_count() >= 2, "devices are missing"
        p.terminate()


@program("B14", "device structures dangle after terminate()", theirs="wrong crash")
def b14_device_name_after_terminate(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    info = pyaudio.pa.get_device_info(0)
    name = info.name
    p.terminate()
    assert info.name == name, "the device's name has changed"


@program("B14", "a stream made with Stream() dangles after terminate()", theirs="crash wrong right")
def b14_stream_after_terminate(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    stream = pyaudio.PyAudio.Stream(p, output=True, **STEREO)
    p.terminate()
    pyaudio.PyAudio().open(output=True, **STEREO)
    raises(OSError, CLOSED, stream.is_stopped)
    stream.close()


# Callbacks.


def _until_inactive(stream: Any) -> None:
    while stream.is_active():
        time.sleep(0.01)


@program("B15", "an exception in a callback loses its arguments", theirs="wrong")
def b15_callback_exception_loses_arguments(pyaudio: Any) -> None:
    thrown = RuntimeError("boom", 42)

    def callback(*_: object) -> None:
        raise thrown

    def play() -> None:
        stream = pyaudio.PyAudio().open(output=True, stream_callback=callback, **STEREO)
        _until_inactive(stream)

    error = error_of(play)
    assert error is thrown, f"it arrives as {error!r}"


@program("B15", "an exception in a callback goes to the wrong thread", theirs="wrong")
def b15_callback_exception_in_another_thread(pyaudio: Any) -> None:
    p, streams, errors = pyaudio.PyAudio(), [], []
    waits = threading.Event()

    def callback(*_: object) -> None:
        waits.wait()
        raise RuntimeError("boom")

    def opener() -> None:
        streams.append(p.open(output=True, stream_callback=callback, **STEREO))
        try:
            while not errors:
                time.sleep(0.002)
        except RuntimeError:
            errors.append("it interrupts the thread that opened the stream")

    thread = threading.Thread(target=opener)
    thread.start()
    wait(lambda: streams)
    waits.set()
    try:
        wait(lambda: errors or not streams[0].is_active())
        errors.append("it does not reach the thread that asks for the stream")
    except RuntimeError:
        errors.append("")
    thread.join()
    assert not errors[0], errors[0]


@program(
    "B16", "noise for a block after an exception in a callback", theirs="wrong", interposed=True
)
def b16_noise_after_callback_exception(pyaudio: Any) -> None:
    interposer = Interposer()
    interposer.leave_in_buffers(0xAA)
    answer = interposer.answer_to(pyaudio, RuntimeError())
    assert answer == "callback -> 2, wrote 00*64", f"PortAudio gets {answer}"


@program("B16", "noise for a block after a bad return value", theirs="wrong", interposed=True)
def b16_noise_after_bad_answer(pyaudio: Any) -> None:
    interposer = Interposer()
    interposer.leave_in_buffers(0xAA)
    answer = interposer.answer_to(pyaudio, (b"\1" * 64, 3))
    assert "aa" not in answer, f"PortAudio gets {answer}"


@program("B17", "short blocks of paUInt8 are filled with a click", theirs="wrong", interposed=True)
def b17_uint8_padding_clicks(pyaudio: Any) -> None:
    answer = Interposer().answer_to(pyaudio, (b"\1" * 10, 1), format=pyaudio.paUInt8, channels=1)
    assert answer.endswith("wrote 01*10 80*6"), f"PortAudio gets {answer}"


@program(
    "B18",
    "short data with paContinue ends the stream, its last frames played",
    verdict="keep",
    theirs="right",
    interposed=True,
)
def b18_short_data_completes(pyaudio: Any) -> None:
    answer = Interposer().answer_to(pyaudio, (b"\1" * 60, pyaudio.paContinue))
    assert answer.endswith("wrote 01*60 00*4"), f"PortAudio gets {answer}"
    done = lambda *_: (b"", pyaudio.paContinue)  # noqa: E731
    stream = pyaudio.PyAudio().open(output=True, stream_callback=done, **STEREO)
    assert wait(lambda: not stream.is_active()), "the stream goes on"


@program("B18", "short data turns paAbort into paComplete", theirs="wrong", interposed=True)
def b18_short_data_hides_abort(pyaudio: Any) -> None:
    answer = Interposer().answer_to(pyaudio, (b"\1" * 60, pyaudio.paAbort))
    assert answer.startswith("callback -> 2"), f"PortAudio gets {answer}"


@program("B19", "a callback that refers to its stream is never collected", theirs="wrong")
def b19_callback_cycle_leaks(pyaudio: Any) -> None:
    class Player:
        def __init__(self) -> None:
            open = pyaudio.PyAudio.Stream
            p = pyaudio.PyAudio()
            self.stream = open(p, output=True, start=False, stream_callback=self.callback, **STEREO)

        def callback(self, *_: object) -> tuple[None, int]:
            return None, 1

    gone = weakref.ref(Player())
    gc.collect()
    assert gone() is None, "it is still there"


@program(
    "B20",
    "start_stream() does nothing once the callback has completed, until stop_stream()",
    verdict="keep",
    theirs="right",
)
def b20_start_after_complete(pyaudio: Any) -> None:
    calls: list[int] = []
    stream = pyaudio.PyAudio().open(
        output=True, stream_callback=lambda *_: (calls.append(1), (None, 1))[1], **STEREO
    )
    assert wait(lambda: not stream.is_active()), "the stream goes on"
    stream.start_stream()
    assert len(calls) == 1, "it starts"
    stream.stop_stream()
    stream.start_stream()
    assert wait(lambda: len(calls) == 2), "it does not start again"


@program("B21", "get_time() of exactly 0 closes the stream", theirs="wrong", interposed=True)
def b21_time_zero_closes_the_stream(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, **STEREO)
    Interposer().fail("Pa_GetStreamTime", 0)
    error_of(stream.get_time)
    try:
        stream.write(TONE)
    except OSError as error:
        raise AssertionError(f"the next write raises {error!r}") from None


@program("B22", "some errors have the message before the code", verdict="keep", theirs="right")
def b22_order_of_error_arguments(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    error = raises(OSError, ("Not output stream", -9974), p.open(input=True, **STEREO).write, TONE)
    assert (error.errno, error.strerror) == ("Not output stream", -9974), "errno is another"
    raises(ValueError, ("Sample format not supported", -9994), pyaudio.get_sample_size, 0)


@program(
    "B23",
    "the message 'Invalid input device (no default output device)'",
    verdict="keep",
    theirs="right",
    interposed=True,
)
def b23_no_default_input_device(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    Interposer().fail("Pa_GetDefaultInputDevice", -1, 100)
    args = (-9996, "Invalid input device (no default output device)")
    raises(OSError, args, p.open, input=True, **STEREO)


@program("B24", "the sound system's own error message is lost", theirs="wrong")
def b24_host_error_lost(pyaudio: Any) -> None:
    server = card()
    stream = pyaudio.PyAudio().open(output=True, **STEREO)
    stream.write(TONE)
    server.stop()
    end = time.monotonic() + 10

    def write() -> None:
        while time.monotonic() < end:
            stream.write(TONE * 100)

    error = raises(OSError, (-9999, "Unanticipated host error"), write)
    assert getattr(error, "host_text", ""), "the error lacks the sound system's message"
    assert error.host_code, "the error has no code of the sound system"


# Data.


@program("B25", "write() plays only part of an int16 array", theirs="wrong")
def b25_array_counted_in_elements(pyaudio: Any) -> None:
    data = (ctypes.c_short * 64).from_buffer_copy(TONE)
    heard = played(pyaudio, lambda stream: stream.write(data))
    assert heard == TONE, f"{len(heard)} bytes are heard of {len(TONE)}"


@program("B25", "write() plays only part of non-ASCII text", theirs="wrong")
def b25_text_counted_in_characters(pyaudio: Any) -> None:
    heard = played(pyaudio, lambda stream: stream.write("€" * 16))
    assert heard == ("€" * 16).encode(), f"{len(heard)} bytes are heard of 48"


@program("B25", "a tone made by chr() is played as UTF-8, and only half of it", theirs="wrong")
def b25_tone_made_by_chr(pyaudio: Any) -> None:
    tone = [128 + 100 * (i // 16 % 2) for i in range(4000)]
    heard = played(pyaudio, lambda stream: stream.write("".join(map(chr, tone))))
    assert heard == bytes(tone), f"other {len(heard)} bytes are heard"


@program("B26", "bytearray, memoryview and array are refused", theirs="wrong")
def b26_buffers_refused(pyaudio: Any) -> None:
    for data in (bytearray(TONE), memoryview(TONE), array.array("h", TONE)):
        heard = played(pyaudio, lambda stream: stream.write(data))  # noqa: B023
        assert heard == TONE, f"of a {type(data).__name__} {len(heard)} bytes are heard"


class Index:
    """An integer only through `__index__`, like NumPy's."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


@program("B27", "an integer type other than int is refused for the format", theirs="wrong")
def b27_integer_format_refused(pyaudio: Any) -> None:
    pyaudio.PyAudio().open(44100, 2, Index(8), output=True).write(TONE)


@program("B27", "44100.0 is refused for the rate", theirs="wrong")
def b27_float_rate_refused(pyaudio: Any) -> None:
    pyaudio.PyAudio().open(44100.0, 2, 8, output=True).write(TONE)


@program("B27", "RATE / 10 is refused for frames_per_buffer and read()", theirs="wrong")
def b27_float_frames_refused(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    stream = p.open(44100, 2, 8, input=True, frames_per_buffer=44100 / 10)
    assert len(stream.read(44100 / 100)) == 1764


@program("B27", "an argument's error does not name the argument", theirs="wrong")
def b27_argument_not_named(pyaudio: Any) -> None:
    error = error_of(pyaudio.PyAudio().open, 44100, 2, 8, output=True, frames_per_buffer=64.5)
    words = " ".join([str(error), *getattr(error, "__notes__", ())])
    assert "frames_per_buffer" in words, f"open() raises {error!r}"


@program("B27", "None is refused for frames_per_buffer and input", theirs="wrong")
def b27_none_refused(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    p.open(44100, 2, 8, output=True, input=None, frames_per_buffer=None).write(TONE)


@program("B28", "is_format_supported() rounds the rate", theirs="wrong", interposed=True)
def b28_rate_rounded(pyaudio: Any) -> None:
    p, interposer = pyaudio.PyAudio(), Interposer()
    p.is_format_supported(11025.7, output_device=0, output_channels=2, output_format=8)
    asked = next(line for line in interposer.calls() if line.startswith("Pa_IsFormatSupported"))
    rate = float(asked.rpartition(" ")[2])
    assert rate == 11025.7, f"PortAudio is asked for {rate}"


# The device's input is now a pipe: opening it waits for another thread, which needs the GIL.
@program(
    "B29",
    "is_format_supported() blocks all threads while it waits for a device",
    theirs="hang",
    seconds=8,
)
def b29_interpreter_lock_held(pyaudio: Any) -> None:
    p = pyaudio.PyAudio()
    index = device(p, "recorder")
    pipe = FOLDER / "recorded.raw"
    pipe.unlink()
    os.mkfifo(pipe)
    ready = threading.Event()

    def feed() -> None:
        ready.set()
        time.sleep(0.5)
        pipe.write_bytes(b"")

    thread = threading.Thread(target=feed)
    thread.start()
    ready.wait()
    p.is_format_supported(44100, input_device=index, input_channels=2, input_format=8)
    thread.join()


def _call_inside_callback(pyaudio: Any, name: str) -> None:
    errors: list[BaseException | None] = []
    streams: list[Any] = []

    def callback(data: object, frames: int, *_: object) -> tuple[bytes, int]:
        if not streams or errors:
            return bytes(4 * frames), len(errors)
        try:
            getattr(streams[0], name)()
            errors.append(None)
        except BaseException as error:
            errors.append(error)
        return b"", 1

    stream = pyaudio.PyAudio().open(output=True, stream_callback=callback, **STEREO)
    streams.append(stream)
    assert wait(lambda: errors), f"{name}() does not return"
    time.sleep(0.3)  # until PortAudio's thread has touched the freed stream
    assert errors[0] is not None, f"{name}() ends the stream under the feet of its thread"
    assert isinstance(errors[0], RuntimeError), f"{name}() raises {errors[0]!r}"
    assert wait(lambda: not stream.is_active()), "the stream goes on"
    stream.close()


@program("B30", "close() in a callback", theirs="crash wrong")
def b30_close_in_callback(pyaudio: Any) -> None:
    _call_inside_callback(pyaudio, "close")


@program("B30", "stop_stream() in a callback", theirs="wrong crash hang")
def b30_stop_in_callback(pyaudio: Any) -> None:
    _call_inside_callback(pyaudio, "stop_stream")


@program("B31", "device names are decoded by the locale first", theirs="wrong", interposed=True)
def b31_device_name_mojibake(pyaudio: Any) -> None:
    Interposer().rename_devices("Kopfhörer".encode())
    locale.getpreferredencoding = lambda do_setlocale=True: "latin-1"  # type: ignore[assignment]
    name = pyaudio.PyAudio().get_device_info_by_index(0)["name"]
    assert name == "Kopfhörer", f"the name is {name!r}"


@program(
    "B32",
    "default low latency, clipping off",
    verdict="keep",
    theirs="right",
    interposed=True,
)
def b32_defaults_of_open(pyaudio: Any) -> None:
    p, interposer = pyaudio.PyAudio(), Interposer()
    p.open(input=True, output=True, **STEREO)
    line = next(line for line in interposer.calls() if line.startswith("Pa_OpenStream"))
    assert "flags 1" in line, f"PortAudio is asked for {line}"
    assert line.count("latency default low") == 2, f"PortAudio is asked for {line}"


@program("B33", "spelling mistakes in the help texts", theirs="wrong")
def b33_spelling_in_help(pyaudio: Any) -> None:
    kinds = [pyaudio, pyaudio.PyAudio, pyaudio.PyAudio.Stream, pyaudio.pa]
    texts = [getattr(value, "__doc__", "") for kind in kinds for value in vars(kind).values()]
    typos = ("ocurred", "PortAutio")  # codespell:ignore ocurred
    words = {typo for typo in typos if typo in str(texts)}
    assert not words, f"there is {' and '.join(sorted(words))!r}"
    text = pyaudio.PyAudio.get_device_count.__doc__
    assert "Host API" not in text, "get_device_count() claims to count host APIs"


# Process exit.


@program(
    "B34",
    "streams keep running while the interpreter shuts down",
    theirs="wrong",
    interposed=True,
    silent=True,
)
def b34_streams_run_into_the_end(pyaudio: Any) -> Any:
    interposer = Interposer()
    stream = pyaudio.PyAudio().open(output=True, stream_callback=silence, **STEREO)

    def look() -> None:
        if "Pa_CloseStream" not in interposer.calls():
            print("wrong: the stream still runs during shutdown", flush=True)

    LAST.append(look)
    return stream


@program("B35", "a forked child inherits a stream without its thread", theirs="wrong")
def b35_forked_child_inherits_a_stream(pyaudio: Any) -> None:
    stream = pyaudio.PyAudio().open(output=True, stream_callback=silence, **STEREO)
    child = os.fork()
    if child == 0:
        try:
            stream.is_stopped()
        except OSError as error:
            os._exit(0 if error.args == CLOSED else 1)
        os._exit(2)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == 0, "the child sees its stream as open"
    assert stream.is_active(), "the parent's stream has ended"


@program("B36", "get_format_from_width(4) is paFloat32", verdict="keep", theirs="right")
def b36_width_four_is_float(pyaudio: Any) -> None:
    assert pyaudio.get_format_from_width(4) == pyaudio.paFloat32, "it is another format"


@program("B37", "sys.exit() in a callback", theirs="wrong crash")
def b37_exit_in_callback(pyaudio: Any) -> None:
    def play() -> None:
        stream = pyaudio.PyAudio().open(
            output=True, stream_callback=lambda *_: sys.exit(7), **STEREO
        )
        _until_inactive(stream)

    raises(SystemExit, (7,), play)


@program("B38", "a falsy callback object is ignored", theirs="wrong")
def b38_falsy_callback_ignored(pyaudio: Any) -> None:
    calls: list[int] = []

    class Callback(list):  # type: ignore[type-arg]
        def __call__(self, *_: object) -> tuple[None, int]:
            calls.append(1)
            return None, 1

    stream = pyaudio.PyAudio().open(output=True, stream_callback=Callback(), **STEREO)
    assert wait(lambda: calls, 2), "it is not called"
    stream.close()
