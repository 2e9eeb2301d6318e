# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyAudio's classes and functions, on top of its C module's functions.

They are looked up as ``pa.<name>`` at each call, because programs replace them there in tests.
"""

from __future__ import annotations

import copyreg
import sys
from _weakrefset import WeakSet  # the same as weakref's, without weakref's other imports

from pyaudiopp import _core
from pyaudiopp import _portaudio as pa
from pyaudiopp._portaudio import paFloat32, paInt8, paInt16, paInt24, paUInt8

TYPE_CHECKING = False  # importing typing would take longer than all the rest
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Any, NoReturn, SupportsIndex

    from typing_extensions import Concatenate, Never, ParamSpec, Self

    from pyaudiopp._config import Device
    from pyaudiopp._types import DeviceInfo, HostApiInfo, Latency, Samples, StreamCallback

    P = ParamSpec("P")
else:
    # What typing.get_type_hints() finds: as near as one comes without importing typing.
    from _collections_abc import Callable, Iterator

    Any = Device = Latency = Never = NoReturn = Samples = Self = StreamCallback = object
    SupportsIndex = TracebackType = object
    DeviceInfo = HostApiInfo = dict


def get_sample_size(format: int) -> int:
    """Returns the size of a sample of `format` in bytes.

    Args:
        format: One of the sample formats, such as `paInt16`.

    Raises:
        ValueError: The format has no fixed size or is unknown; args are (text, code).
    """
    return pa.get_sample_size(format)


def get_format_from_width(width: int, unsigned: bool = True) -> int:
    """Returns the sample format for samples of `width` bytes.

    Args:
        width: 1, 2, 3 or 4. Four bytes are `paFloat32`, not `paInt32`.
        unsigned: For a width of 1: `paUInt8` (as wave files have it) or `paInt8`.

    Raises:
        ValueError: There is no format of that width.
    """
    if width == 1:
        return paUInt8 if unsigned else paInt8
    if width == 2:
        return paInt16
    if width == 3:
        return paInt24
    if width == 4:
        return paFloat32
    if not isinstance(width, int):
        try:
            return get_format_from_width(_core.whole(width, "width"), unsigned)
        except TypeError:
            pass  # it is no number: PyAudio's error
    _core.raise_noted(
        ValueError(f"Invalid width: {width}"), f"width must be 1, 2, 3 or 4 bytes, not {width!r}"
    )


def get_portaudio_version() -> int:
    """Returns PortAudio's version as a number: 19.7.0 is 0x130700."""
    return pa.get_version()


def get_portaudio_version_text() -> str:
    """Returns PortAudio's version as text."""
    return pa.get_version_text()


def _refuse_direction(side: str, code: int) -> NoReturn:
    # PyAudio has the code where OSError has the text, and programs compare both.
    _core.raise_noted(
        OSError(f"Not {side} stream", code),
        f"error {code}: the stream was opened without {side}=True",
    )


def _with_arguments_of(
    init: Callable[Concatenate[PyAudio.Stream, PyAudio, P], None],
) -> Callable[[Callable[..., PyAudio.Stream]], Callable[Concatenate[PyAudio, P], PyAudio.Stream]]:
    """Tells type checkers which arguments a method takes that passes them on to a stream."""
    return lambda method: method


def _start_share_of_copy(active: bool) -> _core.SessionShare:
    """A copy's share in PortAudio, if the original has one; it ends with the copy at the latest."""
    share = _core.SessionShare(outlives_owner=False)
    if active:
        share.call(pa.initialize)
    return share


copyreg.pickle(
    _core.SessionShare,  # pyright: ignore[reportArgumentType]
    lambda share: (_start_share_of_copy, (share.active,)),
)


class _Streams(WeakSet["PyAudio.Stream"]):
    """The streams made for a PyAudio object; a copy of the object has none."""

    data: set[Callable[[], PyAudio.Stream | None]]  # weak references

    def __reduce__(self) -> tuple[type[_Streams], tuple[()]]:
        return _Streams, ()

    def alive(self) -> set[PyAudio.Stream]:
        """Those that exist, even while other threads open streams."""
        references = self.data.copy()
        return {stream for reference in references if (stream := reference()) is not None}


class PyAudio:
    """Opens streams and lists devices.

    PortAudio starts with the first instance, and ends when the last one is terminated and all
    streams are closed; instances do not affect each other. The device list is made when PortAudio
    starts.

    An instance can be copied, and pickled for another process: the copy uses PortAudio on its own
    account until its `terminate`, or until it is garbage. Its streams cannot: close them first.

    ``with PyAudio() as p`` terminates at its end; after an exception, queued sound is dropped.

    Raises:
        OSError: PortAudio does not start.
    """

    class Stream:
        """An open sound stream; create it with `PyAudio.open`.

        Times are in seconds; lengths are in frames (one sample per channel). Any thread may call
        any method; inside the stream's own callback, only queries are allowed.

        ``with p.open(...) as stream`` closes the stream at its end; after an exception, queued
        sound is dropped. ``for block in stream`` reads block by block.
        """

        def __init__(
            self,
            PA_manager: PyAudio,
            rate: int,
            channels: int,
            format: int,
            input: bool = False,
            output: bool = False,
            input_device_index: int | None = None,
            output_device_index: int | None = None,
            frames_per_buffer: int = pa.paFramesPerBufferUnspecified,
            start: bool = True,
            input_host_api_specific_stream_info: Any | None = None,
            output_host_api_specific_stream_info: Any | None = None,
            stream_callback: StreamCallback | None = None,
            *,
            timeout: float | None = None,
            callback_buffer: float | None = None,
            latency: Latency | None = None,
            input_latency: Latency | None = None,
            output_latency: Latency | None = None,
            input_channels: int | None = None,
            output_channels: int | None = None,
            input_format: int | None = None,
            output_format: int | None = None,
            input_device: Device | None = None,
            output_device: Device | None = None,
            clip_off: bool = True,
            dither_off: bool = False,
            never_drop_input: bool = False,
            prime_output: bool = False,
            finished_callback: Callable[[], object] | None = None,
            drain: bool | None = None,
        ) -> None:
            """Opens a stream for input, output or both.

            Args:
                PA_manager: The PyAudio instance that manages the stream.
                rate: Frames per second.
                channels: Samples per frame, in both directions.
                format: The sample format, such as `paInt16`.
                input: Whether to record.
                output: Whether to play.
                input_device_index: The device to record from; None: the default device.
                output_device_index: The device to play on; None: the default device.
                frames_per_buffer: Frames per block; 0: PortAudio's choice.
                start: Whether to start at once.
                input_host_api_specific_stream_info: Options of one host API: `WasapiOptions`,
                    `DirectSoundOptions`, `MmeOptions` or `WdmKsOptions`, or on macOS a
                    `PaMacCoreStreamInfo`; any other object is ignored, except on macOS. Without a
                    device, the input is the default one of that host API.
                output_host_api_specific_stream_info: Likewise.
                stream_callback: Called on PortAudio's thread for each block, as
                    ``callback(in_data, frame_count, time_info, status_flags)``: `in_data` is
                    bytes, or None without input; `time_info` has the keys
                    ``input_buffer_adc_time``, ``current_time`` and ``output_buffer_dac_time``.
                    It returns ``(out_data, flag)``: `out_data` is anything that `write` accepts,
                    ignored without output; `flag` is `paContinue`, `paComplete` or `paAbort`. A
                    block of fewer than `frame_count` frames is the last one. An exception is
                    printed, stops the stream, and is raised once by the next call on the stream. A
                    compiled function also works, and is called without the GIL: see
                    `NativeCallback`. None: use `read` and `write`.
                timeout: The default timeout of `read`, `read_into` and `write`, in seconds; None:
                    wait as long as it takes.
                callback_buffer: How late `stream_callback` may be without a gap: it runs on its
                    own thread, with this much sound buffered between it and PortAudio's thread.
                    An int is frames, a float seconds; at least two blocks. The output is delayed
                    by as much, which `get_output_latency` includes. If the callback is later than
                    that, `counters` counts a short block and `status_flags` reports it.
                latency: The suggested latency: "low" or "high", the device's own values, or
                    seconds, at most 3600. None means "low". `get_input_latency` and
                    `get_output_latency` return the actual latency.
                input_latency: For the input, instead of `latency`.
                output_latency: For the output, instead of `latency`.
                input_channels: For the input, instead of `channels`.
                output_channels: For the output, instead of `channels`.
                input_format: For the input, instead of `format`.
                output_format: For the output, instead of `format`.
                input_device: Instead of `input_device_index`: anything that
                    `PyAudio.find_device` takes, such as part of the device's name.
                output_device: The same instead of `output_device_index`.
                clip_off: Whether PortAudio's conversion may let samples beyond full scale wrap
                    around to loud clicks, as in PyAudio, instead of clipping them.
                dither_off: Whether PortAudio converts samples without dithering. It never
                    dithers between integers, where PortAudio cannot.
                never_drop_input: Whether the callback gets all input even when it is late; only
                    for full-duplex streams whose `frames_per_buffer` is 0.
                prime_output: Whether the callback also fills the first output buffers, which
                    otherwise hold silence.
                finished_callback: Called without arguments when a stream with a
                    `stream_callback` has finished: once everything has been played, or at once
                    after an abort, an exception or a lost device. Runs on PortAudio's thread,
                    under the rules of `stream_callback`.
                drain: Whether `stop_stream`, `close` and `PyAudio.terminate` play what is queued;
                    None: yes, unless the environment variable PYAUDIOPP_STOP_AT_ONCE is set. In
                    any case they do not while a KeyboardInterrupt or SystemExit is on its way or
                    after one, nor when they interrupt a `write`.

            Raises:
                ValueError: Neither `input` nor `output`, no channels, a negative `timeout`,
                    `callback_buffer` or latency, no matching device or several, or an argument
                    for a direction that the stream does not have.
                OSError: PortAudio cannot open the stream; args are (code, text).
            """
            if not (input or output):
                _core.raise_noted(
                    ValueError("Must specify an input or output stream."),
                    f"input or output must be True, not {input!r} and {output!r}",
                )
            if timeout is not None:
                expected = "a number of seconds from 0 up"
                if not _core.real(timeout, "timeout", expected) >= 0:
                    raise ValueError(f"timeout must be {expected}, not {timeout!r}")

            self._parent = PA_manager
            self._is_input = input
            self._is_output = output
            self._is_running = start
            self._rate = rate
            self._channels = channels
            self._format = format
            self._frames_per_buffer = frames_per_buffer

            arguments: dict[str, Any] = {
                "rate": rate,
                "channels": channels,
                "format": format,
                "input": input,
                "output": output,
                "input_device_index": input_device_index,
                "output_device_index": output_device_index,
                "frames_per_buffer": frames_per_buffer,
            }
            if input_host_api_specific_stream_info:
                arguments["input_host_api_specific_stream_info"] = (
                    input_host_api_specific_stream_info
                )
            if output_host_api_specific_stream_info:
                arguments["output_host_api_specific_stream_info"] = (
                    output_host_api_specific_stream_info
                )
            for name, value in (
                ("callback_buffer", callback_buffer),
                ("finished_callback", finished_callback),
            ):
                if value is not None and stream_callback is None:
                    raise ValueError(f"{name} needs a stream_callback")

            inputs = (input_channels, input_format, input_latency, input_device)
            outputs = (output_channels, output_format, output_latency, output_device)
            switches = ((1, clip_off), (2, dither_off), (4, never_drop_input), (8, prime_output))
            flags = sum(bit for bit, on in switches if on)  # PaStreamFlags; PyAudio's is paClipOff
            others = (latency, callback_buffer, finished_callback, *inputs, *outputs)
            if flags == 1 and all(value is None for value in others):
                if stream_callback is not None:
                    arguments["stream_callback"] = stream_callback
                self._stream = pa.open(**arguments)
            else:
                from pyaudiopp._config import Side, configure

                sides = {"input": Side(*inputs), "output": Side(*outputs)}
                config = configure(arguments, sides, latency, flags, callback_buffer)
                self._stream = _core.open_config(config, stream_callback, finished_callback)
            if timeout is not None:
                self._handle.timeout = timeout
            if drain is not None:
                self._handle.drain = drain
            self._input_latency = self._stream.inputLatency
            self._output_latency = self._stream.outputLatency
            if isinstance(PA_manager, PyAudio):  # pyright: ignore[reportUnnecessaryIsInstance]
                PA_manager._made.add(self)
            self._handle._keep(self)
            if self._is_running:
                pa.start_stream(self._stream)

        # Not stored: programs inspect a stream's `vars`, and replace `_stream`.
        @property
        def _handle(self) -> _core.Stream:
            return _core.core_stream(self._stream)

        def __reduce_ex__(self, protocol: SupportsIndex) -> Never:
            raise TypeError(
                "cannot pickle or deep-copy a Stream: its device is open in this process; "
                "open the stream in the process or the copy that uses it"
            )

        def __copy__(self) -> Self:  # as in PyAudio: the same stream
            alias = object.__new__(type(self))
            vars(alias).update(vars(self))
            return alias

        def close(self) -> None:
            """Plays what is queued, then closes the stream; does nothing if it is closed."""
            pa.close(self._stream)
            self._is_running = False
            self._parent._remove_stream(self)

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            value: BaseException | None,
            traceback: TracebackType | None,
        ) -> None:
            if kind is not None:
                self._handle.close(drain=False)
            self.close()

        def __iter__(self) -> Iterator[bytes]:
            """Yields blocks of `frames_per_buffer` frames, or of 1024 if that is 0.

            Starts the stream if necessary. Ends when the stream is stopped or closed. `counters`
            shows whether input was lost between blocks.

            Raises:
                OSError: As for `read`, but for overflows.
            """
            self.start_stream()
            frames = self._frames_per_buffer or 1024
            while self._is_running:
                try:
                    block = self.read(frames, False)
                except OSError as error:
                    if error.errno in (pa.paStreamIsStopped, pa.paBadStreamPtr):
                        return  # by another thread
                    raise
                yield block

        def get_input_latency(self) -> float:
            """Returns the input latency in seconds.

            Raises:
                OSError: The stream is closed.
            """
            return self._stream.inputLatency

        def get_output_latency(self) -> float:
            """Returns the output latency in seconds.

            Raises:
                OSError: The stream is closed.
            """
            return self._stream.outputLatency

        def get_time(self) -> float:
            """Returns the stream's time in seconds, on the clock of a callback's `time_info`.

            Raises:
                OSError: The stream is closed.
            """
            return pa.get_stream_time(self._stream)

        def get_cpu_load(self) -> float:
            """Returns the share of time spent in the callback: 0.0 (also without one) to 1.0.

            Raises:
                OSError: The stream is closed.
            """
            return pa.get_stream_cpu_load(self._stream)

        @property
        def sample_rate(self) -> float:
            """The actual sample rate in frames per second, as far as PortAudio knows it.

            Raises:
                OSError: The stream is closed.
            """
            return self._stream.sampleRate

        @property
        def counters(self) -> dict[str, int]:
            """Counts since the stream was opened; still available after it is closed.

            The keys: `callbacks` and `frames`, the blocks and frames that PortAudio has processed;
            `input_underflows`, `input_overflows`, `output_underflows` and `output_overflows`, the
            blocks that it flagged; with a `callback_buffer`, `short_blocks`, for which the
            callback was late, and `missing_frames`, the frames of silence or lost input in them.

            Without a callback, `input_overflows` counts reads before which input was lost,
            `output_underflows` writes that came after a gap, and `partial_frames` how often what
            was written ended within a frame, which was dropped; the others are 0.
            """
            return self._handle.counters

        def start_stream(self) -> None:
            """Starts the stream; does nothing if it is already started.

            Raises:
                OSError: PortAudio cannot start it; the stream is closed now.
            """
            if self._is_running:
                self._handle.check()
                return
            pa.start_stream(self._stream)
            self._is_running = True

        def stop_stream(self) -> None:
            """Plays what is queued, then stops the stream; does nothing if it is not started.

            `drain` of `PyAudio.open` says when it does not play what is queued.

            Raises:
                OSError: PortAudio cannot stop it; the stream is closed now.
            """
            self._stop(pa.stop_stream)

        def abort(self) -> None:
            """Stops the stream at once and drops what is queued; does nothing if it is not started.

            Raises:
                OSError: PortAudio cannot stop it; the stream is closed now.
            """
            self._stop(pa.abort_stream)

        def is_active(self) -> bool:
            """Returns whether the stream is running: started, not stopped, callback not finished.

            Raises:
                OSError: The stream is closed.
            """
            return self._ask(pa.is_stream_active)

        def is_stopped(self) -> bool:
            """Returns whether the stream is stopped; one whose callback has finished is not.

            Raises:
                OSError: The stream is closed.
            """
            return self._ask(pa.is_stream_stopped)

        def write(
            self,
            frames: Samples | str,
            num_frames: int | None = None,
            exception_on_underflow: bool = False,
            timeout: float | None = None,
        ) -> None:
            """Writes frames; returns once they are queued.

            Args:
                frames: Interleaved samples in the stream's format: bytes, or any C-contiguous
                    buffer of the stream's type; in an array of several dimensions, the last one
                    is the channels.
                    Bytes may come in pieces of any size: what is less than a frame waits for the
                    next write. Text is a byte for each character below U+0100, or else UTF-8.
                num_frames: How many of the frames to write; None: all.
                exception_on_underflow: Whether to raise if there was a gap before these frames.
                timeout: In seconds; 0: do not wait, infinity: wait as long as it takes; None: the
                    stream's own timeout.

            Raises:
                TypeError: The items are neither bytes nor of the stream's type; the text says how
                    to convert them.
                ValueError: The last dimension is not the channels.
                TimeoutError: Not all frames were accepted in time; its `frames` is how many were,
                    as with every other error.
                OSError: An underflow (-9980), which leaves the stream open; or PortAudio cannot
                    write, and the stream is closed now.
            """
            if not self._is_output:
                _refuse_direction("output", pa.paCanNotWriteToAnInputOnlyStream)
            try:
                if timeout is None:
                    pa.write_stream(self._stream, frames, num_frames, exception_on_underflow)
                else:
                    self._handle.write(frames, timeout, num_frames, exception_on_underflow)
            except OSError:
                self._note_end()
                raise

        # Keyword-only parameters would make each call 5% slower.
        def read(
            self,
            num_frames: int,
            exception_on_overflow: bool = True,
            timeout: float | None = None,
        ) -> bytes:
            """Reads frames; waits until there are enough.

            Args:
                num_frames: How many.
                exception_on_overflow: Whether to raise if input was lost before these frames; the
                    next call returns them first.
                timeout: In seconds; 0: do not wait, infinity: wait as long as it takes; None: the
                    stream's own timeout.

            Returns:
                Interleaved samples in the stream's format.

            Raises:
                TimeoutError: Too few frames arrived in time; the next call returns these first.
                OSError: An overflow (-9981), which leaves the stream open; or PortAudio cannot
                    read, and the stream is closed now: its `partial` is what arrived before, in
                    bytes, and its `frames` how many frames that is.
            """
            if not self._is_input:
                _refuse_direction("input", pa.paCanNotReadFromAnOutputOnlyStream)
            try:
                if timeout is None:
                    return pa.read_stream(self._stream, num_frames, exception_on_overflow)
                return self._handle.read(num_frames, timeout, exception_on_overflow)
            except OSError:
                self._note_end()
                raise

        def read_into(self, buffer: Samples, timeout: float | None = None) -> tuple[int, bool]:
            """Fills a buffer with frames, without copying; waits until there are enough.

            Args:
                buffer: Any writable C-contiguous buffer of bytes or of the stream's type:
                    bytearray, array, NumPy array. It gets as many whole frames as it has room for.
                timeout: As for `read`.

            Returns:
                How many frames were read, and whether input was lost before them.

            Raises:
                TypeError, ValueError: The array does not match the stream, as for `write`.
                TimeoutError: As for `read`.
                BufferError: The buffer is read-only or not C-contiguous; a NumPy array raises
                    ValueError.
                OSError: PortAudio cannot read, and the stream is closed now.
            """
            if not self._is_input:
                _refuse_direction("input", pa.paCanNotReadFromAnOutputOnlyStream)
            try:
                return self._handle.read_into(buffer, timeout)
            except OSError:
                self._note_end()
                raise

        def get_read_available(self) -> int:
            """Returns how many frames can be read without waiting, or a negative error code.

            Raises:
                OSError: The stream is closed.
            """
            return pa.get_stream_read_available(self._stream)

        def get_write_available(self) -> int:
            """Returns how many frames can be written without waiting, or a negative error code.

            Raises:
                OSError: The stream is closed.
            """
            return pa.get_stream_write_available(self._stream)

        def _stop(self, stop: Callable[[pa.Stream], None]) -> None:
            if not self._is_running:
                return
            try:
                stop(self._stream)
            except BaseException:
                self._note_end()
                raise
            self._is_running = False

        def _ask(self, question: Callable[[pa.Stream], bool]) -> bool:
            try:
                return question(self._stream)
            except OSError:
                self._note_end()
                raise

        def _note_end(self) -> None:
            # An error may have closed the stream: then stop_stream() has nothing to do.
            try:
                stopped = self._handle.is_stopped
            except OSError:
                stopped = True  # PortAudio does not know: then it is not running
            if stopped:
                self._is_running = False

    def __init__(self) -> None:
        self._share = _core.SessionShare()
        self._streams: set[PyAudio.Stream] = set()
        # Includes streams made without open(), for terminate().
        self._made = _Streams()
        self._share.call(pa.initialize)

    def __copy__(self) -> Self:
        copy = object.__new__(type(self))
        share = _start_share_of_copy(self._share.active)
        vars(copy).update(vars(self), _share=share, _streams=set(), _made=_Streams())
        return copy

    def terminate(self) -> None:
        """Closes all streams of this instance and releases PortAudio.

        Calling it again does nothing.
        """
        for stream in self._streams | self._made.alive():
            stream.close()
        self._streams = set(self._streams)  # a new one as in PyAudio, with what others have opened
        self._share.call(pa.terminate)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            for stream in self._streams | self._made.alive():
                stream._handle.close(drain=False)
        self.terminate()

    def get_sample_size(self, format: int) -> int:
        """Returns the size of a sample of `format` in bytes; see the function `get_sample_size`."""
        return pa.get_sample_size(format)

    def get_format_from_width(self, width: int, unsigned: bool = True) -> int:
        """Returns the format for samples of `width` bytes; see the function of the same name."""
        return get_format_from_width(width, unsigned)

    @_with_arguments_of(Stream.__init__)
    def open(self, *args: Any, **kwargs: Any) -> PyAudio.Stream:
        """Opens a stream; takes the arguments of `PyAudio.Stream` after its `PA_manager`."""
        stream = PyAudio.Stream(self, *args, **kwargs)
        self._streams.add(stream)
        return stream

    def close(self, stream: PyAudio.Stream) -> None:
        """Closes a stream that `open` made.

        Raises:
            ValueError: It is not an open stream of this instance.
        """
        expected = f"stream must be an open stream of this PyAudio, not {stream!r}"
        try:
            is_ours = stream in self._streams
        except TypeError as error:  # it cannot be hashed
            _core.raise_noted(error, expected)
        if not is_ours:
            _core.raise_noted(ValueError(f"Stream {stream} not found"), expected)
        stream.close()

    def _remove_stream(self, stream: PyAudio.Stream) -> None:
        self._streams.discard(stream)

    def get_host_api_count(self) -> int:
        """Returns the number of host APIs.

        Raises:
            OSError: PortAudio is not initialised.
        """
        return pa.get_host_api_count()

    def get_default_host_api_info(self) -> HostApiInfo:
        """Returns the default host API: see `get_host_api_info_by_index`.

        Raises:
            OSError: There is none, or PortAudio is not initialised.
        """
        return self.get_host_api_info_by_index(pa.get_default_host_api())

    def get_host_api_info_by_type(self, host_api_type: int) -> HostApiInfo:
        """Returns the host API of a type, such as `paALSA`: see `get_host_api_info_by_index`.

        Raises:
            OSError: There is none of that type.
        """
        index = pa.host_api_type_id_to_host_api_index(host_api_type)
        return self.get_host_api_info_by_index(index)

    def get_host_api_info_by_index(self, host_api_index: int) -> HostApiInfo:
        """Returns the host API at an index.

        The dictionary has the keys `index`, `structVersion`, `type` (such as `paALSA`),
        `deviceCount`, `defaultInputDevice` and `defaultOutputDevice` (int; a device's index, or
        -1); `name` (str).

        Raises:
            OSError: There is none at that index.
        """
        return self._make_host_api_dictionary(host_api_index, pa.get_host_api_info(host_api_index))

    def get_device_info_by_host_api_device_index(
        self, host_api_index: int, host_api_device_index: int
    ) -> DeviceInfo:
        """Returns the n-th device of a host API: see `get_device_info_by_index`.

        Raises:
            OSError: There is no such host API or device.
        """
        device_index = pa.host_api_device_index_to_device_index(
            host_api_index, host_api_device_index
        )
        return self.get_device_info_by_index(device_index)

    def _make_host_api_dictionary(
        self, index: int, host_api_struct: pa.paHostApiInfo
    ) -> HostApiInfo:
        return {
            "index": index,
            "structVersion": host_api_struct.structVersion,
            "type": host_api_struct.type,
            "name": host_api_struct.name,
            "deviceCount": host_api_struct.deviceCount,
            "defaultInputDevice": host_api_struct.defaultInputDevice,
            "defaultOutputDevice": host_api_struct.defaultOutputDevice,
        }

    def get_device_count(self) -> int:
        """Returns the number of devices of all host APIs.

        Raises:
            OSError: PortAudio is not initialised.
        """
        return pa.get_device_count()

    def is_format_supported(
        self,
        rate: float,
        input_device: int | None = None,
        input_channels: int | None = None,
        input_format: int | None = None,
        output_device: int | None = None,
        output_channels: int | None = None,
        output_format: int | None = None,
        *,
        input_host_api_specific_stream_info: Any | None = None,
        output_host_api_specific_stream_info: Any | None = None,
    ) -> bool:
        """Returns True if such a stream could be opened, without opening it.

        Args:
            rate: Frames per second.
            input_device: The device to record from; None for no input.
            input_channels: Its channels.
            input_format: Its sample format.
            output_device: The device to play on; None for no output.
            output_channels: Its channels.
            output_format: Its sample format.
            input_host_api_specific_stream_info: As in `open`; the input then needs no device.
            output_host_api_specific_stream_info: Likewise.

        Raises:
            ValueError: It could not be opened; args are (text, code), the reason.
        """
        input_info = input_host_api_specific_stream_info or None
        output_info = output_host_api_specific_stream_info or None
        arguments: dict[str, Any] = {}
        if input_info is not None:
            arguments["input_host_api_specific_stream_info"] = input_info
        if output_info is not None:
            arguments["output_host_api_specific_stream_info"] = output_info
        if input_device is None and output_device is None and not arguments:
            _core.raise_noted(
                ValueError(
                    "Must specify stream format for input, output, or both", pa.paInvalidDevice
                ),
                "input_device or output_device must be the index of a device, not None and None",
            )
        if input_device is not None:
            arguments["input_device"] = input_device
        if input_device is not None or input_info is not None:
            arguments["input_channels"] = input_channels
            arguments["input_format"] = input_format
        if output_device is not None:
            arguments["output_device"] = output_device
        if output_device is not None or output_info is not None:
            arguments["output_channels"] = output_channels
            arguments["output_format"] = output_format
        return pa.is_format_supported(rate, **arguments)

    def get_default_input_device_info(self) -> DeviceInfo:
        """Returns the default input device: see `get_device_info_by_index`.

        Raises:
            OSError: There is none; its one argument is the text.
        """
        return self.get_device_info_by_index(pa.get_default_input_device())

    def get_default_output_device_info(self) -> DeviceInfo:
        """Returns the default output device: see `get_device_info_by_index`.

        Raises:
            OSError: There is none; its one argument is the text.
        """
        return self.get_device_info_by_index(pa.get_default_output_device())

    def find_device(
        self, device: Device, *, input: bool = False, output: bool = False
    ) -> DeviceInfo:
        """Finds a device by its name; returns it as `get_device_info_by_index` does.

        Args:
            device: Its name or part of it, in any case; an exact match wins over partial ones. Or
                a pair (host API, name), matched in the same way. Or an index. Or a device's
                dictionary or `core.Device`, if that device is still there.
            input: Whether it must have inputs.
            output: Whether it must have outputs.

        Raises:
            ValueError: No device matches, or several do; the text lists the candidates.
            TypeError: `device` is none of these.
        """
        from pyaudiopp._config import find_device

        return self.get_device_info_by_index(find_device(device, input=input, output=output).index)

    def get_device_info_by_index(self, device_index: int) -> DeviceInfo:
        """Returns the device at an index.

        The dictionary has the keys `index`, `structVersion`, `hostApi` (index of the host API),
        `maxInputChannels` and `maxOutputChannels` (int); `name` (str, or bytes if its encoding is
        unknown); `defaultLowInputLatency`, `defaultLowOutputLatency`, `defaultHighInputLatency` and
        `defaultHighOutputLatency` (float, seconds); `defaultSampleRate` (float, frames per second).

        Raises:
            OSError: There is none at that index.
        """
        return self._make_device_info_dictionary(device_index, pa.get_device_info(device_index))

    def _make_device_info_dictionary(self, index: int, device_info: pa.paDeviceInfo) -> DeviceInfo:
        name: Any
        try:
            name = device_info.name.decode()
        except UnicodeDecodeError:
            from pyaudiopp._devices import decode_name

            name = decode_name(device_info.name)
        return {
            "index": index,
            "structVersion": device_info.structVersion,
            "name": name,
            "hostApi": device_info.hostApi,
            "maxInputChannels": device_info.maxInputChannels,
            "maxOutputChannels": device_info.maxOutputChannels,
            "defaultLowInputLatency": device_info.defaultLowInputLatency,
            "defaultLowOutputLatency": device_info.defaultLowOutputLatency,
            "defaultHighInputLatency": device_info.defaultHighInputLatency,
            "defaultHighOutputLatency": device_info.defaultHighOutputLatency,
            "defaultSampleRate": device_info.defaultSampleRate,
        }


if TYPE_CHECKING:
    Stream = PyAudio.Stream  # programs annotate what open() returns by this name
else:

    class _StreamType(type):
        """Makes that annotation true at run time too, for pydantic, beartype and typeguard."""

        def __instancecheck__(cls, instance: Any) -> bool:
            if cls is Stream:
                return isinstance(instance, cls.__mro__[1])
            return super().__instancecheck__(instance)

    class Stream(PyAudio.Stream, metaclass=_StreamType):
        """Reserved. Do not instantiate."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            import warnings

            warnings.warn(
                "Do not instantiate pyaudio.Stream directly. Use "
                "pyaudio.PyAudio.open() instead. pyaudio.Stream may change or be "
                "removed in the future.",
                DeprecationWarning,
                stacklevel=2,
            )
            super().__init__(*args, **kwargs)


if sys.version_info < (3, 10):
    from pyaudiopp._types import hide_unions

    hide_unions(globals(), vars(PyAudio), vars(PyAudio.Stream))


class _PublicModule(str):
    """The public module to people, by which reprs and pickles name the classes.

    Looked up in `sys.modules`, it is the module with their source, for `inspect` and IPython.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other == __name__ or str(self) == other

    def __hash__(self) -> int:
        return hash(__name__)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


_class: type
for _class in (PyAudio, PyAudio.Stream, Stream):
    _line = vars(_class).get("__firstlineno__")
    _class.__module__ = _PublicModule("pyaudiopp")
    if _line is not None:  # Python 3.13 and later forget it with the module
        setattr(_class, "__firstlineno__", _line)  # noqa: B010, since older ones have no such name
