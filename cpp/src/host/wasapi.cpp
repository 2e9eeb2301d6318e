// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/host/wasapi.hpp"

#include "detail/describe_options.hpp"
#include "detail/windows_options.hpp"

namespace audiopp {

using detail::require;
using detail::WasapiInfo;

namespace {

void check(const WasapiSettings& settings) {
  require(!settings.exclusive || !settings.auto_convert,
          "auto_convert is for shared mode: in exclusive mode Windows converts nothing");
  detail::require_speakers(settings.channel_mask);
  const auto priority = settings.thread_priority.value_or(WasapiThreadPriority::none);
  require(
      priority >= WasapiThreadPriority::none && priority <= WasapiThreadPriority::window_manager,
      "thread_priority is not one of WASAPI's");
  require(settings.category == WasapiStreamCategory::other ||
              (settings.category >= WasapiStreamCategory::communications &&
               settings.category <= WasapiStreamCategory::media),
          "category is not one of WASAPI's");
  require(settings.option >= WasapiStreamOption::none &&
              settings.option <= WasapiStreamOption::match_format,
          "option is not one of WASAPI's");
}

const char* name_of(WasapiThreadPriority priority) {
  static constexpr const char* names[] = {"none",  "audio",    "capture",   "distribution",
                                          "games", "playback", "pro_audio", "window_manager"};
  return names[static_cast<int>(priority)];
}

const char* name_of(WasapiStreamCategory category) {
  static constexpr const char* names[] = {
      "other",        "",           "",          "communications", "alerts", "sound_effects",
      "game_effects", "game_media", "game_chat", "speech",         "movie",  "media"};
  return names[static_cast<int>(category)];
}

}  // namespace

struct WasapiOptions::Info : WasapiInfo {};

WasapiOptions::WasapiOptions(const WasapiSettings& settings)
    : settings_(settings), info_(std::make_unique<Info>()) {
  check(settings_);
  if (settings_.exclusive) info_->flags |= WasapiInfo::exclusive;
  if (settings_.auto_convert) info_->flags |= WasapiInfo::auto_convert;
  if (settings_.explicit_format) info_->flags |= WasapiInfo::explicit_format;
  if (settings_.polling) info_->flags |= WasapiInfo::polling;
  if (settings_.channel_mask) {
    info_->flags |= WasapiInfo::use_channel_mask;
    info_->channel_mask = static_cast<unsigned long>(*settings_.channel_mask);
  }
  if (settings_.thread_priority) {
    info_->flags |= WasapiInfo::use_thread_priority;
    info_->thread_priority = static_cast<int>(*settings_.thread_priority);
  }
  info_->category = static_cast<int>(settings_.category);
  info_->option = static_cast<int>(settings_.option);
}

WasapiOptions::~WasapiOptions() = default;

void* WasapiOptions::stream_info() const noexcept {
  return static_cast<WasapiInfo*>(info_.get());
}

std::string WasapiOptions::description() const {
  detail::OptionWords words("WasapiOptions");
  words.flag("exclusive", settings_.exclusive)
      .flag("auto_convert", settings_.auto_convert)
      .flag("explicit_format", settings_.explicit_format)
      .flag("polling", settings_.polling)
      .mask("channel_mask", settings_.channel_mask);
  if (settings_.thread_priority) {
    words.words("thread_priority", name_of(*settings_.thread_priority));
  }
  if (settings_.category != WasapiStreamCategory::other) {
    words.words("category", name_of(settings_.category));
  }
  if (settings_.option != WasapiStreamOption::none) {
    words.words("option", settings_.option == WasapiStreamOption::raw ? "raw" : "match_format");
  }
  return words.text();
}

const char* WasapiOptions::fault(const StreamSide&, bool, const HostOptions* other) const noexcept {
  const auto* const theirs = dynamic_cast<const WasapiOptions*>(other);
  // OpenStream(): "paWinWasapiPolling must be on/or not on both streams"
  if (theirs != nullptr && theirs->settings_.polling != settings_.polling) {
    return "polling is for both directions or for none";
  }
  return nullptr;
}

}  // namespace audiopp
