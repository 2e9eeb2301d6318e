// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "detail/text.hpp"

#include <optional>

namespace audiopp::detail {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// A name that is too long for PortAudio ends within a character.
std::optional<std::u32string> decode_utf8(std::string_view text) {
  std::u32string decoded;
  bool is_ascii = true;
  for (std::size_t at = 0; at < text.size();) {
    const unsigned first = byte_at(text, at++);
    const int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (more < 0 || first > 0xF4) return std::nullopt;
    char32_t code = more == 0 ? first : first & (0x3FU >> more);
    for (int i = 0; i < more; ++i, ++at) {
      if (at == text.size() && !is_ascii) return decoded + U'\xFFFD';
      if (at == text.size() || (byte_at(text, at) & 0xC0U) != 0x80) return std::nullopt;
      code = code << 6 | (byte_at(text, at) & 0x3FU);
    }
    const char32_t least = more == 2 ? 0x800 : more == 3 ? 0x10000 : 0;
    const bool is_surrogate = code >= 0xD800 && code < 0xE000;
    if (code < least || is_surrogate || code > 0x10FFFF) return std::nullopt;
    is_ascii = is_ascii && more == 0;
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
    {0x1A0, 0x1A0, 1},
    {0x1AF, 0x1AF, 1},
    {0x1B7, 0x1B7, 0x292 - 0x1B7},
    {0x1CD, 0x1DB, 1, true},
    {0x1DE, 0x1EE, 1, true},
    {0x1F4, 0x1F4, 1},
    {0x1F8, 0x21E, 1, true},
    {0x226, 0x232, 1, true},
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
    {0x1E9B, 0x1E9B, 0x1E61 - 0x1E9B},  // a long s with a dot
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

// What a letter and the mark behind it are as one character: Unicode's canonical compositions of
// lower-case Latin, Greek and Cyrillic letters, and of kana.
constexpr struct Compositions {
  char32_t mark;
  std::u32string_view letters;
  std::u32string_view composed;
} compositions[] = {
    {0x300, U"aeinouwy\u00E2\u00EA\u00F4\u00FC\u0103\u0113\u014D\u01A1\u01B0\u0435\u0438",
     U"\u00E0\u00E8\u00EC\u01F9\u00F2\u00F9\u1E81\u1EF3\u1EA7\u1EC1\u1ED3\u01DC\u1EB1\u1E15\u1E51"
     U"\u1EDD\u1EEB\u0450\u045D"},
    {0x301,
     U"acegiklmnoprsuwyz\u00A8\u00E2\u00E5\u00E6\u00E7\u00EA\u00EF\u00F4\u00F5\u00F8\u00FC\u0103"
     U"\u0113\u014D\u0169\u01A1\u01B0\u03B1\u03B5\u03B7\u03B9\u03BF\u03C5\u03C9\u03D2\u0433\u043A",
     U"\u00E1\u0107\u00E9\u01F5\u00ED\u1E31\u013A\u1E3F\u0144\u00F3\u1E55\u0155\u015B\u00FA\u1E83"
     U"\u00FD\u017A\u0385\u1EA5\u01FB\u01FD\u1E09\u1EBF\u1E2F\u1ED1\u1E4D\u01FF\u01D8\u1EAF\u1E17"
     U"\u1E53\u1E79\u1EDB\u1EE9\u03AC\u03AD\u03AE\u03AF\u03CC\u03CD\u03CE\u03D3\u0453\u045C"},
    {0x302, U"aceghijosuwyz\u1EA1\u1EB9\u1ECD",
     U"\u00E2\u0109\u00EA\u011D\u0125\u00EE\u0135\u00F4\u015D\u00FB\u0175\u0177\u1E91\u1EAD\u1EC7"
     U"\u1ED9"},
    {0x303, U"aeinouvy\u00E2\u00EA\u00F4\u0103\u01A1\u01B0",
     U"\u00E3\u1EBD\u0129\u00F1\u00F5\u0169\u1E7D\u1EF9\u1EAB\u1EC5\u1ED7\u1EB5\u1EE1\u1EEF"},
    {0x304, U"aegiouy\u00E4\u00E6\u00F5\u00F6\u00FC\u01EB\u0227\u022F\u0438\u0443\u1E37\u1E5B",
     U"\u0101\u0113\u1E21\u012B\u014D\u016B\u0233\u01DF\u01E3\u022D\u022B\u01D6\u01ED\u01E1\u0231"
     U"\u04E3\u04EF\u1E39\u1E5D"},
    {0x306, U"aegiou\u0229\u0430\u0435\u0436\u0438\u0443\u1EA1",
     U"\u0103\u0115\u011F\u012D\u014F\u016D\u1E1D\u04D1\u04D7\u04C2\u0439\u045E\u1EB7"},
    {0x307, U"abcdefghmnoprstwxyz\u015B\u0161\u1E63",
     U"\u0227\u1E03\u010B\u1E0B\u0117\u1E1F\u0121\u1E23\u1E41\u1E45\u022F\u1E57\u1E59\u1E61\u1E6B"
     U"\u1E87\u1E8B\u1E8F\u017C\u1E65\u1E67\u1E69"},
    {0x308,
     U"aehiouwxy\u00F5\u016B\u03B9\u03C5\u03D2\u0430\u0435\u0436\u0437\u0438\u043E\u0443\u0447"
     U"\u044B\u044D\u0456\u04D9\u04E9",
     U"\u00E4\u00EB\u1E27\u00EF\u00F6\u00FC\u1E85\u1E8D\u00FF\u1E4F\u1E7B\u03CA\u03CB\u03D4\u04D3"
     U"\u0451\u04DD\u04DF\u04E5\u04E7\u04F1\u04F5\u04F9\u04ED\u0457\u04DB\u04EB"},
    {0x309, U"aeiouy\u00E2\u00EA\u00F4\u0103\u01A1\u01B0",
     U"\u1EA3\u1EBB\u1EC9\u1ECF\u1EE7\u1EF7\u1EA9\u1EC3\u1ED5\u1EB3\u1EDF\u1EED"},
    {0x30A, U"au", U"\u00E5\u016F"},
    {0x30B, U"ou\u0443", U"\u0151\u0171\u04F3"},
    {0x30C, U"acdeghiklnorstuz\u00FC\u0292",
     U"\u01CE\u010D\u010F\u011B\u01E7\u021F\u01D0\u01E9\u013E\u0148\u01D2\u0159\u0161\u0165\u01D4"
     U"\u017E\u01DA\u01EF"},
    {0x30F, U"aeioru\u0475", U"\u0201\u0205\u0209\u020D\u0211\u0215\u0477"},
    {0x311, U"aeioru", U"\u0203\u0207\u020B\u020F\u0213\u0217"},
    {0x31B, U"ou", U"\u01A1\u01B0"},
    {0x323, U"abdehiklmnorstuvwyz\u01A1\u01B0",
     U"\u1EA1\u1E05\u1E0D\u1EB9\u1E25\u1ECB\u1E33\u1E37\u1E43\u1E47\u1ECD\u1E5B\u1E63\u1E6D\u1EE5"
     U"\u1E7F\u1E89\u1EF5\u1E93\u1EE3\u1EF1"},
    {0x324, U"u", U"\u1E73"},
    {0x325, U"a", U"\u1E01"},
    {0x326, U"st", U"\u0219\u021B"},
    {0x327, U"cdeghklnrst", U"\u00E7\u1E11\u0229\u0123\u1E29\u0137\u013C\u0146\u0157\u015F\u0163"},
    {0x328, U"aeiou", U"\u0105\u0119\u012F\u01EB\u0173"},
    {0x32D, U"delntu", U"\u1E13\u1E19\u1E3D\u1E4B\u1E71\u1E77"},
    {0x32E, U"h", U"\u1E2B"},
    {0x330, U"eiu", U"\u1E1B\u1E2D\u1E75"},
    {0x331, U"bdklnrtz", U"\u1E07\u1E0F\u1E35\u1E3B\u1E49\u1E5F\u1E6F\u1E95"},
    {0x3099,
     U"\u3046\u304B\u304D\u304F\u3051\u3053\u3055\u3057\u3059\u305B\u305D\u305F\u3061\u3064\u3066"
     U"\u3068\u306F\u3072\u3075\u3078\u307B\u309D\u30A6\u30AB\u30AD\u30AF\u30B1\u30B3\u30B5\u30B7"
     U"\u30B9\u30BB\u30BD\u30BF\u30C1\u30C4\u30C6\u30C8\u30CF\u30D2\u30D5\u30D8\u30DB\u30EF\u30F0"
     U"\u30F1\u30F2\u30FD",
     U"\u3094\u304C\u304E\u3050\u3052\u3054\u3056\u3058\u305A\u305C\u305E\u3060\u3062\u3065\u3067"
     U"\u3069\u3070\u3073\u3076\u3079\u307C\u309E\u30F4\u30AC\u30AE\u30B0\u30B2\u30B4\u30B6\u30B8"
     U"\u30BA\u30BC\u30BE\u30C0\u30C2\u30C5\u30C7\u30C9\u30D0\u30D3\u30D6\u30D9\u30DC\u30F7\u30F8"
     U"\u30F9\u30FA\u30FE"},
    {0x309A, U"\u306F\u3072\u3075\u3078\u307B\u30CF\u30D2\u30D5\u30D8\u30DB",
     U"\u3071\u3074\u3077\u307A\u307D\u30D1\u30D4\u30D7\u30DA\u30DD"},
};

// Korean syllables are put together of a leading consonant, a vowel and a trailing consonant.
char32_t compose_syllable(char32_t first, char32_t second) {
  constexpr char32_t leading = 0x1100, vowels = 0x1161, trailing = 0x11A7, syllables = 0xAC00;
  const bool is_leading = first >= leading && first < leading + 19;
  if (is_leading && second >= vowels && second < vowels + 21) {
    return syllables + ((first - leading) * 21 + (second - vowels)) * 28;
  }
  const bool is_open =
      first >= syllables && first < syllables + 11172 && (first - syllables) % 28 == 0;
  return is_open && second > trailing && second < trailing + 28 ? first + (second - trailing) : 0;
}

// The two characters as one; 0 if they stay two.
char32_t compose(char32_t letter, char32_t mark) {
  for (const Compositions& row : compositions) {
    if (row.mark != mark) continue;
    const auto at = row.letters.find(letter);
    return at == row.letters.npos ? 0 : row.composed[at];
  }
  return compose_syllable(letter, mark);
}

// Characters whose lower case has no form as one character.
constexpr struct Pair {
  char32_t code;
  char32_t letter;
  char32_t mark;
} pairs[] = {
    {0x130, U'i', 0x307},  {0x1F0, U'j', 0x30C},  {0x390, 0x3CA, 0x301}, {0x3B0, 0x3CB, 0x301},
    {0x1E96, U'h', 0x331}, {0x1E97, U't', 0x308}, {0x1E98, U'w', 0x30A}, {0x1E99, U'y', 0x30A},
};

const Pair* find_pair(char32_t code) {
  for (const Pair& pair : pairs) {
    if (pair.code == code) return &pair;
  }
  return nullptr;
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
      continue;
    }
    if (const Pair* const pair = find_pair(code)) {
      folded.append({pair->letter, pair->mark});
      continue;
    }
    const char32_t composed = folded.empty() ? 0 : compose(folded.back(), code);
    if (composed != 0) {
      folded.back() = composed;
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
