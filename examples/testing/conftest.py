# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Makes the program's `import pyaudio` import pyaudiopp."""

import pyaudiopp

pyaudiopp.install_as_pyaudio()
