// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// Two plugins in one process, each with its own audiopp, on one PortAudio.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <thread>

#include "fake_portaudio.hpp"
#include "plugin.hpp"

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

// Counts the allocations of the whole program, the plugins' and the dynamic linker's too.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define AUDIOPP_COUNTS_ALLOCATIONS
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memalign(alignment, size);
}
}
#endif

namespace {

class Plugin {
 public:
  explicit Plugin(const char* path)
      : library_(dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
    EXPECT_NE(library_, nullptr) << dlerror();
  }
  ~Plugin() { dlclose(library_); }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  template <class Function>
  Function function(const char* name) const {
    return reinterpret_cast<Function>(dlsym(library_, name));
  }
  void churn(int rounds) const { function<Churn>("plugin_churn")(rounds); }

 private:
  void* const library_;
};

TEST(Plugins, CopiesOfAudioppTakeTurnsWithPortAudiosGlobalCalls) {
  const Plugin first(AUDIOPP_PLUGIN_A);
  const Plugin second(AUDIOPP_PLUGIN_B);
  ASSERT_NE(first.function<Churn>("plugin_churn"), second.function<Churn>("plugin_churn"));
  std::thread beside([&] { second.churn(100); });
  first.churn(100);
  beside.join();
  EXPECT_EQ(fake_portaudio().overlaps, 0);
  EXPECT_EQ(fake_portaudio().initializations, 0);
}

class PluginBlocks : public testing::TestWithParam<Kind> {};

TEST_P(PluginBlocks, TheFirstBlockOfAThreadDoesNotAllocate) {
#ifndef AUDIOPP_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "needs glibc, and the heap, which a sanitizer has";
#endif
  const Plugin plugin(AUDIOPP_PLUGIN_A);
  // JACK's streams move frames of blocking calls in a callback of ours.
  fake_portaudio().host_api.type = GetParam() == Kind::blocking ? paJACK : paInDevelopment;
  plugin.function<Open>("plugin_open")(GetParam());
  const FakePortAudio& fake = fake_portaudio();
  ASSERT_NE(fake.callback, nullptr);

  std::size_t counted = 0;
  std::thread audio([&] {
    std::array<std::int16_t, 64> input{};
    std::array<std::int16_t, 64> output{};
    const PaStreamCallbackTimeInfo times{};
    const std::size_t before = allocations;
    for (int i = 0; i < 20; ++i) {
      fake.callback(input.data(), output.data(), 32, &times, 0, fake.user_data);
    }
    if (GetParam() != Kind::blocking) fake.finished(fake.user_data);
    counted = allocations - before;
  });
  audio.join();
  plugin.function<Close>("plugin_close")();
  EXPECT_EQ(counted, 0U);

  const std::size_t before = allocations;
  delete new int;
  EXPECT_GT(allocations, before) << "the count itself works";
}

INSTANTIATE_TEST_SUITE_P(AllKinds, PluginBlocks,
                         testing::Values(Kind::direct, Kind::queued, Kind::blocking));

}  // namespace
