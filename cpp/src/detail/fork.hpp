// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

namespace audiopp::detail {

/// How many forks lie between the first process that used audiopp and this one.
///
/// What carries another number was inherited: its threads do not exist here, its locks may be held
/// by nobody, and its devices are the parent's. It counts as closed, and is forgotten, not
/// released. *Real time*: reads a variable; no system call.
unsigned fork_generation() noexcept;

}  // namespace audiopp::detail
