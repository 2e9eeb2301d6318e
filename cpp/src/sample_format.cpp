// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/sample_format.hpp"

#include <cstring>

namespace audiopp {

std::size_t sample_size(SampleFormat format) noexcept {
  switch (format) {
    case SampleFormat::float32:
    case SampleFormat::int32:
      return 4;
    case SampleFormat::int24:
      return 3;
    case SampleFormat::int16:
      return 2;
    case SampleFormat::int8:
    case SampleFormat::uint8:
      return 1;
    case SampleFormat::custom:
      break;
  }
  return 0;
}

const char* name_of(SampleFormat format) noexcept {
  switch (format) {
    case SampleFormat::float32:
      return "float32";
    case SampleFormat::int32:
      return "int32";
    case SampleFormat::int24:
      return "int24";
    case SampleFormat::int16:
      return "int16";
    case SampleFormat::int8:
      return "int8";
    case SampleFormat::uint8:
      return "uint8";
    case SampleFormat::custom:
      return "custom";
  }
  return "unknown";
}

void fill_silence(void* data, std::size_t bytes, SampleFormat format) noexcept {
  std::memset(data, format == SampleFormat::uint8 ? 0x80 : 0, bytes);
}

}  // namespace audiopp
