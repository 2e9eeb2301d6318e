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
    DirectSoundOptions,
    HostApi,
    HostOptions,
    MmeOptions,
    PortAudioError,
    Session,
    Stream,
    StreamConfig,
    StreamSide,
    WasapiOptions,
    WdmKsOptions,
    __version__,
)

__all__ = [
    "ChannelMask",
    "Device",
    "DirectSoundOptions",
    "HostApi",
    "HostApiType",
    "HostOptions",
    "MmeOptions",
    "MmePassthrough",
    "PortAudioError",
    "SampleFormat",
    "Session",
    "Stream",
    "StreamConfig",
    "StreamFlags",
    "StreamSide",
    "WasapiOptions",
    "WasapiStreamCategory",
    "WasapiStreamOption",
    "WasapiThreadPriority",
    "WdmKsOptions",
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


# ---- options of Windows' host APIs ----


class ChannelMask(IntFlag):
    """The speakers that a stream's channels are for, in this order."""

    direct_out = 0
    front_left = 0x1
    front_right = 0x2
    front_center = 0x4
    low_frequency = 0x8
    back_left = 0x10
    back_right = 0x20
    front_left_of_center = 0x40
    front_right_of_center = 0x80
    back_center = 0x100
    side_left = 0x200
    side_right = 0x400
    top_center = 0x800
    top_front_left = 0x1000
    top_front_center = 0x2000
    top_front_right = 0x4000
    top_back_left = 0x8000
    top_back_center = 0x10000
    top_back_right = 0x20000
    mono = front_center
    stereo = front_left | front_right
    quad = stereo | back_left | back_right
    surround = stereo | front_center | back_center
    surround_5_1 = stereo | front_center | low_frequency | side_left | side_right
    surround_5_1_back = quad | front_center | low_frequency
    surround_7_1 = surround_5_1 | back_left | back_right


class WasapiThreadPriority(IntEnum):
    """How Windows schedules the audio thread (PaWasapiThreadPriority)."""

    none = 0
    audio = 1
    capture = 2
    distribution = 3
    games = 4
    playback = 5
    pro_audio = 6
    window_manager = 7


class WasapiStreamCategory(IntEnum):
    """What a stream's sound is for (PaWasapiStreamCategory); from Windows 8 on."""

    other = 0
    communications = 3
    alerts = 4
    sound_effects = 5
    game_effects = 6
    game_media = 7
    game_chat = 8
    speech = 9
    movie = 10
    media = 11


class WasapiStreamOption(IntEnum):
    """How Windows processes a stream's sound (PaWasapiStreamOption); from Windows 8.1 on."""

    none = 0
    raw = 1
    match_format = 2


class MmePassthrough(IntEnum):
    """Compressed sound that a stream carries to a digital output."""

    none = 0
    dolby_ac3 = 1
    wma = 2
