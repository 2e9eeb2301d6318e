// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "detail/portaudio.hpp"

namespace audiopp::detail {

/// A stream's two sides as PortAudio takes them.
struct OpenParameters {
  std::optional<PaStreamParameters> input;
  std::optional<PaStreamParameters> output;

  const PaStreamParameters* input_or_null() const { return input ? &*input : nullptr; }
  const PaStreamParameters* output_or_null() const { return output ? &*output : nullptr; }
};

}  // namespace audiopp::detail
