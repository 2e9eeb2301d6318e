# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Forwards ``import _portaudio``, as old programs name PyAudio's C module, to pyaudiopp."""

import sys

import pyaudio  # noqa: F401

sys.modules[__name__] = sys.modules["pyaudio._portaudio"]
