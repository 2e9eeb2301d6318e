# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
#
# Builds on Linux for Windows, with Debian's mingw-w64. Wine runs the result: WINEPREFIX says where.
# AUDIOPP_WINDOWS_MACHINE is x86_64, the default, or i686; by the environment, since CMake reads this file again for
# each of its checks.

set(CMAKE_SYSTEM_NAME Windows)
set(machine "$ENV{AUDIOPP_WINDOWS_MACHINE}")
if(NOT machine)
  set(machine x86_64)
endif()
set(CMAKE_SYSTEM_PROCESSOR "${machine}")

# "posix": this GCC has std::thread and std::mutex, the one called "win32" has not before GCC 13.
set(CMAKE_C_COMPILER ${machine}-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER ${machine}-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER ${machine}-w64-mingw32-windres)
set(CMAKE_CROSSCOMPILING_EMULATOR wine)

# The compiler's libraries are linked in: nothing but Windows's own DLLs is needed.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(CMAKE_SHARED_LINKER_FLAGS_INIT -static)
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-static -s")
set(mingw-w64_LICENSE /usr/share/doc/mingw-w64-common/copyright)

# Neither CMake nor pkg-config must find this machine's libraries.
set(CMAKE_FIND_ROOT_PATH /usr/${machine}-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} /usr/${machine}-w64-mingw32/lib/pkgconfig)
unset(ENV{PKG_CONFIG_PATH})

# Wine is not needed to build.
set(CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)
