#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Which puts a benchmark makes, and the command that carries them. Plain values.
namespace tessera::tool::bench {

struct Put {
  std::uint64_t key = 0;
  std::string value;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(key, value);
  }
};

struct WritePlan {
  std::uint64_t count = 0;    ///< puts
  std::uint64_t first = 0;    ///< the lowest key
  std::uint64_t keys = 1;     ///< how many keys there are; fewer puts are spread over them evenly
  std::uint64_t edition = 0;  ///< values of different editions differ
  std::uint64_t value_bytes = 0;  ///< of each value

  /// The put at `place`, from 0. Its value cannot be compressed.
  [[nodiscard]] Put at(std::uint64_t place) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(count, first, keys, edition, value_bytes);
  }
};

/// Puts of a plan that every member makes by itself.
struct PlannedPuts {
  WritePlan plan;
  std::uint64_t from = 0;  ///< from this place on
  std::uint64_t upto = 0;  ///< and before this one

  template <class Archive>
  void serialize(Archive& archive) {
    archive(plan, from, upto);
  }
};

/// The command of the machines that are measured: puts that it carries, or, to give a group a state
/// that the log need not have carried, planned ones.
struct Write {
  std::vector<Put> puts;
  std::optional<PlannedPuts> planned;  ///< absent from most: it is larger than all around a put

  template <class Archive>
  void serialize(Archive& archive) {
    archive(puts, planned);
  }
};

}  // namespace tessera::tool::bench
