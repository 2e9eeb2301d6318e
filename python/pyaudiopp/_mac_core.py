# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Options of Core Audio streams; exists only on macOS, which programs test for."""

from __future__ import annotations

import sys
import warnings

from pyaudiopp import _portaudio as pa

assert sys.platform == "darwin"


class PaMacCoreStreamInfo(pa.paMacCoreStreamInfo):
    """Options for `PyAudio.open`'s `input_` and `output_host_api_specific_stream_info`.

    Attributes:
        flags: The flags given to the constructor.
        channel_map: The channel map given to the constructor, or None.
    """

    paMacCoreChangeDeviceParameters = pa.paMacCoreChangeDeviceParameters
    paMacCoreFailIfConversionRequired = pa.paMacCoreFailIfConversionRequired
    paMacCoreConversionQualityMin = pa.paMacCoreConversionQualityMin
    paMacCoreConversionQualityMedium = pa.paMacCoreConversionQualityMedium
    paMacCoreConversionQualityLow = pa.paMacCoreConversionQualityLow
    paMacCoreConversionQualityHigh = pa.paMacCoreConversionQualityHigh
    paMacCoreConversionQualityMax = pa.paMacCoreConversionQualityMax
    paMacCorePlayNice = pa.paMacCorePlayNice
    paMacCorePro = pa.paMacCorePro
    paMacCoreMinimizeCPUButPlayNice = pa.paMacCoreMinimizeCPUButPlayNice
    paMacCoreMinimizeCPU = pa.paMacCoreMinimizeCPU

    def __init__(
        self, flags: int | None = None, channel_map: tuple[int, ...] | None = None
    ) -> None:
        """Takes Core Audio's flags, or-ed together, and a channel map.

        Args:
            flags: `paMacCore...` constants of this class.
            channel_map: For each device channel, the stream channel that it carries, or -1.

        Raises:
            ValueError: The channel map is not a tuple of integers.
        """
        if flags is None:
            flags = pa.paMacCorePlayNice
        if channel_map is None:
            super().__init__(flags)
        else:
            super().__init__(flags, channel_map)

    def get_flags(self) -> int:
        """Returns `flags`; deprecated."""
        _warn("get_flags is deprecated. Use the flags property instead.")
        return self.flags

    def get_channel_map(self) -> tuple[int, ...] | None:
        """Returns `channel_map`; deprecated."""
        _warn("get_channel_map is deprecated. Use the channel_map property instead.")
        return self.channel_map

    def _get_host_api_stream_object(self) -> PaMacCoreStreamInfo:
        _warn("_get_host_api_stream_object is deprecated. Use this object instance instead.")
        return self


def _warn(text: str) -> None:
    warnings.warn(f"PaMacCoreStreamInfo.{text}", DeprecationWarning, stacklevel=3)
