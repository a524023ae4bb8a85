#include <tessera/groups/core/group_state.h>

#include <utility>

namespace tessera::core {

std::uint64_t GroupCore::State::ask_store(const ReadPurpose& purpose, ReadEntries read) {
  read.id = ++last_store_read_;
  store_reads_.emplace(read.id, purpose);
  outbox_.read_entries(read);
  return read.id;
}

void GroupCore::State::read_for(Reader reader, Index from, std::size_t bytes_max) {
  const bool in_memory = raft_ && raft_->log().recent(from) != nullptr;
  const bool in_store =
      raft_ && !in_memory && from > raft_->log().base().index && from <= raft_->log().last().index;
  if (!in_store) {
    // Answered at the end of the step: a strategy is not called back from within its own call.
    ready_reads_.push_back({reader, from, bytes_max});
    return;
  }
  ReadEntries read;
  read.from = from;
  read.upto = raft_->log().last().index;
  read.bytes_max = bytes_max;
  const auto whose =
      reader == Reader::provider ? ReadPurpose::Whose::provider : ReadPurpose::Whose::session;
  ask_store({whose, {}, from}, read);
}

void GroupCore::State::answer_ready_reads() {
  while (!ready_reads_.empty()) {
    const ReadyRead read = ready_reads_.front();
    ready_reads_.pop_front();
    std::vector<RawEntry> entries;
    if (raft_) entries = raft_->log().recent_range({read.from, read.bytes_max});
    deliver(read.reader, read.from, entries);
  }
}

void GroupCore::State::entries_read(std::uint64_t id, Result<std::vector<RawEntry>> entries) {
  const auto found = store_reads_.find(id);
  if (found == store_reads_.end()) return;
  const ReadPurpose purpose = found->second;
  store_reads_.erase(found);
  if (!entries && stopped_by(entries.error().within("reading the log"))) return;
  if (!entries && !problem_) problem_ = entries.error().within("reading the log");
  if (!raft_) return;
  switch (purpose.whose) {
    case ReadPurpose::Whose::applier:
      applier_.entries_read(*raft_, std::move(entries));
      break;
    case ReadPurpose::Whose::follower:
      raft_->entries_read(now_, purpose.follower, entries.value_or(std::vector<RawEntry>{}));
      break;
    case ReadPurpose::Whose::provider:
      deliver(Reader::provider, purpose.from, entries.value_or(std::vector<RawEntry>{}));
      break;
    case ReadPurpose::Whose::scrub:
      scrubbed(entries);
      break;
    case ReadPurpose::Whose::session:
      deliver(Reader::session, purpose.from, entries.value_or(std::vector<RawEntry>{}));
      break;
  }
  settle();
}

void GroupCore::State::deliver(Reader reader, Index from, const std::vector<RawEntry>& entries) {
  std::vector<LogEntry> handles;
  for (const RawEntry& entry : entries) {
    // The log may have changed under a read from the store: only what still holds is handed on, and
    // of what was pruned meanwhile nobody knows what it followed.
    const bool pruned = entry.position.index <= raft_->log().base().index;
    if (pruned || !raft_->log().holds(entry.position)) break;
    handles.push_back({raft_->log().cursor_at(entry.position.index - 1), entry});
  }
  catch_up_->entries_read(reader, from, std::move(handles));
}

void GroupCore::State::read(RequestId request, Consistency consistency) {
  if (divergence_) {
    outbox_.fail(request, *problem_);
    return;
  }
  if (consistency == Consistency::strong) {
    wake();  // A weak one needs nobody else, and who sleeps has applied all that is committed.
    reads_.add_strong(now_, request);
  } else {
    reads_.add_weak(now_, request, commit_floor_);
  }
  answer_or_settle();
}

void GroupCore::State::execute(RequestId request, ClientId client, Bytes command) {
  if (!stopped_ && takes_none()) {
    outbox_.fail(request, refusal_for_space());
    return;
  }
  wake();
  operations_.execute(now_, request, client, std::move(command));
  answer_or_settle();
}

void GroupCore::State::feed(RequestId request, const Bytes& command) {
  if (!stopped_ && takes_none()) {
    outbox_.fail(request, refusal_for_space());
    return;
  }
  wake();
  operations_.feed(now_, request, command);
  answer_or_settle();
}

void GroupCore::State::close_client(ClientId client) {
  wake();
  operations_.close(client);
  settle();
}

void GroupCore::State::answer_or_settle() {
  if (!stopped_) {
    // With the others that come in the same step.
    unsettled_ = true;
    return;
  }
  operations_.fail_all(*problem_);
  reads_.fail_all(*problem_);
  admin_calls_.fail_all(*problem_);
}

void GroupCore::State::admin(RequestId request, AdminAction action) {
  wake();
  if (action.kind == AdminAction::Kind::snapshot && !stopped_) {
    take_snapshot(request);
  } else if (action.kind == AdminAction::Kind::prune && !stopped_) {
    prune(request);
  } else {
    admin_calls_.add(now_, request, std::move(action));
  }
  answer_or_settle();
}

void GroupCore::State::cancel(RequestId request) {
  admin_calls_.cancel(request);
  operations_.cancel(request);
  reads_.cancel(request);
  settle();
}

}  // namespace tessera::core
