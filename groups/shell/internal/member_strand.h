#pragma once

#include <tessera/groups/core/group_core.h>
#include <tessera/groups/core/message_codec.h>
#include <tessera/groups/core/pairs/pair_beat.h>
#include <tessera/groups/shell/internal/bond.h>
#include <tessera/groups/shell/internal/held_sends.h>
#include <tessera/groups/shell/internal/inbox.h>
#include <tessera/groups/shell/internal/incoming.h>
#include <tessera/groups/shell/internal/member_home.h>
#include <tessera/groups/shell/internal/requests.h>
#include <tessera/groups/shell/internal/status_board.h>
#include <tessera/groups/shell/join_options.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera::shell {

/// One member's strand: owns the core, carries out its effects, and reports back.
///
/// Kept alive by the member's handles, the link table while it may bond, and whatever is under
/// way for it. Public functions are callable from any thread and hop to the strand; private ones
/// run on it.
class MemberStrand : public std::enable_shared_from_this<MemberStrand> {
 public:
  MemberStrand(MemberHome home, JoinOptions options);
  ~MemberStrand();
  MemberStrand(const MemberStrand&) = delete;
  MemberStrand& operator=(const MemberStrand&) = delete;

  /// Stretches the key, reads the store and starts the core. Call once, or `stop`.
  void open();
  /// Ends the member: everything completes with `reason`, which `status()` shows.
  void stop(const Error& reason);
  /// As `stop(group_closed)`, once leadership has been handed over if it can be; asked for twice,
  /// it waits no longer. `closed` runs when what was written is on stable storage.
  void close(std::function<void()> closed);
  /// As `close`, at once: nobody waits.
  void abandon();
  /// See `Member::leave`.
  void leave(std::function<void(std::optional<Error>)> left);
  /// The disk is short of space, for that reason, or no longer.
  void space(std::optional<Error> shortage);
  /// True from the call of `close` on.
  [[nodiscard]] bool is_closing() const { return closing_; }

  // For the member's handle.
  core::RequestId begin(Operation operation);
  [[nodiscard]] core::ClientId draw_client() { return requests_.draw_client(); }
  void cancel(core::RequestId name);
  void on_capacity(std::function<void()> callback);
  [[nodiscard]] MemberStatus status() const { return board_.read(); }
  Member::WatchId watch(Member::Watcher watcher);
  void unwatch(Member::WatchId id);
  [[nodiscard]] boost::asio::any_io_executor executor() const { return strand_; }

  // For the link table.
  void want_hello(std::uint64_t link, PeerId peer);
  void bonded(Bond bond, Bytes hello);
  void unbonded(PeerId peer, std::uint64_t bond);
  void incoming(PeerId from, std::uint64_t bond, Incoming message);
  void rebonded();
  void learn(BondFacts facts);
  /// See `GroupCore::stir`.
  void stir(PeerId peer);
  void count_dropped() { ++dropped_; }

  /// Polls the strategy soon. From any thread, also after the member has ended.
  void wake();

 private:
  using Strand = boost::asio::strand<boost::asio::any_io_executor>;

  /// Runs `call` with this object on the strand, later.
  template <class Call>
  void post(Call call) {
    boost::asio::post(
        strand_, [self = shared_from_this(), call = std::move(call)]() mutable { call(*self); });
  }

  // Opening (member_opening.cpp).
  struct Opened;
  void open_blocking();
  void start(Opened opened);
  [[nodiscard]] core::CoreOptions core_options(const Opened& opened) const;

  // Damaged data (member_damage.cpp).
  /// The core has stopped by itself.
  void ended_by_itself(const Error& reason);
  /// What the store holds of the group fails its checks: another core begins without it.
  void start_over(const Error& reason);
  void give_up_data();

  // Driving the core (member_effects.cpp). Every call on the core goes through one of these:
  // `call_core` carries out what it asks for, `step` also does the work that is then due.
  using CoreCall = std::function<void(core::GroupCore&, TimePoint)>;
  void call_core(const CoreCall& call);
  void step(const CoreCall& call);
  void follow_up();
  void perform(core::Effects effects);
  void send(const core::Send& send);
  void work_for_a_while();
  void tell_commit_soon();
  void arm();
  void on_timer();
  void stop_now(const Error& reason);

  // The end (member_closing.cpp).
  [[nodiscard]] bool hand_over();
  void finish_closing();

  // Callers (member_requests.cpp).
  void take_operations();
  void begin_waiting();
  void begin_batch();
  void call_with(std::vector<Requests::Begun>& batch);
  void settle_what_does_not_wait(const std::vector<core::RequestId>& names);

  // The store (member_storage.cpp).
  void submit(core::Persist persist);
  void note_durable();
  void read_entries(const core::ReadEntries& read);
  void snapshot_task(core::SnapshotTask task);  // member_snapshots.cpp
  void store_failed(const Error& reason);

  // Bonds (member_bonds.cpp).
  /// Something from a link, in the order it came: a message of a bond, or what became of one.
  struct Arrival {
    PeerId from;
    std::uint64_t bond = 0;
    std::optional<Incoming> message;
    std::function<void(MemberStrand&)> change;
  };
  void arrive(Arrival arrival);
  void take_arrivals();
  [[nodiscard]] bool is_welcome(const Arrival& arrival);
  void bond_now(const Bond& bond, const Bytes& hello);
  void unbond_now(const PeerId& peer, std::uint64_t bond);
  void rebond();

  void publish();
  void tell_sleep(const core::Status& status);
  [[nodiscard]] std::optional<Error> problem(const core::Status& status) const;
  void log(LogLevel level, std::string message) const;
  void count(std::string_view name, std::uint32_t times = 1) const;
  [[nodiscard]] static TimePoint now();

  const MemberHome home_;
  const JoinOptions options_;
  Strand strand_;
  StatusBoard board_;
  Requests requests_;
  Inbox<std::pair<core::RequestId, Operation>> operations_;
  Inbox<Arrival> arrivals_;
  std::atomic<bool> closing_ = false;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::atomic<bool> wake_posted_ = false;
  std::atomic<std::uint64_t> durable_ = 0;  ///< the newest ticket that is
  std::atomic<bool> durable_posted_ = false;
  std::atomic<Member::WatchId> watches_ = 0;

  std::string component_ = "group";  ///< who speaks in the log
  GroupId group_;
  std::unique_ptr<core::GroupCore> core_;  ///< uses `options_.ports` and `home_.identity`
  std::optional<Error> ended_;             ///< why; the core is stopped or was never started
  std::atomic<std::uint64_t> cores_ = 0;   ///< begun; what was asked for one is not for the next
  std::optional<Error> damage_;            ///< why the last core ended, while the next one is made
  std::optional<Error> shortage_;          ///< of space on the disk
  bool entered_ = false;                   ///< the link table knows the group
  HeldSends held_;
  core::MessageEncoder encoder_;
  std::map<PeerId, Bond> bonds_;
  std::size_t rebonds_under_way_ = 0;
  std::optional<core::Sleeper> told_sleeper_;  ///< to the link table
  BondFacts facts_;
  RestoreStatus restore_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> wanted_;  ///< when the core wants a tick
  std::optional<TimePoint> armed_;   ///< when the timer will fire
  bool work_pending_ = false;
  bool work_posted_ = false;
  bool commit_untold_ = false;  ///< as the core said last
  bool telling_posted_ = false;
  bool room_ = false;   ///< an operation was answered: another may find room
  bool fresh_ = false;  ///< operations have come that have not been tried
  bool in_core_ = false;
  std::vector<std::function<void()>> capacity_;
  std::vector<std::function<void()>> closed_;  ///< to be called once the member is closed
  std::optional<TimePoint> hand_over_until_;   ///< leadership is on its way to somebody else
};

}  // namespace tessera::shell
