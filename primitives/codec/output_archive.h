#pragma once

#include <tessera/primitives/codec/byte_writer.h>

// cereal keeps the versions of classes in one table for the process, and locks it only if asked to.
// The CMake target says so too, for files that include cereal before this one.
#ifndef CEREAL_THREAD_SAFE
#define CEREAL_THREAD_SAFE 1
#endif
#include <cereal/cereal.hpp>

static_assert(CEREAL_THREAD_SAFE != 0, "compile with CEREAL_THREAD_SAFE=1");

/// The cereal archive that writes the canonical encoding.
namespace tessera::codec {

/// Drives a user's `serialize` or `save`; see codec.h for the format. Made on the stack for one
/// value, used by one thread; the writer must outlive it.
class OutputArchive final
    : public cereal::OutputArchive<OutputArchive, cereal::AllowEmptyClassElision> {
 public:
  explicit OutputArchive(ByteWriter& writer)
      : cereal::OutputArchive<OutputArchive, cereal::AllowEmptyClassElision>(this),
        writer_(writer) {}

  [[nodiscard]] ByteWriter& writer() { return writer_; }

 private:
  ByteWriter& writer_;
};

}  // namespace tessera::codec
