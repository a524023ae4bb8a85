#pragma once

#include <tessera/conformance/tape_machine.h>
#include <tessera/groups/catch_up.h>

/// The strategy that ships the whole state, against the untyped port: exercises `install`,
/// snapshots, restarts from them, and pruning.
namespace tessera::sim {

class WholeTape final : public CatchUpStrategy {
 public:
  /// `machine` outlives the strategy.
  explicit WholeTape(TapeMachine& machine) : machine_(machine) {}

  std::unique_ptr<CatchUpProvider> create_provider(ProviderContext& cx) override;
  std::unique_ptr<CatchUpSession> create_session(SessionStart start, SessionContext& cx) override;
  [[nodiscard]] bool saves() const override { return true; }
  [[nodiscard]] Result<std::unique_ptr<StateReader>> read_state() const override;
  [[nodiscard]] Result<std::unique_ptr<StateWriter>> write_state(const Bytes& contents) override;
  void adopt() override;

 private:
  TapeMachine& machine_;
  Tape loaded_;
};

}  // namespace tessera::sim
