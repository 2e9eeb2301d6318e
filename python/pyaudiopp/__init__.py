# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyAudio's API on a C++ core: play and record sound through PortAudio.

A program written for PyAudio runs after ``import pyaudiopp as pyaudio``, or unchanged after
``pyaudiopp.install_as_pyaudio()``::

    import pyaudiopp as pyaudio

    p = pyaudio.PyAudio()
    stream = p.open(format=pyaudio.paInt16, channels=1, rate=44100, input=True)
    second = stream.read(44100)
    stream.close()
    p.terminate()

Importing the package does not start PortAudio.

PYTEST_DONT_REWRITE, because ``pyaudiopp run -m pytest`` imports it before pytest starts.
"""

import sys

from pyaudiopp import _portaudio as pa
from pyaudiopp._core import PortAudioError as PortAudioError
from pyaudiopp._core import __version__ as __version__
from pyaudiopp._install import install_as_pyaudio as install_as_pyaudio
from pyaudiopp._portaudio import (
    paAbort,
    paAL,
    paALSA,
    paASIO,
    paBadIODeviceCombination,
    paBadStreamPtr,
    paBeOS,
    paBufferTooBig,
    paBufferTooSmall,
    paCanNotReadFromACallbackStream,
    paCanNotReadFromAnOutputOnlyStream,
    paCanNotWriteToACallbackStream,
    paCanNotWriteToAnInputOnlyStream,
    paComplete,
    paContinue,
    paCoreAudio,
    paCustomFormat,
    paDeviceUnavailable,
    paDirectSound,
    paFloat32,
    paFramesPerBufferUnspecified,
    paHostApiNotFound,
    paIncompatibleHostApiSpecificStreamInfo,
    paIncompatibleStreamHostApi,
    paInDevelopment,
    paInputOverflow,
    paInputOverflowed,
    paInputUnderflow,
    paInsufficientMemory,
    paInt8,
    paInt16,
    paInt24,
    paInt32,
    paInternalError,
    paInvalidChannelCount,
    paInvalidDevice,
    paInvalidFlag,
    paInvalidHostApi,
    paInvalidSampleRate,
    paJACK,
    paMME,
    paNoDevice,
    paNoError,
    paNotInitialized,
    paNullCallback,
    paOSS,
    paOutputOverflow,
    paOutputUnderflow,
    paOutputUnderflowed,
    paPrimingOutput,
    paSampleFormatNotSupported,
    paSoundManager,
    paStreamIsNotStopped,
    paStreamIsStopped,
    paTimedOut,
    paUInt8,
    paUnanticipatedHostError,
    paWASAPI,
    paWDMKS,
)
from pyaudiopp._pyaudio import (
    PyAudio,
    Stream,
    get_format_from_width,
    get_portaudio_version,
    get_portaudio_version_text,
    get_sample_size,
)

__author__ = "The pyaudiopp authors"
__docformat__ = "restructuredtext en"

# PyAudio's exports, including the two modules that it leaks. Import our additions by name.
__all__ = [
    "PyAudio",
    "Stream",
    "get_format_from_width",
    "get_portaudio_version",
    "get_portaudio_version_text",
    "get_sample_size",
    "locale",
    "pa",
    "paAL",
    "paALSA",
    "paASIO",
    "paAbort",
    "paBadIODeviceCombination",
    "paBadStreamPtr",
    "paBeOS",
    "paBufferTooBig",
    "paBufferTooSmall",
    "paCanNotReadFromACallbackStream",
    "paCanNotReadFromAnOutputOnlyStream",
    "paCanNotWriteToACallbackStream",
    "paCanNotWriteToAnInputOnlyStream",
    "paComplete",
    "paContinue",
    "paCoreAudio",
    "paCustomFormat",
    "paDeviceUnavailable",
    "paDirectSound",
    "paFloat32",
    "paFramesPerBufferUnspecified",
    "paHostApiNotFound",
    "paInDevelopment",
    "paIncompatibleHostApiSpecificStreamInfo",
    "paIncompatibleStreamHostApi",
    "paInputOverflow",
    "paInputOverflowed",
    "paInputUnderflow",
    "paInsufficientMemory",
    "paInt8",
    "paInt16",
    "paInt24",
    "paInt32",
    "paInternalError",
    "paInvalidChannelCount",
    "paInvalidDevice",
    "paInvalidFlag",
    "paInvalidHostApi",
    "paInvalidSampleRate",
    "paJACK",
    "paMME",
    "paNoDevice",
    "paNoError",
    "paNotInitialized",
    "paNullCallback",
    "paOSS",
    "paOutputOverflow",
    "paOutputUnderflow",
    "paOutputUnderflowed",
    "paPrimingOutput",
    "paSampleFormatNotSupported",
    "paSoundManager",
    "paStreamIsNotStopped",
    "paStreamIsStopped",
    "paTimedOut",
    "paUInt8",
    "paUnanticipatedHostError",
    "paWASAPI",
    "paWDMKS",
    "warnings",
]

if sys.platform == "darwin":
    from pyaudiopp._mac_core import PaMacCoreStreamInfo as PaMacCoreStreamInfo

    __all__ += ["PaMacCoreStreamInfo"]

# Imported on first use, because few programs need them. PyAudio's leaked modules alone would take
# as long as all the rest.
_LAZY = {
    "DirectSoundOptions": "pyaudiopp.core",
    "MmeOptions": "pyaudiopp.core",
    "NativeCallback": "pyaudiopp._native",
    "WasapiOptions": "pyaudiopp.core",
    "WaveFile": "pyaudiopp._wave",
    "WdmKsOptions": "pyaudiopp.core",
    "get_include": "pyaudiopp._native",
    "pack_int24": "pyaudiopp._int24",
    "play": "pyaudiopp._play_record",
    "record": "pyaudiopp._play_record",
    "unpack_int24": "pyaudiopp._int24",
    "locale": "",
    "warnings": "",
}


def _imported_by_name() -> None:
    """Never called: shows PyInstaller, Nuitka and cx_Freeze what C++ and `__getattr__` import."""
    from pyaudiopp import (  # noqa: F401
        _config,
        _int24,
        _native,
        _play_record,
        _wave,
        core,
        simulation,
    )


TYPE_CHECKING = False  # typing is a large import
if TYPE_CHECKING:
    import locale as locale
    import warnings as warnings

    from pyaudiopp._int24 import pack_int24 as pack_int24
    from pyaudiopp._int24 import unpack_int24 as unpack_int24
    from pyaudiopp._native import NativeCallback as NativeCallback
    from pyaudiopp._native import get_include as get_include
    from pyaudiopp._play_record import play as play
    from pyaudiopp._play_record import record as record
    from pyaudiopp._wave import WaveFile as WaveFile
    from pyaudiopp.core import DirectSoundOptions as DirectSoundOptions
    from pyaudiopp.core import MmeOptions as MmeOptions
    from pyaudiopp.core import WasapiOptions as WasapiOptions
    from pyaudiopp.core import WdmKsOptions as WdmKsOptions
else:

    def __getattr__(name: str) -> object:
        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module = _LAZY[name]
        value = getattr(import_module(module), name) if module else import_module(name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LAZY})


del TYPE_CHECKING, sys
