// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "simulation/samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace audiopp::detail {

namespace {

constexpr double int24_scale = 8388608.0;

// Where the three bytes of a packed sample start in an int32 of the same amplitude.
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
constexpr std::size_t int24_offset = 0;
#else
constexpr std::size_t int24_offset = 1;
#endif

template <class T>
T quantise(double value, double scale, double lowest, double highest) {
  if (std::isnan(value)) return 0;
  return static_cast<T>(std::clamp(std::nearbyint(value * scale), lowest, highest));
}

template <class T>
constexpr double scale_of = -static_cast<double>(std::numeric_limits<T>::min());

template <class T>
double to_double(T sample) {
  return static_cast<double>(sample) / scale_of<T>;
}
double to_double(float sample) {
  return static_cast<double>(sample);
}
double to_double(std::uint8_t sample) {
  return (static_cast<double>(sample) - 128.0) / 128.0;
}
double to_double(Int24 sample) {
  std::int32_t value = 0;
  std::memcpy(reinterpret_cast<char*>(&value) + int24_offset, sample.bytes, sizeof sample);
  return to_double(value);
}

template <class T>
void from_double(double value, T& sample) {
  sample =
      quantise<T>(value, scale_of<T>, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
}
void from_double(double value, float& sample) {
  sample = static_cast<float>(value);
}
void from_double(double value, std::uint8_t& sample) {
  std::int8_t centred;
  from_double(value, centred);
  sample = static_cast<std::uint8_t>(centred + 128);
}
void from_double(double value, Int24& sample) {
  const auto quantised = quantise<std::int32_t>(value, int24_scale, -int24_scale, int24_scale - 1);
  const std::int32_t shifted = quantised * 256;
  std::memcpy(sample.bytes, reinterpret_cast<const char*>(&shifted) + int24_offset, sizeof sample);
}

// Calls visit(sample's address, index of the double) for every sample; the program's buffers need
// not be aligned, so samples go through memcpy.
template <class T, class Byte, class Visit>
void for_each_sample(const SampleShape& shape, Byte* buffer, std::size_t first, std::size_t frames,
                     Visit visit) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  if (shape.layout == Layout::interleaved) {
    Byte* const start = buffer + first * channels * sizeof(T);
    for (std::size_t i = 0; i < frames * channels; ++i) visit(start + i * sizeof(T), i);
    return;
  }
  for (std::size_t channel = 0; channel < channels; ++channel) {
    Byte* start;
    std::memcpy(&start, buffer + channel * sizeof(void*), sizeof start);
    start += first * sizeof(T);
    for (std::size_t i = 0; i < frames; ++i) visit(start + i * sizeof(T), i * channels + channel);
  }
}

template <class T>
struct Decode {
  static void run(const SampleShape& shape, const void* buffer, std::size_t first,
                  std::size_t frames, double* samples) {
    for_each_sample<T>(shape, static_cast<const char*>(buffer), first, frames,
                       [samples](const char* from, std::size_t i) {
                         T sample;
                         std::memcpy(&sample, from, sizeof sample);
                         samples[i] = to_double(sample);
                       });
  }
};

template <class T>
struct Encode {
  static void run(const SampleShape& shape, void* buffer, std::size_t first, std::size_t frames,
                  const double* samples) {
    for_each_sample<T>(shape, static_cast<char*>(buffer), first, frames,
                       [samples](char* to, std::size_t i) {
                         T sample;
                         from_double(samples[i], sample);
                         std::memcpy(to, &sample, sizeof sample);
                       });
  }
};

template <template <class> class Work, class... Arguments>
void by_format(const SampleShape& shape, Arguments... arguments) {
  switch (shape.format) {
    case SampleFormat::float32:
      return Work<float>::run(shape, arguments...);
    case SampleFormat::int32:
      return Work<std::int32_t>::run(shape, arguments...);
    case SampleFormat::int24:
      return Work<Int24>::run(shape, arguments...);
    case SampleFormat::int16:
      return Work<std::int16_t>::run(shape, arguments...);
    case SampleFormat::int8:
      return Work<std::int8_t>::run(shape, arguments...);
    case SampleFormat::uint8:
      return Work<std::uint8_t>::run(shape, arguments...);
    case SampleFormat::custom:
      break;  // unreachable: no stream has such a format
  }
}

}  // namespace

SampleShape SampleShape::of(const PaStreamParameters& parameters) {
  return {static_cast<SampleFormat>(parameters.sampleFormat & ~paNonInterleaved),
          (parameters.sampleFormat & paNonInterleaved) != 0 ? Layout::planar : Layout::interleaved,
          parameters.channelCount};
}

void decode(const SampleShape& shape, const void* buffer, std::size_t first, std::size_t frames,
            double* samples) {
  by_format<Decode>(shape, buffer, first, frames, samples);
}

void encode(const SampleShape& shape, const double* samples, void* buffer, std::size_t first,
            std::size_t frames) {
  by_format<Encode>(shape, buffer, first, frames, samples);
}

}  // namespace audiopp::detail
