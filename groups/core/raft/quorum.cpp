#include <tessera/groups/core/raft/quorum.h>

#include <algorithm>
#include <vector>

namespace tessera::core {
namespace {

std::size_t count_in(const std::set<MemberId>& voters, const std::set<MemberId>& members) {
  return static_cast<std::size_t>(
      std::count_if(voters.begin(), voters.end(),
                    [&](const MemberId& voter) { return members.contains(voter); }));
}

bool has_majority(const std::set<MemberId>& voters, const std::set<MemberId>& members) {
  return count_in(voters, members) >= majority_of(voters.size());
}

bool majority_is_lost(const std::set<MemberId>& voters, const std::set<MemberId>& refused) {
  return voters.size() - count_in(voters, refused) < majority_of(voters.size());
}

Index agreed_in(const std::set<MemberId>& voters,
                const std::function<Index(const MemberId&)>& reached) {
  std::vector<Index> indexes;
  indexes.reserve(voters.size());
  for (const MemberId& voter : voters) indexes.push_back(reached(voter));
  std::sort(indexes.begin(), indexes.end(), std::greater<>());
  return indexes[majority_of(indexes.size()) - 1];
}

}  // namespace

bool has_quorum(const Configuration& configuration, const std::set<MemberId>& members) {
  if (configuration.voters.empty()) return false;
  return has_majority(configuration.voters, members) &&
         (!configuration.joint() || has_majority(configuration.voters_outgoing, members));
}

bool quorum_is_lost(const Configuration& configuration, const std::set<MemberId>& refused) {
  return majority_is_lost(configuration.voters, refused) ||
         (configuration.joint() && majority_is_lost(configuration.voters_outgoing, refused));
}

Index agreed_index(const Configuration& configuration,
                   const std::function<Index(const MemberId&)>& reached) {
  if (configuration.voters.empty()) return Index{};
  const Index agreed = agreed_in(configuration.voters, reached);
  if (!configuration.joint()) return agreed;
  return std::min(agreed, agreed_in(configuration.voters_outgoing, reached));
}

}  // namespace tessera::core
