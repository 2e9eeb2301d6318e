# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT

# One program to listen to, one to run without a sound card, and one whose size is checked.
add_executable(tone ${CMAKE_CURRENT_LIST_DIR}/tone.cpp)
target_link_libraries(tone PRIVATE audiopp::audiopp)

add_executable(simulated ${CMAKE_CURRENT_LIST_DIR}/simulated.cpp)
target_link_libraries(simulated PRIVATE audiopp::simulation)

add_executable(player ${CMAKE_CURRENT_LIST_DIR}/player.cpp)
target_link_libraries(player PRIVATE audiopp::audiopp)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  target_link_options(player PRIVATE -Wl,--gc-sections)
endif()
