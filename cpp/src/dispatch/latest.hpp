// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace audiopp::detail {

/// The newest value that one thread has passed to another: a triple buffer, wait-free on both
/// sides.
template <class T>
class Latest {
 public:
  void tell(const T& value) noexcept {
    slots_[writing_] = value;
    writing_ = between_.exchange(writing_ | fresh, std::memory_order_acq_rel) & ~fresh;
  }
  /// The latest value, or a default-constructed one before the first. Valid until the next call.
  const T& hear() noexcept {
    if ((between_.load(std::memory_order_relaxed) & fresh) != 0) {
      reading_ = between_.exchange(reading_, std::memory_order_acq_rel) & ~fresh;
    }
    return slots_[reading_];
  }

 private:
  static constexpr unsigned fresh = 4;

  T slots_[3]{};
  unsigned writing_ = 0;
  std::atomic<unsigned> between_{1};
  unsigned reading_ = 2;
};

}  // namespace audiopp::detail
