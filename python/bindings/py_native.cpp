// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_native.hpp"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include <pyaudiopp/stream_callback.h>

namespace py = pybind11;

namespace {

// Keeps the library that contains an address loaded; does nothing if none does.
std::shared_ptr<void> hold_library(void* address) {
#ifdef _WIN32
  HMODULE library = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, static_cast<LPCWSTR>(address),
                     &library);
  return {library, [](void* held) {
            if (held != nullptr) FreeLibrary(static_cast<HMODULE>(held));
          }};
#else
  Dl_info found{};
  if (dladdr(address, &found) == 0 || found.dli_fname == nullptr) return nullptr;
  return {dlopen(found.dli_fname, RTLD_LAZY | RTLD_NOLOAD), [](void* held) {
            if (held != nullptr) dlclose(held);
          }};
#endif
}

void* to_address(const py::handle& number) {
  void* const address = PyLong_AsVoidPtr(number.ptr());
  if (address == nullptr && PyErr_Occurred()) throw py::error_already_set();
  return address;
}

PyObject* open_capsule(PyObject*, PyObject* object) {
  if (!PyCapsule_CheckExact(object)) Py_RETURN_NONE;
  const char* const name = PyCapsule_GetName(object);
  void* const pointer = PyCapsule_GetPointer(object, name);
  void* const context = PyCapsule_GetContext(object);
  if (PyErr_Occurred()) return nullptr;
  return Py_BuildValue("zNN", name, PyLong_FromVoidPtr(pointer), PyLong_FromVoidPtr(context));
}

PyObject* address_of(PyObject*, PyObject* object) {
  Py_buffer view;
  if (PyObject_GetBuffer(object, &view, PyBUF_ANY_CONTIGUOUS) < 0) return nullptr;
  PyObject* const address = PyLong_FromVoidPtr(view.buf);
  PyBuffer_Release(&view);
  return address;
}

}  // namespace

PyMethodDef native_functions[] = {
    {"open_capsule", open_capsule, METH_O,
     "open_capsule(object, /)\n--\n\n"
     "Returns a PyCapsule's name, pointer and context; None for another object."},
    {"address_of", address_of, METH_O,
     "address_of(buffer, /)\n--\n\nReturns the address of a contiguous buffer."},
    {}};

PyNativeCallback::PyNativeCallback(PyObject* native, void* function, void* user_data)
    : native_(native),
      function_(function),
      user_data_(user_data),
      library_(hold_library(function)) {
  Py_INCREF(native_);
}

PyNativeCallback::~PyNativeCallback() {
  clear_at_end();
}

audiopp::Callback PyNativeCallback::handler(const std::shared_ptr<SwitchInterval>&) {
  auto* const function = reinterpret_cast<pyaudiopp_stream_callback*>(function_);
  return [held = shared_from_this(), call = audiopp::native_callback(function, user_data_)](
             const audiopp::CallbackContext& context) { return call(context); };
}

int PyNativeCallback::traverse(visitproc visit, void* arg) {
  Py_VISIT(native_);
  return 0;
}

void PyNativeCallback::clear() {
  Py_CLEAR(native_);
}

bool parse_native_callback(PyObject* callback, std::shared_ptr<StreamCallback>& native) {
  if (PyFunction_Check(callback) || PyMethod_Check(callback)) return true;
  try {
    const auto found =
        py::module_::import("pyaudiopp._native").attr("as_native")(py::handle(callback));
    if (found.is_none()) return true;
    native = std::make_shared<PyNativeCallback>(found.ptr(), to_address(found.attr("_function")),
                                                to_address(found.attr("_user_data")));
    return true;
  } catch (py::error_already_set& error) {
    error.restore();
    return false;
  }
}
