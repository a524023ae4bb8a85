#include <tessera/groups/core/client/client_session.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// After an opening that found too many sessions the next one waits for so many patiences.
constexpr int refused_opening_pause = 4;
/// Where answers take longer than the patience, each sending is one more copy in the log; a later
/// one waits longer, up to so many patiences.
constexpr int backoff_max = 4;

}  // namespace

void ClientSession::pump(TimePoint now, Raft& raft) {
  if (held_for_answer_ || (held_until_ && now < *held_until_)) return;
  held_until_.reset();
  patience_ = Dispatch::patience(raft);
  if (!number_) {
    open(now, raft);
    return;
  }
  // What left in an earlier term is decided by the first entry of a later one. Until that has been
  // applied nothing follows: it would only find a gap.
  if (sent_in_ && !unanswered_.empty() && *sent_in_ != raft.term()) return;
  while (dispatch_.is_open(raft) && next_ < flight_ && has_next()) send_next(now, raft);
  const bool done = closing_ && waiting_.empty() && unanswered_.empty();
  if (done && !control_ && dispatch_.is_open(raft)) {
    send_control(now, raft, CloseSessions{{*number_}});
  }
}

void ClientSession::open(TimePoint now, Raft& raft) {
  if (std::exchange(opening_refused_, false)) {
    held_until_ = now + patience_ * refused_opening_pause;
    return;
  }
  if (waiting_.empty() || control_ || !dispatch_.is_open(raft)) return;
  send_control(now, raft, OpenSession{options_.owner, {options_.client.value(), opening_}});
}

void ClientSession::send_control(TimePoint now, Raft& raft, const SessionChange& change) {
  control_ = dispatch_.send(now, raft, {EntryKind::session, encode_session_change(change)},
                            {Parcel::Kind::session, options_.client, opening_});
}

void ClientSession::drop_control() {
  if (control_) dispatch_.forget(*control_);
  control_.reset();
}

bool ClientSession::has_next() {
  if (next_ < unanswered_.size()) return true;
  if (waiting_.empty() || unanswered_.size() >= options_.unanswered_max) return false;
  Unanswered command;
  command.request = waiting_.front().request;
  command.command = std::move(waiting_.front().command);
  command.deadline = waiting_.front().deadline;
  waiting_.pop_front();
  unanswered_.push_back(std::move(command));
  return true;
}

void ClientSession::send_next(TimePoint now, Raft& raft) {
  Unanswered& command = unanswered_[next_];
  const CommandOrigin origin{*number_, first_ + next_, first_};
  ParcelContent content;
  if (command.replaced) {
    content = {EntryKind::session, encode_session_change(ReplaceCommand{origin})};
  } else {
    content.data = CommandEnvelope::wrap(origin, command.command.view());
    // The same bytes again, in the buffer that the log holds as well.
    command.command = content.data.slice({CommandEnvelope::header_size});
    ++command.copies;
  }
  command.sent_itself = !command.replaced;
  command.sending =
      dispatch_.send(now, raft, std::move(content),
                     {Parcel::Kind::command, options_.client, origin.sequence.value()});
  sent_in_ = command.sending->term;
  ++next_;
  if (!command.sending->position && !resend_due_) resend_due_ = now + patience_ * backoff_;
}

void ClientSession::rewind(std::size_t from) {
  for (std::size_t at = from; at < next_; ++at) {
    dispatch_.forget(*unanswered_[at].sending);
    unanswered_[at].sending.reset();
  }
  next_ = std::min(next_, from);
  held_for_answer_ = false;
}

void ClientSession::came_to_nothing(std::size_t at) {
  // The first one cannot have been behind a gap: the session has no room for its outcome until it
  // hears which answers have come. With it all that follow are skipped, so fewer follow it now;
  // otherwise most of the log would soon be copies of what waits.
  if (at == 0) flight_ = std::max<std::size_t>(next_ / 2, 1);
  rewind(0);
}

void ClientSession::resend_overdue(TimePoint now) {
  resend_due_.reset();
  for (std::size_t at = 0; at < next_; ++at) {
    const Sending& sending = *unanswered_[at].sending;
    if (sending.position) continue;
    const TimePoint due = sending.at + patience_ * backoff_;
    if (due <= now) {
      backoff_ = std::min(backoff_ * 2, backoff_max);
      rewind(at);
    } else {
      resend_due_ = due;
    }
    return;
  }
}

void ClientSession::answered(TimePoint now, const Parcel& parcel, const ForwardResponse& response) {
  const bool pause =
      response.outcome == ForwardOutcome::full || response.outcome == ForwardOutcome::refused;
  if (pause) held_until_ = now + patience_;
  if (parcel.kind == Parcel::Kind::session) {
    if (response.outcome != ForwardOutcome::appended) {
      control_.reset();
    } else if (control_) {
      control_->position = response.position;
    }
    return;
  }
  const std::size_t at = Sequence{parcel.number} - first_;
  if (Sequence{parcel.number} < first_ || at >= next_) return;
  Unanswered& command = unanswered_[at];
  if (command.sending->attempt != response.attempt) return;
  if (response.outcome == ForwardOutcome::appended) {
    command.sending->position = response.position;
    held_for_answer_ = false;
    // The entry may have come faster than the word of it, and done nothing.
    if (response.position.index <= command.skipped) came_to_nothing(at);
    return;
  }
  refused(at);
  if (response.outcome == ForwardOutcome::out_of_order) {
    held_for_answer_ = unacknowledged_before(at);
    if (held_for_answer_) return;
    rewind(0);
    held_until_ = now + patience_;
    return;
  }
  if (response.outcome != ForwardOutcome::refused) return;
  if (command.copies == 0 && command.request) {
    fail(command, Error(Errc::not_committed, "the leader refused the command"));
  }
  replace(command);
}

bool ClientSession::unacknowledged_before(std::size_t at) const {
  return std::any_of(unanswered_.begin(),
                     unanswered_.begin() + static_cast<std::ptrdiff_t>(std::min(at, next_)),
                     [](const Unanswered& command) { return !command.sending->position; });
}

void ClientSession::refused(std::size_t at) {
  Unanswered& command = unanswered_[at];
  if (command.sent_itself) --command.copies;
  rewind(at);
  answer_if_certain(command);
}

void ClientSession::opened(std::uint64_t opening, std::optional<SessionNumber> number) {
  if (number_ || opening != opening_) return;
  drop_control();
  number_ = number;
  first_ = Sequence{1};
  if (number_) return;
  opening_refused_ = true;
  for (const Waiting& command : std::exchange(waiting_, {})) {
    backlog_.let_go(command.command);
    outbox_.fail(command.request,
                 Error(Errc::would_block, "the group has as many client sessions as it may"));
  }
}

void ClientSession::ended() {
  lose(Error(Errc::session_unknown, "the client session expired before the command was applied"));
}

void ClientSession::applied(Sequence sequence, const CommandOutcome& outcome) {
  if (sequence < first_) return;
  if (sequence > first_ || unanswered_.empty()) {
    lose(Error(Errc::unknown_outcome, "the client session is used by somebody else as well"));
    return;
  }
  flight_ = std::min(flight_ + 1, options_.unanswered_max);
  finish_first(outcome);
}

void ClientSession::skipped(Sequence sequence, const Cursor& position) {
  const std::size_t at = sequence - first_;
  if (sequence < first_ || at >= next_) return;
  unanswered_[at].skipped = position.index;
  // An earlier copy may stand behind a gap that a later sending has filled already.
  if (unanswered_[at].sending->position == position) came_to_nothing(at);
}

void ClientSession::term_began(Term term) {
  if (control_ && control_->term < term) drop_control();
  if (!sent_in_ || *sent_in_ >= term) return;
  sent_in_.reset();
  rewind(0);
  for (Unanswered& command : unanswered_) {
    command.copies = 0;
    answer_if_certain(command);
  }
}

void ClientSession::installed(const SessionTable& table, const Cursor& position) {
  if (!number_) {
    const auto known = table.find(options_.owner, {options_.client.value(), opening_});
    if (known) opened(opening_, known);
  }
  if (number_) {
    const SessionRecord* session = table.find(*number_);
    if (session == nullptr) {
      lose(Error(Errc::unknown_outcome,
                 "the client session expired while this member was catching up"));
    } else {
      while (!unanswered_.empty() && first_ <= session->last) {
        const CommandOutcome* outcome = table.outcome(*number_, first_);
        if (outcome == nullptr) fail(unanswered_.front(), unknown_after_timeout());
        finish_first(outcome == nullptr ? CommandOutcome{} : *outcome);
      }
    }
  }
  // What was appended in the skipped part and did nothing there will do nothing later.
  const auto passed = [&](const std::optional<Sending>& sending) {
    return sending && sending->position && sending->position->index <= position.index;
  };
  if (passed(control_)) drop_control();
  for (std::size_t at = 0; at < next_; ++at) {
    if (passed(unanswered_[at].sending)) rewind(at);
  }
  term_began(position.term);
}

void ClientSession::withdrawn() {
  lose(Error(Errc::unknown_outcome, "the founding that this member took part in was given up"));
}

ClientSession::Unanswered ClientSession::pop_first() {
  Unanswered first = std::move(unanswered_.front());
  unanswered_.pop_front();
  ++first_;
  if (first.sending) dispatch_.forget(*first.sending);
  backoff_ = 1;
  held_for_answer_ = false;
  for (std::size_t* place : {&next_, &considered_, &expired_}) {
    if (*place > 0) --*place;
  }
  if (!first.replaced) backlog_.let_go(first.command);
  return first;
}

void ClientSession::finish_first(const CommandOutcome& outcome) {
  const Unanswered first = pop_first();
  if (!first.request) return;
  Reply reply;
  reply.request = *first.request;
  reply.position = outcome.position;
  switch (outcome.kind) {
    case CommandOutcome::Kind::returned:
      reply.result = outcome.result;
      break;
    case CommandOutcome::Kind::too_large:
      reply.error = Error(Errc::result_too_large, std::string(outcome.result.text()));
      outbox_.log(LogLevel::warning,
                  "applied " + outcome.position.to_string() + ", but " + reply.error->message());
      break;
    case CommandOutcome::Kind::replaced:
      reply.error = Error(Errc::not_committed, "it was given up before it was committed");
      break;
  }
  outbox_.reply(std::move(reply));
}

void ClientSession::lose(const Error& reason) {
  // What is certainly not in the log leaves again, in the next session.
  std::deque<Waiting> kept;
  while (!unanswered_.empty()) {
    Unanswered& first = unanswered_.front();
    const bool never_left = first.request && !first.replaced && first.copies == 0;
    if (never_left) {
      kept.push_back({*first.request, first.command, first.deadline});
      backlog_.took(first.command);
    } else if (first.request) {
      fail(first, reason);
    }
    pop_first();
  }
  waiting_.insert(waiting_.begin(), kept.begin(), kept.end());
  drop_control();
  number_.reset();
  ++opening_;
  first_ = Sequence{1};
  sent_in_.reset();
  resend_due_.reset();
}

void ClientSession::check_invariants() const {
  check(unanswered_.size() <= options_.unanswered_max, "no more is unanswered than may be");
  check(next_ <= unanswered_.size() && considered_ <= unanswered_.size() &&
            expired_ <= unanswered_.size(),
        "the places in the queue of the unanswered are in it");
}

}  // namespace tessera::core
