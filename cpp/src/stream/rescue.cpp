// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "stream/rescue.hpp"

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "stream/waiting.hpp"

namespace audiopp::detail {
namespace {

// Between two callbacks PortAudio's thread needs microseconds of CPU time, plus a part of a long
// block if ALSA converts it.
constexpr Seconds most_between_blocks{0.1};
// How long a stop may take without a callback ...
constexpr Seconds longest_silence{30};
// ... and when the device is known to be lost.
constexpr Seconds longest_silence_when_lost{1};

}  // namespace

void Rescue::set_up(const Quirks& quirks, bool has_audio_thread, Seconds latency) noexcept {
  may_spin_ = has_audio_thread && quirks.thread_may_spin;
  may_hang_ = has_audio_thread && quirks.stop_may_hang;
  latency_ = latency;
}

bool Rescue::is_spinning() noexcept {
  return may_spin_ && watch_.spinning() > most_between_blocks + latency_;
}

bool Rescue::is_hopeless(Seconds waited, bool is_active) noexcept {
  const bool is_lost = life_.is_lost() || !is_active;
  const Seconds silent = std::min(watch_.silent(), waited);
  return is_spinning() || silent >= (is_lost ? longest_silence_when_lost : longest_silence);
}

std::optional<PaError> Rescue::stop(const std::function<PaError()>& stop,
                                    const std::function<bool()>& is_active) {
  if (!may_hang_) return stop();
  if (is_spinning()) return std::nullopt;
  std::promise<PaError> answer;
  auto result = answer.get_future();
  std::thread stopper;
  try {
    stopper =
        std::thread([stop, answer = std::move(answer)]() mutable { answer.set_value(stop()); });
  } catch (const std::system_error&) {
    return stop();  // no more threads: better to stop unwatched than not at all
  }
  const auto begin = Clock::now();
  while (result.wait_for(longest_nap) != std::future_status::ready) {
    if (!is_hopeless(Clock::now() - begin, is_active())) continue;
    stopper.detach();
    return std::nullopt;
  }
  stopper.join();
  return result.get();
}

}  // namespace audiopp::detail
