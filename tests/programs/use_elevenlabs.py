# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays through elevenlabs' conversation audio interface, which listens all the time."""

import sys
import time
import wave
from pathlib import Path

from elevenlabs.conversational_ai.default_audio_interface import DefaultAudioInterface

heard = bytearray()
interface = DefaultAudioInterface()
interface.start(heard.extend)
while not heard:
    time.sleep(0.1)
with wave.open(sys.argv[1]) as file:
    interface.output(file.readframes(file.getnframes()))
while not interface.output_queue.empty():
    time.sleep(0.1)
if sys.argv[2:]:
    before = len(heard)
    while len(heard) < before + 2 * 3 * 16000:
        time.sleep(0.1)
    Path(sys.argv[2]).write_bytes(heard)
interface.stop()
