#pragma once

#include "machines.h"
#include <tessera/statesync/state_sync.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// A strategy with every optional hook, which writes down what it is called for.
namespace tessera::tests {

struct Diary {
  std::vector<std::string> lines;
  bool take_messages = true;
  bool throw_now = false;

  void write(std::string line) {
    lines.push_back(std::move(line));
    if (throw_now) throw std::runtime_error("a full diary");
  }
};

template <class M>
class Hooked {
 public:
  using Machine = M;
  using Command = typename M::Command;

  struct Message {
    std::string text;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text);
    }
  };

  class Provider {
   public:
    explicit Provider(Diary& diary) : diary_(&diary) {}
    Provider(Provider&&) = delete;
    Provider& operator=(Provider&&) = delete;

    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<Hooked>& cx) {
      diary_->write("received " + message.text);
      if (!diary_->take_messages) return Message{message.text + ", handed back"};
      cx.send_to(sender, {"re: " + message.text});
      return std::nullopt;
    }
    bool poll(SyncProviderContext<Hooked>& cx) {
      diary_->write(cx.is_leader() ? "polled, leading" : "polled");
      return std::exchange(again_, false);
    }
    void committed(Cursor position, SyncProviderContext<Hooked>&) {
      diary_->write("committed " + position.to_string());
    }
    void marker(Cursor position, Bytes marker, SyncProviderContext<Hooked>&) {
      diary_->write("marker " + std::string(marker.text()) + " at " + position.to_string());
    }
    void entries_read(Index from, std::vector<Entry<Command>> entries,
                      SyncProviderContext<Hooked>&) {
      diary_->write("read " + std::to_string(entries.size()) + " from " +
                    std::to_string(from.value()));
    }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<Hooked>& cx) const {
      return cx.applied().index;
    }

   private:
    Diary* diary_;
    bool again_ = true;
  };

  class Session {
   public:
    explicit Session(Diary& diary) : diary_(&diary) {}

    std::optional<Cursor> poll(SyncSessionContext<Hooked>& cx) {
      diary_->write("session polled, leader " + cx.leader().brief());
      return std::nullopt;
    }
    void receive(Message message, PeerId, SyncSessionContext<Hooked>&) {
      diary_->write("session received " + message.text);
    }
    void buffer(Cursor preceding, std::vector<Entry<Command>> entries,
                SyncSessionContext<Hooked>&) {
      diary_->write("buffered " + std::to_string(entries.size()) + " after " +
                    preceding.to_string());
    }
    void entries_read(Index from, std::vector<Entry<Command>> entries,
                      SyncSessionContext<Hooked>&) {
      diary_->write("session read " + std::to_string(entries.size()) + " from " +
                    std::to_string(from.value()));
    }

   private:
    Diary* diary_;
  };

  explicit Hooked(Diary& diary) : diary_(&diary) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/hooked"); }
  Provider create_provider(SyncContext<Hooked>& cx) const {
    diary_->write("provider of " + cx.local_id().brief());
    return Provider(*diary_);
  }
  Session create_session(SyncSessionContext<Hooked>&, Cursor position, Index,
                         std::vector<Entry<Command>> entries) const {
    diary_->write("session to " + position.to_string() + " with " + std::to_string(entries.size()));
    return Session(*diary_);
  }

 private:
  Diary* diary_;
};

/// A counter that is synchronised by it.
class Watched {
 public:
  using Command = Counter::Add;
  using Result = std::monostate;
  using StateSync = Hooked<Watched>;

  explicit Watched(Diary& diary) : diary_(&diary) {}
  [[nodiscard]] UniqueId signature() const { return {}; }
  [[nodiscard]] StateSync state_sync() const { return StateSync(*diary_); }
  Result apply(const Command&, const ApplyContext&) { return {}; }

 private:
  Diary* diary_;
};

}  // namespace tessera::tests
