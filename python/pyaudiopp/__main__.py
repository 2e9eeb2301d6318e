# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``python -m pyaudiopp`` prints the versions and the devices."""

import pyaudiopp


def main() -> None:
    """Prints the versions, and each device with its host API, channels and default rate."""
    print(f"pyaudiopp {pyaudiopp.__version__}, {pyaudiopp.get_portaudio_version_text()}")
    p = pyaudiopp.PyAudio()
    try:
        for index in range(p.get_device_count()):
            device = p.get_device_info_by_index(index)
            host_api = p.get_host_api_info_by_index(device["hostApi"])["name"]
            print(
                f"{index:3}  {device['name']}, {host_api}: "
                f"{device['maxInputChannels']} in, {device['maxOutputChannels']} out, "
                f"{device['defaultSampleRate']:.0f} Hz"
            )
    finally:
        p.terminate()


if __name__ == "__main__":
    main()
