#include <tessera/conformance/message_names.h>

#include <sstream>

namespace tessera::sim {
namespace {

struct Describe {
  std::ostream& out;

  void operator()(const core::VoteRequest& m) const {
    out << (m.pre ? "pre-vote? " : "vote? ") << m.term << " last " << m.last;
  }
  void operator()(const core::VoteResponse& m) const {
    out << (m.pre ? "pre-vote " : "vote ") << m.term << (m.granted ? " granted" : " refused");
  }
  void operator()(const core::AppendRequest& m) const {
    out << "append " << m.term << " after " << m.preceding << " +" << m.entries.size() << " commit "
        << m.commit;
  }
  void operator()(const core::AppendResponse& m) const {
    out << (m.rejected ? "append refused " : "append ok ") << m.term << " at " << m.index;
    if (m.rejected) out << " hint " << m.hint;
  }
  void operator()(const core::HeartbeatRequest& m) const {
    out << "heartbeat " << m.term << " commit " << m.commit << " round " << m.round.counter;
  }
  void operator()(const core::HeartbeatResponse& m) const {
    out << "heartbeat ok " << m.term << " round " << m.round.counter;
    if (m.syncing) out << " syncing " << m.syncing->target;
  }
  void operator()(const core::SyncOffer& m) const {
    out << "sync offer " << m.term << " target " << m.target;
  }
  void operator()(const core::SyncDone& m) const {
    out << "sync done " << m.term << " at " << m.position;
  }
  void operator()(const core::ForwardRequest& m) const {
    out << "forward " << m.term;
    std::uint64_t attempt = m.attempt;
    for (const core::ForwardedEntry& entry : m.entries) {
      out << " #" << attempt++ << (entry.kind == EntryKind::session ? " (session)" : "");
    }
  }
  void operator()(const core::ForwardResponse& m) const {
    out << "forward answer " << m.term << " #" << m.attempt;
    if (m.count != 1) out << " and " << m.count - 1 << " behind it";
    out << " outcome " << static_cast<int>(m.outcome) << " at " << m.position;
  }
  void operator()(const core::ReadRequest& m) const {
    out << "read? " << m.term << " #" << m.counter;
  }
  void operator()(const core::ReadResponse& m) const {
    out << "read " << m.term << " #" << m.counter << (m.refused ? " refused" : " index ")
        << m.index;
  }
  void operator()(const core::SyncMessage& m) const {
    out << "sync message " << m.payload.size() << " bytes";
  }
  void operator()(const core::FoundingProposal& m) const {
    out << "propose " << m.proposal.id() << " of " << m.proposal.members.voters.size();
  }
  void operator()(const core::FoundingPromise& m) const { out << "promise " << m.genesis; }
  void operator()(const core::FoundingAbandonment& m) const {
    out << "abandon " << m.proposal.id();
  }
  void operator()(const core::GenesisNotice& m) const {
    out << "genesis " << m.certificate.proposal.id();
  }
  void operator()(const core::TimeoutNow& m) const { out << "timeout now " << m.term; }
  void operator()(const core::AdminRequest& m) const {
    out << "admin? " << static_cast<int>(m.action.kind) << " #" << m.number;
  }
  void operator()(const core::AdminResponse& m) const {
    out << "admin " << (m.error == Errc{} ? "done" : m.message) << " #" << m.number;
  }
  void operator()(const core::RemovalNotice& m) const { out << "removed at " << m.position; }
  void operator()(const core::MemoryNotice& m) const {
    out << "remembers " << m.memories.size() << " stores";
  }
};

}  // namespace

std::string_view name_of(core::Role role) {
  constexpr std::string_view names[] = {"founding",  "follower", "pre-candidate",
                                        "candidate", "leader",   "stopped"};
  return names[static_cast<std::size_t>(role)];
}

std::string describe(const core::Message& message) {
  std::ostringstream out;
  std::visit(Describe{out}, message);
  return out.str();
}

std::string describe(const core::Persist& persist) {
  std::ostringstream out;
  out << "write " << persist.ticket;
  const storage::GroupWrite& write = persist.write;
  if (write.storage) out << " storage";
  if (write.genesis) out << " genesis " << *write.genesis;
  if (write.founding) out << " founding";
  if (write.hard) {
    out << " term " << write.hard->term << " commit " << write.hard->commit;
    if (write.hard->vote) out << " vote " << write.hard->vote->peer.brief().substr(0, 4);
  }
  if (write.reset) out << " reset " << *write.reset;
  if (!write.entries.empty()) {
    out << " entries " << write.entries.front().position << ".." << write.entries.back().position;
  }
  if (write.prune) out << " prune " << *write.prune;
  if (write.snapshot) out << " snapshot " << write.snapshot->position;
  return out.str();
}

static_assert(static_cast<std::size_t>(Mark::vote_request) + std::variant_size_v<core::Message> ==
                  static_cast<std::size_t>(Mark::count_of_marks),
              "every kind of message has its mark");

Mark mark_of(const core::Message& message) {
  return static_cast<Mark>(static_cast<std::size_t>(Mark::vote_request) + message.index());
}

}  // namespace tessera::sim
