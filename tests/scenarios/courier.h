#pragma once

#include "naming.h"
#include <tessera/conformance/event_queue.h>
#include <tessera/conformance/node.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// The network of a scenario: nothing arrives before the script says so, and anything may arrive
/// late, again, or never. Owned by the stage, used on its one thread.
namespace tessera::scenarios {

/// From one node to another, by their numbers.
struct Way {
  std::size_t from = 0;
  std::size_t to = 0;
  [[nodiscard]] Way back() const { return {to, from}; }
  auto operator<=>(const Way&) const = default;
};

/// Which messages are meant: an absent part means any.
struct Selection {
  std::optional<std::size_t> from;
  std::optional<std::size_t> to;
  std::optional<std::size_t> kind;  ///< index in `core::Message`

  [[nodiscard]] bool covers(const Way& way) const {
    return (!from || *from == way.from) && (!to || *to == way.to);
  }
};

class Courier final : public sim::Postman {
 public:
  using Nodes = std::vector<std::unique_ptr<sim::Node>>;
  struct Parts {
    sim::EventQueue& queue;
    const Nodes& nodes;  ///< filled before the first call
    /// Told of what a script wants to see, a line each.
    std::function<void(std::string)> say;
  };
  explicit Courier(Parts parts) : parts_(std::move(parts)) {}

  void send(const sim::Node& from, core::Send send) override;
  void rebond(const sim::Node& node) override;

  /// `node` runs: bonds are made with everybody it is not cut off from.
  void started(std::size_t node);
  /// `node` is dead: what was on the way to it is lost.
  void stopped(std::size_t node);

  /// From now on what is sent on `way` is lost; the bond stays, as it does until a timeout.
  void cut(Way way) { cut_.insert(way); }
  void heal(Way way);
  /// The connection ends and is made anew.
  void reconnect(Way way);
  [[nodiscard]] const std::set<Way>& cuts() const { return cut_; }

  /// What `run` leaves where it is.
  void hold(const Selection& selection) { held_.push_back(selection); }
  void hold_nothing() { held_.clear(); }

  /// A message on its way.
  struct Letter {
    std::uint64_t number = 0;  ///< rises with each sending
    Way way;
    core::Message message;
  };
  [[nodiscard]] const std::deque<Letter>& letters() const { return letters_; }
  /// The newest letter's number.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  /// The numbers of those that `selection` covers, oldest first.
  [[nodiscard]] std::vector<std::uint64_t> find(const Selection& selection) const;
  /// The oldest that is not held; nothing if there is none.
  [[nodiscard]] std::optional<std::uint64_t> next() const;
  enum class Keep : std::uint8_t { no, yes };
  /// The receiver gets it; with `Keep::yes` it can arrive once more.
  void deliver(std::uint64_t number, Keep keep);
  void drop(std::uint64_t number);

 private:
  void bond(Way way);
  void unbond(Way way);
  [[nodiscard]] bool is_held(const Letter& letter) const;
  [[nodiscard]] sim::Node& node(std::size_t index) { return *parts_.nodes[index]; }

  Parts parts_;
  std::deque<Letter> letters_;
  std::uint64_t sent_ = 0;
  std::set<Way> bonded_;  ///< both directions of each bond
  std::set<Way> cut_;
  std::vector<Selection> held_;
};

}  // namespace tessera::scenarios
