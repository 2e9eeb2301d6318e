# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Let the test import the programs beside it, which are not a package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
