#pragma once

#include <tessera/primitives/codec/byte_reader.h>
#include <tessera/primitives/codec/byte_writer.h>

#include <vector>

/// One order for the items of containers that have none: that of their encodings, as bytes.
///
/// An encoding says itself where it ends, so none is the beginning of another; comparing the bytes
/// of (key, value) is therefore comparing keys first. Both live within one call on the stack.
namespace tessera::codec {

/// Puts items into order after they were written.
class ItemSorter {
 public:
  explicit ItemSorter(ByteWriter& writer) : writer_(writer), begin_(writer.position()) {}

  /// What was written since the last call, or since construction, is one item.
  void end_item() { ends_.push_back(writer_.position()); }

  /// Replaces the items by the same ones in ascending order. The last call.
  void sort();

 private:
  ByteWriter& writer_;
  std::size_t begin_;
  std::vector<std::size_t> ends_;
};

/// Checks that items are in order while they are read.
class ItemOrder {
 public:
  explicit ItemOrder(ByteReader& reader) : reader_(reader), begin_(reader.position()) {}

  /// What was read since the last call is one item. Fails if the one before it should come after.
  void end_item();

 private:
  ByteReader& reader_;
  std::size_t begin_;
  ByteView last_;
};

}  // namespace tessera::codec
