// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "backend/quirks.hpp"

#include <algorithm>
#include <iterator>

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
  quirks.only_float32 = true;      // JACK_DEFAULT_AUDIO_TYPE
  quirks.one_audio_thread = true;  // JackCallback(), which AddStream() waits for
  quirks.xruns_of_others = true;   // JackXRunCb(): any client's, as overflow and underflow at once
  quirks.fork_refusal =            // one jack_client for the process, opened by Pa_Initialize()
      "this process was forked from one in which PortAudio ran, and JACK cannot be used in both: "
      "start PortAudio after the fork, or use multiprocessing's spawn method";
  return quirks;
}

constexpr Quirks core_audio() {
  Quirks quirks = row(HostApiType::core_audio);  // StopStream(): waitUntilBlioWriteBufferIsEmpty()
  quirks.only_float32 = true;                    // OpenStream(): hostInputSampleFormat
  return quirks;
}

constexpr Quirks pulse_audio() {
  Quirks quirks = row(HostApiType::pulse_audio);
  quirks.stop_drops_queue = true;  // RequestStop() corks the stream and plays nothing more
  quirks.one_audio_thread = true;  // the main loop's, which opening a stream has to lock
  quirks.fork_refusal =            // the main loop's thread, started by Pa_Initialize()
      "this process was forked from one in which PortAudio ran, and PulseAudio cannot be used in "
      "both: start PortAudio after the fork, or use multiprocessing's spawn method";
  return quirks;
}

constexpr Quirks wasapi() {
  Quirks quirks = row(HostApiType::wasapi);
  quirks.stop_drops_queue = true;  // _StreamOnStop() stops the client with frames in its buffer
  quirks.beyond_queue = Seconds(0.03);  // the audio engine; with Wine, three periods of PulseAudio
  quirks.mono_by_ring = true;           // ReadStream() and WriteStream() know no monoMixer
  quirks.thread_outlives_stop = true;   // ProcThreadPoll() after it sets hThreadExit
  quirks.converts_on_request = true;    // GetClosestFormat(): paWinWasapiAutoConvert
  quirks.hides_host_error = true;       // CreateAudioClient(): "Error has no workaround"
  return quirks;
}

constexpr Quirks mme() {
  Quirks quirks = row(HostApiType::mme);
  quirks.beyond_queue = Seconds(0.03);  // StopStream() waits for MME's buffers; then as WASAPI
  return quirks;
}

constexpr Quirks direct_sound() {
  Quirks quirks = row(HostApiType::direct_sound);
  quirks.blocking_by_ring = true;         // GetStreamWriteAvailable() is not implemented: always 0
  quirks.first_blocks_in_a_burst = true;  // QueryOutputSpace(): the buffer is empty at the start
  quirks.beyond_queue = Seconds(0.1);     // the play cursor runs ahead of what WASAPI has played
  return quirks;
}

constexpr Quirks wdm_ks() {
  Quirks quirks = row(HostApiType::wdm_ks);
  quirks.blocking_by_ring = true;       // ReadStream() and WriteStream() are not implemented
  quirks.thread_outlives_stop = true;   // ProcessingThread() after it clears streamActive
  quirks.query_refuses_options = true;  // IsFormatSupported(): "Host API stream info not supported"
  return quirks;
}

constexpr Quirks table[] = {
    row(HostApiType::in_development),
    direct_sound(),
    mme(),
    row(HostApiType::asio),  // StopStream() waits for completedBuffersPlayedEvent
    row(HostApiType::sound_manager),
    core_audio(),
    row(HostApiType::oss),  // PaOssStream_Stop(): SNDCTL_DSP_POST lets the queue play
    alsa(),
    row(HostApiType::al),
    row(HostApiType::be_os),
    wdm_ks(),
    jack(),
    wasapi(),
    row(HostApiType::audio_science_hpi),  // PaAsiHpi_StopStream() waits until drained
    row(HostApiType::audio_io),           // StopStream(): AUDIO_DRAIN
    pulse_audio(),
    row(HostApiType::sndio),  // sio_stop() plays the queue
};

constexpr Quirks none{};

// ---- PortAudio's converters (pa_converters.c, the same in 19.6, 19.7 and its master of 2026) ----

constexpr SampleFormat formats[] = {SampleFormat::float32, SampleFormat::int32,
                                    SampleFormat::int24,   SampleFormat::int16,
                                    SampleFormat::int8,    SampleFormat::uint8};

using Conversion = bool(SampleFormat from, SampleFormat to);

// From one kind of integer to a narrower one. Five of these nine converters are empty if they are
// to dither: int32 to int24 and uint8, int24 to uint8, int16 to int8 and uint8. The other four add
// the dither to full scale, and so wrap around.
constexpr bool dithers_wrongly(SampleFormat from, SampleFormat to) {
  const bool wide =
      from == SampleFormat::int32 || from == SampleFormat::int24 || from == SampleFormat::int16;
  return wide && to > from;
}

// If it neither dithers nor clips, Float32_To_Int32() turns 1.0 into -1.0, and Float32_To_UInt8()
// casts negative numbers to unsigned ones, which ARM makes 0.
constexpr bool cuts_wrongly(SampleFormat from, SampleFormat to) {
  return from == SampleFormat::float32 && (to == SampleFormat::int32 || to == SampleFormat::uint8);
}

bool may_convert(Conversion* is_wrong, const StreamConfig& config, const Quirks& quirks) {
  return std::any_of(std::begin(formats), std::end(formats), [&](SampleFormat device) {
    if (quirks.only_float32 && device != SampleFormat::float32) return false;
    return (config.input && is_wrong(device, config.input->format)) ||
           (config.output && is_wrong(config.output->format, device));
  });
}

constexpr StreamFlags without(StreamFlags flags, StreamFlags bit) {
  return static_cast<StreamFlags>(static_cast<unsigned long>(flags) &
                                  ~static_cast<unsigned long>(bit));
}

}  // namespace

const Quirks& quirks_of(HostApiType host_api) noexcept {
  for (const Quirks& quirks : table) {
    if (quirks.host_api == host_api) return quirks;
  }
  return none;
}

StreamFlags working_flags(const StreamConfig& config, const Quirks& quirks) noexcept {
  StreamFlags flags = config.flags;
  if (!has(flags, StreamFlags::dither_off) && may_convert(dithers_wrongly, config, quirks)) {
    flags = flags | StreamFlags::dither_off;
  }
  if (has(flags, StreamFlags::dither_off) && may_convert(cuts_wrongly, config, quirks)) {
    flags = without(flags, StreamFlags::clip_off);
  }
  return flags;
}

}  // namespace audiopp::detail
