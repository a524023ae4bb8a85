#pragma once

#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/raft.h>

#include <cstdint>
#include <optional>
#include <vector>

/// The strong reads of this member's own callers (rule 7), and the weak ones that must wait for
/// the machine.
///
/// Reads that arrive while a question to the leader is under way share the next one: they must
/// not be answered by an index that was taken before they began. A question may be asked again,
/// under another number. Owned by `GroupCore`.
namespace tessera::core {

class Reads {
 public:
  struct Options {
    std::uint64_t run = 0;
    std::chrono::milliseconds timeout{0};
  };
  Reads(const Options& options, Outbox& outbox) : options_(options), outbox_(outbox) {}

  static constexpr std::size_t waiting_max = 65536;

  void add_strong(TimePoint now, RequestId request);
  /// To be answered once `floor` is applied.
  void add_weak(TimePoint now, RequestId request, Index floor);
  void cancel(RequestId request);

  /// Asks whoever leads, if something waits to be asked.
  void pump(TimePoint now, Raft* raft);
  void receive(const ReadResponse& response);
  void answered(std::uint64_t counter, std::optional<Index> index);

  /// Answers what may be answered from a machine that has applied up to `applied`.
  void applied(const Cursor& applied);

  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void fail_all(const Error& reason);

 private:
  struct Read {
    RequestId request;
    TimePoint deadline{};
    Index floor;  ///< once known: what must be applied before the answer
  };
  using List = std::vector<Read>;

  [[nodiscard]] bool has_room(RequestId request) const;
  void fail(const Read& read, const Error& reason);
  void put_back();
  static bool drop(List& list, RequestId request);

  Options options_;
  Outbox& outbox_;
  List waiting_;  ///< for the next question
  List asked_;    ///< by the question under way
  List indexed_;  ///< for the machine to get there
  std::uint64_t counter_ = 0;
  std::optional<MemberId> asked_of_;
  Term asked_in_;
  TimePoint ask_again_{};
};

}  // namespace tessera::core
