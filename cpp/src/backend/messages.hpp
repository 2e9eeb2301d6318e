// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// Before PortAudio starts and after it has ended: takes the messages of the libraries below it, if
/// the program wants them, and gives them back. Called with the process lock held.
void take_messages() noexcept;
void give_messages_back() noexcept;

}  // namespace audiopp::detail
