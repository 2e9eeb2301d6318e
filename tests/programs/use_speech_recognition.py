# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Listens with SpeechRecognition while it plays with pydub."""

import sys
import time
from pathlib import Path

import speech_recognition
from pydub import AudioSegment
from pydub.playback import play

SECONDS_OF_LISTENING = 30


def names() -> None:
    print("\n".join(speech_recognition.Microphone.list_microphone_names()))


def record(heard: str) -> None:
    with speech_recognition.Microphone() as microphone:
        audio = speech_recognition.Recognizer().record(microphone, duration=4)
    Path(heard).write_bytes(audio.get_raw_data())


def listen(heard: str) -> None:
    with speech_recognition.Microphone() as microphone:
        audio = speech_recognition.Recognizer().listen(microphone, timeout=SECONDS_OF_LISTENING)
    Path(heard).write_bytes(audio.get_raw_data())


def listen_in_background(sound: str, *heard: str) -> None:
    phrases = []
    recognizer = speech_recognition.Recognizer()
    microphone = speech_recognition.Microphone()
    stop = recognizer.listen_in_background(microphone, lambda _, audio: phrases.append(audio))
    while microphone.stream is None:
        time.sleep(0.01)
    play(AudioSegment.from_wav(sound))
    ends = time.monotonic() + SECONDS_OF_LISTENING
    while len(phrases) < len(heard) and time.monotonic() < ends:
        time.sleep(0.1)
    stop(wait_for_stop=True)
    for path, audio in zip(heard, phrases):
        Path(path).write_bytes(audio.get_raw_data())


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
