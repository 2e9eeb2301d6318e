// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/quirks.hpp"

namespace audiopp::detail {
namespace {

// Only what differs from the defaults, with the function in PortAudio's source.
constexpr Quirks row(HostApiType host_api) {
  Quirks quirks;
  quirks.host_api = host_api;
  return quirks;
}

constexpr Quirks alsa() {
  Quirks quirks = row(HostApiType::alsa);
  quirks.stop_drops_queue = true;  // AlsaStop(): always snd_pcm_drop()
  quirks.thread_may_spin = true;   // PaAlsaStream_WaitForFrames() jumps from its error label back
  quirks.stop_may_hang = true;     // RealStop() joins that thread; plugins wait for their server
  return quirks;
}

constexpr Quirks jack() {
  Quirks quirks = row(HostApiType::jack);
  quirks.stop_may_hang = true;     // RealStop(): WaitCondition() waits 10 minutes for a dead server
  quirks.blocking_by_ring = true;  // BlockingBegin() counts 8 bytes a frame, whatever the format
  quirks.xruns_of_others = true;   // JackXRunCb(): any client's, as overflow and underflow at once
  quirks.fork_refusal =            // one jack_client for the process, opened by Pa_Initialize()
      "this process was forked from one in which PortAudio ran, and JACK cannot be used in both: "
      "start PortAudio after the fork, or use multiprocessing's spawn method";
  return quirks;
}

constexpr Quirks pulse_audio() {
  Quirks quirks = row(HostApiType::pulse_audio);
  quirks.stop_drops_queue = true;  // RequestStop() corks the stream and plays nothing more
  quirks.fork_refusal =            // the main loop's thread, started by Pa_Initialize()
      "this process was forked from one in which PortAudio ran, and PulseAudio cannot be used in "
      "both: start PortAudio after the fork, or use multiprocessing's spawn method";
  return quirks;
}

constexpr Quirks wasapi() {
  Quirks quirks = row(HostApiType::wasapi);
  quirks.stop_drops_queue = true;  // _StreamOnStop() stops the client with frames in its buffer
  return quirks;
}

// GetStreamReadAvailable() and GetStreamWriteAvailable() are not implemented: always 0.
constexpr Quirks without_available(HostApiType host_api) {
  Quirks quirks = row(host_api);
  quirks.blocking_by_ring = true;
  return quirks;
}

constexpr Quirks table[] = {
    row(HostApiType::in_development),
    without_available(HostApiType::direct_sound),
    row(HostApiType::mme),   // StopStream() waits until NoBuffersAreQueued()
    row(HostApiType::asio),  // StopStream() waits for completedBuffersPlayedEvent
    row(HostApiType::sound_manager),
    row(HostApiType::core_audio),  // StopStream(): waitUntilBlioWriteBufferIsEmpty()
    row(HostApiType::oss),         // PaOssStream_Stop(): SNDCTL_DSP_POST lets the queue play
    alsa(),
    row(HostApiType::al),
    row(HostApiType::be_os),
    without_available(HostApiType::wdm_ks),  // ReadStream() and WriteStream() fail, too
    jack(),
    wasapi(),
    row(HostApiType::audio_science_hpi),  // PaAsiHpi_StopStream() waits until drained
    row(HostApiType::audio_io),           // StopStream(): AUDIO_DRAIN
    pulse_audio(),
    row(HostApiType::sndio),  // sio_stop() plays the queue
};

constexpr Quirks none{};

}  // namespace

const Quirks& quirks_of(HostApiType host_api) noexcept {
  for (const Quirks& quirks : table) {
    if (quirks.host_api == host_api) return quirks;
  }
  return none;
}

}  // namespace audiopp::detail
