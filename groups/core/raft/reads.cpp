#include <tessera/groups/core/raft/quorum.h>
#include <tessera/groups/core/raft/raft.h>

// Linearizable reads by read index: thesis, 6.4; rule 7.

namespace tessera::core {

void Raft::read(TimePoint now, std::uint64_t counter) {
  const ReadAsk ask{options_.self, 0, counter};
  if (!leads() || !rounds_.add(ask)) {
    answer_read(ask, std::nullopt);
    return;
  }
  open_round_if_waiting(now);
}

void Raft::receive(TimePoint now, const MemberId& from, const ReadRequest& request) {
  const ReadAsk ask{from, request.run, request.counter};
  if (!leads() || request.term != hard_.term || !rounds_.add(ask)) {
    answer_read(ask, std::nullopt);
    return;
  }
  open_round_if_waiting(now);
}

void Raft::open_round_if_waiting(TimePoint now) {
  // Before its own first entry is committed a leader does not know what is.
  if (!settled() || rounds_.in_flight() || !rounds_.any_waiting()) return;
  wake(now);
  rounds_.open(hard_.term, hard_.commit);
  broadcast_heartbeat(now);
  confirm_round(now);
}

void Raft::confirm_round(TimePoint now) {
  std::set<MemberId> confirmed = rounds_.answers();
  confirmed.insert(options_.self);
  if (!rounds_.in_flight() || !has_quorum(configurations_.in_force(), confirmed)) return;
  const Index index = rounds_.index();
  for (const ReadAsk& ask : rounds_.close()) answer_read(ask, index);
  open_round_if_waiting(now);
}

void Raft::refuse_all_reads() {
  for (const ReadAsk& ask : rounds_.abandon()) answer_read(ask, std::nullopt);
}

void Raft::answer_read(const ReadAsk& ask, std::optional<Index> index) {
  if (ask.asker == options_.self) {
    events_.reads.push_back({ask.counter, index});
    return;
  }
  ReadResponse response;
  response.term = hard_.term;
  response.run = ask.run;
  response.counter = ask.counter;
  response.refused = !index;
  response.index = index.value_or(Index{});
  send(ask.asker, response, After::term);
}

}  // namespace tessera::core
