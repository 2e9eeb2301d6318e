# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Every format and number of channels through JACK, read and written, blocking and by callback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyaudiopp.virtual_card import JackDummy, VirtualCard

TABLE = Path(__file__).parent / "jack_table.py"


@pytest.mark.timeout(300)
def test_every_transfer_is_exact(card: VirtualCard) -> None:
    if missing := JackDummy.missing():
        pytest.skip(f"no JACK here: it needs {', '.join(missing)}")
    with JackDummy(channels=8) as jack:
        done = subprocess.run(
            [sys.executable, str(TABLE)],
            env={**os.environ, **jack.environment()},
            capture_output=True,
            text=True,
            timeout=240,
        )
    print(done.stdout)  # for `pytest -s`
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" exact") == 6 * 4 * 3 * 2
