// SPDX-FileCopyrightText: 2026 The pyaudiopp authors
// SPDX-License-Identifier: MIT
#include "py_samples.hpp"

#include <cctype>
#include <cstring>
#include <optional>
#include <string>

using audiopp::SampleFormat;

namespace {

enum class Kind { bytes, integer, unsigned_integer, floating, complex, boolean, other };

// One type in a buffer's format.
struct ItemType {
  Kind kind = Kind::other;
  std::size_t size = 0;   // in bytes
  bool swapped = false;   // not in this machine's byte order
  const char* code = "";  // where it is in the format

  bool operator==(const ItemType& other) const {
    return kind == other.kind && size == other.size && (swapped == other.swapped || size == 1);
  }
};

bool is_swapped(char order) {
#if PY_BIG_ENDIAN
  return order == '<';
#else
  return order == '>' || order == '!';
#endif
}

// The type with a code of the struct module or PEP 3118; `native`: sizes are this machine's.
ItemType type_of(char code, bool native) {
  switch (code) {
    case 'c':
    case 'b':
    case 'B':
    case 's':
    case 'p':
    case 'x':
      return {Kind::bytes, 1};
    case '?':
      return {Kind::boolean, 1};
    case 'h':
      return {Kind::integer, 2};
    case 'H':
      return {Kind::unsigned_integer, 2};
    case 'i':
      return {Kind::integer, 4};
    case 'I':
      return {Kind::unsigned_integer, 4};
    case 'l':
      return {Kind::integer, native ? sizeof(long) : 4};
    case 'L':
      return {Kind::unsigned_integer, native ? sizeof(long) : 4};
    case 'q':
    case 'n':
      return {Kind::integer, 8};
    case 'Q':
    case 'N':
      return {Kind::unsigned_integer, 8};
    case 'e':
      return {Kind::floating, 2};
    case 'f':
      return {Kind::floating, 4};
    case 'd':
      return {Kind::floating, 8};
    case 'g':
      return {Kind::floating, sizeof(long double)};
    default:
      return {};
  }
}

// Reads the types of a buffer's format, also those inside records, one after the other.
class FormatReader {
 public:
  explicit FormatReader(const char* format) : at_(format) {}

  std::optional<ItemType> next() {
    for (; *at_ != '\0'; ++at_) {
      if (std::strchr("@=<>!^", *at_) != nullptr) {
        order_ = *at_;
      } else if (*at_ == ':') {  // the name of a record's field
        const char* const end = std::strchr(at_ + 1, ':');
        if (end == nullptr) return std::nullopt;
        at_ = end;
      } else if (*at_ == 'T' || std::isalpha(static_cast<unsigned char>(*at_)) == 0) {
        if (std::strchr("?&", *at_) != nullptr) return take();
      } else {
        return take();
      }
    }
    return std::nullopt;
  }

 private:
  const char* at_;
  char order_ = '@';

  ItemType take() {
    const char* const code = at_++;
    ItemType type = type_of(*code, order_ == '@' || order_ == '^');
    if (*code == 'Z' && *at_ != '\0') {
      type = {Kind::complex, 2 * type_of(*at_++, true).size};
    }
    type.swapped = type.size > 1 && is_swapped(order_);
    type.code = code;
    return type;
  }
};

// The type of samples in a buffer; bytes for those that no type fits.
ItemType sample_type(SampleFormat format) {
  if (format == SampleFormat::float32) return {Kind::floating, 4};
  if (format == SampleFormat::int32) return {Kind::integer, 4};
  if (format == SampleFormat::int16) return {Kind::integer, 2};
  return {Kind::bytes, 1};
}

std::string name_of(const ItemType& type) {
  const std::string bits = std::to_string(8 * type.size);
  const std::string order = type.swapped ? "byte-swapped " : "";
  switch (type.kind) {
    case Kind::bytes:
      return "bytes";
    case Kind::integer:
      return order + "int" + bits;
    case Kind::unsigned_integer:
      return order + "uint" + bits;
    case Kind::floating:
      return order + "float" + bits;
    case Kind::complex:
      return order + "complex" + bits;
    case Kind::boolean:
      return "bool";
    default:
      return std::string("items of type '") + *type.code + "'";
  }
}

// ---- how to convert ----

std::string power_of_two(std::size_t exponent) {
  return std::to_string(std::uint64_t{1} << exponent);
}

std::string to_float32(const ItemType& from, const std::string& x) {
  if (from.kind == Kind::floating) return x + ".astype(np.float32)";
  // As 16-bit values in 64 bits: see to_integer().
  const std::size_t bits = from.size == 8 ? 16 : 8 * from.size;
  return "(" + x + " / " + power_of_two(bits - 1) + ").astype(np.float32)";
}

std::string to_integer(const ItemType& from, std::string x, std::size_t bits, bool is_unsigned) {
  const std::string type = std::string(is_unsigned ? "uint" : "int") + std::to_string(bits);
  const std::string offset = is_unsigned ? " + 128" : "";
  const std::string cast = ".astype(np." + type + ")";
  const std::size_t from_bits = 8 * from.size;
  if (from.kind == Kind::floating) {
    // With fewer bits than the result, full scale would round up to a power of two, and wrap.
    if (bits == 32) x += ".astype(np.float64)";
    if (bits != 32 && from.size == 2) x += ".astype(np.float32)";
    const std::string scale = std::to_string((std::uint64_t{1} << (bits - 1)) - 1);
    return "(" + x + " * " + scale + offset + ")" + cast;
  }
  // 64-bit integers are what Python's numbers become: not full scale, but the result's own values.
  if (from_bits == 64) return x + cast;
  if (from_bits > bits) x = "(" + x + " >> " + std::to_string(from_bits - bits) + ")";
  if (from_bits < bits) {
    x = "(" + x + ".astype(np.int32) << " + std::to_string(bits - from_bits) + ")";
  }
  return offset.empty() ? x + cast : "(" + x + offset + ")" + cast;
}

// The NumPy expression that turns an array `x` into samples of a format.
std::string conversion(ItemType from, SampleFormat to) {
  if (to == SampleFormat::int24) {
    return "pyaudiopp.pack_int24(" + conversion(from, SampleFormat::int32) + ")";
  }
  std::string x = "x";
  if (from.kind == Kind::complex) {
    from = {Kind::floating, from.size / 2};
    x = "x.real";
  }
  if (from.kind == Kind::unsigned_integer && from.size < 8) {
    x = "(x.astype(np.int64) - " + power_of_two(8 * from.size - 1) + ")";
  }
  const bool has_scale = from.kind == Kind::floating || from.kind == Kind::integer ||
                         from.kind == Kind::unsigned_integer;
  if (!has_scale) return std::string("x.astype(np.") + name_of(to) + ")";
  if (to == SampleFormat::float32) return to_float32(from, x);
  const bool is_unsigned = to == SampleFormat::uint8;
  return to_integer(from, x, 8 * audiopp::sample_size(to), is_unsigned);
}

// ---- refusing ----

bool refuse_type(const ItemType& type, const SampleLayout& stream, BufferUse use) {
  std::string advice;
  if (use != BufferUse::read_into) {
    const char* const verb = use == BufferUse::write ? "write " : "return ";
    advice = verb + conversion(type, stream.format);
    const std::size_t size = audiopp::sample_size(stream.format);
    if (type.kind == Kind::integer && type.size > size && type.size < 8) {
      advice += std::string(", or x.astype(np.") + name_of(stream.format) +
                ") if its values are that small";
    }
  } else if (stream.format == SampleFormat::int24) {
    advice = "read into a bytearray, and convert it with pyaudiopp.unpack_int24";
  } else {
    advice = std::string("read into np.empty(x.shape, np.") + name_of(stream.format) +
             "), and convert that";
  }
  PyErr_Format(PyExc_TypeError, "%s of %s, but the stream's samples are %s%s: %s",
               use == BufferUse::callback ? "the stream callback returned an array" : "an array",
               name_of(type).c_str(), name_of(stream.format),
               stream.format == SampleFormat::int24 ? " (packed in bytes)" : "", advice.c_str());
  return false;
}

std::string shape_of(const Py_buffer& buffer) {
  std::string shape = "(";
  for (int i = 0; i < buffer.ndim; ++i) {
    shape += (i == 0 ? "" : ", ") + std::to_string(buffer.shape[i]);
  }
  return shape + ")";
}

bool refuse_shape(const Py_buffer& buffer, const SampleLayout& stream, BufferUse use) {
  const std::string channels = std::to_string(stream.channels);
  std::string array = "x.ravel(), if its samples are interleaved";
  if (buffer.ndim == 2 && buffer.shape[0] == stream.channels) {
    array = "np.ascontiguousarray(x.T)";
  } else if (buffer.shape[buffer.ndim - 1] == 1) {
    array = "np.repeat(x, " + channels + ", axis=-1)";
  }
  std::string advice;
  if (use == BufferUse::read_into) {
    advice = "read into an array of shape (frames, " + channels + ")";
  } else {
    advice = (use == BufferUse::write ? "write " : "return ") + array;
  }
  PyErr_Format(PyExc_ValueError,
               "%s of shape %s, but the stream has %s channel%s, which must be the last dimension: "
               "%s",
               use == BufferUse::callback ? "the stream callback returned an array" : "an array",
               shape_of(buffer).c_str(), channels.c_str(), stream.channels == 1 ? "" : "s",
               advice.c_str());
  return false;
}

// Whether the last dimension can be the channels. A single row is as good as one dimension.
bool is_shape_good(const Py_buffer& buffer, int channels) {
  if (buffer.ndim < 2 || buffer.shape == nullptr) return true;
  const Py_ssize_t last = buffer.shape[buffer.ndim - 1];
  return last == channels || last * buffer.itemsize == buffer.len;
}

}  // namespace

bool check_items(const Py_buffer& buffer, const SampleLayout& stream, BufferUse use) {
  if (buffer.len == 0 || audiopp::sample_size(stream.format) == 0) return true;
  const ItemType wanted = sample_type(stream.format);
  const char* const format = buffer.format == nullptr ? "B" : buffer.format;
  const bool is_record = std::strpbrk(format, "T({0123456789") != nullptr;
  FormatReader reader(format);
  while (auto type = reader.next()) {
    if (!is_record && type->kind != Kind::bytes) {
      type->size = static_cast<std::size_t>(buffer.itemsize);
    }
    if (type->kind != Kind::bytes && !(*type == wanted)) return refuse_type(*type, stream, use);
  }
  const bool is_samples =
      static_cast<std::size_t>(buffer.itemsize) == audiopp::sample_size(stream.format);
  if (is_record || !is_samples || is_shape_good(buffer, stream.channels)) return true;
  return refuse_shape(buffer, stream, use);
}
