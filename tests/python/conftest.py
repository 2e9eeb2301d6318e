# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""Shared fixtures: a simulated sound system, and a PyAudio on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

import pyaudiopp
from pyaudiopp import simulation
from pytest_pyaudiopp import MakeSimulatedCard

# The same few examples each time; --hypothesis-profile=fuzz tries many new ones.
settings.register_profile(
    "few", max_examples=50, stateful_step_count=30, derandomize=True, deadline=None, database=None
)
settings.register_profile(
    "fuzz", max_examples=5000, stateful_step_count=50, deadline=None, database=None, print_blob=True
)
settings.load_profile("few")

STEREO = {"format": pyaudiopp.paInt16, "channels": 2, "rate": 48000}


@pytest.fixture
def free(simulated_card: simulation.Simulation) -> simulation.Simulation:
    """A free-running simulation with one stereo device."""
    return simulated_card


@pytest.fixture
def by_hand(make_simulated_card: MakeSimulatedCard) -> simulation.Simulation:
    """A simulation with one stereo device, whose clock the test advances."""
    return make_simulated_card(clock="by_hand")


@pytest.fixture
def p() -> Iterator[pyaudiopp.PyAudio]:
    """A PyAudio on the simulation that the test uses."""
    p = pyaudiopp.PyAudio()
    yield p
    p.terminate()


@pytest.fixture
def stereo() -> dict[str, int]:
    """Arguments for a stereo int16 stream."""
    return dict(STEREO)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command of the command line in this process; returns status, stdout and stderr."""
    from pyaudiopp._cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return (status, *capsys.readouterr())

    return run
