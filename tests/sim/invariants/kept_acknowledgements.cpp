#include <tessera/conformance/invariants/all.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace tessera::sim {
namespace {

/// Two things about every acknowledgement. It says that a log holds what the leader of its term
/// holds up to there: it follows a matching append of that term, or lies at a committed position.
/// And for each (peer, store), every committed entry it ever acknowledged is in its durable log or
/// below its base, over all restarts.
class KeptAcknowledgements final : public Invariant {
 public:
  KeptAcknowledgements(const Chronicle& chronicle, const AllNodes& nodes)
      : Invariant(chronicle), nodes_(nodes) {}
  [[nodiscard]] std::string_view name() const override { return "kept acknowledgements"; }

  void leaves(const Node& node, const core::Send& send) override {
    const auto* response = std::get_if<core::AppendResponse>(&send.message);
    if (response == nullptr || response->rejected || response->index == Index{}) return;
    // Once its term has passed nobody counts it.
    if (node.asked().record().hard.term != response->term) return;
    const auto held = node.asked().term_at(response->index);
    if (!held) return;
    const Cursor position{*held, response->index};
    match(node, *response, position);
    acknowledged_[store_of(node)].add(position);
  }

  void starts(const Node& node) override { judge(node); }
  void finished(const std::vector<Operation>& /*history*/) override {
    for (const auto& node : nodes_) judge(*node);
  }

 private:
  using Store = std::pair<PeerId, StorageId>;
  /// What one store has acknowledged that may yet be committed, and the last that is.
  struct Acknowledged {
    std::vector<Cursor> open;
    Cursor kept;

    void add(const Cursor& position) {
      while (!open.empty() && open.back().index >= position.index) open.pop_back();
      open.push_back(position);
    }
    void settle(const Chronicle& chronicle) {
      const auto first_open = std::find_if(open.begin(), open.end(), [&](const Cursor& each) {
        return each.index > chronicle.last();
      });
      for (auto each = open.begin(); each != first_open; ++each) {
        if (chronicle.cursor_at(each->index) == *each) kept = std::max(kept, *each);
      }
      open.erase(open.begin(), first_open);
    }
  };

  [[nodiscard]] static Store store_of(const Node& node) {
    return {node.peer(), node.disk().durable().record().storage};
  }

  void match(const Node& node, const core::AppendResponse& response, const Cursor& position) const {
    if (position.index <= chronicle().last()) {
      if (chronicle().cursor_at(position.index) == position) return;
    }
    const auto leader = std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& each) {
      return each->up() && each->status().role == core::Role::leader &&
             each->status().term == response.term;
    });
    if (leader == nodes_.end()) return;
    require((*leader)->asked().covers(position), [&] {
      return words(node) + " acknowledges " + std::to_string(response.index.value()) + " in term " +
             std::to_string(response.term.value()) + " and holds " + position.to_string() +
             ", which its leader does not";
    });
  }

  void judge(const Node& node) {
    // What was forgotten with a disk that was put back, the member has to find out
    // (old_copies.cpp).
    if (node.has_old_disk()) return;
    Acknowledged& acknowledged = acknowledged_[store_of(node)];
    acknowledged.settle(chronicle());
    require(node.disk().durable().covers(acknowledged.kept), [&] {
      return words(node) + " has acknowledged the committed " + acknowledged.kept.to_string() +
             ", and its disk holds " + node.disk().durable().base().to_string() + ".." +
             node.disk().durable().last().to_string();
    });
  }

  const AllNodes& nodes_;
  std::map<Store, Acknowledged> acknowledged_;
};

}  // namespace

InvariantPointer make_kept_acknowledgements(const Chronicle& chronicle, const AllNodes& nodes) {
  return std::make_unique<KeptAcknowledgements>(chronicle, nodes);
}

}  // namespace tessera::sim
