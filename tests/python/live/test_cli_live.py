# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line on the virtual sound card."""

from __future__ import annotations

import json
import subprocess
import sys

from pyaudiopp.virtual_card import JackDummy, VirtualCard

SILENT = 3


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyaudiopp", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_devices_of_the_card_are_listed(card: VirtualCard) -> None:
    done = command("devices", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    [alsa] = [api for api in json.loads(done.stdout)["host_apis"] if api["name"] == "ALSA"]
    [default] = [device for device in alsa["devices"] if device["is_default_output"]]
    assert default["is_default_input"]
    assert {44100, 48000} <= set(default["output_sample_rates"])


def test_the_doctor_finds_the_servers_and_hears_silence(card: VirtualCard, jack: JackDummy) -> None:
    done = command("doctor")
    assert (done.returncode, done.stderr) == (SILENT, "")
    assert f"PulseAudio or PipeWire answers at {card.environment()['PULSE_SERVER']}" in done.stdout
    assert "JACK Audio Connection Kit: 1 device" in done.stdout
    assert "only digital silence was heard" in done.stdout
    assert "One thing is wrong." in done.stdout


def test_the_doctor_hears_what_is_played(card: VirtualCard) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pyaudiopp", "doctor"], stdout=subprocess.PIPE, text=True
    ) as doctor:
        card.wait_for_recorder()
        card.play(b"\0\x40\0\xc0" * 96000)
        output, _ = doctor.communicate(timeout=60)
    assert "it is not silent" in output
    assert doctor.returncode == 0


def test_the_doctor_tells_what_alsa_says(card: VirtualCard) -> None:
    done = command("doctor", "--no-record", "--verbose")
    assert done.returncode == 0
    assert "alsa: " in done.stdout.lower()
