# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs the command line, also by the path of this directory, where pyaudiopp is not installed."""

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    if not __package__:
        sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(importlib.import_module(__package__ or "virtual_card").main())
