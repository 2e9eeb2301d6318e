// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <audiopp/callback.hpp>
#include <audiopp/error.hpp>
#include <audiopp/flags.hpp>
#include <audiopp/host/mac_core.hpp>
#include <audiopp/host_api.hpp>
#include <audiopp/sample_format.hpp>

#include "bindings.hpp"

using audiopp::CallbackFlags;
using audiopp::CallbackResult;
using audiopp::Errc;
using audiopp::HostApiType;
using audiopp::SampleFormat;

namespace {

struct Constant {
  const char* name;
  long value;
};

template <class E>
constexpr long number(E value) {
  return static_cast<long>(value);
}

// PyAudio's 59, in its order.
constexpr Constant constants[] = {
    {"paFloat32", number(SampleFormat::float32)},
    {"paInt32", number(SampleFormat::int32)},
    {"paInt24", number(SampleFormat::int24)},
    {"paInt16", number(SampleFormat::int16)},
    {"paInt8", number(SampleFormat::int8)},
    {"paUInt8", number(SampleFormat::uint8)},
    {"paCustomFormat", number(SampleFormat::custom)},
    {"paInDevelopment", number(HostApiType::in_development)},
    {"paDirectSound", number(HostApiType::direct_sound)},
    {"paMME", number(HostApiType::mme)},
    {"paASIO", number(HostApiType::asio)},
    {"paSoundManager", number(HostApiType::sound_manager)},
    {"paCoreAudio", number(HostApiType::core_audio)},
    {"paOSS", number(HostApiType::oss)},
    {"paALSA", number(HostApiType::alsa)},
    {"paAL", number(HostApiType::al)},
    {"paBeOS", number(HostApiType::be_os)},
    {"paWDMKS", number(HostApiType::wdm_ks)},
    {"paJACK", number(HostApiType::jack)},
    {"paWASAPI", number(HostApiType::wasapi)},
    {"paNoDevice", -1},
    {"paNoError", number(Errc::no_error)},
    {"paNotInitialized", number(Errc::not_initialized)},
    {"paUnanticipatedHostError", number(Errc::unanticipated_host_error)},
    {"paInvalidChannelCount", number(Errc::invalid_channel_count)},
    {"paInvalidSampleRate", number(Errc::invalid_sample_rate)},
    {"paInvalidDevice", number(Errc::invalid_device)},
    {"paInvalidFlag", number(Errc::invalid_flag)},
    {"paSampleFormatNotSupported", number(Errc::sample_format_not_supported)},
    {"paBadIODeviceCombination", number(Errc::bad_io_device_combination)},
    {"paInsufficientMemory", number(Errc::insufficient_memory)},
    {"paBufferTooBig", number(Errc::buffer_too_big)},
    {"paBufferTooSmall", number(Errc::buffer_too_small)},
    {"paNullCallback", number(Errc::null_callback)},
    {"paBadStreamPtr", number(Errc::bad_stream_ptr)},
    {"paTimedOut", number(Errc::timed_out)},
    {"paInternalError", number(Errc::internal_error)},
    {"paDeviceUnavailable", number(Errc::device_unavailable)},
    {"paIncompatibleHostApiSpecificStreamInfo",
     number(Errc::incompatible_host_api_specific_stream_info)},
    {"paStreamIsStopped", number(Errc::stream_is_stopped)},
    {"paStreamIsNotStopped", number(Errc::stream_is_not_stopped)},
    {"paInputOverflowed", number(Errc::input_overflowed)},
    {"paOutputUnderflowed", number(Errc::output_underflowed)},
    {"paHostApiNotFound", number(Errc::host_api_not_found)},
    {"paInvalidHostApi", number(Errc::invalid_host_api)},
    {"paCanNotReadFromACallbackStream", number(Errc::can_not_read_from_a_callback_stream)},
    {"paCanNotWriteToACallbackStream", number(Errc::can_not_write_to_a_callback_stream)},
    {"paCanNotReadFromAnOutputOnlyStream", number(Errc::can_not_read_from_an_output_only_stream)},
    {"paCanNotWriteToAnInputOnlyStream", number(Errc::can_not_write_to_an_input_only_stream)},
    {"paIncompatibleStreamHostApi", number(Errc::incompatible_stream_host_api)},
    {"paContinue", number(CallbackResult::continue_)},
    {"paComplete", number(CallbackResult::complete)},
    {"paAbort", number(CallbackResult::abort)},
    {"paInputUnderflow", number(CallbackFlags::input_underflow)},
    {"paInputOverflow", number(CallbackFlags::input_overflow)},
    {"paOutputUnderflow", number(CallbackFlags::output_underflow)},
    {"paOutputOverflow", number(CallbackFlags::output_overflow)},
    {"paPrimingOutput", number(CallbackFlags::priming_output)},
    {"paFramesPerBufferUnspecified", 0},
#ifdef __APPLE__
    {"paMacCoreChangeDeviceParameters", audiopp::MacCoreOptions::change_device_parameters},
    {"paMacCoreFailIfConversionRequired", audiopp::MacCoreOptions::fail_if_conversion_required},
    {"paMacCoreConversionQualityMin", audiopp::MacCoreOptions::conversion_quality_min},
    {"paMacCoreConversionQualityMedium", audiopp::MacCoreOptions::conversion_quality_medium},
    {"paMacCoreConversionQualityLow", audiopp::MacCoreOptions::conversion_quality_low},
    {"paMacCoreConversionQualityHigh", audiopp::MacCoreOptions::conversion_quality_high},
    {"paMacCoreConversionQualityMax", audiopp::MacCoreOptions::conversion_quality_max},
    {"paMacCorePlayNice", audiopp::MacCoreOptions::play_nice},
    {"paMacCorePro", audiopp::MacCoreOptions::pro},
    {"paMacCoreMinimizeCPUButPlayNice", audiopp::MacCoreOptions::minimize_cpu_but_play_nice},
    {"paMacCoreMinimizeCPU", audiopp::MacCoreOptions::minimize_cpu},
#endif
};

}  // namespace

bool add_constants(PyObject* module) {
  for (const Constant& constant : constants) {
    if (PyModule_AddIntConstant(module, constant.name, constant.value) < 0) return false;
  }
  return true;
}
