#pragma once

#include "disk_operations.h"
#include "store_model.h"
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/internal/open.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Everything that a node does with its store, drawn from a seed and followed by a model. One
/// thread.
namespace tessera::storage::testing {

/// One call of the store: between which operations of the disk it ran, and what holds behind it.
struct Step {
  std::string what;
  StoreModel after;
  std::size_t begin = 0;  ///< operations noted when it was called
  std::size_t end = 0;    ///< and when it had returned
  /// True if what came before is durable when it has returned.
  bool synced = true;
};

/// What was called, in order.
class History {
 public:
  void add(Step step) { steps_.push_back(std::move(step)); }
  [[nodiscard]] std::size_t size() const { return steps_.size(); }
  [[nodiscard]] const StoreModel& last() const { return steps_.back().after; }

  /// What the store may hold if the first `operations` were all that the disk has seen.
  [[nodiscard]] Allowed allowed_at(std::size_t operations) const;
  /// What was under way then, for messages.
  [[nodiscard]] std::string under_way_at(std::size_t operations) const;

 private:
  /// How many steps had returned.
  [[nodiscard]] std::size_t returned_at(std::size_t operations) const;

  std::vector<Step> steps_;
  StoreModel before_;
};

/// Opens the rig's store: with little memory, so that files are written and merged.
[[nodiscard]] Result<std::unique_ptr<Store>> open_small_store(const std::filesystem::path& path,
                                                              rocksdb::Env* env);

class Workload {
 public:
  /// Opens the store in `path`. Both must outlive this.
  Workload(std::filesystem::path path, rocksdb::Env* env, const DiskOperations& operations,
           std::uint64_t seed);

  /// Carries out `steps` calls. False once one of them has failed, which nothing follows: no call
  /// may succeed then, or `misstep` says so.
  bool run(std::size_t steps);

  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] const std::string& misstep() const { return misstep_; }

 private:
  using Call = std::function<Result<void>(Store&)>;

  bool step();
  bool call(std::string what, const Call& call);
  bool open_again();
  bool write();
  bool change_snapshots();
  bool begin_snapshot(GroupId group);
  bool complete_snapshot(GroupId group, SnapshotId id);
  bool put_part(GroupId group, SnapshotId id);
  bool drop_snapshots(GroupId group);
  bool keep_record();
  bool use_tables();
  bool erase_group();

  [[nodiscard]] GroupId draw_group();
  [[nodiscard]] ModelGroup& change(GroupId group);
  [[nodiscard]] GroupWrite draw_write(GroupId group);
  void draw_identity(GroupWrite& write, ModelGroup& model);
  void draw_entries(GroupWrite& write, ModelGroup& model);
  void draw_prune(GroupWrite& write, ModelGroup& model);
  void draw_snapshot_in_force(GroupWrite& write, ModelGroup& model);
  [[nodiscard]] std::string draw_text(std::size_t bytes_max);

  std::filesystem::path path_;
  rocksdb::Env* env_;
  const DiskOperations& operations_;
  Random random_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<MachineTable> table_;
  StoreModel model_;  ///< as it will be behind the next call
  Step next_;
  std::uint64_t serial_ = 0;
  History history_;
  bool failed_ = false;
  std::string misstep_;
};

}  // namespace tessera::storage::testing
