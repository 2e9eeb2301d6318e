# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``python -m pyaudiopp``: the command line; without a command, versions and devices."""

import sys

from pyaudiopp._cli import main

if __name__ == "__main__":
    sys.exit(main())
