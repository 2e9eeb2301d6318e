// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include <audiopp/host/direct_sound.hpp>
#include <audiopp/host/mme.hpp>
#include <audiopp/host/wasapi.hpp>
#include <audiopp/host/wdm_ks.hpp>

#include "bind_core.hpp"

namespace py = pybind11;

using audiopp::ChannelMask;
using audiopp::DirectSoundOptions;
using audiopp::HostOptions;
using audiopp::MmeOptions;
using audiopp::WasapiOptions;
using audiopp::WdmKsOptions;

namespace {

// ---- values ----

std::optional<ChannelMask> to_mask(const py::object& mask) {
  if (mask.is_none()) return std::nullopt;
  const auto bits = to_bits(mask, {"channel_mask", "a pyaudiopp.core.ChannelMask or None"});
  return static_cast<ChannelMask>(std::min(bits, 0xFFFFFFFFUL));  // more is refused all the same
}

py::object from_mask(std::optional<ChannelMask> mask) {
  if (!mask) return py::none();
  return to_enum("ChannelMask", static_cast<unsigned long>(*mask));
}

unsigned long to_frames(const py::object& frames) {
  return static_cast<unsigned long>(
      std::min<std::size_t>(to_count(frames, {"frames_per_buffer"}), 0xFFFFFFFF));
}

unsigned to_number(const py::object& count, const char* name) {
  return static_cast<unsigned>(std::min<std::size_t>(to_count(count, {name}), 0xFFFFFFFF));
}

// ---- constructors ----

template <class Options, class Settings>
std::shared_ptr<Options> make(Settings settings) {
  try {
    return std::make_shared<Options>(std::move(settings));
  } catch (const std::invalid_argument& error) {
    throw py::value_error(error.what());
  }
}

std::shared_ptr<WasapiOptions> make_wasapi(bool exclusive, bool auto_convert, bool explicit_format,
                                           bool polling, const py::object& channel_mask,
                                           const py::object& thread_priority,
                                           const py::object& category, const py::object& option) {
  audiopp::WasapiSettings settings;
  settings.exclusive = exclusive;
  settings.auto_convert = auto_convert;
  settings.explicit_format = explicit_format;
  settings.polling = polling;
  settings.channel_mask = to_mask(channel_mask);
  if (!thread_priority.is_none()) {
    settings.thread_priority = static_cast<audiopp::WasapiThreadPriority>(
        to_int(thread_priority, {"thread_priority", "a WasapiThreadPriority or None"}));
  }
  settings.category = static_cast<audiopp::WasapiStreamCategory>(to_int(category, {"category"}));
  settings.option = static_cast<audiopp::WasapiStreamOption>(to_int(option, {"option"}));
  return make<WasapiOptions>(settings);
}

std::shared_ptr<DirectSoundOptions> make_direct_sound(const py::object& frames_per_buffer,
                                                      const py::object& channel_mask) {
  return make<DirectSoundOptions>(
      audiopp::DirectSoundSettings{to_frames(frames_per_buffer), to_mask(channel_mask)});
}

// Whatever PyAudio.find_device() takes; a Device stays one of its list.
audiopp::Device to_device_of_any(const py::object& device) {
  if (is_device(device.ptr())) return to_device(device.ptr());
  const auto find = py::module_::import("pyaudiopp._config").attr("find_device");
  return to_device(find(device, py::arg("input") = false, py::arg("output") = false).ptr());
}

std::vector<audiopp::MmeDevice> to_devices(const py::object& pairs) {
  std::vector<audiopp::MmeDevice> devices;
  for (const py::handle pair : pairs) {
    if (!py::isinstance<py::sequence>(pair) || py::len(pair) != 2) {
      refuse_type(pair, {"each of devices", "a pair (device, channels)"});
    }
    const auto both = py::reinterpret_borrow<py::sequence>(pair);
    devices.push_back(
        {to_device_of_any(both[0]), to_int(py::object(both[1]), {"the channels of a device"})});
  }
  return devices;
}

std::shared_ptr<MmeOptions> make_mme(const py::object& devices, const py::object& frames_per_buffer,
                                     const py::object& buffer_count, const py::object& channel_mask,
                                     bool no_throttling, const py::object& passthrough) {
  audiopp::MmeSettings settings;
  settings.devices = to_devices(devices);
  settings.frames_per_buffer = to_frames(frames_per_buffer);
  settings.buffer_count = to_number(buffer_count, "buffer_count");
  settings.channel_mask = to_mask(channel_mask);
  settings.no_throttling = no_throttling;
  settings.passthrough = static_cast<audiopp::MmePassthrough>(to_int(passthrough, {"passthrough"}));
  return make<MmeOptions>(std::move(settings));
}

std::shared_ptr<WdmKsOptions> make_wdm_ks(const py::object& packets, bool override_frame_size,
                                          const py::object& channel_mask) {
  return make<WdmKsOptions>(audiopp::WdmKsSettings{to_number(packets, "packets"),
                                                   override_frame_size, to_mask(channel_mask)});
}

// ---- classes ----

template <class Options>
using OptionsClass = py::class_<Options, HostOptions, std::shared_ptr<Options>>;

template <class Options>
OptionsClass<Options> add_class(py::module_& module, const char* name,
                                std::vector<const char*> attributes, const char* doc) {
  OptionsClass<Options> type(module, name, doc);
  type.attr("__module__") = "pyaudiopp.core";
  pickle_attributes(type, std::move(attributes), false);
  return type;
}

template <class Options, auto Member>
auto setting() {
  return [](const Options& self) { return self.settings().*Member; };
}

template <class Options, auto Member>
auto mask_setting() {
  return [](const Options& self) { return from_mask(self.settings().*Member); };
}

constexpr const char* mask_doc = "A ChannelMask, the speakers that the channels are for, or None.";

void bind_wasapi(py::module_& module) {
  using audiopp::WasapiSettings;
  const auto number = [](auto value) { return static_cast<unsigned long>(value); };
  add_class<WasapiOptions>(
      module, "WasapiOptions",
      {"exclusive", "auto_convert", "explicit_format", "polling", "channel_mask", "thread_priority",
       "category", "option"},
      "Options of a stream's input or output on WASAPI, one of Windows' host APIs.\n\n"
      "For `StreamSide.host_options`, and for `PyAudio.open` and `is_format_supported` as\n"
      "`input_host_api_specific_stream_info` and `output_host_api_specific_stream_info`. Can be\n"
      "made on every system. Without a device, the stream has WASAPI's default device.")
      .def(py::init(&make_wasapi), py::kw_only(), py::arg("exclusive") = false,
           py::arg("auto_convert") = false, py::arg("explicit_format") = false,
           py::arg("polling") = false, py::arg("channel_mask") = py::none(),
           py::arg("thread_priority") = py::none(), py::arg("category") = 0, py::arg("option") = 0)
      .def_property_readonly("exclusive", setting<WasapiOptions, &WasapiSettings::exclusive>(),
                             "Whether the stream has the device to itself.")
      .def_property_readonly("auto_convert",
                             setting<WasapiOptions, &WasapiSettings::auto_convert>(),
                             "Whether Windows converts the rate and the channels; otherwise a\n"
                             "shared device takes only its own rate. Shared mode only.")
      .def_property_readonly(
          "explicit_format", setting<WasapiOptions, &WasapiSettings::explicit_format>(),
          "Whether exclusive mode refuses a sample format that the device lacks\n"
          "instead of converting from another one.")
      .def_property_readonly("polling", setting<WasapiOptions, &WasapiSettings::polling>(),
                             "Whether PortAudio asks the device for frames at intervals instead\n"
                             "of waiting for its event; in both directions or in none.")
      .def_property_readonly("channel_mask",
                             mask_setting<WasapiOptions, &WasapiSettings::channel_mask>(), mask_doc)
      .def_property_readonly(
          "thread_priority",
          [=](const WasapiOptions& self) -> py::object {
            const auto priority = self.settings().thread_priority;
            if (!priority) return py::none();
            return to_enum("WasapiThreadPriority", number(*priority));
          },
          "A WasapiThreadPriority, or None for PortAudio's choice.")
      .def_property_readonly(
          "category",
          [=](const WasapiOptions& self) {
            return to_enum("WasapiStreamCategory", number(self.settings().category));
          },
          "A WasapiStreamCategory, what the sound is for.")
      .def_property_readonly(
          "option",
          [=](const WasapiOptions& self) {
            return to_enum("WasapiStreamOption", number(self.settings().option));
          },
          "A WasapiStreamOption, how Windows processes the sound.");
}

void bind_direct_sound(py::module_& module) {
  using audiopp::DirectSoundSettings;
  add_class<DirectSoundOptions>(module, "DirectSoundOptions", {"frames_per_buffer", "channel_mask"},
                                "Options of a stream's input or output on DirectSound; used as\n"
                                "WasapiOptions are.")
      .def(py::init(&make_direct_sound), py::kw_only(), py::arg("frames_per_buffer") = 0,
           py::arg("channel_mask") = py::none())
      .def_property_readonly("frames_per_buffer",
                             setting<DirectSoundOptions, &DirectSoundSettings::frames_per_buffer>(),
                             "The size of DirectSound's buffer in frames, at most 2**24; 0:\n"
                             "PortAudio's choice. Where both directions set it, the same.")
      .def_property_readonly("channel_mask",
                             mask_setting<DirectSoundOptions, &DirectSoundSettings::channel_mask>(),
                             mask_doc);
}

void bind_mme(py::module_& module) {
  using audiopp::MmeSettings;
  add_class<MmeOptions>(module, "MmeOptions",
                        {"devices", "frames_per_buffer", "buffer_count", "channel_mask",
                         "no_throttling", "passthrough"},
                        "Options of a stream's input or output on MME; used as WasapiOptions are.")
      .def(py::init(&make_mme), py::kw_only(), py::arg("devices") = py::tuple(),
           py::arg("frames_per_buffer") = 0, py::arg("buffer_count") = 0,
           py::arg("channel_mask") = py::none(), py::arg("no_throttling") = false,
           py::arg("passthrough") = 0)
      .def_property_readonly(
          "devices",
          [](const MmeOptions& self) {
            py::list pairs;
            for (const auto& it : self.settings().devices) {
              pairs.append(py::make_tuple(it.device, it.channels));
            }
            return pairs;
          },
          "Several devices in place of the side's one, as pairs (Device, channels); the stream's\n"
          "channels are the first one's, then the next one's. The constructor takes whatever\n"
          "`PyAudio.find_device` takes.")
      .def_property_readonly(
          "frames_per_buffer", setting<MmeOptions, &MmeSettings::frames_per_buffer>(),
          "The size of each of the device's buffers in frames, at most 2**24; 0:\n"
          "PortAudio's choice. Needs `buffer_count`.")
      .def_property_readonly(
          "buffer_count", setting<MmeOptions, &MmeSettings::buffer_count>(),
          "How many buffers there are, from 2 to 1024, or 0 for PortAudio's choice.")
      .def_property_readonly("channel_mask", mask_setting<MmeOptions, &MmeSettings::channel_mask>(),
                             mask_doc)
      .def_property_readonly("no_throttling", setting<MmeOptions, &MmeSettings::no_throttling>(),
                             "Whether the audio thread keeps its priority under overload.")
      .def_property_readonly(
          "passthrough",
          [](const MmeOptions& self) {
            return to_enum("MmePassthrough",
                           static_cast<unsigned long>(self.settings().passthrough));
          },
          "An MmePassthrough, compressed sound for a digital output.");
}

void bind_wdm_ks(py::module_& module) {
  using audiopp::WdmKsSettings;
  add_class<WdmKsOptions>(
      module, "WdmKsOptions", {"packets", "override_frame_size", "channel_mask"},
      "Options of a stream's input or output on WDM-KS; used as WasapiOptions are.")
      .def(py::init(&make_wdm_ks), py::kw_only(), py::arg("packets") = 0,
           py::arg("override_frame_size") = false, py::arg("channel_mask") = py::none())
      .def_property_readonly("packets", setting<WdmKsOptions, &WdmKsSettings::packets>(),
                             "How many packets a WaveCyclic device has, from 2 to 8, or 0 for 2.")
      .def_property_readonly("override_frame_size",
                             setting<WdmKsOptions, &WdmKsSettings::override_frame_size>(),
                             "Whether the suggested latency wins over a WaveCyclic device's own\n"
                             "frame size. PortAudio 19.7 ignores this.")
      .def_property_readonly("channel_mask",
                             mask_setting<WdmKsOptions, &WdmKsSettings::channel_mask>(),
                             "A ChannelMask, for outputs only, or None.");
}

}  // namespace

void bind_options(py::module_& module) {
  py::class_<HostOptions, std::shared_ptr<HostOptions>> base(
      module, "HostOptions", "Options of one host API: the base class of all of them.");
  base.attr("__module__") = "pyaudiopp.core";
  refuse_pickling(base);
  base.def_property_readonly(
          "host_api",
          [](const HostOptions& self) {
            return to_enum("HostApiType", static_cast<unsigned long>(self.host_api()));
          },
          "The HostApiType that they are for.")
      .def("__repr__", &HostOptions::description);
  bind_wasapi(module);
  bind_direct_sound(module);
  bind_mme(module);
  bind_wdm_ks(module);
}
