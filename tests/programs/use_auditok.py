# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Waits for a sound with auditok, and plays it back."""

import sys
from pathlib import Path

import auditok

region = next(auditok.split(None, sampling_rate=16000, sample_width=2, channels=1))
region.play()
Path(sys.argv[1]).write_bytes(bytes(region))
