# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Lets the program's `import pyaudio` find pyaudiopp."""

import pyaudiopp

pyaudiopp.install_as_pyaudio()
