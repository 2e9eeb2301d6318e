// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "audiopp/export.hpp"

namespace audiopp {

/// PortAudio's sample formats, under PortAudio's numbers.
///
/// Values outside the list (a host's own format, from `custom` up) pass through; their size is
/// unknown.
enum class SampleFormat : unsigned long {
  float32 = 0x1,
  int32 = 0x2,
  int24 = 0x4,  ///< Packed: three bytes per sample, in native byte order.
  int16 = 0x8,
  int8 = 0x10,
  uint8 = 0x20,  ///< Silence is 128.
  custom = 0x10000,
};

/// The size of a sample in bytes, or 0 if the format has no fixed size. Any thread, real-time safe.
AUDIOPP_API std::size_t sample_size(SampleFormat format) noexcept;

/// The enumerator's name, or "unknown" for other values. Any thread, real-time safe.
AUDIOPP_API const char* name_of(SampleFormat format) noexcept;

/// Fills `bytes` bytes with the format's silence. Any thread, real-time safe.
AUDIOPP_API void fill_silence(void* data, std::size_t bytes, SampleFormat format) noexcept;

/// A packed 24-bit sample.
struct Int24 {
  std::uint8_t bytes[3];
};
static_assert(sizeof(Int24) == 3);

/// The format of a C++ sample type: `sample_format_of<float>` is SampleFormat::float32.
template <class T>
struct SampleFormatOf;
template <>
struct SampleFormatOf<float> {
  static constexpr SampleFormat value = SampleFormat::float32;
};
template <>
struct SampleFormatOf<std::int32_t> {
  static constexpr SampleFormat value = SampleFormat::int32;
};
template <>
struct SampleFormatOf<Int24> {
  static constexpr SampleFormat value = SampleFormat::int24;
};
template <>
struct SampleFormatOf<std::int16_t> {
  static constexpr SampleFormat value = SampleFormat::int16;
};
template <>
struct SampleFormatOf<std::int8_t> {
  static constexpr SampleFormat value = SampleFormat::int8;
};
template <>
struct SampleFormatOf<std::uint8_t> {
  static constexpr SampleFormat value = SampleFormat::uint8;
};

template <class T>
inline constexpr SampleFormat sample_format_of = SampleFormatOf<T>::value;

/// How the channels of a buffer are laid out in memory.
enum class Layout {
  interleaved,  ///< One block, frame by frame.
  planar,       ///< An array of pointers, one block per channel (paNonInterleaved).
};

}  // namespace audiopp
