# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""What the tests share: a simulated sound system, and a PyAudio on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

import pyaudiopp
from pyaudiopp import simulation

# The same few examples each time, unless --hypothesis-profile=fuzz asks for many new ones.
settings.register_profile(
    "few", max_examples=50, stateful_step_count=30, derandomize=True, deadline=None, database=None
)
settings.register_profile(
    "fuzz", max_examples=5000, stateful_step_count=50, deadline=None, database=None, print_blob=True
)
settings.load_profile("few")

STEREO = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000}


@pytest.fixture
def make_simulation() -> Iterator[Callable[..., simulation.Simulation]]:
    """Makes a simulation that is in use until the test ends."""

    def make(**arguments: object) -> simulation.Simulation:
        made = simulation.Simulation(**arguments)
        made.use()
        return made

    yield make
    simulation.stop_using()


@pytest.fixture
def free(make_simulation: Callable[..., simulation.Simulation]) -> simulation.Simulation:
    """A free-running simulation with one stereo device."""
    return make_simulation(clock="free_running")


@pytest.fixture
def by_hand(make_simulation: Callable[..., simulation.Simulation]) -> simulation.Simulation:
    """A simulation with one stereo device, whose time the test moves."""
    return make_simulation(clock="by_hand")


@pytest.fixture
def p() -> Iterator[pyaudiopp.PyAudio]:
    """A PyAudio on the simulation that the test has asked for."""
    p = pyaudiopp.PyAudio()
    yield p
    p.terminate()


@pytest.fixture
def stereo() -> dict[str, int]:
    """Arguments of a stereo int16 stream."""
    return dict(STEREO)
