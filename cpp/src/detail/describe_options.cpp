// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/describe_options.hpp"

#include <array>
#include <cstdio>

namespace audiopp::detail {

OptionWords& OptionWords::mask(const char* name, std::optional<ChannelMask> mask) {
  if (!mask) return *this;
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "0x%x", static_cast<unsigned>(*mask));
  return words(name, digits.data());
}

void require_speakers(std::optional<ChannelMask> mask) {
  constexpr std::uint32_t known = 0x3FFFF;
  require((static_cast<std::uint32_t>(mask.value_or(ChannelMask{})) & ~known) == 0,
          "channel_mask has bits that stand for no speaker");
}

}  // namespace audiopp::detail
