# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The command line: playing and recording files, and what can go wrong with them."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")

import pyaudiopp  # noqa: E402
from pyaudiopp import simulation  # noqa: E402
from pytest_pyaudiopp import MakeSimulatedCard as Make  # noqa: E402

Heard = tuple[int, str, str]

RATE = 48000
TIMEOUT = 60
FAILED, USAGE, SILENT, LOST, INTERRUPTED = 1, 2, 3, 4, 130

# Three seconds of stereo noise; no sample is 0, to distinguish it from silence.
NOISE = np.frombuffer(random.Random(1).randbytes(4 * 3 * RATE), "<i2").reshape(-1, 2) | 1

# A program whose microphone hears a file of raw noise.
ON_A_CARD = """
import os, sys
from pyaudiopp import paInt16, simulation
from pyaudiopp._cli import main

device = simulation.Device(high_latency=10)  # it waits for a machine that is busy
with simulation.Simulation([simulation.HostApi(devices=[device])]) as card:
    with open(os.environ["NOISE"], "rb") as file:
        card.feed_input(0, file.read(), channels=2, format=paInt16)
    status = main(sys.argv[1:])
sys.exit(status)
"""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command in its own process, with noise at the microphone."""
    (tmp_path / "noise").write_bytes(NOISE.tobytes() * 10)
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
        given: dict[str, object] = {"stdout": subprocess.PIPE, **options}
        process = subprocess.Popen(
            [sys.executable, "-c", ON_A_CARD, *map(str, arguments)],
            env={**os.environ, "NOISE": str(tmp_path / "noise")},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **given,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(path: Path, size: int) -> None:
    """Waits until a recording has this many bytes."""
    deadline = time.monotonic() + 20
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < deadline, "nothing is recorded"
        time.sleep(0.01)


def heard(path: Path, sample_type: str = "int16") -> np.ndarray:
    """Reads a recording, which must be an unbroken piece of the noise from its first frame on."""
    data, rate = soundfile.read(path, dtype=sample_type, always_2d=True)
    assert rate == RATE
    return data


# ---- play ----


@pytest.mark.parametrize("extension", ["wav", "flac", "aiff", "w64", "au"])
def test_each_frame_of_a_file_is_played(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path, extension: str
) -> None:
    path = tmp_path / f"tune.{extension}"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    assert cli("play", path) == (0, f"{path}: {3 * RATE} frames, 0:03.0\n", "")
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == NOISE.tobytes()


@pytest.mark.parametrize(
    ("subtype", "sample_type", "format"),
    [
        ("PCM_24", "int32", pyaudiopp.paInt32),
        ("PCM_32", "int32", pyaudiopp.paInt32),
        ("FLOAT", "float32", pyaudiopp.paFloat32),
        ("PCM_U8", "int16", pyaudiopp.paInt16),
    ],
)
def test_no_bit_of_a_sample_is_lost(
    free: simulation.Simulation,
    cli: Callable[..., Heard],
    tmp_path: Path,
    subtype: str,
    sample_type: str,
    format: int,
) -> None:
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE.astype("i4") * 65537, RATE, subtype)
    assert cli("play", path)[0] == 0
    expected = soundfile.read(path, dtype=sample_type)[0].tobytes()
    assert free.output(0, format)[: len(expected)] == expected


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_file_whose_name_is_no_text_is_played(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/b\xffd.wav"
    with open(path, "wb") as file:
        soundfile.write(file, NOISE[:480], RATE, "PCM_16", format="WAV")
    for variables in ({}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}):
        done = subprocess.run(
            [sys.executable, "-m", "pyaudiopp", "play", path],
            env={**os.environ, "PYAUDIOPP_BACKEND": "simulation", **variables},
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == os.fsencode(tmp_path) + b"/b\\udcffd.wav: 480 frames, 0:00.0\n"


def test_files_follow_each_other_without_a_gap(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.wav" for number in range(3)]
    parts = np.array_split(NOISE, 3)
    for path, part in zip(paths, parts):
        soundfile.write(path, part, RATE, "PCM_16")
    assert cli("play", *paths)[0] == 0
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == NOISE.tobytes()


def test_files_of_other_kinds_follow_each_other(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "a.wav", NOISE, RATE, "PCM_16")
    soundfile.write(tmp_path / "b.wav", NOISE[:, :1], 8000, "PCM_16")
    status, out, err = cli("play", tmp_path / "a.wav", tmp_path / "b.wav")
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == 2
    assert NOISE.tobytes() in free.output(0, pyaudiopp.paInt16)


def why_not_opened(path: Path) -> str:
    """The system's words, which differ."""
    try:
        os.stat(path)
        open(path, "rb").close()
    except OSError as error:
        return str(error.strerror)
    raise AssertionError(f"{path} can be read")


def test_what_is_no_sound_file_is_told_before_anything_is_played(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    good = tmp_path / "good.wav"
    soundfile.write(good, NOISE, RATE, "PCM_16")
    (tmp_path / "letter.wav").write_text("This is no sound, but a letter.")
    (tmp_path / "empty.wav").touch()
    (tmp_path / "noise.raw").write_bytes(bytes(100))
    for name, words in {
        "nowhere.wav": why_not_opened(tmp_path / "nowhere.wav"),
        "letter.wav": "Format not recognised",
        "empty.wav": "Format not recognised",
        "noise.raw": "it has no header",
        ".": why_not_opened(tmp_path),
    }.items():
        status, out, err = cli("play", good, tmp_path / name)
        assert (status, out) == (FAILED, "")
        assert err.startswith(f"pyaudiopp: cannot read {tmp_path / name}: {words}")
        assert err.count("\n") == 1
    assert free.output_frames(0) == 0


def test_a_file_that_breaks_off_is_played_so_far(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    path = tmp_path / "tune.flac"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    path.write_bytes(path.read_bytes()[:200_000])
    status, _, err = cli("play", path)
    played = free.output(0, pyaudiopp.paInt16).rstrip(b"\0")
    assert len(played) > 100_000
    assert NOISE.tobytes().startswith(played)
    assert (status, err.count("\n")) == (FAILED, 1)
    assert "tune.flac" in err


def test_a_rate_that_the_device_does_not_take(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    device = simulation.Device("hw:0", sample_rates=[48000, 96000])
    make_simulated_card(host_apis=[simulation.HostApi(devices=[device])], clock="free_running")
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE, 44100, "PCM_16")
    status, _, err = cli("play", path)
    assert status == FAILED
    assert err.startswith(f"pyaudiopp: cannot play {path}: Invalid sample rate; output on device 0")
    assert err.endswith("supported sample rates: 48000, 96000\n")


def test_the_device_that_is_meant(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    names = ["USB one", "USB two"]
    devices = [simulation.Device(name) for name in names]
    apis = [simulation.HostApi(name=api, devices=devices) for api in ("ALSA", "JACK")]
    card = make_simulated_card(host_apis=apis, clock="free_running")
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    for device, options in enumerate(
        (
            ["--device", "0"],
            ["-d", "two", "--host-api", "alsa"],
            ["--host-api", "Jack"],
            ["-d", "usb TWO", "--host-api", "JACK"],
        )
    ):
        assert cli("play", path, *options)[0] == 0
        assert [card.output_frames(number) > 0 for number in range(4)] == [
            number == device for number in range(4)
        ]
        card.clear_output(device)
    for options, words in (
        (["-d", "nothing"], "no output device matches 'nothing'"),
        (["-d", "two"], "2 output devices match 'two'; choose one by --host-api or by index: "),
        (["-d", "1", "--host-api", "jack"], "device 1 does not belong to JACK"),
        (["-d", "7"], "no output device matches 7"),
        (["--host-api", "OSS"], "no host API matching 'OSS' has an output device: ALSA, JACK"),
    ):
        status, _, err = cli("play", path, *options)
        assert (status, err.count("\n")) == (USAGE, 1)
        assert err.startswith(f"pyaudiopp: {words}")


def test_the_host_api_that_is_meant(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    names = ["MME", "Windows DirectSound", "Windows WASAPI", "Windows"]
    apis = [simulation.HostApi(name=api, devices=[simulation.Device()]) for api in names]
    card = make_simulated_card(host_apis=apis, clock="free_running")
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    for device, options in ((3, ["--host-api", "windows"]), (2, ["--host-api", "wasapi", "-d2"])):
        assert cli("play", path, *options)[0] == 0
        assert card.output_frames(device) > 0
    card.set_host_apis(apis[:3])
    assert cli("play", path, "--host-api", "windows") == (
        USAGE,
        "",
        "pyaudiopp: 2 host APIs with an output device match 'windows': "
        "Windows DirectSound, Windows WASAPI\n",
    )
    assert [card.output_frames(number) for number in range(3)] == [0, 0, 0]
    assert cli("play", path, "--host-api", "windows", "-d1")[0] == 0


def test_no_device_to_play_on(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    make_simulated_card(host_apis=[])
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    told = "pyaudiopp: there is no output device; try `pyaudiopp doctor`\n"
    assert cli("play", path) == (SILENT, "", told)


def test_an_interruption_of_the_sound_is_told(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    free.inject(simulation.Fault("Pa_WriteStream", pyaudiopp.paOutputUnderflowed, nth=5))
    status, _, err = cli("play", path)
    assert (status, err) == (
        LOST,
        "pyaudiopp: the sound was interrupted once: the machine was too busy\n",
    )
    assert free.output(0, pyaudiopp.paInt16).rstrip(b"\0") == NOISE.tobytes()


def test_a_device_that_fails_while_it_plays(
    free: simulation.Simulation, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    path = tmp_path / "tune.wav"
    soundfile.write(path, NOISE, RATE, "PCM_16")
    error = pyaudiopp.paUnanticipatedHostError
    free.inject(simulation.Fault("Pa_WriteStream", error, "No such device", -19, nth=5))
    status, _, err = cli("play", path)
    assert (status, err.count("\n")) == (FAILED, 1)
    assert err.startswith(f"pyaudiopp: cannot play {path}: ")
    assert "No such device" in err


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_ends_a_tune(started: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    path = tmp_path / "tune.wav"
    soundfile.write(path, np.tile(NOISE, (20, 1)), RATE, "PCM_16")
    process = started("play", path)
    time.sleep(3)  # the tune is longer than a busy machine takes to start
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err) == (INTERRUPTED, "")
    assert time.monotonic() - start < 10


# ---- record ----


def patient(make_simulated_card: Make) -> simulation.Simulation:
    """A real-time card that tolerates a machine that is busy for ten seconds."""
    devices = [simulation.Device(high_latency=10)]
    return make_simulated_card([simulation.HostApi(devices=devices)], "real_time")


def listen(make_simulated_card: Make) -> simulation.Simulation:
    """A tolerant card that hears noise."""
    card = patient(make_simulated_card)
    card.feed_input(0, NOISE, channels=2, format=pyaudiopp.paInt16)
    return card


@pytest.mark.parametrize("extension", ["wav", "flac", "aif", "rf64"])
def test_each_frame_is_recorded(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path, extension: str
) -> None:
    listen(make_simulated_card)
    path = tmp_path / f"take.{extension}"
    told = f"{path}: {RATE // 2} frames, 0:00.5\n"
    assert cli("record", "--duration", 0.5, path) == (0, told, "")
    assert soundfile.info(path).subtype == "PCM_16"
    assert np.array_equal(heard(path), NOISE[: RATE // 2])


@pytest.mark.parametrize(
    ("sample_format", "subtype"),
    [("int24", "PCM_24"), ("int32", "PCM_32"), ("float32", "FLOAT")],
)
def test_samples_of_other_sizes(
    make_simulated_card: Make,
    cli: Callable[..., Heard],
    tmp_path: Path,
    sample_format: str,
    subtype: str,
) -> None:
    listen(make_simulated_card)
    path = tmp_path / "take.wav"
    assert cli("record", "-t", 0.2, "-f", sample_format, path)[0] == 0
    assert soundfile.info(path).subtype == subtype
    if subtype == "FLOAT":
        assert np.array_equal(heard(path, "float32") * 32768, NOISE[: RATE // 5])
    else:
        assert np.array_equal(heard(path, "int16"), NOISE[: RATE // 5])


@pytest.mark.parametrize("extension", ["ogg", "mp3", "opus"])
def test_a_recording_that_is_compressed(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path, extension: str
) -> None:
    if extension == "mp3" and "MP3" not in soundfile.available_formats():
        pytest.skip("this libsndfile has no MP3")
    listen(make_simulated_card)
    path = tmp_path / f"take.{extension}"
    assert cli("record", "-t", 0.5, "-c", 1, path)[0] == 0
    assert (soundfile.info(path).channels, soundfile.info(path).samplerate) == (1, RATE)
    assert 0.4 * RATE < len(heard(path)) < 0.7 * RATE
    assert np.abs(heard(path).astype(float)).max() > 1000


def test_a_slow_disk_loses_nothing(
    make_simulated_card: Make,
    cli: Callable[..., Heard],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyaudiopp._cli import record

    write = record._Target.write

    def write_slowly(self: object, data: bytes) -> int:
        time.sleep(0.05)  # a block lasts for 21 ms
        return write(self, data)

    monkeypatch.setattr(record._Target, "write", write_slowly)
    listen(make_simulated_card)
    path = tmp_path / "take.wav"
    assert cli("record", "-t", 1, path)[0] == 0
    assert np.array_equal(heard(path), NOISE[:RATE])


def test_nothing_but_silence_is_told(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    patient(make_simulated_card)
    path = tmp_path / "take.wav"
    status, _, err = cli("record", "-t", 0.1, path)
    assert status == SILENT
    assert err.startswith("pyaudiopp: recorded only digital silence; ")
    assert len(heard(path)) == RATE // 10


def test_a_recording_is_not_overwritten_unasked(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    listen(make_simulated_card)
    path = tmp_path / "take.wav"
    path.write_text("The only recording.")
    status, _, err = cli("record", "-t", 0.1, path)
    assert (status, path.read_text()) == (USAGE, "The only recording.")
    assert err == f"pyaudiopp: {path} exists: choose another name, or use --overwrite\n"
    assert cli("record", "-t", 0.1, "--overwrite", path)[0] == 0
    assert len(heard(path)) == RATE // 10


def test_what_cannot_be_recorded_makes_no_file(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    device = simulation.Device("hw:0", max_input_channels=12, sample_rates=[48000])
    make_simulated_card(host_apis=[simulation.HostApi(devices=[device])])
    for arguments, status, words in (
        (["take.xyz"], USAGE, "has no known extension; use one of: .aif .aiff .au"),
        (["take"], USAGE, "has no known extension"),
        (["take.raw"], USAGE, "has no known extension"),
        (["take.sd2"], USAGE, "has no known extension"),
        (["take.flac", "-c", "12"], USAGE, "cannot have 12 channels at 48000 Hz, but 2 at 48000"),
        (["take.opus", "-r", "44100"], USAGE, "cannot have 2 channels at 44100 Hz, but 2 at 48000"),
        (["take.wve", "-r", "48000", "-c", "1"], USAGE, "cannot have 1 channel at 48000 Hz, but 1"),
        (["take.wav", "-t", "1e308"], USAGE, "1e+308 is not in the range"),
        (["take.flac", "-f", "float32"], USAGE, "files of type FLAC cannot have float32 samples"),
        (["nowhere/take.wav"], FAILED, "cannot write "),
        (["take.wav", "-d", "nothing"], USAGE, "no input device matches 'nothing'"),
        (["take.wav", "-r", "44100"], FAILED, "supported sample rates: 48000"),
        (["take.wav", "-c", "13"], FAILED, "it has at most 12 input channels"),
        (["take.opus", "-r", "48000", "-c", "2", "-f", "int16"], USAGE, "cannot have int16"),
    ):
        name, *options = arguments
        told, out, err = cli("record", "-t", 0.1, tmp_path / name, *options)
        assert (told, out) == (status, ""), err
        assert words in err.splitlines()[-1]
        assert not list(tmp_path.iterdir())

        old = tmp_path / name
        if not old.parent.exists():
            continue
        old.write_text("The only recording.")
        told, out, _ = cli("record", "-t", 0.1, old, "--overwrite", *options)
        assert (told, out, old.read_text()) == (status, "", "The only recording.")
        old.unlink()


def test_an_old_recording_is_kept_until_there_is_sound(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    card = listen(make_simulated_card)
    card.inject(simulation.Fault("Pa_StartStream", pyaudiopp.paUnanticipatedHostError))
    path = tmp_path / "take.wav"
    path.write_text("The only recording.")
    status, _, err = cli("record", "--overwrite", path)
    assert (status, err.count("\n"), path.read_text()) == (FAILED, 1, "The only recording.")


@pytest.mark.skipif(os.name != "posix", reason="makes a named pipe")
def test_only_a_file_is_overwritten(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    listen(make_simulated_card)
    path = tmp_path / "take.wav"
    os.mkfifo(path)
    expected = (FAILED, "", f"pyaudiopp: cannot write {path}: it is not a file\n")
    assert cli("record", "--overwrite", "-t", 0.1, path) == expected


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [
        ("take.opus", 48000, 2),
        ("take.wve", 8000, 1),
        ("take.svx", 44100, 1),
        ("take.mp3", 44100, 2),
    ],
)
def test_what_is_not_asked_for_fits_the_file(
    make_simulated_card: Make,
    cli: Callable[..., Heard],
    tmp_path: Path,
    name: str,
    rate: int,
    channels: int,
) -> None:
    device = simulation.Device(default_sample_rate=44100, high_latency=10)
    make_simulated_card([simulation.HostApi(devices=[device])], "real_time")
    assert cli("record", "-t", 0.5, tmp_path / name)[0] == SILENT
    info = soundfile.info(tmp_path / name)
    assert (info.samplerate, info.channels) == (rate, channels)
    assert info.duration == pytest.approx(0.5, abs=0.1)


def test_a_device_that_is_unplugged_leaves_what_it_gave(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    card = listen(make_simulated_card)
    path = tmp_path / "take.wav"

    def unplug() -> None:
        wait_for(path, 4 * RATE // 4)
        card.unplug(0)

    thread = threading.Thread(target=unplug)
    thread.start()
    status, out, err = cli("record", path)
    thread.join()
    frames = len(heard(path))
    assert frames >= RATE // 4
    assert np.array_equal(heard(path), NOISE[:frames])
    assert (status, out, err.count("\n")) == (FAILED, "", 1)
    assert err.startswith("pyaudiopp: the recording ended early: ")
    assert f"{path}: {frames} frames" in err


def test_frames_that_were_lost_are_told(
    make_simulated_card: Make, cli: Callable[..., Heard], tmp_path: Path
) -> None:
    card = listen(make_simulated_card)
    card.inject(simulation.Fault("PaStreamCallback", pyaudiopp.paInputOverflowed, nth=3))
    status, out, err = cli("record", "-t", 0.2, tmp_path / "take.wav")
    assert status == LOST
    assert out.endswith(f": {RATE // 5} frames, 0:00.2\n")
    assert err == "pyaudiopp: sound was lost once: the machine was too busy\n"


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("extension", ["wav", "flac"])
def test_a_signal_ends_a_recording_whole(
    started: Callable[..., subprocess.Popen[str]], tmp_path: Path, name: str, extension: str
) -> None:
    path = tmp_path / f"take.{extension}"
    process = started("record", path)
    wait_for(path, 4 * RATE // 2)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err) == (0, "")
    frames = len(heard(path))
    assert frames >= RATE // 4
    assert out.startswith(f"{path}: {frames} frames, ")
    assert np.array_equal(heard(path), np.tile(NOISE, (10, 1))[:frames])
    assert soundfile.info(path).frames == frames


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_recording_that_is_cut_short_has_another_status(
    started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    path = tmp_path / "take.wav"
    process = started("record", "--duration", 30, path)
    wait_for(path, 4 * RATE // 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=TIMEOUT)
    assert process.returncode == INTERRUPTED
    assert len(heard(path)) >= RATE // 4


def assert_kept(process: subprocess.Popen[str], path: Path, least: int, words: str) -> int:
    """Asserts that an interrupted recording is valid and reported; returns its frames."""
    out, err = process.communicate(timeout=TIMEOUT)
    frames = len(heard(path))
    assert (process.returncode, out, err.count("\n")) == (FAILED, "", 1)
    assert err.startswith(f"pyaudiopp: the recording ended early: {path}: {words}; ")
    assert f"up to then is in {path}: {frames} frames, " in err
    assert soundfile.info(path).frames == frames >= least
    return frames


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit of Linux's")
@pytest.mark.parametrize("limit", [300_000, 300_001])
def test_a_file_that_may_not_grow_further_is_whole(
    started: Callable[..., subprocess.Popen[str]], tmp_path: Path, limit: int
) -> None:
    import resource

    path = tmp_path / "take.wav"
    process = started(
        "record",
        path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    frames = assert_kept(process, path, (limit - 100) // 4, "File too large")
    assert np.array_equal(heard(path), NOISE[:frames])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A 640 kB file system."""
    directory = tmp_path / "disk"
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", str(directory)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield directory
    subprocess.run(["umount", str(directory)], check=True)


@pytest.mark.parametrize("extension", ["wav", "flac", "aiff", "w64"])
def test_a_full_disk_has_all_that_was_recorded(
    started: Callable[..., subprocess.Popen[str]], small_disk: Path, extension: str
) -> None:
    path = small_disk / f"take.{extension}"
    frames = assert_kept(started("record", path), path, 80_000, "No space left on device")
    assert np.array_equal(heard(path), np.tile(NOISE, (10, 1))[:frames])
    assert [file.name for file in small_disk.iterdir()] == [path.name]


def test_a_disk_that_is_full_from_the_first(
    started: Callable[..., subprocess.Popen[str]], small_disk: Path
) -> None:
    with contextlib.suppress(OSError), open(small_disk / "other", "wb", 0) as other:
        while True:
            other.write(bytes(4096))
    process = started("record", small_disk / "take.wav")
    _, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err.count("\n")) == (FAILED, 1)
    assert err.endswith("take.wav: No space left on device\n")
    assert not (small_disk / "take.wav").exists()


def test_a_type_whose_header_counts_no_further(
    make_simulated_card: Make,
    cli: Callable[..., Heard],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyaudiopp._cli import record

    monkeypatch.setitem(record._LARGEST, "WAV", 100_000)
    listen(make_simulated_card)
    path = tmp_path / "take.wav"
    status, _, err = cli("record", path)
    assert status == FAILED
    assert "a file of this type cannot be larger" in err
    assert 25_000 <= len(heard(path)) < 27_000


@pytest.mark.skipif(os.name != "posix", reason="closes a pipe")
def test_a_closed_pipe_loses_no_recording(
    started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    path = tmp_path / "take.wav"
    reader, writer = os.pipe()
    os.close(reader)
    process = started("record", "-t", 0.5, path, stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, err) == (
        FAILED,
        "pyaudiopp: standard output: Broken pipe\n",
    )
    assert np.array_equal(heard(path), NOISE[: RATE // 2])
