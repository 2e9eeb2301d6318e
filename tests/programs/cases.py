# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What to do with each program, and the expected result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rig import Rig, Wrong


@dataclass(frozen=True)
class Case:
    """A test of a program.

    Attributes:
        program: the name of its package on PyPI.
        title: what it does.
        card: the virtual card's parameters. It has the program's format, so that every frame can be
            compared.
        check: runs it, and returns a short description of what was right.
    """

    program: str
    title: str
    card: dict[str, Any]
    check: Callable[[Rig], str]


CASES: list[Case] = []


def record_noise(rig: Rig, name: str, *arguments: str, silence: float = 0) -> str:
    """Plays a second of noise, after some silence, while a program records."""
    program = rig.start(name, *arguments, rig.path("heard"))
    program.wait_for_recording()
    sound = rig.noise(1)
    rig.card.play(rig.silence(silence) + sound)
    program.wait()
    return rig.same(sound, rig.path("heard").read_bytes())


def case(program: str, title: str, **card: Any) -> Callable[[Callable[[Rig], str]], None]:
    return lambda check: CASES.append(Case(program, title, {"channels": 1, **card}, check))


@case("SpeechRecognition", "`Microphone.list_microphone_names()`", rate=44100)
def _(rig: Rig) -> str:
    names = rig.start("use_speech_recognition.py", "names").wait().splitlines()
    # These are all the devices in the card's ALSA configuration.
    expected = ["fastnull", "fastnull2", "default"]
    if names != expected:
        raise Wrong(f"{names} instead of {expected}")
    return f"{len(names)} names"


@case("SpeechRecognition", "`record(duration=4)`", rate=44100)
def _(rig: Rig) -> str:
    return record_noise(rig, "use_speech_recognition.py", "record")


@case("SpeechRecognition", "`listen()` to a phrase in silence", rate=44100)
def _(rig: Rig) -> str:
    program = rig.start("use_speech_recognition.py", "listen", rig.path("heard"))
    program.wait_for_recording()
    phrase = rig.noise(0.5)
    rig.card.play(rig.silence(1) + phrase + rig.silence(2))
    program.wait()
    return rig.same(phrase, rig.path("heard").read_bytes())


@case(
    "SpeechRecognition",
    "`listen_in_background()` while pydub plays two phrases in the same process",
    rate=44100,
)
def _(rig: Rig) -> str:
    phrases = [rig.noise(0.5, seed) for seed in (1, 2)]
    sound = b"".join(rig.silence(1) + phrase + rig.silence(2) for phrase in phrases)
    heard = [rig.path(f"heard{number}") for number in (1, 2)]
    command = ["listen_in_background", rig.wave(sound), *heard]
    rig.start("use_speech_recognition.py", *command).wait()
    if missing := [path.name for path in heard if not path.exists()]:
        raise Wrong(f"{len(missing)} of 2 phrases not heard")
    same = [rig.same(phrase, path.read_bytes()) for phrase, path in zip(phrases, heard)]
    return f"2 phrases of {same[0]}"


@case("pydub", "`play()` a segment of 1 s", rate=48000, channels=2)
def _(rig: Rig) -> str:
    sound = rig.noise(1)
    with rig.card.capture() as captured:
        rig.start("use_pydub.py", rig.wave(sound)).wait()
    return rig.same(sound, captured.data)


@case("pipecat-ai", "`LocalAudioTransport` plays 2 s, and hears them", rate=16000)
def _(rig: Rig) -> str:
    sound = rig.noise(2)
    with rig.card.capture() as captured:
        rig.start("use_pipecat.py", rig.wave(sound), rig.path("heard")).wait()
    played = rig.same(sound, captured.data)
    heard = rig.same(sound, rig.path("heard").read_bytes())
    return f"{played} played, {heard} heard"


@case("auditok", "`split()` waits for a phrase, `play()` repeats it", rate=16000)
def _(rig: Rig) -> str:
    program = rig.start("use_auditok.py", rig.path("heard"))
    program.wait_for_recording()
    phrase = rig.noise(0.5)
    with rig.card.capture() as captured:
        rig.card.play(rig.silence(1) + phrase + rig.silence(1))
        program.wait()
    heard = rig.same(phrase, rig.path("heard").read_bytes())
    repeated = rig.same(phrase, captured.data.partition(phrase)[2])
    return f"{heard} heard, {repeated} repeated"


@case("elevenlabs", "`DefaultAudioInterface` plays 2 s, and hears them", rate=16000)
def _(rig: Rig) -> str:
    sound = rig.noise(2)
    with rig.card.capture() as captured:
        rig.start("use_elevenlabs.py", rig.wave(sound), rig.path("heard")).wait()
    played = rig.same(sound, captured.data)
    heard = rig.same(sound, rig.path("heard").read_bytes())
    return f"{played} played, {heard} heard"


@case("elevenlabs", "`DefaultAudioInterface` plays 2 s, then `stop()`", rate=16000)
def _(rig: Rig) -> str:
    sound = rig.noise(2)
    with rig.card.capture() as captured:
        rig.start("use_elevenlabs.py", rig.wave(sound)).wait()
    return rig.same(sound, captured.data)


@case("realtimestt", "the microphone worker in a spawned process, 4 s", rate=16000)
def _(rig: Rig) -> str:
    return record_noise(rig, "use_realtimestt.py", silence=1)  # it opens streams to try them


@case("whisper-live", "`TranscriptionClient().record()`, 4 s", rate=16000)
def _(rig: Rig) -> str:
    return record_noise(rig, "use_whisper_live.py")


@case("audiolazy", "`AudioIO().play()` 2 s", rate=44100, sample_format="float32le")
def _(rig: Rig) -> str:
    sound = rig.noise(2)
    rig.path("sound").write_bytes(sound)
    with rig.card.capture() as captured:
        rig.start("use_audiolazy.py", "play", rig.path("sound")).wait()
    return rig.same(sound, captured.data)


@case("audiolazy", "`AudioIO().record()`", rate=44100, sample_format="float32le")
def _(rig: Rig) -> str:
    return record_noise(rig, "use_audiolazy.py", "record")
