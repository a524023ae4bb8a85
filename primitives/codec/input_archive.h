#pragma once

#include <tessera/primitives/codec/byte_reader.h>
#include <tessera/primitives/codec/output_archive.h>

#include <cereal/cereal.hpp>

/// The cereal archive that reads the canonical encoding and nothing else.
namespace tessera::codec {

/// Drives a user's `serialize` or `load`. Made on the stack for one value, used by one thread; the
/// reader must outlive it.
class InputArchive final
    : public cereal::InputArchive<InputArchive, cereal::AllowEmptyClassElision> {
 public:
  explicit InputArchive(ByteReader& reader)
      : cereal::InputArchive<InputArchive, cereal::AllowEmptyClassElision>(this), reader_(reader) {}

  [[nodiscard]] ByteReader& reader() { return reader_; }

 private:
  ByteReader& reader_;
};

}  // namespace tessera::codec

// `save_minimal` and `load_minimal` need to know which archives belong together.
CEREAL_SETUP_ARCHIVE_TRAITS(tessera::codec::InputArchive, tessera::codec::OutputArchive)
