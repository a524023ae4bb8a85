#pragma once

#include "../runtime/world.h"

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Members whose strategy does in its hooks what a test says, and writes down what it saw.
namespace tessera::tests {

/// What the hooks of one member's strategy have seen. Shared by the strategy, on the group's
/// strand, and the test, on its own thread.
template <class Cx>
class HookBook {
 public:
  using Task = std::function<void(Cx&)>;

  // For the strategy.

  void provider_lives(Waker waker) {
    const std::scoped_lock lock(mutex_);
    waker_ = std::move(waker);
  }
  bool polled(Cx& cx) {
    const Task task = [&] {
      const std::scoped_lock lock(mutex_);
      ++polls_;
      polled_at_ = cx.now();
      return std::exchange(task_, {});
    }();
    if (task) task(cx);
    const std::scoped_lock lock(mutex_);
    if (again_ == 0) return false;
    --again_;
    return true;
  }
  void committed(Cursor position) {
    const std::scoped_lock lock(mutex_);
    commits_.push_back(position);
  }
  [[nodiscard]] std::optional<Index> safe() const {
    const std::scoped_lock lock(mutex_);
    return safe_;
  }
  /// `where`: "provider" or "session".
  void received(const std::string& where, const std::string& text) {
    const std::scoped_lock lock(mutex_);
    messages_.push_back(where + ": " + text);
  }

  // For the test.

  [[nodiscard]] bool lives() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<bool>(waker_);
  }
  /// Wakes the provider from this thread, and runs `action` when it is polled; what that returns.
  template <class Action>
  auto run(Action action) {
    using Answer = decltype(action(std::declval<Cx&>()));
    auto answer = std::make_shared<std::promise<Answer>>();
    const Waker waker = [&] {
      const std::scoped_lock lock(mutex_);
      task_ = [answer, action](Cx& cx) { answer->set_value(action(cx)); };
      return waker_;
    }();
    waker();
    return take(answer->get_future());
  }
  void poll_again(std::size_t times) {
    const std::scoped_lock lock(mutex_);
    again_ = times;
  }
  void prune_up_to(std::optional<Index> safe) {
    const std::scoped_lock lock(mutex_);
    safe_ = safe;
  }
  [[nodiscard]] std::size_t polls() const {
    const std::scoped_lock lock(mutex_);
    return polls_;
  }
  [[nodiscard]] TimePoint polled_at() const {
    const std::scoped_lock lock(mutex_);
    return polled_at_;
  }
  [[nodiscard]] std::vector<Cursor> commits() const {
    const std::scoped_lock lock(mutex_);
    return commits_;
  }
  [[nodiscard]] bool has_received(const std::string& message) const {
    const std::scoped_lock lock(mutex_);
    return std::find(messages_.begin(), messages_.end(), message) != messages_.end();
  }

 private:
  mutable std::mutex mutex_;
  Waker waker_;
  Task task_;
  std::size_t again_ = 0;
  std::size_t polls_ = 0;
  TimePoint polled_at_{};
  std::optional<Index> safe_;
  std::vector<Cursor> commits_;
  std::vector<std::string> messages_;
};

/// Whole state in one message, with every hook of a provider.
template <class M>
class Hooks {
 public:
  using Machine = M;
  using Command = typename M::Command;
  using Book = HookBook<SyncProviderContext<Hooks>>;

  struct Message {
    std::string text;  ///< "ask" and "note" are for providers
    Anchor at;
    std::string state;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text, at, state);
    }
  };

  class Provider {
   public:
    explicit Provider(std::shared_ptr<Book> book) : book_(std::move(book)) {}

    std::optional<Message> receive(Message message, PeerId sender, SyncProviderContext<Hooks>& cx) {
      if (message.text != "ask" && message.text != "note") return message;
      book_->received("provider", message.text);
      if (message.text == "ask") cx.send_to(sender, {"state", cx.anchor(), cx.machine().save()});
      return std::nullopt;
    }
    bool poll(SyncProviderContext<Hooks>& cx) { return book_->polled(cx); }
    void committed(Cursor position, SyncProviderContext<Hooks>&) { book_->committed(position); }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<Hooks>&) const {
      return book_->safe();
    }

   private:
    std::shared_ptr<Book> book_;
  };

  class Session {
   public:
    Session(std::shared_ptr<Book> book, Cursor target) : book_(std::move(book)), target_(target) {}

    std::optional<Cursor> poll(SyncSessionContext<Hooks>& cx) {
      if (!received_) {
        if (cx.now() < ask_again_) return std::nullopt;
        ask_again_ = cx.now() + std::chrono::milliseconds{200};
        cx.wake_at(ask_again_);
        cx.send_to(cx.leader(), {"ask", {}, {}});
        return std::nullopt;
      }
      cx.install(received_->at, received_->state);
      return cx.log().last();
    }
    void receive(Message message, PeerId, SyncSessionContext<Hooks>&) {
      book_->received("session", message.text);
      if (message.text == "state" && message.at.position() >= target_) {
        received_ = std::move(message);
      }
    }
    void buffer(Cursor, std::vector<Entry<Command>>, SyncSessionContext<Hooks>&) {}

   private:
    std::shared_ptr<Book> book_;
    Cursor target_;
    std::optional<Message> received_;
    TimePoint ask_again_{};
  };

  explicit Hooks(std::shared_ptr<Book> book) : book_(std::move(book)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/hooks"); }
  Provider create_provider(SyncContext<Hooks>& cx) const {
    book_->provider_lives(cx.waker());
    return Provider(book_);
  }
  Session create_session(SyncSessionContext<Hooks>&, Cursor position, Index,
                         std::vector<Entry<Command>>) const {
    return Session(book_, position);
  }
  std::string save(const M& machine) const { return machine.save(); }
  void restore(M& machine, const std::string& state) const { machine.load(state); }

 private:
  std::shared_ptr<Book> book_;
};

/// Words in the order of the log.
class Words {
 public:
  struct Say {
    std::string word;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(word);
    }
  };
  struct All {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Command = Say;
  using Result = std::monostate;
  using Query = All;
  using QueryResult = std::string;
  using StateSync = Hooks<Words>;

  explicit Words(std::shared_ptr<StateSync::Book> book) : book_(std::move(book)) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/words"); }
  [[nodiscard]] StateSync state_sync() const { return StateSync(book_); }
  Result apply(const Say& say, const ApplyContext&) {
    said_ += say.word + ' ';
    return {};
  }
  [[nodiscard]] QueryResult query(const All&) const { return said_; }
  [[nodiscard]] std::string save() const { return said_; }
  void load(const std::string& saved) { said_ = saved; }

 private:
  std::shared_ptr<StateSync::Book> book_;
  std::string said_;
};

using WordsContext = SyncProviderContext<Words::StateSync>;

/// Members of one group, each with the book of its hooks.
class HookedMembers {
 public:
  explicit HookedMembers(const std::vector<std::string>& founders) : founders_(founders.size()) {
    for (const std::string& name : founders) join(name);
    for (const auto& [name, member] : members_) take(member.group.when().online(use_future));
  }

  void join(const std::string& name) {
    const bool founds = members_.size() < founders_ && !founded_;
    world_.start(
        name, members_.empty() ? std::vector<std::string>{} : world_.at(members_.begin()->first));
    GroupSettings settings = quick_settings();
    settings.inline_catch_up = 0;
    const auto book = std::make_shared<Words::StateSync::Book>();
    auto group = world_[name]
                     .group(key_of("hooked"))
                     .genesis(founds ? Genesis::expect(founders_) : Genesis::join())
                     .settings(settings)
                     .state_machine([book] { return Words(book); })
                     .join();
    members_.insert_or_assign(name, Member{std::move(group), book});
    founded_ = members_.size() == founders_ || founded_;
    EXPECT_TRUE(comes_true([&] { return book->lives(); })) << world_.log();
  }
  void lose(const std::string& name) {
    members_.erase(name);
    world_.stop(name);
  }

  Words::StateSync::Book& book(const std::string& name) { return *members_.at(name).book; }
  const Group<Words>& operator[](const std::string& name) const { return members_.at(name).group; }
  Cursor say(const std::string& word, const std::string& through = "a") {
    const Words::Say command{word};
    return take((*this)[through].execute(command, use_future)).position;
  }
  std::string said(const std::string& name) {
    return take((*this)[name].query(Words::All{}, Consistency::strong, use_future)).result;
  }
  PeerId id(const std::string& name) { return world_[name].local_id(); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, member] : members_) all.push_back(name);
    return all;
  }
  World& world() { return world_; }

 private:
  struct Member {
    Group<Words> group;
    std::shared_ptr<Words::StateSync::Book> book;
  };

  std::size_t founders_;
  bool founded_ = false;
  World world_;
  std::map<std::string, Member> members_;
};

}  // namespace tessera::tests
