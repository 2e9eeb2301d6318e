// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "audiopp/device.hpp"
#include "audiopp/export.hpp"
#include "audiopp/host_api.hpp"
#include "audiopp/stream_config.hpp"

namespace audiopp {

class Simulation;
namespace detail {
struct Backend;
class SessionState;
}  // namespace detail

/// A share in a running PortAudio: the first Session starts it, the last to go ends it.
///
/// Copies share the same session. An open Stream holds a share too, so sessions and streams may be
/// destroyed in any order. PortAudio makes its device list when it starts. A moved-from session
/// throws Errc::not_initialized from everything.
///
/// After fork() the child uses the PortAudio that it inherited and never ends it. It can open
/// streams of its own where the host API survives a fork, but not on JACK or PulseAudio
/// (Errc::device_unavailable).
///
/// *Threads*: any thread; one process-wide lock guards PortAudio's global calls, even if plugins of
/// a program contain copies of audiopp. *Real time*: inside a callback the queries about devices
/// and host APIs work, but allocate; the rest throws InsideCallbackError. *Throws*: Error.
class AUDIOPP_API Session {
 public:
  /// Starts PortAudio or shares the running one; or the simulation that Simulation::use() chose.
  Session();
  /// A session on this simulation, whatever Simulation::use() chose. Link audiopp::simulation.
  explicit Session(Simulation& simulation);

  int host_api_count() const;
  /// Errc::invalid_host_api if there is no such index.
  HostApi host_api(int index) const;
  /// Errc::host_api_not_found if this PortAudio does not have it.
  HostApi host_api(HostApiType type) const;
  HostApi default_host_api() const;
  std::vector<HostApi> host_apis() const;

  int device_count() const;
  /// Errc::invalid_device if there is no such index.
  Device device(int index) const;
  /// The n-th device of a host API.
  Device device(const HostApi& host_api, int index) const;
  std::vector<Device> devices() const;
  /// Empty if there is none.
  std::optional<Device> default_input_device() const;
  std::optional<Device> default_output_device() const;

  /// The one device of that index that has the `direction`.
  ///
  /// All of these throw std::invalid_argument if there is no such device or if several match; the
  /// text lists those that there are.
  Device find_device(int index, Direction direction = Direction::any) const;
  /// By its name or a part of it, in upper or lower case; a whole name wins over names that
  /// contain it. Names that are not UTF-8 are taken for Latin-1.
  Device find_device(std::string_view name, Direction direction = Direction::any) const;
  /// The same among the devices of a host API, whose name is matched in the same way.
  Device find_device(std::string_view host_api, std::string_view name,
                     Direction direction = Direction::any) const;
  /// A device of an earlier list, if it still has its index, its name and its host API.
  Device find_device(const Device& known, Direction direction = Direction::any) const;

  /// A sentence for people: the input or output devices, or why there may be none.
  std::string describe_input_devices() const;
  std::string describe_output_devices() const;

  /// Checks whether another thread could open the stream while this one is inside a callback and
  /// waits for it; throws Errc::device_unavailable where one thread calls back for all streams, or
  /// what opening it would throw. Any thread, also inside a callback.
  void check_opens_beside_callbacks(const StreamConfig& config) const;

  /// Checks whether a callback stream could be opened, without opening it; if not, throws what
  /// opening it would throw, as far as that can be known without trying.
  void check_supported(const StreamConfig& config) const;
  /// The same as a plain answer. `error` says why not: an Errc, or std::errc::invalid_argument for
  /// a configuration that is wrong in itself.
  bool is_supported(const StreamConfig& config, std::error_code& error) const;
  bool is_supported(const StreamConfig& config) const;

  /// PortAudio's version as a number (19.7.0 is 0x130700) and as text.
  static int portaudio_version() noexcept;
  static std::string portaudio_version_text();

 private:
  friend class Stream;
  explicit Session(const detail::Backend& backend);
  const std::shared_ptr<detail::SessionState>& state(const char* call) const;

  std::shared_ptr<detail::SessionState> state_;
};

}  // namespace audiopp
