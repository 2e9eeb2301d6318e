// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <audiopp/sample_format.hpp>
#include <audiopp/stream_config.hpp>

#include "py_arguments.hpp"

/// The samples of one direction of a stream, which typed buffers must match.
struct SampleLayout {
  audiopp::SampleFormat format{};
  int channels = 0;

  SampleLayout() = default;
  explicit SampleLayout(const audiopp::StreamSide& side)
      : format(side.format), channels(side.channels) {}
};

/// What a buffer is for; the error's text depends on it.
enum class BufferUse { write, read_into, callback };

/// check_samples() for a buffer that has item types and a shape.
bool check_items(const Py_buffer& buffer, const SampleLayout& stream, BufferUse use);

/// False with an exception set if a buffer would be misread as samples of the stream: TypeError
/// for items that are neither bytes nor samples of its format, ValueError for an array whose last
/// dimension is not its channels.
inline bool check_samples(const BytesView& view, const SampleLayout& stream, BufferUse use) {
  return view.buffer() == nullptr || check_items(*view.buffer(), stream, use);
}
