# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Runs PyAudio's tests in this process, on the default devices; run.py gives it a virtual card.

Usage: inside.py TARGET DIRECTORY [TEST...]; all tests by default. Prints each result as one line of
    JSON.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
import traceback
import types
import unittest
from collections.abc import Callable
from typing import Any

SECONDS_PER_TEST = 60


class JsonResult(unittest.TestResult):
    """Reports each test's start and outcome at once, in case a later one crashes."""

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._started = time.monotonic()
        self._tell(test, "started")
        faulthandler.dump_traceback_later(SECONDS_PER_TEST, exit=True)

    def stopTest(self, test: unittest.TestCase) -> None:
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self._tell(test, "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self._tell(test, "skipped", reason)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self._tell(test, "failed", "".join(traceback.format_exception(*err)))

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self._tell(test, "failed", "".join(traceback.format_exception(*err)))

    def _tell(self, test: unittest.TestCase, outcome: str, text: str = "") -> None:
        seconds = time.monotonic() - self._started
        print(
            json.dumps({"test": test.id(), "outcome": outcome, "text": text, "seconds": seconds}),
            flush=True,
        )


def replace_alsa_utils() -> None:
    """Replaces the suite's helper, which frees a ctypes function while ALSA still calls it."""
    silent = types.ModuleType("alsa_utils")
    silent.disable_error_handler_output = silent.enable_error_handler_output = lambda: None
    sys.modules["alsa_utils"] = silent


def use_default_devices() -> None:
    """The default device is the loopback, with two channels, although ALSA's plugin allows many."""
    import stream_tests
    import stream_wire_tests

    stream_wire_tests.StreamWireTests._get_audio_loopback = lambda self: (None, None)
    for case in (stream_tests.StreamTests, stream_wire_tests.StreamWireTests):
        case.setUp = with_two_channels(case.setUp)


def with_two_channels(set_up: Callable[[Any], None]) -> Callable[[Any], None]:
    def set_up_two_channels(self: Any) -> None:
        set_up(self)
        self.input_channels = 2

    return set_up_two_channels


def main(target: str, directory: str, *names: str) -> None:
    os.environ["PYAUDIO_ENABLE_LOOPBACK_TESTS"] = "1"
    if target == "pyaudiopp":
        import pyaudiopp

        pyaudiopp.install_as_pyaudio()
    sys.path.insert(0, directory)
    replace_alsa_utils()
    loader = unittest.defaultTestLoader
    every = loader.discover(directory, pattern="*_tests.py")
    suite = loader.loadTestsFromNames(names) if names else every
    use_default_devices()
    suite.run(JsonResult())


if __name__ == "__main__":
    main(*sys.argv[1:])
