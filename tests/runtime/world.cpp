#include "world.h"

#include <algorithm>

namespace tessera::tests {

bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds within) {
  const auto give_up = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

GroupKey key_of(const std::string& name) {
  return GroupKey::from(UniqueId::from("tests/key").derive(name).bytes());
}

GroupSettings quick_settings() {
  GroupSettings settings;
  settings.heartbeat = std::chrono::milliseconds(50);
  settings.election_timeout = std::chrono::milliseconds(500);
  settings.election_jitter = std::chrono::milliseconds(500);
  return settings;
}

World::World(unsigned threads) : work_(boost::asio::make_work_guard(io_)) {
  for (unsigned thread = 0; thread < threads; ++thread) {
    threads_.emplace_back([this] { io_.run(); });
  }
}

World::~World() {
  networks_.clear();
  work_.reset();
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
  if (::testing::Test::HasFailure()) std::cerr << log();
}

NetworkConfig World::config(const std::string& name, const std::vector<std::string>& peers) const {
  NetworkConfig config{"tests"};
  config.data_dir = folder(name);
  config.peers = peers;
  config.genesis_wait = std::chrono::milliseconds(200);
  if (listens_.contains(name)) config.listen = listens_.at(name);
  config.log = [log = log_, name](const LogRecord& record) {
    const std::scoped_lock lock(log->mutex);
    log->text += name + " " + std::string(name_of(record.level)) + " " + record.component + ": " +
                 record.message + "\n";
  };
  config.metrics = metrics_;
  return config;
}

Network& World::start(const std::string& name, const std::vector<std::string>& peers) {
  return start(name, config(name, peers));
}

Network& World::start(const std::string& name, const NetworkConfig& config) {
  networks_.erase(name);
  Network& network = networks_.emplace(name, Network(executor(), config)).first->second;
  listens_[name] = network.listen_addresses().front();
  return network;
}

std::vector<std::string> World::at(const std::string& name) const { return {listens_.at(name)}; }

JournalGroup World::join(const std::string& name, const std::string& key, const Genesis& genesis) {
  return networks_.at(name)
      .group(key_of(key))
      .genesis(genesis)
      .settings(quick_settings())
      .state_machine(Journal())
      .join();
}

std::string World::log() const {
  const std::scoped_lock lock(log_->mutex);
  return log_->text;
}

Journal::Summary summary(const JournalGroup& group, Consistency consistency) {
  return take(group.query(Journal::Look{}, consistency, use_future)).result;
}

Cursor write_lines(const JournalGroup& group, std::size_t first, std::size_t count) {
  constexpr std::size_t batch = 1000;
  Cursor last;
  for (std::size_t done = 0; done < count; done += batch) {
    std::vector<Journal::Line> lines;
    for (std::size_t at = done; at < std::min(done + batch, count); ++at) {
      lines.push_back({std::to_string(first + at), 1});
    }
    last = take(group.execute_many(lines, use_future)).back().position;
  }
  return last;
}

void wait_online(const JournalGroup& group) { take(group.when().online(use_future)); }

::testing::AssertionResult names_problem(const JournalGroup& group, const std::string& words,
                                         std::chrono::milliseconds within) {
  const auto problem = [&] {
    const auto status = group.status();
    return status.problem ? status.problem->message() : std::string();
  };
  if (comes_true([&] { return problem().find(words) != std::string::npos; }, within)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "the problem is: '" << problem() << "'";
}

}  // namespace tessera::tests
