// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT

// An ALSA plugin, "fixed": passes frames on to its slave, and takes one sample format only, as
// sound cards do and no plugin of ALSA's own does:
//
//   pcm.card { type fixed format S24_3LE slave.pcm "null" }
//
// c++ -shared -fPIC -DPIC fixed_format.cpp -lasound -o fixed.so
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

#include <cerrno>
#include <cstring>

namespace {

snd_pcm_sframes_t transfer(snd_pcm_extplug_t* plug, const snd_pcm_channel_area_t* to,
                           snd_pcm_uframes_t to_offset, const snd_pcm_channel_area_t* from,
                           snd_pcm_uframes_t from_offset, snd_pcm_uframes_t frames) {
  snd_pcm_areas_copy(to, to_offset, from, from_offset, plug->channels, frames, plug->format);
  return static_cast<snd_pcm_sframes_t>(frames);
}

int close(snd_pcm_extplug_t* plug) {
  delete plug;
  return 0;
}

const snd_pcm_extplug_callback_t callbacks = [] {
  snd_pcm_extplug_callback_t table{};
  table.transfer = transfer;
  table.close = close;
  return table;
}();

}  // namespace

extern "C" {

// The name and the parameters are those of SND_PCM_PLUGIN_DEFINE_FUNC(fixed).
int _snd_pcm_fixed_open(snd_pcm_t** pcm, const char* name, snd_config_t* root, snd_config_t* conf,
                        snd_pcm_stream_t stream, int mode) {
  snd_config_t* slave = nullptr;
  snd_config_t* format = nullptr;
  const char* text = "";
  if (snd_config_search(conf, "slave", &slave) < 0 ||
      snd_config_search(conf, "format", &format) < 0 || snd_config_get_string(format, &text) < 0) {
    return -EINVAL;
  }
  auto* plug = new snd_pcm_extplug_t{};
  plug->version = SND_PCM_EXTPLUG_VERSION;
  plug->name = "fixed";
  plug->callback = &callbacks;
  const int error = snd_pcm_extplug_create(plug, name, root, slave, stream, mode);
  if (error < 0) {
    delete plug;
    return error;
  }
  const auto value = static_cast<unsigned int>(snd_pcm_format_value(text));
  snd_pcm_extplug_set_param_minmax(plug, SND_PCM_EXTPLUG_HW_CHANNELS, 1, 2);
  snd_pcm_extplug_set_slave_param_minmax(plug, SND_PCM_EXTPLUG_HW_CHANNELS, 1, 2);
  snd_pcm_extplug_set_param_list(plug, SND_PCM_EXTPLUG_HW_FORMAT, 1, &value);
  snd_pcm_extplug_set_slave_param_list(plug, SND_PCM_EXTPLUG_HW_FORMAT, 1, &value);
  *pcm = plug->pcm;
  return 0;
}

SND_PCM_PLUGIN_SYMBOL(fixed);
}
