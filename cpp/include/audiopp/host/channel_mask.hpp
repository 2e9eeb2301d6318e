// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <type_traits>

#include "audiopp/flags.hpp"

namespace audiopp {

/// The speakers that a stream's channels are for, in this order (WAVEFORMATEXTENSIBLE's
/// dwChannelMask); an option of Windows' host APIs.
enum class ChannelMask : std::uint32_t {
  direct_out = 0,  ///< No speaker in particular: the device's channels in their order.
  front_left = 0x1,
  front_right = 0x2,
  front_center = 0x4,
  low_frequency = 0x8,
  back_left = 0x10,
  back_right = 0x20,
  front_left_of_center = 0x40,
  front_right_of_center = 0x80,
  back_center = 0x100,
  side_left = 0x200,
  side_right = 0x400,
  top_center = 0x800,
  top_front_left = 0x1000,
  top_front_center = 0x2000,
  top_front_right = 0x4000,
  top_back_left = 0x8000,
  top_back_center = 0x10000,
  top_back_right = 0x20000,

  mono = front_center,
  stereo = front_left | front_right,
  quad = stereo | back_left | back_right,
  surround = stereo | front_center | back_center,
  surround_5_1 = stereo | front_center | low_frequency | side_left | side_right,
  surround_5_1_back = quad | front_center | low_frequency,
  surround_7_1 = surround_5_1 | back_left | back_right,
};
template <>
struct is_bit_mask<ChannelMask> : std::true_type {};

}  // namespace audiopp
