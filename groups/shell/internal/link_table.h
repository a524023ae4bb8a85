#pragma once

#include <tessera/groups/shell/internal/address_book.h>
#include <tessera/groups/shell/internal/bond.h>
#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/internal/peer_link.h>
#include <tessera/groups/shell/link_source.h>
#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/metrics.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tessera::shell {

class MemberStrand;

/// The node's links, the bonds over them, and the addresses that bonded peers tell each other.
///
/// Owned by the node, on a strand of its own: public functions are callable from any thread and
/// hop there, private ones run on it.
class LinkTable final : public LinkSourceEvents, public std::enable_shared_from_this<LinkTable> {
 public:
  struct Options {
    boost::asio::any_io_executor executor;
    PeerId self;
    std::uint64_t run = 0;  ///< of the node; another one with each start
    std::shared_ptr<LinkSource> source;
    std::vector<std::string> peers;  ///< dialled for ever, whoever answers
    std::chrono::milliseconds proof_wait{0};
    std::size_t incoming_bytes_max = 0;
    Bytes kept_addresses;                       ///< what `keep_addresses` got in an earlier run
    std::function<void(Bytes)> keep_addresses;  ///< makes them durable some time
    LogSink log;
    std::shared_ptr<Metrics> metrics;
  };
  explicit LinkTable(Options options);
  ~LinkTable() override;
  LinkTable(const LinkTable&) = delete;
  LinkTable& operator=(const LinkTable&) = delete;

  /// Dials the configured peers and those known from before. Call once, after the source started.
  void begin();
  /// Lets go of every link and group. The source has stopped.
  void end();

  // From the source and the links.
  void on_link(std::shared_ptr<net::Link> link) override;
  void on_dial_failed(const std::string& address, const Error& reason) override;
  struct LinkRecord {
    std::shared_ptr<PeerLink> from;
    FrameKind kind;
    core::Slot slot;
    Bytes payload;
    Allowance::Claim claim;
  };
  void on_record(LinkRecord record);
  struct LinkMessage {
    std::shared_ptr<PeerLink> from;
    core::Slot slot;
    net::Lane lane;
    Incoming incoming;
  };
  void on_message(LinkMessage message);
  void on_closed(std::shared_ptr<PeerLink> link, Error reason);
  void count_dropped() { options_.metrics->add({"tessera_messages_dropped_total", "node"}, 1); }

  // From members.
  struct Group {
    GroupSecret secret;
    GroupComponents components;
    std::shared_ptr<MemberStrand> member;
  };
  void enter(Group group);
  /// `left` runs on the table's strand, after the last call to the member.
  void leave(const GroupId& group, const Error& reason, std::function<void()> left = {});
  void state_hello(std::uint64_t link, const GroupId& group, Bytes hello);
  void refuse(const PeerId& peer, std::uint64_t bond, const Error& reason);
  void rebond(const GroupId& group);
  /// The member of `group` has fallen asleep, or has woken: then there is no `sleeper`.
  void sleeps(const GroupId& group, const std::optional<core::Sleeper>& sleeper);

  // For the node's status, under a lock.
  struct Facts {
    std::vector<PeerId> links;
    std::map<std::string, std::pair<Error, TimePoint>> dial_failures;
    std::vector<AddressRecord> known;
  };
  [[nodiscard]] Facts facts() const;

 private:
  using Strand = boost::asio::strand<boost::asio::any_io_executor>;
  struct Entry {
    GroupSecret secret;
    GroupComponents components;
    std::shared_ptr<MemberStrand> member;
    TimePoint since{};
    std::map<PeerId, Error> problems;  ///< of bonds that do not stand
    std::set<PeerId> bonded;
    bool key_problem_told = false;
    std::size_t links_told = 0;
    std::optional<core::Sleeper> sleeper = std::nullopt;
    TimePoint asleep_since{};
  };

  template <class Call>
  void post(Call call) {
    boost::asio::post(
        strand_, [self = shared_from_this(), call = std::move(call)]() mutable { call(*self); });
  }

  // Links (link_table.cpp).
  void link_up(std::shared_ptr<net::Link> link);
  void identity_in_use(const Error& reason);
  void link_down(PeerLink& link, const Error& reason);
  void end_bonds(PeerLink& link);
  [[nodiscard]] bool is_current(const PeerLink& link) const;
  void take_record(LinkRecord record);
  void take_piece(LinkRecord record);
  void route(LinkMessage message);

  // Bonds (link_table_bonds.cpp).
  void add_group(PeerLink& link, const GroupId& id, const Entry& entry);
  void carry_out(PeerLink& link);
  void leave_now(const GroupId& group, const Error& reason);
  void handle(PeerLink& link, const core::BondEvent& event);
  void bond_stands(PeerLink& link, const core::Bonded& bonded);
  void bond_ended(PeerLink& link, const core::Unbonded& unbonded);
  void drop_standing(PeerLink& link, const GroupId& group);
  void note_problem(const GroupId& group, const PeerId& peer, const Error& reason);
  void tell_facts(const GroupId& group, Entry& entry);
  [[nodiscard]] std::optional<Error> key_problem(const GroupId& group, const Entry& entry) const;

  // Addresses (link_table_addresses.cpp).
  void tell_addresses(PeerLink& link, const std::vector<AddressRecord>& others);
  void take_addresses(PeerLink& link, const Bytes& payload);
  void follow(const AddressBook::Change& change, const PeerId& teller);
  void dial(const PeerId& peer, const std::string& address);
  void keep_addresses();

  // Heartbeats of pairs (link_table_beats.cpp).
  void take_beat(PeerLink& link, const Bytes& payload);
  void sleep_changed();
  const SharedSleep& shared_sleep(PeerLink& link);
  void arm_beats();
  void send_beats();
  void stir_if_in_doubt(PeerLink& link);

  // The timer of everything else (link_table.cpp).
  void arm();
  void sweep();
  [[nodiscard]] bool needs_sweep() const;

  void update_facts();
  void log(LogLevel level, std::string message) const;
  [[nodiscard]] static AddressBook::Seconds wall_clock();

  const Options options_;
  Strand strand_;
  boost::asio::steady_timer timer_;
  bool armed_ = false;
  boost::asio::steady_timer beat_timer_;
  bool beats_armed_ = false;
  bool ended_ = false;
  std::optional<Error> identity_problem_;  ///< a peer says so, and no bond has come about since
  std::uint64_t last_number_ = 0;          ///< of links and bonds
  std::map<PeerId, std::shared_ptr<PeerLink>> links_;
  std::map<GroupId, Entry> groups_;
  AddressBook book_;
  bool book_dirty_ = false;

  mutable std::mutex facts_mutex_;
  Facts facts_;  // guarded by facts_mutex_
};

}  // namespace tessera::shell
