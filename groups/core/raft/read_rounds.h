#pragma once

#include <tessera/groups/core/messages.h>

#include <optional>
#include <set>
#include <vector>

/// Rounds of heartbeats by which a leader makes sure that it still leads, shared by all the reads
/// that wait (thesis, 6.4; rule 7).
///
/// A read joins the next round whose messages have not left. A round's name is (term, counter)
/// and never used again, so an answer can confirm nothing but the round it was sent for.
namespace tessera::core {

/// Who asked, and by which name the asker knows it.
struct ReadAsk {
  MemberId asker;
  std::uint64_t run = 0;
  std::uint64_t counter = 0;
};

class ReadRounds {
 public:
  static constexpr std::size_t waiting_max = 65536;

  /// Lets `ask` wait for the next round. False if too many wait.
  bool add(const ReadAsk& ask);
  [[nodiscard]] bool any_waiting() const { return !waiting_.empty(); }
  [[nodiscard]] bool in_flight() const { return round_.has_value(); }

  /// Opens a round for everything that waits, at the commit index `index`.
  void open(Term term, Index index);
  /// The round that heartbeats carry; all zero if none is in flight.
  [[nodiscard]] ReadRound round() const { return round_.value_or(ReadRound{}); }
  [[nodiscard]] Index index() const { return index_; }

  /// `member` answered `round`. True if that is the one in flight.
  bool answered(const MemberId& member, const ReadRound& round);
  [[nodiscard]] const std::set<MemberId>& answers() const { return answers_; }

  /// The round is over: the reads it was for.
  [[nodiscard]] std::vector<ReadAsk> close();
  /// Leadership is over: every read there is.
  [[nodiscard]] std::vector<ReadAsk> abandon();

 private:
  std::vector<ReadAsk> waiting_;
  std::vector<ReadAsk> asked_;
  std::optional<ReadRound> round_;
  std::set<MemberId> answers_;
  Index index_;
  std::uint64_t counter_ = 0;
};

}  // namespace tessera::core
