// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace audiopp::detail {

/// Text for comparison without regard to case: UTF-8, or Latin-1 where it is not valid UTF-8.
///
/// Folds ASCII, Latin, Greek, Cyrillic, Armenian and full-width letters as Unicode does, in any
/// locale. A letter and a combining mark behind it count as the one character that they are: macOS
/// writes names like that. Also for kana and Korean syllables.
std::u32string fold_case(std::string_view text);

/// Text in quotes, as Python shows it: 'name', or b'\xff' where it is not valid UTF-8.
std::string quoted(std::string_view text);

}  // namespace audiopp::detail
