#include <tessera/conformance/lost_stores.h>
#include <tessera/groups/core/witness/witness.h>

#include <algorithm>

namespace tessera::sim {
namespace {

/// What is on `node`'s disk says more of `store` than a process that starts from `copy` would know.
bool remembers_more(const Node& node, const MemberId& store, const Disk::Copy& copy) {
  const auto witness = core::Witness::restore(node.disk().durable().record().witness);
  if (!witness) return false;
  const auto memories = witness->of(store.peer);
  return std::any_of(memories.begin(), memories.end(), [&](const core::StoreMemory& memory) {
    // The start counter alone proves nothing for long: it rises with the next starts.
    const storage::GroupRecord& held = copy.durable.record();
    return memory.store == store && (held.hard.term < memory.term || held.last.index < memory.held);
  });
}

}  // namespace

bool survives_loss_of(const std::vector<std::unique_ptr<Node>>& nodes, std::size_t node) {
  // What a group must survive is one loss at a time: until the successor votes, the next one would
  // leave too few copies of what was committed.
  const bool one_is_going = std::any_of(nodes.begin(), nodes.end(),
                                        [](const auto& each) { return each->has_old_disk(); });
  if (one_is_going) return false;
  const auto leader = std::find_if(nodes.begin(), nodes.end(), [](const auto& each) {
    return each->up() && each->status().role == core::Role::leader;
  });
  if (leader == nodes.end()) return false;
  const core::Status& status = (*leader)->status();
  if (status.configuration.joint() || status.committed != status.last) return false;
  if (status.configuration.voters.size() < 3) return false;
  const MemberId lost{nodes[node]->peer(), nodes[node]->disk().durable().record().storage};
  return std::all_of(nodes.begin(), nodes.end(),
                     [&](const auto& each) {
                       const core::Status& seen = each->status();
                       return each->up() && seen.configuration == status.configuration &&
                              seen.term == status.term;
                     }) &&
         std::all_of(status.configuration.voters.begin(), status.configuration.voters.end(),
                     [&](const MemberId& voter) {
                       return voter == lost ||
                              std::any_of(nodes.begin(), nodes.end(), [&](const auto& each) {
                                return each->peer() == voter.peer &&
                                       each->disk().durable().record().storage == voter.storage;
                              });
                     });
}

bool would_find_out(const std::vector<std::unique_ptr<Node>>& nodes, std::size_t node) {
  const std::optional<Disk::Copy>& copy = nodes[node]->copy();
  // A store that has forgotten that it promised to found is one more with the right to; whoever
  // holds a log has the certificate, or has heard of it, and founds no more.
  if (!copy || copy->durable.last().index == Index{}) return false;
  const MemberId store{nodes[node]->peer(), copy->durable.record().storage};
  return std::all_of(nodes.begin(), nodes.end(), [&](const auto& each) {
    return each == nodes[node] || remembers_more(*each, store, *copy);
  });
}

}  // namespace tessera::sim
