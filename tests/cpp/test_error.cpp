// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "audiopp/error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "backend/backend.hpp"

namespace audiopp {
namespace {

static_assert(std::is_base_of_v<std::system_error, Error>);
static_assert(std::is_nothrow_copy_constructible_v<std::error_code>);

TEST(Error, SpeaksPortAudiosWords) {
  for (int code = -10000; code <= static_cast<int>(Errc::bad_buffer_ptr); ++code) {
    EXPECT_EQ(make_error_code(static_cast<Errc>(code)).message(), Pa_GetErrorText(code)) << code;
  }
  EXPECT_EQ(make_error_code(Errc::no_error).message(), Pa_GetErrorText(0));
  EXPECT_EQ(make_error_code(static_cast<Errc>(7)).message(), Pa_GetErrorText(7));
}

TEST(Error, KeepsCodeCallDetailAndHostError) {
  const Error error(Errc::unanticipated_host_error, "Pa_OpenStream", "device \"front\"",
                    HostError{8, -19, "No such device"});
  EXPECT_EQ(error.errc(), Errc::unanticipated_host_error);
  EXPECT_EQ(error.code(), Errc::unanticipated_host_error);
  EXPECT_STREQ(error.call(), "Pa_OpenStream");
  EXPECT_EQ(error.text(), "Unanticipated host error");
  ASSERT_TRUE(error.host_error());
  EXPECT_EQ(error.host_error()->code, -19);
  const std::string what = error.what();
  for (const char* part : {"Pa_OpenStream", "front", "-19", "No such device", "Unanticipated"}) {
    EXPECT_NE(what.find(part), std::string::npos) << part << " in " << what;
  }
}

TEST(Error, HookIsReplacedAndReturned) {
  const ErrorHook hook = [](const std::exception&) noexcept {};
  EXPECT_EQ(set_error_hook(hook), nullptr);
  EXPECT_EQ(set_error_hook(nullptr), hook);
  EXPECT_EQ(set_error_hook(nullptr), nullptr);
}

}  // namespace
}  // namespace audiopp
