# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
#
# Finds PortAudio 19 and defines PortAudio::PortAudio: its own config package first (vcpkg, CMake builds of
# 19.7 and newer), then pkg-config (Linux distributions, Homebrew).

find_package(portaudio CONFIG QUIET)
set(PortAudio_VERSION "${portaudio_VERSION}")
if(TARGET PortAudio::PortAudio) # upstream's own name since 2024
  set(PortAudio_FOUND_TARGET PortAudio::PortAudio)
elseif(TARGET portaudio)
  set(PortAudio_FOUND_TARGET portaudio)
elseif(TARGET portaudio_static)
  set(PortAudio_FOUND_TARGET portaudio_static)
else()
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PortAudio_PC QUIET IMPORTED_TARGET GLOBAL portaudio-2.0)
    if(PortAudio_PC_FOUND)
      set(PortAudio_FOUND_TARGET PkgConfig::PortAudio_PC)
      set(PortAudio_VERSION "${PortAudio_PC_VERSION}")
    endif()
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  PortAudio
  REQUIRED_VARS PortAudio_FOUND_TARGET
  VERSION_VAR PortAudio_VERSION
  REASON_FAILURE_MESSAGE
    "install PortAudio's development package: apt install portaudio19-dev pkg-config (Debian, Ubuntu) | dnf install portaudio-devel (Fedora) | pacman -S portaudio (Arch) | brew install portaudio (macOS) | vcpkg install portaudio (Windows)")

if(PortAudio_FOUND AND NOT TARGET PortAudio::PortAudio)
  add_library(PortAudio::PortAudio INTERFACE IMPORTED GLOBAL)
  target_link_libraries(PortAudio::PortAudio INTERFACE ${PortAudio_FOUND_TARGET})
endif()
