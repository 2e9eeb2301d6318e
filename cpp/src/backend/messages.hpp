// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// Redirect the messages of the libraries below PortAudio, if the program wants that, before
/// PortAudio starts; restore them after it has ended. Call with the process lock held.
void take_messages() noexcept;
void give_messages_back() noexcept;

}  // namespace audiopp::detail
