# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Records 16,000 Hz mono, as speech recognisers want it, from devices that have other rates.

Windows' WASAPI converts to it if it is asked to, by an option of that host API; elsewhere the sound
server does.
"""

import argparse
import sys
import wave

import pyaudiopp as pyaudio

RATE = 16000
CHUNK = 1024  # frames


def record(path: str, seconds: float) -> None:
    audio = pyaudio.PyAudio()
    try:
        audio.get_host_api_info_by_type(pyaudio.paWASAPI)
        options = pyaudio.WasapiOptions(auto_convert=True)
    except OSError:  # there is no WASAPI
        options = None
    stream = audio.open(
        rate=RATE,
        channels=1,
        format=pyaudio.paInt16,
        input=True,
        input_host_api_specific_stream_info=options,  # its default device is the one of WASAPI
    )
    with wave.open(path, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        for _ in range(round(seconds * RATE / CHUNK)):
            file.writeframes(stream.read(CHUNK, exception_on_overflow=False))
    stream.close()
    audio.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Record 16,000 Hz mono into a wave file.")
    parser.add_argument("file")
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    try:
        record(options.file, options.seconds)
    except OSError as error:
        sys.exit(f"Cannot record: {error}")


if __name__ == "__main__":
    main()
