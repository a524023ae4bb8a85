#pragma once

#include <tessera/conformance/tape_machine.h>
#include <tessera/groups/apply_context.h>
#include <tessera/statesync/log_replay.h>

#include <memory>
#include <vector>

/// The tape as a user would write it: a typed machine that catches up by `LogReplay`, behind the
/// same adapter as in production.
namespace tessera::sim {

class ReplayTape {
 public:
  using Command = Append;
  using Result = std::uint64_t;
  using StateSync = LogReplay<ReplayTape>;
  using Notes = std::vector<AppliedCommand>;

  /// Writes down in `notes` what it applies.
  explicit ReplayTape(std::shared_ptr<Notes> notes) : notes_(std::move(notes)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("simulated tape/1"); }
  [[nodiscard]] StateSync state_sync() const;
  Result apply(const Append& append, const ApplyContext& context);

  [[nodiscard]] const Tape& tape() const { return tape_; }

 private:
  std::shared_ptr<Notes> notes_;
  Tape tape_;
};

}  // namespace tessera::sim
