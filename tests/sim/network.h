#pragma once

#include <tessera/conformance/dice.h>
#include <tessera/conformance/event_queue.h>
#include <tessera/conformance/node.h>
#include <tessera/groups/core/pairs/pair_watch.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <vector>

/// The simulated network: links between nodes, what they do to messages, and partitions.
///
/// A link stands for one transport connection: both sides bond when they have heard the other's
/// hello; messages flow between bonded sides only and never pass from one connection to the next.
/// Owned by the world.
namespace tessera::sim {

struct NetworkSettings {
  Dice::Span delay{std::chrono::microseconds{200}, std::chrono::milliseconds{5}};
  Dice::Permille slow;  ///< a message takes twenty times as long
  bool fifo = true;     ///< per lane, as one connection delivers
  Dice::Permille loss;
  Dice::Permille duplicate;
  Dice::Permille replay;      ///< an old message of the same connection arrives once more
  bool hold_blocked = false;  ///< a partition delays messages instead of dropping them
  /// How long a connection that cannot deliver lasts.
  Duration link_timeout = std::chrono::seconds{3};
  /// Between two heartbeats of a pair, which stand for all groups that sleep; 0: there are none.
  Duration pair_beat{};
  Dice::Span reconnect{std::chrono::milliseconds{20}, std::chrono::milliseconds{500}};
};

class Network final : public Postman {
 public:
  struct Parts {
    NetworkSettings settings;
    std::uint64_t seed = 0;
    EventQueue& queue;
    Trace& trace;
    Marks& marks;
    const std::vector<std::unique_ptr<Node>>& nodes;  ///< filled before the first call
    std::size_t count = 0;                            ///< how many there will be
  };
  explicit Network(Parts parts);

  /// From one node to another, by their indices.
  struct Way {
    std::size_t from = 0;
    std::size_t to = 0;
    [[nodiscard]] Way back() const { return {to, from}; }
  };

  void send(const Node& from, core::Send send) override;

  void rebond(const Node& node) override;

  /// The heartbeats of the pairs begin.
  void begin_beats();

  void node_started(std::size_t node);
  void node_stopped(std::size_t node);

  /// Nothing passes on these ways until `unblock_all`.
  void block(const std::vector<Way>& ways);
  void unblock_all();
  /// Ends the connection of these two; they make a new one.
  void reset(Way way);
  /// From now on another network; what is on its way arrives as it would have.
  void become(const NetworkSettings& settings) { settings_ = settings; }
  /// From now on a good network: no loss, no disorder.
  void become_good();

 private:
  struct Link {
    std::uint64_t generation = 0;
    bool standing = false;  ///< connecting or connected
  };
  struct Packet {
    Way way;
    std::uint64_t generation = 0;
    core::Message message;
  };
  /// What is known of one direction.
  struct Direction {
    std::uint64_t messages = 0;  ///< sent so far
    std::uint64_t waits = 0;     ///< for connections, so far
    std::uint64_t bond = 0;      ///< the generation in which `from` is bonded to `to`; 0: it is not
    bool blocked = false;
    std::uint64_t blocked_since = 0;
    TimePoint last_control{};  ///< when the newest message will arrive
    TimePoint last_bulk{};
    core::PairWatch watch;     ///< what `to` makes of the heartbeats of the pair
    std::uint64_t beats = 0;   ///< sent so far
    std::deque<Packet> past;   ///< what may be replayed
    std::vector<Packet> held;  ///< by a partition
  };

  [[nodiscard]] Node& node(std::size_t index) { return *nodes_[index]; }
  [[nodiscard]] Direction& direction(Way way) { return directions_[way.from * count_ + way.to]; }
  [[nodiscard]] Link& link(Way way) {
    return links_[std::min(way.from, way.to) * count_ + std::max(way.from, way.to)];
  }
  [[nodiscard]] bool can_link(std::size_t index) const {
    return nodes_[index]->up() && !nodes_[index]->failed();
  }
  void send_beat(Way way);
  void take_beat(Way way, const core::PairBeat& beat);
  void look_after(Way way);
  void connect(Way way);
  void connect_later(Way way);
  void greet(Way way, std::uint64_t generation);
  void welcome(Way way, std::uint64_t generation, const core::BondHello& hello);
  void drop_bond(Way way, std::uint64_t generation);
  void tell_unbonded(Way way);
  void transmit(Packet packet);
  void deliver(Packet packet, Dice& dice);
  void arrive(const Packet& packet);
  void replay(Way way, Dice& dice);
  /// The draws about the next message, or the next wait for a connection, on this way: what becomes
  /// of one does not depend on what happens on other ways.
  [[nodiscard]] Dice message_dice(Way way);
  [[nodiscard]] Duration wait(Way way, Dice::Span span);

  static constexpr std::size_t past_max = 32;
  static constexpr Duration handshake_timeout = std::chrono::seconds{1};

  NetworkSettings settings_;
  std::uint64_t seed_;
  EventQueue& queue_;
  Trace& trace_;
  Marks& marks_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  std::size_t count_;
  std::map<PeerId, std::size_t> index_of_;
  std::vector<Link> links_;
  std::vector<Direction> directions_;
  std::uint64_t generation_ = 0;
  std::uint64_t blockade_ = 0;
};

}  // namespace tessera::sim
