// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/convert.hpp"

#include <cstring>

#include "audiopp/callback.hpp"
#include "audiopp/error.hpp"

// Our enumerations carry PortAudio's numbers; here the compiler proves it.
namespace audiopp {
namespace {

template <class E>
constexpr bool same(E ours, long long portaudios) {
  return static_cast<long long>(ours) == portaudios;
}

static_assert(same(SampleFormat::float32, paFloat32));
static_assert(same(SampleFormat::int32, paInt32));
static_assert(same(SampleFormat::int24, paInt24));
static_assert(same(SampleFormat::int16, paInt16));
static_assert(same(SampleFormat::int8, paInt8));
static_assert(same(SampleFormat::uint8, paUInt8));
static_assert(same(SampleFormat::custom, paCustomFormat));

static_assert(same(StreamFlags::none, paNoFlag));
static_assert(same(StreamFlags::clip_off, paClipOff));
static_assert(same(StreamFlags::dither_off, paDitherOff));
static_assert(same(StreamFlags::never_drop_input, paNeverDropInput));
static_assert(same(StreamFlags::prime_output, paPrimeOutputBuffersUsingStreamCallback));

static_assert(same(CallbackFlags::input_underflow, paInputUnderflow));
static_assert(same(CallbackFlags::input_overflow, paInputOverflow));
static_assert(same(CallbackFlags::output_underflow, paOutputUnderflow));
static_assert(same(CallbackFlags::output_overflow, paOutputOverflow));
static_assert(same(CallbackFlags::priming_output, paPrimingOutput));

static_assert(same(CallbackResult::continue_, paContinue));
static_assert(same(CallbackResult::complete, paComplete));
static_assert(same(CallbackResult::abort, paAbort));

static_assert(same(HostApiType::in_development, paInDevelopment));
static_assert(same(HostApiType::direct_sound, paDirectSound));
static_assert(same(HostApiType::mme, paMME));
static_assert(same(HostApiType::asio, paASIO));
static_assert(same(HostApiType::sound_manager, paSoundManager));
static_assert(same(HostApiType::core_audio, paCoreAudio));
static_assert(same(HostApiType::oss, paOSS));
static_assert(same(HostApiType::alsa, paALSA));
static_assert(same(HostApiType::al, paAL));
static_assert(same(HostApiType::be_os, paBeOS));
static_assert(same(HostApiType::wdm_ks, paWDMKS));
static_assert(same(HostApiType::jack, paJACK));
static_assert(same(HostApiType::wasapi, paWASAPI));
static_assert(same(HostApiType::audio_science_hpi, paAudioScienceHPI));

static_assert(same(Errc::no_error, paNoError));
static_assert(same(Errc::not_initialized, paNotInitialized));
static_assert(same(Errc::unanticipated_host_error, paUnanticipatedHostError));
static_assert(same(Errc::invalid_channel_count, paInvalidChannelCount));
static_assert(same(Errc::invalid_sample_rate, paInvalidSampleRate));
static_assert(same(Errc::invalid_device, paInvalidDevice));
static_assert(same(Errc::invalid_flag, paInvalidFlag));
static_assert(same(Errc::sample_format_not_supported, paSampleFormatNotSupported));
static_assert(same(Errc::bad_io_device_combination, paBadIODeviceCombination));
static_assert(same(Errc::insufficient_memory, paInsufficientMemory));
static_assert(same(Errc::buffer_too_big, paBufferTooBig));
static_assert(same(Errc::buffer_too_small, paBufferTooSmall));
static_assert(same(Errc::null_callback, paNullCallback));
static_assert(same(Errc::bad_stream_ptr, paBadStreamPtr));
static_assert(same(Errc::timed_out, paTimedOut));
static_assert(same(Errc::internal_error, paInternalError));
static_assert(same(Errc::device_unavailable, paDeviceUnavailable));
static_assert(same(Errc::incompatible_host_api_specific_stream_info,
                   paIncompatibleHostApiSpecificStreamInfo));
static_assert(same(Errc::stream_is_stopped, paStreamIsStopped));
static_assert(same(Errc::stream_is_not_stopped, paStreamIsNotStopped));
static_assert(same(Errc::input_overflowed, paInputOverflowed));
static_assert(same(Errc::output_underflowed, paOutputUnderflowed));
static_assert(same(Errc::host_api_not_found, paHostApiNotFound));
static_assert(same(Errc::invalid_host_api, paInvalidHostApi));
static_assert(same(Errc::can_not_read_from_a_callback_stream, paCanNotReadFromACallbackStream));
static_assert(same(Errc::can_not_write_to_a_callback_stream, paCanNotWriteToACallbackStream));
static_assert(same(Errc::can_not_read_from_an_output_only_stream,
                   paCanNotReadFromAnOutputOnlyStream));
static_assert(same(Errc::can_not_write_to_an_input_only_stream, paCanNotWriteToAnInputOnlyStream));
static_assert(same(Errc::incompatible_stream_host_api, paIncompatibleStreamHostApi));
static_assert(same(Errc::bad_buffer_ptr, paBadBufferPtr));

}  // namespace

namespace detail {

PaStreamParameters to_parameters(const StreamSide& side, PaDeviceIndex device,
                                 Seconds latency) noexcept {
  PaStreamParameters parameters{};
  parameters.device = device;
  parameters.channelCount = side.channels;
  parameters.sampleFormat = static_cast<PaSampleFormat>(side.format);
  if (side.layout == Layout::planar) parameters.sampleFormat |= paNonInterleaved;
  parameters.suggestedLatency = latency.count();
  parameters.hostApiSpecificStreamInfo =
      side.host_options ? side.host_options->stream_info() : nullptr;
  return parameters;
}

HostApi to_host_api(int index, const PaHostApiInfo& info) {
  return {index,
          info.structVersion,
          type_in(info.type),
          info.name ? info.name : "",
          info.deviceCount,
          info.defaultInputDevice,
          info.defaultOutputDevice};
}

static_assert(sizeof(PaHostApiTypeId) == sizeof(HostApiType));

HostApiType type_in(const PaHostApiTypeId& memory) noexcept {
  HostApiType type;
  std::memcpy(&type, &memory, sizeof type);
  return type;
}

void put_type(HostApiType type, PaHostApiTypeId& memory) noexcept {
  std::memcpy(&memory, &type, sizeof type);
}

void copy_device_info(int index, const PaDeviceInfo& info, Device& device) {
  device.index = index;
  device.struct_version = info.structVersion;
  device.name = info.name ? info.name : "";
  device.host_api = info.hostApi;
  device.max_input_channels = info.maxInputChannels;
  device.max_output_channels = info.maxOutputChannels;
  device.default_low_input_latency = Seconds(info.defaultLowInputLatency);
  device.default_low_output_latency = Seconds(info.defaultLowOutputLatency);
  device.default_high_input_latency = Seconds(info.defaultHighInputLatency);
  device.default_high_output_latency = Seconds(info.defaultHighOutputLatency);
  device.default_sample_rate = info.defaultSampleRate;
}

}  // namespace detail
}  // namespace audiopp
