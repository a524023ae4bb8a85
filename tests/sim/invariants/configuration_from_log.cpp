#include <tessera/conformance/invariants/all.h>

#include <map>
#include <utility>

namespace tessera::sim {
namespace {

/// Thesis, 4.1: in force is what the newest membership entry of the log says, committed or not;
/// below the log it is what the snapshot says. So two members whose newest membership entry is the
/// same one, in whatever life, are in the same configuration. So it is with the group settings.
class ConfigurationFromLog final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "configuration from the log"; }

  void stepped(const Step& step) override {
    const Node& node = step.node;
    if (node.status().role == core::Role::stopped) return;
    judge_settings(node);
    const Cursor source = newest_membership(node.asked());
    if (source.index == Index{}) return;
    const auto key = std::pair(node.asked().record().genesis, source);
    const auto [known, first] = known_.try_emplace(key, node.status().configuration);
    require(known->second == node.status().configuration, [&] {
      return words(node) + " is not in the configuration that " + source.to_string() +
             " put in force";
    });
  }

 private:
  void judge_settings(const Node& node) {
    const GroupLog& log = node.asked();
    const auto& landmarks = log.record().landmarks;
    for (auto mark = landmarks.rbegin(); mark != landmarks.rend(); ++mark) {
      if (mark->kind == EntryKind::membership) continue;
      const Cursor source{*log.term_at(mark->index), mark->index};
      const auto key = std::pair(log.record().genesis, source);
      const auto [known, first] = known_settings_.try_emplace(key, node.status().settings);
      require(known->second == node.status().settings, [&] {
        return words(node) + " has other settings than " + source.to_string() + " put in force";
      });
      return;
    }
  }

  [[nodiscard]] Cursor newest_membership(const GroupLog& log) const {
    const auto& landmarks = log.record().landmarks;
    for (auto mark = landmarks.rbegin(); mark != landmarks.rend(); ++mark) {
      if (mark->kind != EntryKind::settings) return {*log.term_at(mark->index), mark->index};
    }
    const Index base = log.base().index;
    if (base == Index{} || base > chronicle().last()) return {};
    return chronicle().cursor_at(chronicle().at(base).membership);
  }

  std::map<std::pair<GenesisId, Cursor>, core::Configuration> known_;
  std::map<std::pair<GenesisId, Cursor>, GroupSettings> known_settings_;
};

}  // namespace

InvariantPointer make_configuration_from_log(const Chronicle& chronicle) {
  return std::make_unique<ConfigurationFromLog>(chronicle);
}

}  // namespace tessera::sim
