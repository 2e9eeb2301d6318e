// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "audiopp/host/channel_mask.hpp"

namespace audiopp::detail {

/// Puts options in words: "WasapiOptions(exclusive, channel_mask=0x3)".
class OptionWords {
 public:
  explicit OptionWords(const char* name) : text_(std::string(name) + "(") {}

  OptionWords& flag(const char* name, bool is_set) {
    if (is_set) begin(name);
    return *this;
  }
  OptionWords& number(const char* name, unsigned long number) {
    if (number != 0) begin(name) += "=" + std::to_string(number);
    return *this;
  }
  OptionWords& mask(const char* name, std::optional<ChannelMask> mask);
  OptionWords& words(const char* name, const std::string& words) {
    begin(name) += "=" + words;
    return *this;
  }
  std::string text() const { return text_ + ")"; }

 private:
  std::string& begin(const char* name) {
    if (text_.back() != '(') text_ += ", ";
    return text_ += name;
  }

  std::string text_;
};

/// Throws std::invalid_argument if a setting is wrong.
inline void require(bool is_right, const char* otherwise) {
  if (!is_right) throw std::invalid_argument(otherwise);
}

/// The longest buffer that may be asked of a host API, in frames: more would overflow PortAudio's
/// counts of bytes.
inline constexpr unsigned long longest_host_buffer = 1UL << 24;

/// The same for a mask with bits that Windows has reserved.
void require_speakers(std::optional<ChannelMask> mask);

}  // namespace audiopp::detail
