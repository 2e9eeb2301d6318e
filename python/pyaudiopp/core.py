# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The C++ library audiopp, under its own names.

`PyAudio` is PyAudio's API with additions; this is the library below it. Use them side by side: a
`Session` and a `PyAudio` share one PortAudio, and each can open a device that the other found::

    from pyaudiopp import core

    with core.Session() as session:
        side = core.StreamSide(session.find_device("usb", input=True), channels=1)
        with core.Stream(session, core.StreamConfig(input=side)) as stream:
            stream.start()
            second = stream.read(48000)

The differences from C++: a call whose `timeout` expires raises TimeoutError, and the next read
returns the frames that it has read; callbacks have PyAudio's arguments and result; samples are
interleaved.

Import it explicitly: ``import pyaudiopp`` and ``from pyaudiopp import *`` do not include it.
"""

import sys
from enum import IntEnum, IntFlag
from types import ModuleType

from pyaudiopp import _portaudio as pa
from pyaudiopp._core import (
    Device,
    HostApi,
    PortAudioError,
    Session,
    Stream,
    StreamConfig,
    StreamSide,
    __version__,
)

__all__ = [
    "Device",
    "HostApi",
    "HostApiType",
    "PortAudioError",
    "SampleFormat",
    "Session",
    "Stream",
    "StreamConfig",
    "StreamFlags",
    "StreamSide",
    "__version__",
]


if sys.version_info < (3, 10):
    # There typing.get_type_hints() looks up the module of each base class; that of pybind11's does
    # not exist.
    sys.modules.setdefault("pybind11_builtins", ModuleType("pybind11_builtins"))


class SampleFormat(IntEnum):
    """PortAudio's sample formats, with PortAudio's values: the same as `paFloat32` and so on."""

    float32 = pa.paFloat32
    int32 = pa.paInt32
    int24 = pa.paInt24
    int16 = pa.paInt16
    int8 = pa.paInt8
    uint8 = pa.paUInt8
    custom = pa.paCustomFormat


class HostApiType(IntEnum):
    """PortAudio's host API types, with PortAudio's values."""

    in_development = pa.paInDevelopment
    direct_sound = pa.paDirectSound
    mme = pa.paMME
    asio = pa.paASIO
    sound_manager = pa.paSoundManager
    core_audio = pa.paCoreAudio
    oss = pa.paOSS
    alsa = pa.paALSA
    al = pa.paAL
    be_os = pa.paBeOS
    wdm_ks = pa.paWDMKS
    jack = pa.paJACK
    wasapi = pa.paWASAPI
    # PyAudio has no names for these.
    audio_science_hpi = 14
    audio_io = 15
    pulse_audio = 16
    sndio = 17


class StreamFlags(IntFlag):
    """How a stream treats its samples (PaStreamFlags)."""

    none = 0
    clip_off = 1
    dither_off = 2
    never_drop_input = 4
    prime_output = 8
