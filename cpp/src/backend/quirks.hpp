// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/flags.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/stream_config.hpp"
#include "audiopp/time.hpp"

namespace audiopp::detail {

/// Where PortAudio's code for one host API differs from portaudio.h or needs special care. The
/// defaults are what portaudio.h promises.
struct Quirks {
  HostApiType host_api = HostApiType::in_development;
  /// Pa_StopStream() drops what is queued instead of playing it.
  bool stop_drops_queue = false;
  /// How much sound the host API still holds once PortAudio's queue is empty; a stop drops it, too.
  Seconds beyond_queue{};
  /// When the device fails, the audio thread can spin for ever and stop calling back.
  bool thread_may_spin = false;
  /// Pa_StopStream() and Pa_AbortStream() can wait for a dead server or thread.
  bool stop_may_hang = false;
  /// The audio thread looks at the stream after Pa_StopStream() has returned.
  bool thread_outlives_stop = false;
  /// One thread calls back for all streams, and opening another stream waits for it.
  bool one_audio_thread = false;
  /// PortAudio's own blocking reads and writes are unusable; we move the frames in a callback.
  bool blocking_by_ring = false;
  /// The first callbacks come at once and fill PortAudio's queue: the ring holds the sound back
  /// until there is enough of it.
  bool first_blocks_in_a_burst = false;
  /// blocking_by_ring for a side of one channel, if the device has two.
  bool mono_by_ring = false;
  /// Callback flags also report xruns of other programs' streams.
  bool xruns_of_others = false;
  /// Every device has float32 samples. Elsewhere any format is possible, and PortAudio does not say
  /// which one it has chosen.
  bool only_float32 = false;
  /// Pa_IsFormatSupported() refuses options that Pa_OpenStream() takes.
  bool query_refuses_options = false;
  /// A shared device takes only its own rate, unless options ask for a conversion (WasapiOptions).
  bool converts_on_request = false;
  /// Pa_OpenStream() reports a host error also as paInvalidDevice or paInsufficientMemory.
  bool hides_host_error = false;
  /// Why a child forked from a process in which PortAudio ran cannot open a stream; nullptr if it
  /// can.
  const char* fork_refusal = nullptr;
};

/// Real-time safe. An unknown type has no quirks.
const Quirks& quirks_of(HostApiType host_api) noexcept;

/// The configuration's flags, changed where PortAudio could otherwise convert its samples by a
/// function that is broken. Real-time safe.
StreamFlags working_flags(const StreamConfig& config, const Quirks& quirks) noexcept;

}  // namespace audiopp::detail
