# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Plays a file with pydub."""

import sys

from pydub import AudioSegment
from pydub.playback import play

play(AudioSegment.from_wav(sys.argv[1]))
