# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
#
# Builds with Zig's clang for an old glibc, whatever this machine has, for musl, or for Windows: for wheels
# (scripts/wheel.py). AUDIOPP_ZIG is the program, AUDIOPP_ZIG_TARGET for example x86_64-linux-gnu.2.17; by the
# environment, since CMake reads this file again for each of its checks.

set(zig "$ENV{AUDIOPP_ZIG}")
set(CMAKE_C_COMPILER "${zig}" cc -target "$ENV{AUDIOPP_ZIG_TARGET}")
set(CMAKE_CXX_COMPILER "${zig}" c++ -target "$ENV{AUDIOPP_ZIG_TARGET}")

string(REGEX MATCH "^[^-]+" architecture "$ENV{AUDIOPP_ZIG_TARGET}")
if("$ENV{AUDIOPP_ZIG_TARGET}" MATCHES "-windows-")
  set(CMAKE_SYSTEM_NAME Windows)
  set(CMAKE_SYSTEM_PROCESSOR "${architecture}")
elseif(NOT architecture STREQUAL CMAKE_HOST_SYSTEM_PROCESSOR OR "$ENV{AUDIOPP_ZIG_TARGET}" MATCHES "-musl$")
  set(CMAKE_SYSTEM_NAME Linux)
  set(CMAKE_SYSTEM_PROCESSOR "${architecture}")
endif()

# CMake wants one word for each of these.
foreach(tool ar ranlib)
  string(TOUPPER ${tool} name)
  set(CMAKE_${name} "${CMAKE_BINARY_DIR}/zig-${tool}")
  file(WRITE "${CMAKE_${name}}" "#!/bin/sh\nexec '${zig}' ${tool} \"$@\"\n")
  file(CHMOD "${CMAKE_${name}}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endforeach()

# C++'s library is linked in.
get_filename_component(zig_directory "${zig}" DIRECTORY)
set(libcxx_LICENSE "${zig_directory}/lib/libcxx/LICENSE.TXT")

# Stripped here: the system's strip may not know the architecture.
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-Wl,-s")
