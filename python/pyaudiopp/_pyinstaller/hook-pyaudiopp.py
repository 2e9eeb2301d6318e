# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""PyInstaller's hook: modules that only the extension module imports, which PyInstaller cannot see.

Sound libraries are not packed: libasound has to be the system's, which knows its plugins.
"""

hiddenimports = ["pyaudiopp._native", "pyaudiopp.core", "pyaudiopp.simulation"]
