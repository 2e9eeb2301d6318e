# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a wave file with one example while another records it, and compares the two.

Both use the real PortAudio. A machine without a sound card gets a virtual one, on which every frame
must come back unchanged.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np
from compare_recording import Comparison, Frames, compare, draw, read_wave

from pyaudiopp.virtual_card import VirtualCard, prefer_real_time

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples" / "python"
OUTPUT = ROOT / "build" / "demo"
TRIES = 3

# The recording starts before the first frame and ends after the last one.
SECONDS_AROUND = 2


def melody(rate: int = 48000) -> Frames:
    """A plucked melody in stereo, four seconds long, with some noise, the same in each run."""
    time_axis = np.arange(rate // 2) / rate
    notes = []
    for index, semitone in enumerate((0, 4, 7, 12, 9, 7, 4, 0)):
        phase = 2 * np.pi * 261.63 * 2 ** (semitone / 12) * time_axis
        tone = 0.5 * np.exp(-5 * time_axis) * sum(np.sin(n * phase) / n**2 for n in (1, 2, 3, 5))
        pan = index / 7
        notes.append(np.column_stack([tone * (1 - pan), tone * pan]))
    sound = np.concatenate(notes)
    sound += np.random.default_rng(2026).normal(0, 0.01, sound.shape)
    frames: Frames = np.round(np.clip(sound, -1, 1) * 32767).astype("<i2")
    return frames


def write_melody(path: Path) -> None:
    rate = 48000
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, rate, 0, "NONE", ""))
        file.writeframes(melody(rate).tobytes())


def has_sound_card() -> bool:
    """Returns whether there is hardware, and PortAudio finds a device for each direction."""
    with contextlib.suppress(OSError):
        if "no soundcards" in Path("/proc/asound/cards").read_text():
            return False
        program = "import pyaudiopp; audio = pyaudiopp.PyAudio();"
        program += "audio.get_default_input_device_info(); audio.get_default_output_device_info()"
        command = [sys.executable, "-c", program]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def start(name: str, *arguments: object) -> subprocess.Popen[str]:
    """Starts an example, with a log beside the recording."""
    words = " ".join(map(str, arguments)).replace(f"{ROOT}{os.sep}", "")
    print(f"  examples/python/{name} {words}")
    with open(OUTPUT / f"{Path(name).stem}.log", "w") as log:
        return subprocess.Popen(
            [sys.executable, str(EXAMPLES / name), *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip


def finish(process: subprocess.Popen[str], name: str) -> None:
    """Waits for an example; if it fails, ends the demo and shows its log."""
    if process.wait() != 0:
        raise SystemExit(f"{name} failed:\n{(OUTPUT / name).with_suffix('.log').read_text()}")


def play_and_record(source: Path, recording: Path, card: VirtualCard | None) -> None:
    """Runs the two examples at the same time."""
    with wave.open(str(source), "rb") as file:
        rate, channels = file.getframerate(), file.getnchannels()
        seconds = file.getnframes() / rate + SECONDS_AROUND
    recorder = start(
        "record.py", recording, "--seconds", seconds, "--rate", rate, "--channels", channels
    )
    try:
        if card is not None:
            card.wait_for_recorder()
        else:
            time.sleep(SECONDS_AROUND / 2)
        finish(start("play_wave.py", source), "play_wave.py")
        finish(recorder, "record.py")
    finally:
        recorder.kill()
        recorder.wait()


def demonstrate(source: Path, card: VirtualCard | None) -> Comparison:
    """Plays, records and compares; tries again, and says so, after an underrun."""
    recording = OUTPUT / "recording.wav"
    played, rate = read_wave(source)
    for attempt in range(1, TRIES + 1):
        underruns = card.underruns if card else 0
        play_and_record(source, recording, card)
        recorded, _ = read_wave(recording)
        result = compare(played, recorded)
        if card is None or result.identical == result.played or card.underruns == underruns:
            break
        print(
            f"  try {attempt}: {result.identical:,} frames identical,"
            f" {card.underruns - underruns} underruns"
        )
    draw(played, recorded, rate, result, OUTPUT / "waveforms.png")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--virtual", action="store_true", help="do not use a real sound card")
    parser.add_argument("file", nargs="?", type=Path, help="a 16-bit wave file, not our melody")
    options = parser.parse_args()

    OUTPUT.mkdir(parents=True, exist_ok=True)
    source = options.file
    if source is None:
        source = OUTPUT / "melody.wav"
        write_melody(source)
    try:
        frames, rate = read_wave(source)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1

    with contextlib.ExitStack() as stack:
        card = None
        if not options.virtual and has_sound_card():
            print("On this machine's sound card, where frames do not come back identical:")
        else:
            print("On a virtual sound card:")
            prefer_real_time()
            card = stack.enter_context(VirtualCard(rate=rate, channels=frames.shape[1]))
            os.environ.update(card.environment())
        result = demonstrate(source, card)

    print(f"{OUTPUT.relative_to(ROOT)}/ has recording.wav, and waveforms.png with a plot of both")
    print(f"frames played:    {result.played:>9,}")
    print(f"frames recorded:  {result.recorded:>9,} (the sound starts at frame {result.offset:,})")
    print(f"frames identical: {result.identical:>9,}")
    return int(card is not None and result.identical != result.played)


if __name__ == "__main__":
    sys.exit(main())
