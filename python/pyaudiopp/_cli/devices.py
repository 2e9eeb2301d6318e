# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
"""``pyaudiopp devices``: the devices to play on and record from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any, cast

import pyaudiopp
from pyaudiopp import PyAudio
from pyaudiopp._cli import terminal
from pyaudiopp._cli.sound import start
from pyaudiopp._cli.status import DONE, SILENT, Failure

RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000)


def show(as_json: bool) -> int:
    """Prints the devices by host API, as tables or as JSON."""
    p = start()
    try:
        host_apis = look(p)
    finally:
        p.terminate()
    portaudio = pyaudiopp.get_portaudio_version_text()
    has_any = any(host_api["devices"] for host_api in host_apis)
    if as_json:
        versions = {"pyaudiopp": pyaudiopp.__version__, "portaudio": portaudio}
        print(json.dumps({**versions, "host_apis": host_apis}, indent=2))
        return DONE if has_any else SILENT
    terminal.say(f"pyaudiopp {pyaudiopp.__version__}, {portaudio}")
    for host_api in host_apis:
        if host_api["devices"]:
            print()
            columns = (" #", "name", "default", " in", " out", " rate", "rates")
            rows = [_row(info, host_api) for info in host_api["devices"]]
            terminal.table(host_api["name"], columns, rows)
    if not has_any:
        raise Failure("there is no sound device; try `pyaudiopp doctor`", SILENT)
    return DONE


def look(p: PyAudio) -> list[dict[str, Any]]:
    """Returns the host APIs with their devices, with JSON-style keys."""
    default_input = _default(p.get_default_input_device_info)
    default_output = _default(p.get_default_output_device_info)
    found: list[dict[str, Any]] = []
    for number in range(p.get_host_api_count()):
        host_api = p.get_host_api_info_by_index(number)
        devices: list[dict[str, Any]] = []
        for position in range(int(host_api["deviceCount"])):
            info = p.get_device_info_by_host_api_device_index(number, position)
            index = info["index"]
            devices.append(
                {
                    "index": index,
                    "name": terminal.printable(cast("str | bytes", info["name"])),
                    "is_default_input": index == default_input,
                    "is_default_output": index == default_output,
                    "max_input_channels": info["maxInputChannels"],
                    "max_output_channels": info["maxOutputChannels"],
                    "default_sample_rate": info["defaultSampleRate"],
                    "input_sample_rates": _rates(p, info, "input"),
                    "output_sample_rates": _rates(p, info, "output"),
                    "low_input_latency": info["defaultLowInputLatency"],
                    "low_output_latency": info["defaultLowOutputLatency"],
                    "high_input_latency": info["defaultHighInputLatency"],
                    "high_output_latency": info["defaultHighOutputLatency"],
                }
            )
        found.append(
            {
                "name": host_api["name"],
                "type": host_api["type"],
                "default_input": _or_none(int(host_api["defaultInputDevice"])),
                "default_output": _or_none(int(host_api["defaultOutputDevice"])),
                "devices": devices,
            }
        )
    return found


def _default(ask: Any) -> int | None:
    try:
        return int(ask()["index"])
    except OSError:
        return None


def _or_none(index: int) -> int | None:
    return None if index < 0 else index


def _rates(p: PyAudio, info: Mapping[str, str | int | float], direction: str) -> list[int] | None:
    """The common rates it supports; None while another program has exclusive use of it."""
    channels = min(2, int(info[f"max{direction.title()}Channels"]))
    if channels < 1:
        return []
    side = {
        f"{direction}_device": int(info["index"]),
        f"{direction}_channels": channels,
        f"{direction}_format": pyaudiopp.paInt16,
    }
    rates: list[int] = []
    for rate in RATES:
        try:
            p.is_format_supported(rate, **side)
        except ValueError as error:
            if getattr(error, "code", None) == pyaudiopp.paDeviceUnavailable:
                return None
        else:
            rates.append(rate)
    return rates


def _row(info: dict[str, Any], host_api: dict[str, Any]) -> list[str]:
    sides = [side for side in ("input", "output") if info[f"max_{side}_channels"]]
    rates = [_in_words(info[f"{side}_sample_rates"]) for side in sides]
    if len(set(rates)) > 1:
        rates = [f"{side} {text}" for side, text in zip(sides, rates)]
    # The device that --host-api alone selects, unless it is the default anyway.
    defaults = [
        side if info[f"is_default_{side}"] else f"({side})"
        for side in sides
        if info["index"] == host_api[f"default_{side}"]
    ]
    return [
        str(info["index"]),
        info["name"],
        ", ".join(defaults),
        str(info["max_input_channels"]),
        str(info["max_output_channels"]),
        f"{info['default_sample_rate']:g}",
        ", ".join(dict.fromkeys(rates)),
    ]


def _in_words(rates: list[int] | None) -> str:
    """Shows three or more consecutive common rates as a range."""
    if rates is None:
        return "in use"
    words: list[str] = []
    # Consecutive rates have the same distance in both lists.
    for _, pairs in groupby(enumerate(rates), lambda pair: RATES.index(pair[1]) - pair[0]):
        run = [str(rate) for _, rate in pairs]
        words += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run
    return " ".join(words) or "none"
