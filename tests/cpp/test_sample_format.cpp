// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/sample_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "audiopp/buffer.hpp"
#include "detail/portaudio.hpp"

namespace audiopp {
namespace {

static_assert(sample_format_of<float> == SampleFormat::float32);
static_assert(sample_format_of<std::int16_t> == SampleFormat::int16);
static_assert(sizeof(Int24) == 3);

constexpr std::array all{SampleFormat::float32, SampleFormat::int32, SampleFormat::int24,
                         SampleFormat::int16,   SampleFormat::int8,  SampleFormat::uint8};

TEST(SampleFormat, SizesArePortAudios) {
  for (const SampleFormat format : all) {
    EXPECT_EQ(static_cast<PaError>(sample_size(format)),
              Pa_GetSampleSize(static_cast<PaSampleFormat>(format)));
  }
}

TEST(SampleFormat, CustomAndUnknownFormatsHaveNoSize) {
  EXPECT_EQ(sample_size(SampleFormat::custom), 0U);
  EXPECT_EQ(sample_size(static_cast<SampleFormat>(0)), 0U);
  EXPECT_EQ(sample_size(static_cast<SampleFormat>(3)), 0U);
}

TEST(SampleFormat, SilenceOfUnsignedBytesIs128) {
  std::array<unsigned char, 9> block;
  for (const SampleFormat format : all) {
    block.fill(0x55);
    fill_silence(block.data(), 8, format);
    const unsigned char silence = format == SampleFormat::uint8 ? 128 : 0;
    EXPECT_TRUE(std::all_of(block.begin(), block.end() - 1,
                            [=](unsigned char byte) { return byte == silence; }));
    EXPECT_EQ(block.back(), 0x55) << "wrote past the end";
  }
}

TEST(Buffer, ViewsFindTheirSamples) {
  std::array<std::int16_t, 7> samples{0, 1, 10, 11, 20, 21, 99};
  const auto view = interleaved(samples, 2);
  EXPECT_EQ(view.frames(), 3U) << "a partial frame is left out";
  EXPECT_EQ(view(2, 1), 21);
  EXPECT_EQ(view.end() - view.begin(), 6);

  std::array<float, 2> left{1, 2};
  std::array<float, 2> right{3, 4};
  const std::array<float*, 2> channels{left.data(), right.data()};
  const Planar<float> planar(channels.data(), 2, 2);
  EXPECT_EQ(planar(1, 0), 2);
  EXPECT_EQ(planar(0, 1), 3);
}

}  // namespace
}  // namespace audiopp
