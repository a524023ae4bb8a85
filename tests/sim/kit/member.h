#pragma once

#include <tessera/conformance/chronicle.h>
#include <tessera/conformance/kit/diary.h>
#include <tessera/conformance/kit/subject.h>
#include <tessera/conformance/tape_machine.h>

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// One simulated member with a user's machine and strategy: passes everything on, writes down what
/// the strategy does, and shows the invariants a tape.
///
/// Of the tape only the digest comes from the machine. How many commands are in a state that was
/// loaded, and which was the last, the chronicle says. Owned by the simulated node.
namespace tessera::conformance {

/// Which command has which number. Shared by all members of a run and by the callers.
class CommandNumbers {
 public:
  explicit CommandNumbers(const Subject& subject) : subject_(subject) {}
  /// The command `number`; throws `sim::Broken` if it is another one's too.
  [[nodiscard]] Bytes make(std::uint64_t number);
  /// 0: no caller's.
  [[nodiscard]] std::uint64_t number_of(ByteView command) const;

 private:
  const Subject& subject_;
  std::map<std::uint64_t, std::uint64_t> numbers_;  ///< by fingerprint
};

class Member final : public MachinePort, public CatchUpStrategy, public sim::WatchedMachine {
 public:
  struct Parts {
    std::unique_ptr<Specimen> specimen;
    Diary& diary;
    const CommandNumbers& numbers;
    const sim::Chronicle& chronicle;
  };
  explicit Member(Parts parts);

  // MachinePort
  [[nodiscard]] bool accepts(ByteView command) const override;
  Result<Bytes> apply(const Bytes& command, const ApplyContext& context) override;
  Result<void> reset() override;

  // CatchUpStrategy
  std::unique_ptr<CatchUpProvider> create_provider(ProviderContext& cx) override;
  std::unique_ptr<CatchUpSession> create_session(SessionStart start, SessionContext& cx) override;
  [[nodiscard]] bool saves() const override;
  [[nodiscard]] Result<std::unique_ptr<StateReader>> read_state() const override;
  [[nodiscard]] Result<std::unique_ptr<StateWriter>> write_state(const Bytes& contents) override;
  void adopt() override;

  // WatchedMachine
  [[nodiscard]] const sim::Tape& tape() const override;
  std::vector<sim::AppliedCommand> take_applied() override { return std::exchange(applied_, {}); }
  void stands_at(Index applied) override;

 private:
  std::unique_ptr<Specimen> specimen_;
  Diary& diary_;
  const CommandNumbers& numbers_;
  const sim::Chronicle& chronicle_;
  mutable sim::Tape tape_;
  mutable bool digest_known_ = false;
  bool adopted_ = false;  ///< another state, and nobody has said yet where it stands
  std::vector<sim::AppliedCommand> applied_;
};

/// The model that members with this machine are compared with.
[[nodiscard]] std::unique_ptr<sim::Model> make_model(const Subject& subject,
                                                     const CommandNumbers& numbers);

}  // namespace tessera::conformance
