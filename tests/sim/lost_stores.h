#pragma once

#include <tessera/conformance/node.h>

#include <memory>
#include <vector>

/// Which losses of a disk a group must survive: the others are not inflicted, since nothing is
/// promised of them.
namespace tessera::sim {

/// True if every vote of the group is in a store that still exists, but for `node`'s, and everybody
/// is at one: what is committed is then on enough other disks.
[[nodiscard]] bool survives_loss_of(const std::vector<std::unique_ptr<Node>>& nodes,
                                    std::size_t node);

/// True if `node` would find out that its disk was put back to its copy, whoever of the others it
/// meets first.
///
/// That old copies are found out is promised only as far as somebody remembers (consensus.md, "A
/// restored old copy"): of what only a part of the members has heard, a member may first meet the
/// others, and vote with them as if it had not voted before. The last second, a copy that nobody
/// remembers more of and the copies of a majority are outside of the fault model.
[[nodiscard]] bool would_find_out(const std::vector<std::unique_ptr<Node>>& nodes,
                                  std::size_t node);

}  // namespace tessera::sim
