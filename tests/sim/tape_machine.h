#pragma once

#include <tessera/conformance/tape.h>
#include <tessera/groups/machine_port.h>

#include <utility>
#include <vector>

/// A node's state machine in its simplest form, and what the core made it do.
///
/// Owned by the node; one for each life of its process.
namespace tessera::sim {

/// One call of `apply`.
struct AppliedCommand {
  Cursor position;
  std::uint64_t id = 0;
  std::uint64_t fingerprint = 0;
};

/// What the invariants want to know of a machine, whatever it is made of.
class WatchedMachine {
 public:
  virtual ~WatchedMachine() = default;
  [[nodiscard]] virtual const Tape& tape() const = 0;
  /// The commands applied since the last call.
  virtual std::vector<AppliedCommand> take_applied() = 0;
  /// From now on it errs once, in a part of its state that nothing else looks at, if it has one.
  virtual void garble() {}
  /// After each step: the runtime says that the machine is at `applied`.
  virtual void stands_at(Index /*applied*/) {}
};

class TapeMachine final : public MachinePort, public WatchedMachine {
 public:
  [[nodiscard]] bool accepts(ByteView command) const override;
  Result<Bytes> apply(const Bytes& command, const ApplyContext& context) override;
  Result<void> reset() override;

  [[nodiscard]] const Tape& tape() const override { return tape_; }
  void replace(const Tape& tape) { tape_ = tape; }
  std::vector<AppliedCommand> take_applied() override { return std::exchange(applied_, {}); }

 private:
  Tape tape_;
  std::vector<AppliedCommand> applied_;
};

}  // namespace tessera::sim
