# SPDX-FileCopyrightText: 2026 The pyaudiopp authors
# SPDX-License-Identifier: MIT

# Our warnings and sanitizers, for one target of ours; never for a user's.
function(audiopp_target_defaults target)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4 /utf-8)
    if(AUDIOPP_WERROR)
      target_compile_options(${target} PRIVATE /WX)
    endif()
  else()
    target_compile_options(
      ${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
                        -Wnon-virtual-dtor -Woverloaded-virtual)
    if(AUDIOPP_WERROR)
      target_compile_options(${target} PRIVATE -Werror)
    endif()
  endif()
  if(AUDIOPP_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${AUDIOPP_SANITIZE} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${AUDIOPP_SANITIZE})
  endif()
endfunction()
