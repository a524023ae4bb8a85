#pragma once

#include <tessera/conformance/tape_machine.h>
#include <tessera/groups/apply_context.h>
#include <tessera/statesync/snapshot_sync.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The tape as a user would write it who wants snapshots: beside the tape it keeps rows, so that
/// its state has many parts, of which each command changes one.
namespace tessera::sim {

class SnapshotTape {
 public:
  using Command = Append;
  using Result = std::uint64_t;
  using StateSync = SnapshotSync<SnapshotTape>;
  using Notes = std::vector<AppliedCommand>;

  using Rows = std::map<std::uint64_t, std::string>;

  class Snapshot {
   public:
    struct Item {
      std::optional<Tape> tape;  ///< in the first item only
      std::uint64_t row = 0;
      std::string text;

      template <class Archive>
      void serialize(Archive& archive) {
        archive(tape, row, text);
      }
    };

    Snapshot(const Tape& tape, Rows rows) : tape_(tape), rows_(std::move(rows)) {}
    std::optional<Item> next();

   private:
    std::optional<Tape> tape_;
    Rows rows_;
  };

  /// Writes down in `notes` what it applies. While `garbles` holds true the next row is written
  /// wrongly, which makes it false.
  explicit SnapshotTape(std::shared_ptr<Notes> notes, std::shared_ptr<bool> garbles = nullptr)
      : notes_(std::move(notes)), garbles_(std::move(garbles)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("simulated rows/1"); }
  [[nodiscard]] StateSync state_sync() const;
  Result apply(const Append& append, const ApplyContext& context);

  [[nodiscard]] Snapshot create_snapshot() const { return {tape_, rows_}; }
  void install_snapshot(std::vector<Snapshot::Item> items);

  /// Of all commands, if the rows are what they left.
  [[nodiscard]] const Tape& tape() const { return tape_; }

  static constexpr std::uint64_t row_count = 60;

 private:
  std::shared_ptr<Notes> notes_;
  std::shared_ptr<bool> garbles_;
  Tape tape_;
  Rows rows_;
};

}  // namespace tessera::sim
