/* SPDX-FileCopyrightText: 2026 The pyaudiopp authors
 * SPDX-License-Identifier: MIT
 *
 * The signature of a compiled stream callback, which pyaudiopp.PyAudio.open() takes as
 * stream_callback. It is PortAudio's PaStreamCallback under its own names, so a function written
 * for one also fits the other. Compile with
 * -I$(python -c "import pyaudiopp; print(pyaudiopp.get_include())").
 *
 * The function runs on the audio thread, without Python's GIL. There it may compute and copy, and
 * read and write atomics; it may not touch Python objects, and should not allocate, lock, wait or
 * do I/O, which can take longer than the block lasts. A C++ exception must not leave it.
 */
#ifndef PYAUDIOPP_STREAM_CALLBACK_H
#define PYAUDIOPP_STREAM_CALLBACK_H

#ifdef __cplusplus
extern "C" {
#endif

/* The name of a PyCapsule with such a function; its context is the user data. */
#define PYAUDIOPP_STREAM_CALLBACK "pyaudiopp.stream_callback"

/* When the samples meet the outside world, in seconds on the stream's clock. */
typedef struct pyaudiopp_time_info {
  double input_buffer_adc_time;  /* of the first sample of the input */
  double current_time;           /* of this call */
  double output_buffer_dac_time; /* of the first sample of the output */
} pyaudiopp_time_info;

/* Bits of status_flags. */
enum {
  PYAUDIOPP_INPUT_UNDERFLOW = 0x01,  /* gaps in the input were filled with silence */
  PYAUDIOPP_INPUT_OVERFLOW = 0x02,   /* input was lost before this block */
  PYAUDIOPP_OUTPUT_UNDERFLOW = 0x04, /* there was a gap before this block of output */
  PYAUDIOPP_OUTPUT_OVERFLOW = 0x08,  /* output will be lost */
  PYAUDIOPP_PRIMING_OUTPUT = 0x10    /* the output is filled before the sound starts */
};

/* Results. Any other ends the stream with silence, and raises ValueError in its next call. */
enum {
  PYAUDIOPP_CONTINUE = 0,
  PYAUDIOPP_COMPLETE = 1, /* this was the last block: play what is queued, then finish */
  PYAUDIOPP_ABORT = 2     /* finish as soon as possible */
};

/* input, output: frame_count frames of interleaved samples in the stream's format, NULL for a
 * direction that the stream does not have. The output holds silence when the function is called.
 * The pointers end with the call. user_data: what was given with the function. */
typedef int pyaudiopp_stream_callback(const void *input, void *output, unsigned long frame_count,
                                      const pyaudiopp_time_info *time_info,
                                      unsigned long status_flags, void *user_data);

#ifdef __cplusplus
}
#endif

#endif
