# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Lists the devices and plays an input on an output from a callback, with pyaudiopp.core.

This is the C++ library's own API instead of PyAudio's. Loudspeakers near the microphone cause
feedback.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping

from pyaudiopp import core, paContinue


def callback(
    in_data: bytes | None, frame_count: int, time_info: Mapping[str, float], status: int
) -> tuple[bytes | None, int]:
    return in_data, paContinue


def list_devices(session: core.Session) -> None:
    for host_api in session.host_apis():
        print(f"{host_api.name}:")
        for device in session.devices():
            if device.host_api == host_api.index:
                channels = f"{device.max_input_channels} in, {device.max_output_channels} out"
                print(f"  {device.index}: {device.name} ({channels})")


def side(session: core.Session, name: str | None, *, output: bool = False) -> core.StreamSide:
    device = session.find_device(name, input=not output, output=output) if name else None
    return core.StreamSide(device, channels=2, format=core.SampleFormat.int16)


def wire(session: core.Session, config: core.StreamConfig, seconds: float) -> None:
    with core.Stream(session, config, callback) as stream:
        stream.start()
        print(f"Wired for {seconds:g} seconds ...", flush=True)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            stream.check()
            time.sleep(0.1)
    counters = stream.counters
    print(f"{counters['frames']} frames in {counters['callbacks']} callbacks")


def main() -> None:
    parser = argparse.ArgumentParser(description="Play what is heard, with pyaudiopp.core.")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--input", help="a part of the input device's name")
    parser.add_argument("--output", help="a part of the output device's name")
    arguments = parser.parse_args()
    try:
        with core.Session() as session:
            list_devices(session)
            config = core.StreamConfig(
                input=side(session, arguments.input),
                output=side(session, arguments.output, output=True),
                sample_rate=48000,
            )
            wire(session, config, arguments.seconds)
    except (OSError, ValueError) as error:
        sys.exit(f"Cannot wire input to output: {error}")


if __name__ == "__main__":
    main()
