# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Prints PortAudio's host APIs and devices, and the sample rates they support."""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

import pyaudiopp as pyaudio

RATES = (8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 176400, 192000)


def supported_rates(audio: pyaudio.PyAudio, **side: int) -> list[int]:
    rates: list[int] = []
    for rate in RATES:
        try:
            audio.is_format_supported(rate, **side)
        except ValueError:
            continue
        rates.append(rate)
    return rates


def show(title: str, values: Mapping[str, Any]) -> None:
    print(f"\n{title}")
    for name, value in values.items():
        print(f"  {name}: {value}")


def show_device(audio: pyaudio.PyAudio, device: Mapping[str, Any]) -> None:
    show(f"Device {device['index']}", device)
    print(f"  host API: {audio.get_host_api_info_by_index(device['hostApi'])['name']}")
    both: dict[str, int] = {}
    for direction in ("input", "output"):
        channels = device[f"max{direction.title()}Channels"]
        if channels > 0:
            side = {
                f"{direction}_device": device["index"],
                f"{direction}_channels": channels,
                f"{direction}_format": pyaudio.paInt16,
            }
            print(f"  {direction} rates: {supported_rates(audio, **side)}")
            both.update(side)
    if len(both) == 6:
        print(f"  full-duplex rates: {supported_rates(audio, **both)}")


def show_default(audio: pyaudio.PyAudio, direction: str) -> None:
    try:
        device = getattr(audio, f"get_default_{direction}_device_info")()
    except OSError as error:
        print(f"Default {direction} device: {error}")
    else:
        print(f"Default {direction} device: {device['index']} ({device['name']})")


def show_system() -> None:
    audio = pyaudio.PyAudio()
    print(f"{pyaudio.get_portaudio_version_text()} ({pyaudio.get_portaudio_version()})")
    print(f"Host APIs: {audio.get_host_api_count()}")
    print(f"Devices: {audio.get_device_count()}")
    show_default(audio, "input")
    show_default(audio, "output")
    for index in range(audio.get_host_api_count()):
        show(f"Host API {index}", audio.get_host_api_info_by_index(index))
    for index in range(audio.get_device_count()):
        show_device(audio, audio.get_device_info_by_index(index))
    audio.terminate()


def main() -> None:
    argparse.ArgumentParser(description="Show what PortAudio knows of this machine.").parse_args()
    try:
        show_system()
    except OSError as error:
        sys.exit(f"Cannot look at the sound system: {error}")


if __name__ == "__main__":
    main()
