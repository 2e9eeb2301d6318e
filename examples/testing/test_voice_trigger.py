# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Tests of voice_trigger.py on a simulated sound card: minutes of sound in milliseconds."""

import array
import math
import wave

import pyaudio
import pytest
import voice_trigger
from voice_trigger import RATE

from pyaudiopp.simulation import Device, Fault, HostApi


def tone(seconds, loudness=8000):
    samples = (
        loudness * math.sin(2 * math.pi * 200 * n / RATE) for n in range(int(seconds * RATE))
    )
    return array.array("h", map(round, samples))


def silence(seconds):
    return tone(seconds, loudness=0)


PHRASE = silence(0.5) + tone(0.4) + silence(0.5)


@pytest.fixture
def card(make_simulated_card):
    """A small computer: a mono microphone and a mono speaker."""
    return make_simulated_card(
        [HostApi(devices=[Device("microphone", 1, 0), Device("speaker", 0, 1)])]
    )


def test_a_phrase_is_answered_with_a_beep(card, capsys):
    card.feed_input(0, PHRASE)
    voice_trigger.main(["--phrases", "1"])
    assert card.output(1, pyaudio.paInt16) == voice_trigger.beep()
    assert capsys.readouterr().out == "a phrase of 0.40 seconds\n"


def test_the_answer_comes_when_it_has_been_quiet_for_long_enough(card):
    card.feed_input(0, PHRASE)
    voice_trigger.answer(1)
    assert card.input_left(0) == 0.2 * RATE  # of the half second of silence


def test_a_click_and_a_whisper_are_not_answered(card):
    card.feed_input(0, tone(0.02) + silence(0.5) + tone(0.4, loudness=100) + silence(0.5) + PHRASE)
    voice_trigger.answer(1)
    assert card.output_frames(1) == RATE // 10


def test_a_recorded_phrase(card, tmp_path):
    with wave.open(str(tmp_path / "phrase.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(PHRASE)
    card.feed_wave(0, tmp_path / "phrase.wav")
    voice_trigger.answer(1)
    assert card.output_frames(1) == RATE // 10


def test_an_overflow_does_not_end_it(card):
    card.feed_input(0, PHRASE)
    card.inject(Fault("Pa_ReadStream", pyaudio.paInputOverflowed, nth=30))
    voice_trigger.answer(1)
    assert card.faults_hit() == 1


def test_a_microphone_that_is_pulled_out(card, monkeypatch):
    card.feed_input(0, PHRASE)
    # The program listens for ever, so unplug the device once the first phrase is answered.
    monkeypatch.setattr(voice_trigger, "beep", lambda: card.unplug(0) or b"")
    with pytest.raises(SystemExit, match=r"Cannot listen: .* host error"):
        voice_trigger.main([])


def test_no_microphone(make_simulated_card):
    make_simulated_card([HostApi(devices=[Device("speaker", 0, 1)])])
    with pytest.raises(SystemExit, match="Invalid input device"):
        voice_trigger.main([])
