# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Tells PyInstaller, by the entry point `pyinstaller40`, what a program with pyaudiopp needs."""

from __future__ import annotations

import os


def get_hook_dirs() -> list[str]:
    """Where PyInstaller finds the hook."""
    return [os.path.dirname(__file__)]
