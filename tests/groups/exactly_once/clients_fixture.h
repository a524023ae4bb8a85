#pragma once

#include "../raft/raft_fixture.h"
#include <tessera/groups/core/client/operations.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

/// A small language for tests of one member's callers: the member follows 2, a test says what its
/// callers want, what the leader answers and what is applied here, and looks at what leaves.
namespace tessera::core {

class ClientsTest : public RaftTest {
 protected:
  /// What left for the leader, in a test's words.
  struct Left {
    std::uint64_t attempt = 0;
    SessionChange change;  ///< what a session entry says
    CommandOrigin origin;  ///< of a command or what replaces it
    std::string command;   ///< "-" if it was replaced
  };

  void SetUp() override {
    start({});
    make_operations();
    follow(2, 1);
  }

  void make_operations() {
    operations_.emplace(Operations::Options{owner_, timeout_, limits_}, outbox_);
  }

  /// `leader` leads in `term`; nothing of that term has been applied here.
  void follow(int leader, std::uint64_t term) {
    HeartbeatRequest heartbeat;
    heartbeat.term = Term{term};
    heartbeat.election_timeout = settings_.election_timeout;
    receive(leader, heartbeat);
    leader_ = leader;
    look();
  }

  void execute(std::uint64_t request, const std::string& command, std::uint64_t client = 0) {
    operations_->execute(now_, RequestId{request}, ClientId{client}, Bytes::copy(command));
  }

  /// Lets leave what may, and returns the messages in which it did since the last look.
  std::vector<ForwardRequest> leave() {
    operations_->pump(now_, raft_.get());
    const Effects seen = effects();
    for (const Reply& reply : seen.replies) replies_[reply.request.value()] = reply;
    return of_kind<ForwardRequest>(seen, leader_);
  }
  /// The same, each entry in a test's words.
  std::vector<Left> look() {
    std::vector<Left> left;
    for (const ForwardRequest& request : leave()) {
      std::uint64_t attempt = request.attempt;
      for (const ForwardedEntry& entry : request.entries) left.push_back(words(attempt++, entry));
    }
    return left;
  }

  static Left words(std::uint64_t attempt, const ForwardedEntry& entry) {
    Left left;
    left.attempt = attempt;
    if (entry.kind == EntryKind::command) {
      const auto envelope = CommandEnvelope::open(entry.data);
      left.origin = envelope->origin;
      left.command = std::string(envelope->command.text());
      return left;
    }
    left.change = *decode_session_change(entry.data);
    if (const auto* replacing = std::get_if<ReplaceCommand>(&left.change)) {
      left.origin = replacing->origin;
      left.command = "-";
    }
    return left;
  }

  /// "1:a 2:b": the sequences and commands, in the order they left.
  static std::string line(const std::vector<Left>& left) {
    std::string text;
    for (const Left& each : left) {
      if (!text.empty()) text += ' ';
      text += std::to_string(each.origin.sequence.value()) + ':' + each.command;
    }
    return text;
  }

  void answer(std::uint64_t attempt, ForwardOutcome outcome, Cursor position = {}) {
    answer_all(attempt, 1, outcome, position);
  }
  /// One answer for `count` sendings from `attempt` on.
  void answer_all(std::uint64_t attempt, std::uint64_t count, ForwardOutcome outcome,
                  Cursor position = {}) {
    operations_->receive(now_, {raft_->term(), attempt, count, outcome, position});
  }

  /// The shared client executes `commands`, requests 1, 2, ..., and has session 9; returns what
  /// left for them.
  std::vector<Left> begin(const std::vector<std::string>& commands) {
    std::uint64_t request = 0;
    for (const std::string& command : commands) execute(++request, command);
    const auto opening = look();
    EXPECT_EQ(opening.size(), 1U);
    operations_->opened(std::get<OpenSession>(opening.at(0).change), session_);
    return look();
  }

  void apply(std::uint64_t sequence, const std::string& result) {
    operations_->applied(origin(sequence), outcome(sequence, result));
  }
  void apply_replacement(std::uint64_t sequence) {
    operations_->applied(origin(sequence),
                         {at(1, 100 + sequence), CommandOutcome::Kind::replaced, {}});
  }
  [[nodiscard]] CommandOrigin origin(std::uint64_t sequence) const {
    return {session_, Sequence{sequence}, Sequence{}};
  }
  static CommandOutcome outcome(std::uint64_t sequence, const std::string& result) {
    return {at(1, 100 + sequence), CommandOutcome::Kind::returned, Bytes::copy(result)};
  }

  /// How `request` was answered: its result, or the number of its error; "" if it was not.
  std::string reply(std::uint64_t request) {
    look();
    const auto found = replies_.find(request);
    if (found == replies_.end()) return "";
    if (!found->second.error) return std::string(found->second.result.text());
    return found->second.error->code().message();
  }
  static std::string words_of(Errc code) { return make_error_code(code).message(); }

  void pass(Duration time) {
    now_ += time;
    operations_->tick(now_);
  }

  const SessionOwner owner_{member(1).peer, 77};
  const SessionNumber session_{9};
  std::chrono::milliseconds timeout_{8000};
  const Duration patience_ = settings_.heartbeat * 5;
  std::optional<Operations> operations_;
  int leader_ = 2;
  std::map<std::uint64_t, Reply> replies_;
};

}  // namespace tessera::core
