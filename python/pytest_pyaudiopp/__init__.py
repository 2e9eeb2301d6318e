# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""pytest fixtures for programs that play and record; installing pyaudiopp activates them.

docs/testing.md explains how to use them. pytest imports this module in every run wherever pyaudiopp
is installed, so only the fixtures import pyaudiopp itself.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pyaudiopp.simulation import HostApi, Simulation
    from pyaudiopp.virtual_card import VirtualCard
else:
    HostApi = Simulation = VirtualCard = object  # what typing.get_type_hints() finds


class MakeSimulatedCard(Protocol):
    """The type of the fixture `make_simulated_card`."""

    def __call__(
        self, host_apis: Sequence[HostApi] | None = None, clock: str = "free_running"
    ) -> Simulation: ...


class OpenStreamWarning(pytest.PytestWarning):
    """A test has passed but left streams open."""


_TIME_LIMIT = "pyaudiopp_time_limit"
_PATIENCE = 5.0  # seconds until a test has to have noticed a signal
_failed = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Registers our setting for pytest.ini and pyproject.toml."""
    parser.addini(
        _TIME_LIMIT,
        "Seconds that a test with a simulated card may take (30); 0 for any.",
        default="30",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Records which tests have failed: their exception keeps streams open, so we do not warn."""
    if call.excinfo is not None:
        item.stash[_failed] = True


@pytest.fixture
def make_simulated_card(request: pytest.FixtureRequest) -> Iterator[MakeSimulatedCard]:
    """Creates a simulated card with devices and a clock of your choice: see `Simulation`."""
    from pyaudiopp import simulation

    cards: list[Simulation] = []

    def make(host_apis: Sequence[HostApi] | None = None, clock: str = "free_running") -> Simulation:
        cards.append(simulation.use(host_apis, clock))
        return cards[-1]

    with _time_limit(request.config), simulation.restored(), _nothing_left(request.node):
        yield make
        for card in cards:
            card.clear_faults()


@pytest.fixture
def simulated_card(make_simulated_card: MakeSimulatedCard) -> Simulation:
    """A stereo sound card in memory that runs as fast as the program; the default device."""
    return make_simulated_card()


@pytest.fixture(scope="session")
def _virtual_card() -> Iterator[VirtualCard]:
    from pyaudiopp.virtual_card import VirtualCard

    if missing := VirtualCard.missing():
        pytest.skip(f"no virtual sound card here: it needs {', '.join(missing)}")
    with VirtualCard() as card:
        yield card


@pytest.fixture
def virtual_card(
    _virtual_card: VirtualCard, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VirtualCard]:
    """A virtual sound card (Linux), as the default device of this process and its children."""
    from pyaudiopp import simulation

    for name, value in _virtual_card.environment().items():
        monkeypatch.setenv(name, value)
    with simulation.restored(), _nothing_left(request.node):
        simulation.stop_using()
        yield _virtual_card


@contextlib.contextmanager
def _nothing_left(item: pytest.Item) -> Generator[None]:
    """Closes what the test has left open, and warns about it."""
    from pyaudiopp import _core

    yield
    left = _core.release_all()
    if left and not item.stash.get(_failed, False):
        item.warn(OpenStreamWarning(f"{item.name} left open: {'; '.join(sorted(left))}"))


@contextlib.contextmanager
def _time_limit(config: pytest.Config) -> Generator[None]:
    """Fails a test that hangs. Uses a signal, because the program may wait outside our calls.

    Windows wakes no thread that waits for a lock: there the whole run ends, as pytest-timeout's do.
    """
    seconds = float(config.getini(_TIME_LIMIT))
    if seconds == 0 or threading.current_thread() is not threading.main_thread():
        yield
        return

    passed = threading.Event()
    heard = threading.Event()
    message = (
        f"this test on a simulated card took longer than {seconds:g} s ({_TIME_LIMIT}):"
        ' a "by_hand" clock stands still without step(),'
        " and a free-running one delivers silence for ever"
    )

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        __tracebackhide__ = True
        if passed.is_set():
            passed.clear()
            heard.set()
            pytest.fail(message)
        if callable(before):
            before(number, frame)

    def end_the_run() -> None:
        config.pluginmanager.getplugin("capturemanager").suspend_global_capture(in_=True)
        faulthandler.dump_traceback()
        print(f"\n{message}", file=sys.stderr, flush=True)
        os._exit(1)

    def interrupt() -> None:
        passed.set()
        if sys.platform == "win32":
            signal.raise_signal(signal.SIGINT)
            if not heard.wait(_PATIENCE):
                end_the_run()
        else:
            main_thread = threading.main_thread().ident
            assert main_thread is not None
            signal.pthread_kill(main_thread, signal.SIGINT)

    before = signal.signal(signal.SIGINT, on_interrupt)
    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
