// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "library/check_config.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

namespace audiopp::detail {
namespace {

const char* fault_in(const StreamSide& side, bool is_queued) noexcept {
  constexpr auto non_interleaved = 0x80000000UL;
  // Buffers are handed over as the layout says; PortAudio would go by its bit in the format.
  if ((static_cast<unsigned long>(side.format) & non_interleaved) != 0) {
    return "set StreamSide::layout, not the paNonInterleaved bit of the format";
  }
  const double latency = side.latency.value_or(Seconds(0)).count();
  if (!(latency >= 0 && latency <= longest_latency.count())) {  // nor nan
    return "a latency must be from 0 to 3600 seconds";
  }
  if (is_queued && side.channels > 0 && sample_size(side.format) == 0) {
    return "samples of a custom format have no known size and cannot be queued";
  }
  return nullptr;
}

}  // namespace

const char* fault_in(const StreamConfig& config) noexcept {
  if (!config.input && !config.output) return "a stream needs an input, an output or both";
  const bool is_queued = config.callback_buffer > 0;
  for (const auto* side : {&config.input, &config.output}) {
    if (!*side) continue;
    if (const char* const fault = fault_in(**side, is_queued)) return fault;
  }
  if (is_queued && (config.callback_buffer > longest_callback_buffer ||
                    config.frames_per_buffer > longest_callback_buffer)) {
    return "a callback buffer can hold at most 2^30 frames";
  }
  return nullptr;
}

void check_config(const StreamConfig& config) {
  if (const char* const fault = fault_in(config)) throw std::invalid_argument(fault);
}

PaError check_flags(const StreamConfig& config) noexcept {
  constexpr StreamFlags known = StreamFlags::clip_off | StreamFlags::dither_off |
                                StreamFlags::never_drop_input | StreamFlags::prime_output;
  // No host API has flags of its own (paPlatformSpecificFlags).
  const auto others = static_cast<unsigned long>(config.flags) & ~static_cast<unsigned long>(known);
  const bool never_drops = has(config.flags, StreamFlags::never_drop_input);
  const bool may_never_drop = config.input && config.output && config.frames_per_buffer == 0;
  return others != 0 || (never_drops && !may_never_drop) ? paInvalidFlag : paNoError;
}

PaError check_block(const StreamConfig& config, unsigned long frames) noexcept {
  constexpr unsigned long host_buffers = 16;
  constexpr unsigned long most = std::numeric_limits<unsigned long>::max() / host_buffers;
  for (const auto* side : {&config.input, &config.output}) {
    if (!*side) continue;
    const std::size_t size = std::max<std::size_t>(frame_size(**side), 1);
    if (frames > most / size) return paInsufficientMemory;
  }
  return paNoError;
}

}  // namespace audiopp::detail
