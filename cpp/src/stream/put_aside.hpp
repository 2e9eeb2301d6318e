// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

class StreamState;

/// Destroys a stream whose last owner has gone; inside a callback, perhaps its own, where it cannot
/// be closed, it is put aside instead.
void let_go(StreamState* stream) noexcept;

/// Destroys what was put aside. Not inside a callback.
void destroy_put_aside() noexcept;

}  // namespace audiopp::detail
