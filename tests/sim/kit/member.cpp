#include <tessera/conformance/broken.h>
#include <tessera/conformance/kit/member.h>
#include <tessera/conformance/kit/watched_strategy.h>
#include <tessera/primitives/codec.h>

#include <string>

namespace tessera::conformance {
namespace {

class SubjectModel final : public sim::Model {
 public:
  SubjectModel(std::unique_ptr<Specimen> specimen, const CommandNumbers& numbers)
      : specimen_(std::move(specimen)), numbers_(numbers) {}

  [[nodiscard]] std::optional<std::uint64_t> id_of(ByteView command) const override {
    if (!specimen_->machine().accepts(command)) return std::nullopt;
    return numbers_.number_of(command);
  }
  Bytes apply(const Bytes& command, const ApplyContext& context, sim::Tape& tape) override {
    auto result = specimen_->machine().apply(command, context);
    if (!result) throw sim::Broken({"the machine", result.error().message()});
    tape = {tape.count + 1, specimen_->digest(), context.position().index};
    return *std::move(result);
  }

 private:
  std::unique_ptr<Specimen> specimen_;
  const CommandNumbers& numbers_;
};

}  // namespace

Bytes CommandNumbers::make(std::uint64_t number) {
  Bytes command = subject_.command(number);
  const auto [known, added] = numbers_.emplace(sim::fingerprint(command.view()), number);
  if (!added && known->second != number) {
    throw sim::Broken({"the workload", "command " + std::to_string(number) +
                                           " has the same bytes as command " +
                                           std::to_string(known->second)});
  }
  return command;
}

std::uint64_t CommandNumbers::number_of(ByteView command) const {
  const auto found = numbers_.find(sim::fingerprint(command));
  return found == numbers_.end() ? 0 : found->second;
}

std::unique_ptr<sim::Model> make_model(const Subject& subject, const CommandNumbers& numbers) {
  return std::make_unique<SubjectModel>(subject.make(), numbers);
}

Member::Member(Parts parts)
    : specimen_(std::move(parts.specimen)),
      diary_(parts.diary),
      numbers_(parts.numbers),
      chronicle_(parts.chronicle) {
  specimen_->observe([this](const SyncEvent& event) {
    if (event.kind == SyncEvent::Kind::strategy_threw) diary_.wrong("threw: " + event.what);
    if (event.kind == SyncEvent::Kind::unencodable_message) {
      diary_.wrong("has a message that does not encode: " + event.what);
    }
  });
}

bool Member::accepts(ByteView command) const { return specimen_->machine().accepts(command); }

Result<Bytes> Member::apply(const Bytes& command, const ApplyContext& context) {
  const ByteView bytes = command.view();
  applied_.push_back({context.position(), numbers_.number_of(bytes), sim::fingerprint(bytes)});
  ++tape_.count;
  tape_.last = context.position().index;
  digest_known_ = false;
  return specimen_->machine().apply(command, context);
}

Result<void> Member::reset() {
  tape_ = {};
  digest_known_ = false;
  return specimen_->machine().reset();
}

std::unique_ptr<CatchUpProvider> Member::create_provider(ProviderContext& cx) {
  return watch_provider(specimen_->strategy(), diary_, cx);
}

std::unique_ptr<CatchUpSession> Member::create_session(SessionStart start, SessionContext& cx) {
  return watch_session({specimen_->strategy(), *this, diary_}, std::move(start), cx);
}

bool Member::saves() const { return specimen_->strategy().saves(); }

Result<std::unique_ptr<StateReader>> Member::read_state() const {
  return specimen_->strategy().read_state();
}

Result<std::unique_ptr<StateWriter>> Member::write_state(const Bytes& contents) {
  return specimen_->strategy().write_state(contents);
}

void Member::adopt() {
  specimen_->strategy().adopt();
  adopted_ = true;
  digest_known_ = false;
}

void Member::stands_at(Index applied) {
  if (!adopted_ || applied > chronicle_.last()) return;
  adopted_ = false;
  tape_ = chronicle_.tape_at(applied);
  digest_known_ = false;
}

const sim::Tape& Member::tape() const {
  // The initial state has no digest on the tape.
  if (!digest_known_ && tape_.count != 0) tape_.digest = specimen_->digest();
  digest_known_ = true;
  return tape_;
}

}  // namespace tessera::conformance
