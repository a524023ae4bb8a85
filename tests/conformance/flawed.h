#pragma once

#include "../../examples/stock.h"
#include <tessera/conformance/kit/workload.h>
#include <tessera/tessera.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A sound strategy, the whole state in one message with a digest, that can be made wrong in one
/// way at a time: what the conformance suite must notice.
namespace tessera::conformance::tests {

enum class Flaw {
  none,
  ends_at_once,         ///< says that it is done before it holds anything
  never_ends,           ///< goes on for ever with what it has received
  drops_entries,        ///< loses the first entry of every batch that it is given
  installs_unverified,  ///< looks at no digest
  asks_once,            ///< has no timeout
  asks_one_peer,        ///< the first that does not lead, for ever
  loses_sessions,       ///< combines the state with what the runtime knew when the member started
  old_state,            ///< combines the anchor with the state of the time before
  waits_above_commit,   ///< for a state that its own member must help to commit
  needs_history,        ///< allows the log to be pruned and serves nobody afterwards
  compares_lengths,     ///< takes a long log for one that has what it needs
  talks_on,             ///< its provider goes on asking for what nobody needs
  hoards,               ///< asks all the time and keeps every answer
  one_signature,        ///< for every setting
};

template <Flaw flaw>
class Flawed {
 public:
  using Machine = Stock;
  using Command = Stock::Command;
  using Entries = std::vector<Entry<Command>>;

  struct Message {
    bool asks = true;
    Anchor at;
    std::string state;
    UniqueId digest;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(asks, at, state, digest);
    }
    [[nodiscard]] UniqueId right_digest() const {
      return UniqueId::from(std::string(encode(at).text()) + state);
    }
  };

  class Provider {
   public:
    explicit Provider(SyncContext<Flawed>& cx) : first_(cx.anchor()) {}

    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<Flawed>& cx) {
      if (!message.asks) return message;
      if (flaw == Flaw::needs_history && cx.log().base() != Cursor{}) return std::nullopt;
      const std::string state = cx.machine().save();
      Message answer{false, cx.anchor(), state, {}};
      if (flaw == Flaw::loses_sessions) {
        answer.at = Anchor({answer.at.position(), answer.at.time(), first_.runtime()});
      }
      if (flaw == Flaw::old_state) answer.state = std::exchange(before_, state);
      answer.digest = answer.right_digest();
      cx.send_to(sender, std::move(answer));
      return std::nullopt;
    }
    bool poll(SyncProviderContext<Flawed>& cx) {
      if (flaw != Flaw::talks_on) return false;
      cx.broadcast({});
      cx.wake_at(cx.now() + std::chrono::seconds{5});
      return false;
    }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<Flawed>& cx) const {
      return cx.applied().index;
    }

   private:
    Anchor first_;
    std::string before_;
  };

  class Session {
   public:
    Session(Cursor target, Entries entries) : target_(target), buffered_(std::move(entries)) {}

    std::optional<Cursor> poll(SyncSessionContext<Flawed>& cx) {
      if (flaw == Flaw::ends_at_once) return target_;
      if (flaw == Flaw::compares_lengths && cx.log().last().index >= target_.index) {
        return cx.log().last();
      }
      if (!received_ || flaw == Flaw::never_ends) {
        if (cx.now() >= ask_again_) ask(cx);
        return std::nullopt;
      }
      cx.install(received_->at, received_->state);
      cx.append_after(received_->at.position(), buffered_);
      return cx.log().last();
    }
    void receive(Message message, PeerId, SyncSessionContext<Flawed>&) {
      const bool right = message.digest == message.right_digest();
      if (!right && flaw != Flaw::installs_unverified) return;
      if (flaw == Flaw::hoards) hoard_.push_back(message);
      if (flaw == Flaw::hoards && hoard_.size() < hoard_enough) return;
      const Index at = message.at.position().index;
      const Index least = flaw == Flaw::waits_above_commit ? target_.index + 1 : target_.index;
      if (!message.asks && at >= least) received_ = std::move(message);
    }
    void buffer(Cursor, Entries entries, SyncSessionContext<Flawed>&) {
      const std::ptrdiff_t lost = flaw == Flaw::drops_entries ? 1 : 0;
      buffered_.insert(buffered_.end(), entries.begin() + lost, entries.end());
    }

   private:
    static constexpr std::size_t hoard_enough = 3000;

    void ask(SyncSessionContext<Flawed>& cx) {
      const auto peers = cx.bonds().peers;
      const Duration patience =
          flaw == Flaw::hoards ? Duration{std::chrono::milliseconds{1}} : std::chrono::seconds{1};
      if (peers.empty()) return cx.wake_at(cx.now() + patience);
      cx.send_to(peers[chosen(peers, cx.leader())], {});
      ++asked_;
      ask_again_ = flaw == Flaw::asks_once ? TimePoint::max() : cx.now() + patience;
      if (flaw != Flaw::asks_once) cx.wake_at(ask_again_);
    }
    [[nodiscard]] std::size_t chosen(const std::vector<PeerId>& peers, PeerId leader) const {
      if (flaw != Flaw::asks_one_peer) return asked_ % peers.size();
      return peers.size() > 1 && peers.front() == leader ? 1 : 0;
    }

    Cursor target_;
    Entries buffered_;
    std::optional<Message> received_;
    std::vector<Message> hoard_;
    std::size_t asked_ = 0;
    TimePoint ask_again_{};
  };

  explicit Flawed(std::uint64_t setting = 1) : setting_(setting) {}

  [[nodiscard]] UniqueId signature() const {
    return UniqueId::from("flawed").derive(flaw == Flaw::one_signature ? 0 : setting_);
  }
  [[nodiscard]] Provider create_provider(SyncContext<Flawed>& cx) const { return Provider(cx); }
  [[nodiscard]] Session create_session(SyncSessionContext<Flawed>&, Cursor position, Index,
                                       Entries entries) const {
    return Session(position, std::move(entries));
  }
  [[nodiscard]] std::string save(const Stock& machine) const { return machine.save(); }
  void restore(Stock& machine, const std::string& state) const { machine.load(state); }

 private:
  std::uint64_t setting_;
};

}  // namespace tessera::conformance::tests

template <>
struct tessera::conformance::Workload<Stock> {
  static Stock::Move command(std::uint64_t i) {
    return {"item " + std::to_string(i % 80), static_cast<std::int64_t>(i)};
  }
  static UniqueId digest(const Stock& machine) { return UniqueId::from(machine.save()); }
};

template <tessera::conformance::tests::Flaw flaw>
struct tessera::conformance::Settings<tessera::conformance::tests::Flawed<flaw>> {
  static std::vector<tests::Flawed<flaw>> others() {
    return {tests::Flawed<flaw>(2), tests::Flawed<flaw>(3)};
  }
  static constexpr bool verifies = true;
};
