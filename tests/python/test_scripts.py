# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""The counting in scripts/demo and scripts/test: compared recordings, and test totals."""

from __future__ import annotations

import os
import sys
import tempfile
import wave
from pathlib import Path
from types import ModuleType

import pytest

np = pytest.importorskip("numpy")

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def comparison(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import compare_recording

    return compare_recording


@pytest.fixture
def suites(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import suites

    monkeypatch.setattr(suites, "RESULTS", tmp_path)
    return suites


def stereo(*samples: int):
    return np.repeat(np.array(samples, "<i2")[:, None], 2, axis=1)


@pytest.mark.parametrize(
    ("played", "recorded", "offset", "identical"),
    [
        ((1, 2, 3), (1, 2, 3), 0, 3),
        ((1, 2, 3), (0, 0, 1, 2, 3, 0), 2, 3),
        ((0, 1, 2, 0), (0, 0, 0, 1, 2, 0, 0), 2, 4),
        ((1, 2, 3), (0, 1, 2), 1, 2),
        ((1, 2, 3), (0, 1, 9, 3), 1, 2),
        ((1, 2, 3, 4), (0, 1, 2, 0, 3, 4), 1, 2),
        ((0, 0, 1, 2), (0, 1, 2), -1, 3),
        ((1, 2, 3), (0, 0, 0), 0, 0),
        ((1, 2, 3), (), 0, 0),
    ],
)
def test_frames_are_compared_from_the_first_sound_on(
    comparison: ModuleType,
    played: tuple[int, ...],
    recorded: tuple[int, ...],
    offset: int,
    identical: int,
) -> None:
    result = comparison.compare(stereo(*played), stereo(*recorded))
    assert result == comparison.Comparison(len(played), len(recorded), offset, identical)


def test_a_frame_with_one_wrong_channel_is_not_identical(comparison: ModuleType) -> None:
    recorded = stereo(1, 2, 3)
    recorded[1, 1] = 0
    assert comparison.compare(stereo(1, 2, 3), recorded).identical == 2


def test_other_channel_counts_are_refused(comparison: ModuleType) -> None:
    with pytest.raises(ValueError, match="2 channels were played, 1 recorded"):
        comparison.compare(stereo(1, 2), stereo(1, 2)[:, :1])


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no wave file at all"])
def test_what_is_no_wave_file_is_refused_by_name(
    comparison: ModuleType, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"broken\.wav: .+"):
        comparison.read_wave(path)


def test_only_samples_of_16_bits_are_read(comparison: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "bytes.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\1\2\3")
    with pytest.raises(ValueError, match="expected samples of 16 bits, found 8"):
        comparison.read_wave(path)


def test_junit_files_are_counted(suites: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite><testcase/><testcase><skipped/></testcase><testcase><failure/></testcase>"
        "<testcase><error/></testcase><testcase><system-out/></testcase></testsuite></testsuites>"
    )
    assert suites.count_junit(report) == suites.Totals(passed=2, failed=2, skipped=1)
    assert suites.count_junit(tmp_path / "missing.xml") == suites.Totals()


def test_closing_lines_are_counted(suites: ModuleType) -> None:
    assert suites.count_line("38 passed, 0 failed, 7 skipped\n") == suites.Totals(38, 0, 7)
    assert suites.count_line("Segmentation fault") == suites.Totals()


@pytest.mark.parametrize(
    ("program", "counts", "totals"),
    [
        ("pass", "status", (1, 0, 0)),
        ("exit(2)", "status", (0, 1, 0)),
        ("print('3 passed, 0 failed, 1 skipped')", "line", (3, 0, 1)),
        ("print('3 passed, 1 failed, 0 skipped'); exit(1)", "line", (3, 1, 0)),
        # A suite that exits with an error, or runs nothing, has failed whatever its counts.
        ("print('3 passed, 0 failed, 1 skipped'); exit(1)", "line", (3, 1, 1)),
        ("print('nothing')", "line", (0, 1, 0)),
        ("exit(0)", "junit", (0, 1, 0)),
    ],
)
def test_a_suite_is_counted(
    suites: ModuleType, program: str, counts: str, totals: tuple[int, int, int]
) -> None:
    suite = suites.Suite("title", [sys.executable, "-c", program], counts)
    assert suite.run("name") == suites.Totals(*totals)


def test_nothing_stays_in_the_temporary_directory(
    suites: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    litters = suites.Suite("litters", [sys.executable, "-c", "import tempfile; tempfile.mkdtemp()"])
    monkeypatch.setattr(suites, "suites", lambda: {"litters": litters})
    monkeypatch.setenv("PATH", os.environ["PATH"])  # restored, like the next one
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert suites.main([]) == 0
    assert list(temporary.iterdir()) == []
