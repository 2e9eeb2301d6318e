// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace audiopp::detail {

/// Keeps PortAudio out of a race in JACK 2's library. A period after each change of the graph, the
/// library's own thread walks the list of a client's ports to compute latencies, and
/// jack_port_unregister() removes ports from that list without a lock: it crashes now and then
/// (https://github.com/jackaudio/jack2/issues/216).
///
/// So PortAudio's client asks, before jack_activate(), to be told of the end of each walk ...
void watch_jack_graph(void* client) noexcept;

/// ... and jack_port_disconnect() and jack_port_unregister(), here `change`, return once the walk
/// that follows is over: about a period later.
int change_jack_graph(void* client, const std::function<int()>& change);

}  // namespace audiopp::detail
