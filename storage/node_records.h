#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <string_view>

/// What a node keeps beside its groups: a few small values under names of its own.
namespace tessera::storage {

/// All functions are callable from any thread and may block on the disk.
class NodeRecords {
 public:
  virtual ~NodeRecords() = default;

  /// Keeps `record` under `name`, in the place of what was kept there. It is durable no later than
  /// the next write to a group: a record is worth no sync of its own.
  virtual Result<void> keep(std::string_view name, const Bytes& record) = 0;

  /// What is kept under `name`. `not_found` if nothing is, `damaged` if it fails its checks.
  virtual Result<Bytes> kept(std::string_view name) = 0;
};

}  // namespace tessera::storage
