// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// The simulation's sample conversion: stays within the buffers, and is bit-exact there and back.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "expect.hpp"
#include "simulation/samples.hpp"

using audiopp::Layout;
using audiopp::SampleFormat;
using audiopp::detail::SampleShape;

namespace {

// A program's buffer in either layout; each plane is allocated alone, so that the sanitizer notices
// overruns.
class Buffer {
 public:
  Buffer(const SampleShape& shape, std::size_t frames)
      : planes_(shape.layout == Layout::planar ? static_cast<std::size_t>(shape.channels) : 1) {
    const std::size_t interleaved =
        shape.layout == Layout::planar ? 1 : static_cast<std::size_t>(shape.channels);
    for (auto& plane : planes_) {
      plane.resize(frames * interleaved * audiopp::sample_size(shape.format), 0x5a);
      plane.shrink_to_fit();
      pointers_.push_back(plane.data());
    }
    data_ = shape.layout == Layout::planar ? static_cast<void*>(pointers_.data()) : pointers_[0];
  }

  void fill(FuzzedDataProvider& input) {
    for (auto& plane : planes_) {
      if (!plane.empty()) input.ConsumeData(plane.data(), plane.size());
    }
  }

  void* data() { return data_; }
  const std::vector<std::vector<unsigned char>>& planes() const { return planes_; }

 private:
  std::vector<std::vector<unsigned char>> planes_;
  std::vector<void*> pointers_;
  void* data_;
};

bool same(const Buffer& one, const Buffer& other, SampleFormat format) {
  if (format != SampleFormat::float32) return one.planes() == other.planes();
  for (std::size_t i = 0; i < one.planes().size(); ++i) {
    const auto& before = one.planes()[i];
    const auto& after = other.planes()[i];
    for (std::size_t at = 0; at < before.size(); at += sizeof(float)) {
      float a, b;
      std::memcpy(&a, &before[at], sizeof a);
      std::memcpy(&b, &after[at], sizeof b);
      // A NaN may come back as another NaN.
      if (std::memcmp(&a, &b, sizeof a) != 0 && !(std::isnan(a) && std::isnan(b))) return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  SampleShape shape;
  shape.format =
      input.PickValueInArray({SampleFormat::float32, SampleFormat::int32, SampleFormat::int24,
                              SampleFormat::int16, SampleFormat::int8, SampleFormat::uint8});
  shape.layout = input.PickValueInArray({Layout::interleaved, Layout::planar});
  shape.channels = input.ConsumeIntegralInRange(1, 64);
  const auto frames = input.ConsumeIntegralInRange<std::size_t>(0, 64);
  const auto middle = input.ConsumeIntegralInRange<std::size_t>(0, frames);

  Buffer source(shape, frames);
  Buffer target(shape, frames);
  source.fill(input);
  std::vector<double> samples(frames * static_cast<std::size_t>(shape.channels));
  // In two parts, as the simulation converts long buffers.
  double* const second = samples.data() + middle * static_cast<std::size_t>(shape.channels);
  audiopp::detail::decode(shape, source.data(), 0, middle, samples.data());
  audiopp::detail::decode(shape, source.data(), middle, frames - middle, second);
  audiopp::detail::encode(shape, samples.data(), target.data(), 0, middle);
  audiopp::detail::encode(shape, second, target.data(), middle, frames - middle);
  EXPECT(same(source, target, shape.format));

  // Into any other format, from any number, which is clipped.
  for (double& sample : samples) sample = input.ConsumeFloatingPoint<double>();
  shape.format =
      input.PickValueInArray({SampleFormat::float32, SampleFormat::int32, SampleFormat::int24,
                              SampleFormat::int16, SampleFormat::int8, SampleFormat::uint8});
  Buffer other(shape, frames);
  audiopp::detail::encode(shape, samples.data(), other.data(), 0, frames);
  audiopp::detail::decode(shape, other.data(), 0, frames, samples.data());
  if (shape.format != SampleFormat::float32) {
    EXPECT(std::all_of(samples.begin(), samples.end(),
                       [](double sample) { return sample >= -1 && sample < 1; }));
  }
  return 0;
}
