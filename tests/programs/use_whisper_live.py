# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Records with WhisperLive's client, which sends what it hears to a server: here, to this file."""

import json
import sys
from pathlib import Path
from unittest import mock

import numpy

CHUNKS = 16  # of 4,096 frames at 16,000 Hz


def record(heard: str) -> None:
    with mock.patch("websocket.WebSocketApp"):
        from whisper_live.client import TranscriptionClient

        client = TranscriptionClient(
            "localhost", 9090, lang="en", use_vad=False, output_transcription_path=f"{heard}.srt"
        )
    sound = bytearray()

    def send(chunk: bytes) -> None:
        sound.extend((numpy.frombuffer(chunk, "<f4") * 32768).astype("<i2").tobytes())
        client.client.recording = len(sound) < 2 * 4096 * CHUNKS

    ready = {"uid": client.client.uid, "message": "SERVER_READY", "backend": "faster_whisper"}
    client.client.on_message(None, json.dumps(ready))
    with mock.patch.object(client, "multicast_packet", lambda chunk, *_: send(chunk)):
        client.record()
    Path(heard).write_bytes(sound)


if __name__ == "__main__":
    record(sys.argv[1])
