# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT
#
# Users' projects on audiopp: installed and as a subdirectory, static and shared, built and heard.

find_package(Python3 3.9 COMPONENTS Interpreter)
if(Python3_FOUND)
  foreach(kind IN ITEMS installed subproject)
    foreach(linkage IN ITEMS static shared)
      set(name "package.${kind}.${linkage}")
      set(work "${CMAKE_CURRENT_BINARY_DIR}/package/${kind}-${linkage}")
      set(check "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/check_package.py")
      add_test(NAME "${name}.builds" COMMAND ${check} build ${kind} ${linkage} "${work}")
      set_tests_properties("${name}.builds" PROPERTIES LABELS package FIXTURES_SETUP "${name}" TIMEOUT 600)
      add_test(NAME "${name}.plays" COMMAND ${check} play "${work}/project/tone")
      set_tests_properties(
        "${name}.plays"
        PROPERTIES LABELS live
                   FIXTURES_REQUIRED "${name}"
                   SKIP_RETURN_CODE 77
                   RUN_SERIAL TRUE
                   TIMEOUT 60)
    endforeach()
  endforeach()
endif()
