// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "audiopp/error.hpp"
#include "audiopp/session.hpp"
#include "audiopp/simulation.hpp"
#include "audiopp/stream.hpp"
#include "detail/text.hpp"

namespace audiopp {
namespace {

SimulatedDevice device(const char* name, int inputs = 2, int outputs = 2) {
  SimulatedDevice made;
  made.name = name;
  made.max_input_channels = inputs;
  made.max_output_channels = outputs;
  return made;
}

std::vector<SimulatedHostApi> shop() {
  SimulatedHostApi alsa;
  alsa.type = HostApiType::alsa;
  alsa.name = "ALSA";
  alsa.devices = {device("Scarlett 2i2"),
                  device("USB Microphone", 2, 0),
                  device("USB Microphone Pro", 2, 0),
                  device("USB Speaker", 0, 2),
                  device("Lautsprecher Gro\xc3\x9f", 0, 2),
                  device("Box \xff")};
  SimulatedHostApi jack;
  jack.type = HostApiType::jack;
  jack.name = "JACK Audio Connection Kit";
  jack.devices = {device("Scarlett 2i2")};
  return {alsa, jack};
}

template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

class FindDevice : public testing::Test {
 protected:
  Simulation simulation{shop()};
  Session session{simulation};
};

TEST_F(FindDevice, FindsByIndexNameHostApiAndSnapshot) {
  EXPECT_EQ(session.find_device(3).name, "USB Speaker");
  EXPECT_EQ(session.find_device("usb microphone").index, 1);  // the whole name
  EXPECT_EQ(session.find_device("PRO").index, 2);
  EXPECT_EQ(session.find_device("GROSS").index, 4);
  EXPECT_EQ(session.find_device("box \xc3\xbf").index, 5);
  EXPECT_EQ(session.find_device("box \xff").index, 5);
  EXPECT_EQ(session.find_device("jack", "scarlett").index, 6);
  EXPECT_EQ(session.find_device("usb", Direction::output).index, 3);
  EXPECT_EQ(session.find_device("ALSA", "2i2", Direction::both).index, 0);
  EXPECT_EQ(session.find_device(session.device(5), Direction::input).index, 5);
}

TEST_F(FindDevice, ListsTheCandidates) {
  EXPECT_EQ(refusal([&] { session.find_device("scarlett"); }),
            "2 devices match 'scarlett'; choose one by (host API, name) or by index: "
            "0: 'Scarlett 2i2' (ALSA); 6: 'Scarlett 2i2' (JACK Audio Connection Kit)");
  EXPECT_EQ(refusal([&] { session.find_device("OSS", "it's", Direction::output); }).substr(0, 51),
            "no output device matches ('OSS', \"it's\"); available");
  const std::string none = refusal([&] { session.find_device(3, Direction::input); });
  EXPECT_EQ(none.substr(0, 40), "no input device matches 3; available: 0:");
  EXPECT_EQ(none.find("Speaker"), std::string::npos);
  EXPECT_NE(none.find("5: b'Box \\xff' (ALSA)"), std::string::npos);
  EXPECT_NE(refusal([&] {
              session.find_device(-1, Direction::both);
            }).find("no full-duplex device matches -1"),
            std::string::npos);
}

TEST(FindDeviceAmongNone, SaysThatThereAreNone) {
  SimulatedHostApi empty;
  empty.devices = {};
  Simulation nothing({empty});
  const Session other(nothing);
  EXPECT_EQ(refusal([&] { other.find_device("usb"); }), "no device matches 'usb'; available: none");
}

TEST(FindDeviceAgain, RefusesAnotherDeviceAtTheSameIndexAndRenewsTheSame) {
  SimulatedHostApi host_api;
  host_api.devices = {device("one"), device("two")};
  Simulation simulation({host_api});
  Device one, two;
  {
    const Session session(simulation);
    one = session.find_device("one");
    two = session.find_device("two");
  }
  host_api.devices = {device("one"), device("zero"), device("two")};
  simulation.set_host_apis({host_api});
  const Session session(simulation);
  EXPECT_NE(refusal([&] { session.find_device(two); }).find("no device matches 'two'"),
            std::string::npos);

  StreamConfig config;
  config.output = StreamSide{one};
  EXPECT_THROW(Stream(session, config), Error);  // of the old list
  config.output = StreamSide{session.find_device(one)};
  EXPECT_TRUE(Stream(session, config).is_open());
}

TEST(FoldCase, FoldsLettersWhateverTheLocale) {
  using detail::fold_case;
  EXPECT_EQ(fold_case("ABC-xyz"), U"abc-xyz");
  EXPECT_EQ(fold_case("\xc3\x84\xc3\x97\xc3\x9f"), U"\u00e4\u00d7ss");        // Ä × ß
  EXPECT_EQ(fold_case("\xce\xa3\xcf\x82"), U"\u03c3\u03c3");                  // Σ ς
  EXPECT_EQ(fold_case("\xd0\x81\xd0\x96"), U"\u0451\u0436");                  // Ё Ж
  EXPECT_EQ(fold_case("\xc5\x81\xc5\x82"), U"\u0142\u0142");                  // Ł ł
  EXPECT_EQ(fold_case("\xe9\x9f\xb3\xf0\x9f\x8e\xa7"), U"\u97f3\U0001f3a7");  // no letters
  EXPECT_EQ(fold_case("\xc0\x80 \xe4"), U"\u00e0\u0080 \u00e4");              // overlong: no UTF-8
  EXPECT_EQ(fold_case("\xed\xa0\x80"), U"\u00ed\u00a0\u0080");  // a surrogate: no UTF-8
  EXPECT_EQ(fold_case("\xe9\x9f"), U"\u00e9\u009f");            // cut off: no UTF-8
}

TEST(FoldCase, TakesALetterAndItsMarkAsOneCharacter) {
  using detail::fold_case;
  EXPECT_EQ(fold_case("Kopfho\xcc\x88rer"), fold_case("KOPFH\xc3\x96RER"));  // ö
  EXPECT_EQ(fold_case("E\xcc\x81"), U"\u00e9");                              // É
  EXPECT_EQ(fold_case("a\xcc\xa3\xcc\x82"), U"\u1ead");                      // ậ: two marks
  EXPECT_EQ(fold_case("\xe3\x82\xab\xe3\x82\x99"), U"\u30ac");               // ガ
  EXPECT_EQ(fold_case("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"), U"\uac01");   // 각
  EXPECT_EQ(fold_case("\xea\xb0\x81\xe1\x86\xa8"), U"\uac01\u11a8");         // has one already
  EXPECT_EQ(fold_case("\xc4\xb0"), fold_case("I\xcc\x87"));                  // İ
  EXPECT_EQ(fold_case("x\xcc\x81"), U"x\u0301");                             // no such letter
  EXPECT_EQ(fold_case("\xcc\x81"), U"\u0301");                               // no letter
}

TEST(Quoted, ShowsTextAsPythonDoes) {
  using detail::quoted;
  EXPECT_EQ(quoted("plain \xc3\xa4"), "'plain \xc3\xa4'");
  EXPECT_EQ(quoted("it's"), "\"it's\"");
  EXPECT_EQ(quoted("it's \"it\"\\"), "'it\\'s \"it\"\\\\'");
  EXPECT_EQ(quoted("a\nb\tc\x01"), "'a\\nb\\tc\\x01'");
  EXPECT_EQ(quoted("\xff'"), "b\"\\xff'\"");
}

}  // namespace
}  // namespace audiopp
