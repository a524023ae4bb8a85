#pragma once

#include "ledger.h"
#include <tessera/groups/shell/node.h>
#include <tessera/storage/store.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

/// Whole nodes in one process, over real sockets and real stores.
namespace tessera::shell::testing {

/// How long a condition may take before the test gives it up.
constexpr std::chrono::seconds patience{30};

/// A value that arrives once, from another thread.
template <class T>
class Awaited {
 public:
  void put(T value) {
    {
      const std::scoped_lock lock(shared_->mutex);
      shared_->value = std::move(value);
    }
    shared_->arrived.notify_all();
  }
  /// Nothing if it does not come.
  [[nodiscard]] std::optional<T> get() const {
    std::unique_lock lock(shared_->mutex);
    shared_->arrived.wait_for(lock, patience, [&] { return shared_->value.has_value(); });
    return shared_->value;
  }
  [[nodiscard]] bool is_there() const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->value.has_value();
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<T> value;
  };
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

/// A member with its machine, in the words of the tests.
class LedgerMember {
 public:
  LedgerMember() = default;
  LedgerMember(std::shared_ptr<Member> member, std::shared_ptr<LedgerAdapter> adapter)
      : member_(std::move(member)), adapter_(std::move(adapter)) {}

  Member& operator*() const { return *member_; }
  Member* operator->() const { return member_.get(); }
  [[nodiscard]] const std::shared_ptr<Member>& handle() const { return member_; }

  /// Executes and waits for the answer.
  [[nodiscard]] core::Reply execute(const std::string& line) const;
  /// Begins; the answer arrives later.
  [[nodiscard]] Awaited<core::Reply> begin(const std::string& line) const;
  /// What the machine holds, read on the strand; nothing if the read failed.
  [[nodiscard]] std::optional<std::vector<std::string>> lines(Consistency consistency) const;

  /// Waits until the status satisfies `condition`; false if it does not come to that.
  [[nodiscard]] bool reaches(const std::function<bool(const MemberStatus&)>& condition) const;
  [[nodiscard]] bool is_online() const;
  /// Waits until somebody else than `lost` leads.
  [[nodiscard]] bool is_led_by_another_than(const PeerId& lost) const;
  /// Waits until the status names a problem that contains `words`; the last problem otherwise.
  [[nodiscard]] ::testing::AssertionResult has_problem(const std::string& words) const;

  void close() const;

 private:
  std::shared_ptr<Member> member_;
  std::shared_ptr<LedgerAdapter> adapter_;
};

struct JoinChoices {
  std::string key = "a key of the tests, long enough";
  std::string machine = "1";
  Genesis genesis = Genesis::expect(3);
  GroupSettings settings;
};

class Cluster {
 public:
  Cluster();
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// Starts the node `name`; its store is kept from one start to the next.
  Node& start(const std::string& name, const std::vector<std::string>& peers = {});
  /// The same with a change to its options.
  Node& start(const std::string& name, const std::function<void(NodeOptions&)>& change);
  /// What `start` would open the node with.
  [[nodiscard]] NodeOptions options_of(const std::string& name) const;
  /// Ends the node as its destructor does.
  void stop(const std::string& name) { nodes_.erase(name); }
  [[nodiscard]] Node& node(const std::string& name) { return *nodes_.at(name); }
  [[nodiscard]] std::string address(const std::string& name) {
    return nodes_.at(name)->listen_addresses().front();
  }

  [[nodiscard]] LedgerMember join(const std::string& name, const JoinChoices& choices = {});

  [[nodiscard]] boost::asio::any_io_executor executor() const { return executor_; }
  [[nodiscard]] storage::StoreFactory store_of(const std::string& name) const;
  /// What the nodes had to say.
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path folder_;
  boost::asio::io_context io_;
  const boost::asio::any_io_executor executor_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
  std::map<std::string, std::shared_ptr<Node>> nodes_;
  std::map<std::string, std::string> listens_;  ///< a restarted node listens where it did
  struct Log {
    std::mutex mutex;
    std::string text;
  };
  std::shared_ptr<Log> log_ = std::make_shared<Log>();
};

/// Waits until `condition` holds, looking again and again.
[[nodiscard]] bool comes_true(const std::function<bool()>& condition);

}  // namespace tessera::shell::testing
