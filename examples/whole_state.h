#include <tessera/tessera.h>

// M offers: std::string save() const; void load(const std::string&);
template <class M>
class WholeState {
 public:
  using Machine = M;
  using Command = typename M::Command;

  struct Message {
    enum Kind : std::uint8_t { ask, give } kind = ask;
    tessera::Anchor at;      // a committed position and what belongs to it: members, log time, exactly-once results
    std::string state;
    template <class Archive> void serialize(Archive& archive) { archive(kind, at, state); }
  };

  class Provider {
   public:
    // Returns the message when it is not for providers: it then goes to the session, if there is one.
    std::optional<Message> receive(Message message, tessera::PeerId sender,
                                   tessera::SyncProviderContext<WholeState>& cx) {
      if (message.kind != Message::ask) return message;
      cx.send_to(sender, {Message::give, cx.anchor(), cx.machine().save()});
      return std::nullopt;
    }
    std::optional<tessera::Index> safe_to_prune_prefix(tessera::SyncProviderContext<WholeState>& cx) const {
      return cx.applied().index;                   // whole state needs no old entries
    }
  };

  class Session {
   public:
    Session(tessera::Cursor target, std::vector<tessera::Entry<Command>> entries)
        : target_(target), buffered_(std::move(entries)) {}

    // Called again after every message, wake-up and timer; a position means: done, continue from here.
    std::optional<tessera::Cursor> poll(tessera::SyncSessionContext<WholeState>& cx) {
      if (!received_) {
        if (cx.now() >= ask_again_) {
          cx.send_to(cx.leader(), {Message::ask, {}, {}});
          ask_again_ = cx.now() + std::chrono::seconds{2};
          cx.wake_at(ask_again_);
        }
        return std::nullopt;
      }
      cx.install(received_->at, std::move(received_->state));   // reaches restore() below; durable or not at all
      cx.append_after(received_->at.position(), buffered_);     // takes what continues the log, skips the rest
      return cx.log().last();
    }
    void receive(Message message, tessera::PeerId, tessera::SyncSessionContext<WholeState>&) {
      if (message.kind == Message::give && message.at.position() >= target_) received_ = std::move(message);
    }
    void buffer(tessera::Cursor, std::vector<tessera::Entry<Command>> entries,
                tessera::SyncSessionContext<WholeState>&) {
      buffered_.insert(buffered_.end(), std::make_move_iterator(entries.begin()),
                       std::make_move_iterator(entries.end()));
    }

   private:
    tessera::Cursor target_;
    std::vector<tessera::Entry<Command>> buffered_;
    std::optional<Message> received_;
    tessera::TimePoint ask_again_{};
  };

  // Enters the group id: members whose strategy or settings differ never join the same group.
  tessera::UniqueId signature() const { return tessera::UniqueId::from("examples/whole-state/1"); }
  Provider create_provider(tessera::SyncContext<WholeState>&) const { return {}; }
  Session create_session(tessera::SyncSessionContext<WholeState>&, tessera::Cursor position,
                         tessera::Index /*leader_commit*/, std::vector<tessera::Entry<Command>> entries) const {
    return Session{position, std::move(entries)};
  }

  // The machine as bytes and back. The runtime keeps such bytes durably: install() needs them, so does a
  // restart, and so does pruning. A strategy without the pair may not call install().
  std::string save(const M& machine) const { return machine.save(); }
  void restore(M& machine, const std::string& state) const { machine.load(state); }
};
