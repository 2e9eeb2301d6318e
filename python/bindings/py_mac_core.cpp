// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_mac_core.hpp"

#include "py_arguments.hpp"
#include "py_errors.hpp"

// `_portaudio.paMacCoreStreamInfo`, only on macOS: programs test for it to detect the platform.

#ifdef __APPLE__

namespace {

struct MacCoreInfo {
  PyObject_HEAD std::shared_ptr<const audiopp::MacCoreOptions>* options;
};

PyTypeObject mac_core_info_type = {PyVarObject_HEAD_INIT(nullptr, 0)};

MacCoreInfo* self_of(PyObject* object) {
  return reinterpret_cast<MacCoreInfo*>(object);
}

bool parse_channel_map(PyObject* object, std::vector<std::int32_t>& map) {
  if (!PyTuple_Check(object)) {
    PyErr_SetString(PyExc_ValueError, "Channel map must be a tuple");
    return false;
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i) {
    PyObject* element = PyTuple_GET_ITEM(object, i);
    int channel = 0;
    if (!PyNumber_Check(element)) {
      PyErr_SetString(PyExc_ValueError, "Channel Map must consist of integer elements");
      return false;
    }
    if (!parse_int(element, pyaudios("each channel of channel_map"), channel)) return false;
    map.push_back(channel);
  }
  return true;
}

int initialise(PyObject* object, PyObject* args, PyObject* keywords) {
  static const char* names[] = {"flags", "channel_map", nullptr};
  int flags = static_cast<int>(audiopp::MacCoreOptions::play_nice);
  PyObject* flags_object = nullptr;
  PyObject* channel_map = nullptr;
  std::vector<std::int32_t> map;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|OO", const_cast<char**>(names), &flags_object,
                                   &channel_map)) {
    return -1;
  }
  if (flags_object != nullptr && !parse_int(flags_object, pyaudios("flags"), flags)) return -1;
  if (channel_map != nullptr && !parse_channel_map(channel_map, map)) return -1;
  auto options = std::make_shared<const audiopp::MacCoreOptions>(static_cast<unsigned long>(flags),
                                                                 std::move(map));
  delete self_of(object)->options;
  self_of(object)->options = new std::shared_ptr<const audiopp::MacCoreOptions>(std::move(options));
  return 0;
}

void deallocate(PyObject* object) {
  delete self_of(object)->options;
  Py_TYPE(object)->tp_free(object);
}

PyObject* get_flags(PyObject* object, void*) {
  const auto* options = self_of(object)->options;
  return PyLong_FromUnsignedLong(options ? (*options)->flags() : 0);
}

PyObject* get_channel_map(PyObject* object, void*) {
  const auto* options = self_of(object)->options;
  if (options == nullptr || (*options)->channel_map().empty()) Py_RETURN_NONE;
  const auto& map = (*options)->channel_map();
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(map.size()));
  if (tuple == nullptr) return nullptr;
  for (std::size_t i = 0; i < map.size(); ++i) {
    PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), PyLong_FromLong(map[i]));
  }
  return tuple;
}

PyGetSetDef fields[] = {{"flags", get_flags, refuse_to_set, "flags", nullptr},
                        {"channel_map", get_channel_map, refuse_to_set, "channel map", nullptr},
                        {}};

}  // namespace

bool add_mac_core_type(PyObject* module) {
  mac_core_info_type.tp_name = "_portaudio.PaMacCoreStreamInfo";
  mac_core_info_type.tp_basicsize = sizeof(MacCoreInfo);
  mac_core_info_type.tp_dealloc = deallocate;
  mac_core_info_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
  mac_core_info_type.tp_doc = "macOS Specific HostAPI configuration";
  mac_core_info_type.tp_getset = fields;
  mac_core_info_type.tp_init = initialise;
  mac_core_info_type.tp_new = PyType_GenericNew;
  if (PyType_Ready(&mac_core_info_type) < 0) return false;
  Py_INCREF(&mac_core_info_type);
  return PyModule_AddObject(module, "paMacCoreStreamInfo",
                            reinterpret_cast<PyObject*>(&mac_core_info_type)) == 0;
}

bool parse_mac_core_options(PyObject* object,
                            std::shared_ptr<const audiopp::HostOptions>& options) {
  if (!PyObject_TypeCheck(object, &mac_core_info_type)) {
    PyErr_Format(PyExc_TypeError,
                 "a host API's stream info must be a PaMacCoreStreamInfo or a HostOptions, not %s",
                 Py_TYPE(object)->tp_name);
    return false;
  }
  if (self_of(object)->options != nullptr) options = *self_of(object)->options;
  return true;
}

#else

bool add_mac_core_type(PyObject*) {
  return true;
}

bool parse_mac_core_options(PyObject*, std::shared_ptr<const audiopp::HostOptions>&) {
  return true;
}

#endif
