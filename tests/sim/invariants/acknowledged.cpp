#include <tessera/conformance/invariants/all.h>

#include <unordered_set>

namespace tessera::sim {
namespace {

/// What a caller was told is true for ever: a success means committed there, applied once, with
/// this result; "certainly not applied" means never, on any member.
class Acknowledged final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "acknowledged"; }

  void answered(const Node& node, const Operation& operation) override {
    if (operation.is_read()) return;
    if (!operation.succeeded()) return refused(node, operation);
    require(!operation.oversized,
            [&] { return words(node) + " took a command that is above the limit"; });
    if (operation.kind == Operation::Kind::execute) executed(node, operation);
  }

  void stepped(const Step& step) override {
    while (judged_ < chronicle().last()) {
      ++judged_;
      const std::uint64_t command = chronicle().at(judged_).command;
      require(!never_.contains(command), [&] {
        return words(step.node) + " commits command " + std::to_string(command) +
               ", whose caller was told that it was not";
      });
    }
  }

  void finished(const std::vector<Operation>& history) override {
    for (const Operation& operation : history) {
      if (operation.kind != Operation::Kind::feed || !operation.succeeded()) continue;
      const auto committed = chronicle().find(operation.command);
      require(!committed || chronicle().cursor_at(*committed) == operation.reply->position, [&] {
        return "command " + std::to_string(operation.command) + " was fed at " +
               operation.reply->position.to_string() + " and committed at " +
               chronicle().cursor_at(*committed).to_string();
      });
    }
  }

 private:
  void executed(const Node& node, const Operation& operation) const {
    const Cursor position = operation.reply->position;
    const auto committed = chronicle().find(operation.command);
    require(committed && chronicle().cursor_at(*committed) == position, [&] {
      return words(node) + " acknowledges command " + std::to_string(operation.command) + " at " +
             position.to_string() + ", where it is not committed";
    });
    require(fingerprint(operation.reply->result.view()) == chronicle().at(*committed).result, [&] {
      return words(node) + " answers command " + std::to_string(operation.command) +
             " with another result than it has";
    });
  }

  void refused(const Node& node, const Operation& operation) {
    const Error& error = *operation.reply->error;
    // These promise nothing; every other error says that the command was not and will not be.
    if (error.is(Errc::unknown_outcome) || error.is(Errc::group_closed) ||
        error.is(Errc::storage_failed)) {
      return;
    }
    never_.insert(operation.command);
    require(!chronicle().find(operation.command), [&] {
      return words(node) + " says of command " + std::to_string(operation.command) + ": " +
             error.message() + "; but it is committed";
    });
  }

  std::unordered_set<std::uint64_t> never_;
  Index judged_;
};

}  // namespace

InvariantPointer make_acknowledged(const Chronicle& chronicle) {
  return std::make_unique<Acknowledged>(chronicle);
}

}  // namespace tessera::sim
