# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a wave file with its channels rerouted, which only Core Audio (macOS) can do.

For each channel of the device, the map gives the channel of the file to play there, or -1 for
silence: `--channel-map 1 0` swaps left and right, `--channel-map 0 -1` mutes the right side.
"""

import argparse
import sys
import wave

import pyaudiopp as pyaudio
from pyaudiopp import WaveFile

CHUNK = 1024  # frames


def play(path: str, channel_map: tuple[int, ...]) -> None:
    if sys.platform != "darwin":  # type checkers understand this: the class exists only on macOS
        raise OSError("channel maps are a feature of Core Audio")
    with WaveFile(path) as file:
        stream_info = pyaudio.PaMacCoreStreamInfo(
            flags=pyaudio.PaMacCoreStreamInfo.paMacCorePlayNice, channel_map=channel_map
        )

        audio = pyaudio.PyAudio()
        stream = audio.open(
            rate=file.rate,
            channels=file.channels,
            format=file.format,
            output=True,
            output_host_api_specific_stream_info=stream_info,
        )
        while data := file.read(CHUNK):
            stream.write(data)
        stream.close()
        audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Play a wave file with a channel map.")
    parser.add_argument("file")
    parser.add_argument("--channel-map", type=int, nargs="+", default=[1, 0])
    options = parser.parse_args()
    if not hasattr(pyaudio, "PaMacCoreStreamInfo"):
        sys.exit("Channel maps are a feature of Core Audio: this example needs macOS.")
    try:
        play(options.file, tuple(options.channel_map))
    except wave.Error as error:
        sys.exit(f"{options.file} is not a wave file that can be played: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot play {options.file}: {error}")


if __name__ == "__main__":
    main()
