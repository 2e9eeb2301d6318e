# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
#
# Builds PortAudio from AUDIOPP_PORTAUDIO_SOURCE and links it in statically, as our wheels have it; defines
# PortAudio::PortAudio and PortAudio_LICENSE. On Linux nothing else is linked: libasound and libjack are loaded from
# the system at run time, so that they find the system's plugins and servers, and need not be there.

set(portaudio_sha256 5af29ba58bbdbb7bbcefaaecc77ec8fc413f0db6f4c4e286c40c3e1b83174fa0) # of 19.7.0's archive

enable_language(C)
include(FetchContent)
set(portaudio_source "${AUDIOPP_PORTAUDIO_SOURCE}")
if(EXISTS "${PROJECT_SOURCE_DIR}/${portaudio_source}")
  string(PREPEND portaudio_source "${PROJECT_SOURCE_DIR}/")
endif()
if(IS_DIRECTORY "${portaudio_source}")
  FetchContent_Declare(portaudio SOURCE_DIR "${portaudio_source}")
else()
  FetchContent_Declare(portaudio URL "${portaudio_source}" URL_HASH SHA256=${portaudio_sha256}
                                 DOWNLOAD_EXTRACT_TIMESTAMP TRUE)
endif()

# A function, so that these settings are PortAudio's alone.
function(audiopp_add_portaudio)
  set(CMAKE_POLICY_VERSION_MINIMUM 3.5) # CMake 4 refuses what PortAudio asks for
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW) # options are taken from these variables
  set(CMAKE_POLICY_DEFAULT_CMP0063 NEW) # static libraries have a visibility
  set(CMAKE_C_VISIBILITY_PRESET hidden)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  set(CMAKE_WARN_DEPRECATED OFF)
  set(PA_BUILD_STATIC ON)
  set(PA_BUILD_SHARED OFF)
  set(PA_DISABLE_INSTALL ON)
  set(PA_USE_JACK OFF) # by its own build, which would link libjack
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(PA_USE_ALSA ON)
    set(PA_ALSA_DYNAMIC ON)
  endif()
  FetchContent_MakeAvailable(portaudio)
  set(portaudio_SOURCE_DIR "${portaudio_SOURCE_DIR}" PARENT_SCOPE)
endfunction()
audiopp_add_portaudio()
set(PortAudio_LICENSE "${portaudio_SOURCE_DIR}/LICENSE.txt")

if(TARGET portaudio_static) # up to 19.7
  set(portaudio_target portaudio_static)
else()
  set(portaudio_target portaudio)
endif()
set_target_properties(${portaudio_target} PROPERTIES SYSTEM ON) # our warnings are not for its headers
if(NOT MSVC) # its messages name its files, wherever they were built
  target_compile_options(${portaudio_target} PRIVATE "-ffile-prefix-map=${portaudio_SOURCE_DIR}/=")
endif()
# PaAlsaStream_WaitForFrames() looks at a count that nobody has set when the sound server has died, and may then jump
# back to its error label for ever, so that no stop ever ends. A count of zero lets it return.
include(CheckCCompilerFlag)
check_c_compiler_flag(-ftrivial-auto-var-init=zero AUDIOPP_HAS_AUTO_VAR_INIT)
if(AUDIOPP_HAS_AUTO_VAR_INIT)
  target_compile_options(${portaudio_target} PRIVATE -ftrivial-auto-var-init=zero)
endif()
add_library(PortAudio::PortAudio ALIAS ${portaudio_target})

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  find_path(AUDIOPP_ALSA_INCLUDE_DIR alsa/asoundlib.h)
  find_path(AUDIOPP_JACK_INCLUDE_DIR jack/jack.h)
  if(NOT AUDIOPP_ALSA_INCLUDE_DIR)
    message(FATAL_ERROR "ALSA's headers are missing: apt install libasound2-dev (Debian, Ubuntu) | "
                        "dnf install alsa-lib-devel (Fedora)")
  endif()
  # Only these headers: a cross compiler must not see the rest of /usr/include.
  set(headers "${CMAKE_CURRENT_BINARY_DIR}/host-api-headers")
  file(MAKE_DIRECTORY "${headers}")
  file(CREATE_LINK "${AUDIOPP_ALSA_INCLUDE_DIR}/alsa" "${headers}/alsa" SYMBOLIC)
  target_include_directories(${portaudio_target} PRIVATE "${headers}")
  if(AUDIOPP_JACK_INCLUDE_DIR)
    file(CREATE_LINK "${AUDIOPP_JACK_INCLUDE_DIR}/jack" "${headers}/jack" SYMBOLIC)
    target_sources(${portaudio_target} PRIVATE "${portaudio_SOURCE_DIR}/src/hostapi/jack/pa_jack.c")
    target_compile_definitions(${portaudio_target} PRIVATE PA_USE_JACK)
    set_source_files_properties(
      "${portaudio_SOURCE_DIR}/src/hostapi/jack/pa_jack.c"
      TARGET_DIRECTORY ${portaudio_target}
      PROPERTIES COMPILE_OPTIONS "-include;${PROJECT_SOURCE_DIR}/cpp/src/backend/jack_functions.h")
    set(AUDIOPP_JACK_HEADERS "${headers}")
  else()
    message(STATUS "JACK's headers are missing (libjack-jackd2-dev): built without JACK")
  endif()
endif()
