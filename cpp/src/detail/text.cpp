// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/text.hpp"

#include <optional>

namespace audiopp::detail {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

std::optional<std::u32string> decode_utf8(std::string_view text) {
  std::u32string decoded;
  for (std::size_t at = 0; at < text.size();) {
    const unsigned first = byte_at(text, at++);
    const int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (more < 0 || first > 0xF4) return std::nullopt;
    char32_t code = more == 0 ? first : first & (0x3FU >> more);
    for (int i = 0; i < more; ++i, ++at) {
      if (at == text.size() || (byte_at(text, at) & 0xC0U) != 0x80) return std::nullopt;
      code = code << 6 | (byte_at(text, at) & 0x3FU);
    }
    const char32_t least = more == 2 ? 0x800 : more == 3 ? 0x10000 : 0;
    const bool is_surrogate = code >= 0xD800 && code < 0xE000;
    if (code < least || is_surrogate || code > 0x10FFFF) return std::nullopt;
    decoded.push_back(code);
  }
  return decoded;
}

std::u32string decode(std::string_view text) {
  if (auto decoded = decode_utf8(text)) return *std::move(decoded);
  std::u32string latin1;
  for (const char character : text) latin1.push_back(static_cast<unsigned char>(character));
  return latin1;
}

// Ranges of upper-case letters, with the distance to lower case. In a range of pairs, every other
// character from `first` on is upper case.
constexpr struct Range {
  char32_t first;
  char32_t last;
  int distance;
  bool pairs = false;
} upper_case[] = {
    {U'A', U'Z', 32},
    {0xB5, 0xB5, 0x3BC - 0xB5},  // the micro sign, to Greek
    {0xC0, 0xD6, 32},
    {0xD8, 0xDE, 32},
    {0x100, 0x12E, 1, true},
    {0x132, 0x136, 1, true},
    {0x139, 0x147, 1, true},
    {0x14A, 0x176, 1, true},
    {0x178, 0x178, 0xFF - 0x178},
    {0x179, 0x17D, 1, true},
    {0x17F, 0x17F, 's' - 0x17F},
    {0x386, 0x386, 38},
    {0x388, 0x38A, 37},
    {0x38C, 0x38C, 64},
    {0x38E, 0x38F, 63},
    {0x391, 0x3A1, 32},
    {0x3A3, 0x3AB, 32},
    {0x3C2, 0x3C2, 1},  // the final sigma
    {0x400, 0x40F, 80},
    {0x410, 0x42F, 32},
    {0x460, 0x480, 1, true},
    {0x48A, 0x4BE, 1, true},
    {0x4C0, 0x4C0, 15},
    {0x4C1, 0x4CD, 1, true},
    {0x4D0, 0x52E, 1, true},
    {0x531, 0x556, 48},
    {0x1E00, 0x1E94, 1, true},
    {0x1EA0, 0x1EFE, 1, true},
    {0xFF21, 0xFF3A, 32},
};

char32_t lower(char32_t code) {
  for (const Range& range : upper_case) {
    if (code < range.first || code > range.last) continue;
    if (range.pairs && (code - range.first) % 2 != 0) return code;
    return static_cast<char32_t>(static_cast<int>(code) + range.distance);
  }
  return code;
}

std::string escaped(unsigned byte) {
  constexpr char digits[] = "0123456789abcdef";
  return {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
}

}  // namespace

std::u32string fold_case(std::string_view text) {
  std::u32string folded;
  for (const char32_t code : decode(text)) {
    if (code == 0xDF || code == 0x1E9E) {
      folded += U"ss";
    } else {
      folded.push_back(lower(code));
    }
  }
  return folded;
}

std::string quoted(std::string_view text) {
  const bool is_utf8 = decode_utf8(text).has_value();
  const bool has_single = text.find('\'') != text.npos;
  const char quote = has_single && text.find('"') == text.npos ? '"' : '\'';
  std::string shown = is_utf8 ? "" : "b";
  shown += quote;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned byte = byte_at(text, at);
    if (text[at] == quote || text[at] == '\\') {
      shown += {'\\', text[at]};
    } else if (text[at] == '\n') {
      shown += "\\n";
    } else if (text[at] == '\r') {
      shown += "\\r";
    } else if (text[at] == '\t') {
      shown += "\\t";
    } else if (byte < 0x20 || byte == 0x7F || (!is_utf8 && byte > 0x7F)) {
      shown += escaped(byte);
    } else {
      shown += text[at];
    }
  }
  return shown + quote;
}

}  // namespace audiopp::detail
