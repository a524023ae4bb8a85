#include <tessera/conformance/broken.h>
#include <tessera/conformance/kit/member.h>
#include <tessera/conformance/kit/watched_strategy.h>
#include <tessera/primitives/codec.h>

#include <string>

namespace tessera::conformance {
namespace {

/// A machine's bytes as the simulated runtime keeps them.
struct Stamped {
  std::uint64_t count = 0;
  Index last;
  Bytes state;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(count, last, state);
  }
};

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

Result<Bytes> Member::save() const {
  auto state = specimen_->strategy().save();
  if (!state) return state;
  return encode(Stamped{tape_.count, tape_.last, *std::move(state)});
}

Bytes Member::stamped(const Anchor& anchor, const Bytes& saved) const {
  Stamped stamp{0, Index{}, saved};
  if (anchor.position().index <= chronicle_.last()) {
    const sim::Tape& tape = chronicle_.tape_at(anchor.position().index);
    stamp.count = tape.count;
    stamp.last = tape.last;
  }
  return encode(stamp);
}

Result<void> Member::load(const Bytes& saved) {
  auto stamp = decode<Stamped>(saved);
  if (!stamp) return std::move(stamp).error();
  loaded_ = {stamp->count, 0, stamp->last};
  return specimen_->strategy().load(stamp->state);
}

void Member::adopt() {
  specimen_->strategy().adopt();
  tape_ = loaded_;
  digest_known_ = false;
}

const sim::Tape& Member::tape() const {
  // The initial state has no digest on the tape.
  if (!digest_known_ && tape_.count != 0) tape_.digest = specimen_->digest();
  digest_known_ = true;
  return tape_;
}

}  // namespace tessera::conformance
