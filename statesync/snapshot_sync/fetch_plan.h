#pragma once

#include <tessera/primitives/unique_id.h>
#include <tessera/statesync/snapshot_sync/part_list.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

/// Which parts of a snapshot a session has, and where the others come from: from what was staged
/// before, from an older snapshot of its own, or from peers.
///
/// Owned by one session. Parts are numbered from 1.
namespace tessera::snapshot_sync {

class FetchPlan {
 public:
  explicit FetchPlan(PartList list);

  /// Parts may be there from an earlier session: each must be looked at.
  void look_at_staged();
  /// Parts with the digests of `own`'s need not be fetched. Parts of `own` that are equal to none
  /// are returned: their items may be in parts that differ.
  std::set<std::uint32_t> compare_with(const PartList& own);
  /// From now on parts are told apart by their outlines before they are fetched.
  void use_outlines();

  /// The next part to look up in what is staged, or to copy: the own part and where it goes.
  std::optional<std::uint32_t> next_to_check();
  struct Copy {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };
  std::optional<Copy> next_to_copy();
  /// The next part to ask a peer for, the lowest.
  [[nodiscard]] std::optional<std::uint32_t> next_to_fetch() const;
  /// The next part whose outline to ask for.
  [[nodiscard]] std::optional<std::uint32_t> next_to_outline() const;

  void asked(std::uint32_t number) {
    to_fetch_.erase(number);
    to_outline_.erase(number);
  }
  void put(std::uint32_t number);
  /// It must be fetched after all.
  void fetch(std::uint32_t number);
  /// Its outline has not helped.
  void fetch_whole(std::uint32_t number);

  [[nodiscard]] bool is_right(std::uint32_t number, const Bytes& data) const;
  [[nodiscard]] std::uint32_t bytes_of(std::uint32_t number) const {
    return list_.parts[number - 1].bytes;
  }
  [[nodiscard]] bool valid(std::uint32_t number) const {
    return number != 0 && number <= list_.parts.size();
  }
  [[nodiscard]] bool has(std::uint32_t number) const { return held_[number - 1]; }
  [[nodiscard]] bool complete() const { return held_count_ == list_.parts.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t bytes_held() const { return bytes_held_; }

 private:
  PartList list_;
  std::uint64_t bytes_ = 0;  ///< of all parts: each poll reports it, and the list may be long
  std::vector<bool> held_;
  std::size_t held_count_ = 0;
  std::uint64_t bytes_held_ = 0;
  std::set<std::uint32_t> to_check_;
  std::map<std::uint32_t, std::uint32_t> to_copy_;  ///< own numbers, by the part they become
  std::map<UniqueId, std::uint32_t> own_;           ///< numbers by digest
  bool outlines_ = false;
  std::set<std::uint32_t> to_outline_;
  std::set<std::uint32_t> whole_;  ///< outlines are of no use to these
  std::set<std::uint32_t> to_fetch_;
};

}  // namespace tessera::snapshot_sync
