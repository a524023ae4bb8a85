#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/codec/basics.h>
#include <tessera/primitives/codec/choices.h>
#include <tessera/primitives/codec/hashed.h>
#include <tessera/primitives/codec/refused.h>
#include <tessera/primitives/codec/sequences.h>
#include <tessera/primitives/codec/sorted.h>
#include <tessera/primitives/result.h>

#include <cereal/types/atomic.hpp>
#include <cereal/types/base_class.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/complex.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/utility.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <vector>

/// Values to bytes and back, for everything that is stored or sent.
///
/// A type takes part the way cereal describes: `serialize`, `save` and `load`, or `save_minimal`
/// and `load_minimal`, member or not, with or without a class version. The standard library's
/// types, `Bytes` and classes without members work as they are; pointers do not compile.
///
/// The encoding is canonical: equal values have equal bytes, and `decode` accepts no others (as far
/// as the type's own functions write one form only). Numbers and enumerations are little-endian
/// with their full width, `bool` is one byte 0 or 1, counts and the index of a variant are unsigned
/// LEB128, sorted containers are in their order and hashed ones in the order of their items' bytes;
/// nothing stands between the members of a class.
///
/// `decode` trusts nothing: it allocates, nests and works within `DecodeLimits`, and never throws.
/// All functions may be called from any thread at any time.
namespace tessera {

/// What can be encoded and decoded.
template <class T>
concept Codable = std::default_initializable<T> &&
    (std::is_empty_v<T> ||
     (cereal::traits::is_output_serializable<T, codec::OutputArchive>::value &&
      cereal::traits::is_input_serializable<T, codec::InputArchive>::value));

/// Appends the encoding of `value` to `out`, which is left as it was on an error.
///
/// Errors: `invalid_argument` if a function of the type throws, `too_large` if the value is nested
/// too deeply or its containers are too sparse to be decoded within the default `DecodeLimits`.
template <class T>
[[nodiscard]] Result<void> append_encoded(std::vector<std::uint8_t>& out, const T& value) {
  codec::ByteWriter writer(out);
  try {
    codec::OutputArchive archive(writer);
    archive(value);
  } catch (...) {
    return writer.abandon(std::current_exception());
  }
  return writer.finish();
}

/// The encoding of a value whose functions may throw or which may exceed the limits: a user's.
template <class T>
[[nodiscard]] Result<Bytes> try_encode(const T& value) {
  std::vector<std::uint8_t> out;
  if (auto done = append_encoded(out, value); !done) return std::move(done).error();
  return Bytes(std::move(out));
}

/// The encoding of a value that always has one: the library's own types.
template <class T>
[[nodiscard]] Bytes encode(const T& value) {
  auto encoded = try_encode(value);
  check(encoded.has_value(), "a value of the library cannot be encoded");
  return *std::move(encoded);
}

namespace codec {

template <class T>
[[nodiscard]] Result<T> decode_with(ByteReader& reader) {
  static_assert(Codable<T>, "the type cannot be decoded: see codec.h");
  try {
    T value{};
    InputArchive archive(reader);
    archive(value);
    if (auto done = reader.finish(); !done) return std::move(done).error();
    return value;
  } catch (...) {
    return reader.abandon(std::current_exception());
  }
}

}  // namespace codec

/// The value that `source` encodes. `Bytes` inside it share the storage of `source` and keep all of
/// it alive.
///
/// Errors: `malformed`, saying at which byte and what is wrong.
template <class T>
[[nodiscard]] Result<T> decode(const Bytes& source, const DecodeLimits& limits = {}) {
  codec::ByteReader reader(source, limits);
  return codec::decode_with<T>(reader);
}

/// The same from bytes somebody else owns; `Bytes` inside the value are copies.
template <class T>
[[nodiscard]] Result<T> decode(ByteView source, const DecodeLimits& limits = {}) {
  codec::ByteReader reader(source, limits);
  return codec::decode_with<T>(reader);
}

}  // namespace tessera
