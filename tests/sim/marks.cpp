#include <tessera/conformance/marks.h>

namespace tessera::sim {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Mark::count_of_marks)> names = {
    "crash",
    "crash of all",
    "restart",
    "pause",
    "clock jump",
    "clock skew",
    "slow disk",
    "disk failure",
    "disk wiped",
    "disk put back",
    "old copy found out",
    "bit rot",
    "started over",
    "disk nearly full",
    "disks nearly full",
    "led on for space",
    "writes lost",
    "writes kept",
    "partition symmetric",
    "partition one way",
    "partition bridge",
    "link reset",
    "leader deafened",
    "message lost",
    "message duplicated",
    "message reordered",
    "message replayed",
    "message held",
    "founded",
    "founding under faults",
    "genesis joined",
    "learner added",
    "voter added",
    "voter replaced",
    "voter returned",
    "voter released",
    "settings changed",
    "fell asleep",
    "woken",
    "woken by a call",
    "woken by a lost bond",
    "woken by silence",
    "woken by a beat",
    "joint entered",
    "joint left",
    "admin done",
    "admin refused",
    "bond refused",
    "bonds renewed",
    "leader elected",
    "leader changed",
    "leader deposed",
    "entries overwritten",
    "entries read back",
    "log replaced",
    "log pruned",
    "snapshot stored",
    "snapshot loaded",
    "state diverged",
    "state rebuilt",
    "append refused",
    "session opened",
    "session finished",
    "session failed",
    "client session opened",
    "client session refused",
    "client session closed",
    "command repeated",
    "command skipped",
    "command of no session",
    "command replaced",
    "executed",
    "fed",
    "strong read",
    "weak read",
    "not committed",
    "unknown outcome",
    "offline",
    "would block",
    "too large",
    "session unknown",
    "aborted",
    "disk full",
    "vote request",
    "vote response",
    "append request",
    "append response",
    "heartbeat request",
    "heartbeat response",
    "sync offer",
    "sync done",
    "forward request",
    "forward response",
    "read request",
    "read response",
    "sync message",
    "founding proposal",
    "founding promise",
    "founding abandonment",
    "genesis notice",
    "timeout now",
    "admin request",
    "admin response",
    "removal notice",
    "memory notice",
};

}  // namespace

std::string_view name_of(Mark mark) { return names[static_cast<std::size_t>(mark)]; }

void Marks::add(const Marks& other) {
  for (std::size_t at = 0; at < counts_.size(); ++at) counts_[at] += other.counts_[at];
}

const std::vector<Mark>& required_marks() {
  static const std::vector<Mark> all = [] {
    std::vector<Mark> marks;
    for (std::size_t at = 0; at < names.size(); ++at) {
      // Bonds are refused between two foundings only, and the right is dealt out so that there is
      // one: it may be seen but need not. Nobody is removed.
      const Mark mark = static_cast<Mark>(at);
      if (mark != Mark::bond_refused && mark != Mark::removal_notice) marks.push_back(mark);
    }
    return marks;
  }();
  return all;
}

std::vector<Mark> missing_marks(const Marks& marks) {
  std::vector<Mark> missing;
  for (const Mark mark : required_marks()) {
    if (marks.count(mark) == 0) missing.push_back(mark);
  }
  return missing;
}

}  // namespace tessera::sim
