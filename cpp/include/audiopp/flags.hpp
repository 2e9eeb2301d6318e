// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

namespace audiopp {

/// Enables the bit operators for an enumeration: specialise as std::true_type.
template <class E>
struct is_bit_mask : std::false_type {};

template <class E, std::enable_if_t<is_bit_mask<E>::value, int> = 0>
constexpr E operator|(E a, E b) noexcept {
  using U = std::underlying_type_t<E>;
  return static_cast<E>(static_cast<U>(a) | static_cast<U>(b));
}

template <class E, std::enable_if_t<is_bit_mask<E>::value, int> = 0>
constexpr E operator&(E a, E b) noexcept {
  using U = std::underlying_type_t<E>;
  return static_cast<E>(static_cast<U>(a) & static_cast<U>(b));
}

/// Whether `flags` has any of `bits`.
template <class E, std::enable_if_t<is_bit_mask<E>::value, int> = 0>
constexpr bool has(E flags, E bits) noexcept {
  return (flags & bits) != E{};
}

/// How a stream treats its samples (PaStreamFlags).
///
/// PortAudio's converters between integers do not work with dither, and some from floats do not
/// without clipping: where a stream could run on one of these, it dithers less or clips more.
enum class StreamFlags : unsigned long {
  none = 0,
  clip_off = 0x1,    ///< Do not clip out-of-range samples: they wrap around.
  dither_off = 0x2,  ///< Do not dither.
  never_drop_input =
      0x4,             ///< Full duplex callback streams with unspecified frames per buffer only.
  prime_output = 0x8,  ///< Call the callback to fill the first output buffers.
};
template <>
struct is_bit_mask<StreamFlags> : std::true_type {};

/// What happened around one callback (PaStreamCallbackFlags).
enum class CallbackFlags : unsigned long {
  none = 0,
  input_underflow = 0x1,   ///< Input was missing; silence replaces it.
  input_overflow = 0x2,    ///< Input before this block was lost.
  output_underflow = 0x4,  ///< Output came too late: a gap was heard.
  output_overflow = 0x8,   ///< Output was discarded.
  priming_output = 0x10,   ///< This output primes the stream; there is no input yet.
};
template <>
struct is_bit_mask<CallbackFlags> : std::true_type {};

}  // namespace audiopp
