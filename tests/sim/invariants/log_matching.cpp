#include <tessera/conformance/invariants/all.h>

#include <unordered_map>

namespace tessera::sim {
namespace {

/// Thesis, figure 3.2: two logs that hold an entry with the same index and term are the same up to
/// there. Equivalently, (genesis, term, index) determine an entry and what it follows; so every
/// entry that any member ever writes is entered in one register.
class LogMatching final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "log matching"; }

  void asked(const Node& node, const storage::GroupWrite& write) override {
    if (write.entries.empty()) return;
    const GroupLog& log = node.asked();
    const GenesisId genesis = write.genesis.value_or(log.record().genesis);
    const Index before = write.entries.front().position.index - 1;
    Cursor preceding{write.reset ? write.reset->term : log.term_at(before).value_or(Term{}),
                     before};
    for (const RawEntry& entry : write.entries) {
      enter(node, genesis, preceding, entry);
      preceding = entry.position;
    }
  }

 private:
  struct Key {
    std::uint64_t genesis = 0;
    Cursor position;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return (key.genesis ^ key.position.term.value() << 40U ^ key.position.index.value()) *
             0x9e3779b97f4a7c15ULL;
    }
  };
  struct Known {
    std::uint64_t contents = 0;
    Cursor preceding;
    bool operator==(const Known&) const = default;
  };

  void enter(const Node& node, const GenesisId& genesis, const Cursor& preceding,
             const RawEntry& entry) {
    const Key key{fingerprint(genesis.view()), entry.position};
    const Known known{fingerprint(entry.data.view()) ^
                          static_cast<std::uint64_t>(entry.time.count()) << 8U ^
                          static_cast<std::uint64_t>(entry.kind),
                      preceding};
    const Known& registered = register_.try_emplace(key, known).first->second;
    require(registered == known, [&] {
      return words(node) + " writes " + entry.position.to_string() + " after " +
             preceding.to_string() + ", which is another entry elsewhere, after " +
             registered.preceding.to_string();
    });
  }

  std::unordered_map<Key, Known, Hash> register_;
};

}  // namespace

InvariantPointer make_log_matching(const Chronicle& chronicle) {
  return std::make_unique<LogMatching>(chronicle);
}

}  // namespace tessera::sim
