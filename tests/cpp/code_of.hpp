// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include "audiopp/error.hpp"

namespace audiopp {

/// The code of the Error that a call throws.
template <class Call>
Errc code_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.errc();
  }
  return Errc::no_error;
}

}  // namespace audiopp
