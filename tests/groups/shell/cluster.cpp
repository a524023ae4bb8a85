#include "cluster.h"

#include <tessera/net/asio/tcp_transport.h>
#include <tessera/runtime/internal/transport_links.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <boost/asio/steady_timer.hpp>

#include <cstdlib>
#include <stdexcept>

namespace tessera::shell::testing {

core::Reply LedgerMember::execute(const std::string& line) const {
  const auto reply = begin(line).get();
  if (reply) {
    return *reply;
  }
  core::Reply none;
  none.error = Error(Errc::timed_out, "no answer at all");
  return none;
}

Awaited<core::Reply> LedgerMember::begin(const std::string& line) const {
  Awaited<core::Reply> answer;
  member_->execute(encode(Ledger::Line{line}), OnFull::wait,
                   [answer](core::Reply reply) mutable { answer.put(std::move(reply)); });
  return answer;
}

std::optional<std::vector<std::string>> LedgerMember::lines(Consistency consistency) const {
  Awaited<std::optional<std::vector<std::string>>> answer;
  member_->read(consistency, [answer, adapter = adapter_](const core::Reply& reply) mutable {
    std::optional<std::vector<std::string>> lines;
    if (!reply.error) {
      lines = adapter->machine().lines();
    }
    answer.put(std::move(lines));
  });
  return answer.get().value_or(std::nullopt);
}

bool LedgerMember::reaches(const std::function<bool(const MemberStatus&)>& condition) const {
  Awaited<bool> reached;
  const auto id = member_->watch([condition, reached](const MemberStatus& status) mutable {
    if (condition(status)) {
      reached.put(true);
    }
  });
  const bool came = reached.get().has_value();
  member_->unwatch(id);
  return came;
}

bool LedgerMember::is_online() const {
  return reaches([](const MemberStatus& status) { return status.core.online; });
}

bool LedgerMember::is_led_by_another_than(const PeerId& lost) const {
  return reaches([lost](const MemberStatus& status) {
    return status.core.online && status.core.leader && status.core.leader->peer != lost;
  });
}

::testing::AssertionResult LedgerMember::has_problem(const std::string& words) const {
  const bool named = reaches([words](const MemberStatus& status) {
    return status.problem && status.problem->message().find(words) != std::string::npos;
  });
  if (named) {
    return ::testing::AssertionSuccess();
  }
  const auto problem = member_->status().problem;
  return ::testing::AssertionFailure()
         << "the problem is: " << (problem ? problem->message() : std::string("none"));
}

void LedgerMember::close() const {
  Awaited<bool> closed;
  member_->close([closed]() mutable { closed.put(true); });
  EXPECT_TRUE(closed.get().has_value());
}

Cluster::Cluster() : executor_(io_.get_executor()), work_(boost::asio::make_work_guard(io_)) {
  std::string name = (std::filesystem::temp_directory_path() / "tessera-shell-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary folder");
  }
  folder_ = name;
  for (int thread = 0; thread < 2; ++thread) {
    threads_.emplace_back([this] { io_.run(); });
  }
}

Cluster::~Cluster() {
  nodes_.clear();
  work_.reset();
  io_.stop();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  if (::testing::Test::HasFailure()) {
    std::cerr << log();
  }
}

Node& Cluster::start(const std::string& name, const std::vector<std::string>& peers) {
  return start(name, [&](NodeOptions& options) { options.peers = peers; });
}

NodeOptions Cluster::options_of(const std::string& name) const {
  const NetworkId network{UniqueId::from("tests/shell")};
  const boost::asio::any_io_executor executor = executor_;
  NodeOptions options(executor, network);
  options.genesis_wait = std::chrono::milliseconds(200);
  options.proof_wait = std::chrono::milliseconds(500);
  options.log = [log = log_, name](const LogRecord& record) {
    const std::scoped_lock lock(log->mutex);
    log->text += name + " " + std::string(name_of(record.level)) + " " + record.component + ": " +
                 record.message + "\n";
  };
  const std::filesystem::path folder = folder_ / name;
  std::filesystem::create_directories(folder);
  options.store = store_of(name);
  const std::string listen = listens_.contains(name) ? listens_.at(name) : "127.0.0.1:0";
  options.parts = [executor, folder, network, listen,
                   log = options.log](boost::asio::any_io_executor offload) -> Result<NodeParts> {
    auto identity = net::Identity::load_or_create(folder / "identity.key");
    if (!identity) {
      return std::move(identity).error();
    }
    auto address = net::Address::parse(listen);
    if (!address) {
      return std::move(address).error();
    }
    const auto shared = std::make_shared<const net::Identity>(*std::move(identity));
    net::TcpOptions tcp(shared, network);
    tcp.listen = *std::move(address);
    tcp.bulk_work = std::move(offload);
    tcp.log = log;
    NodeParts parts;
    parts.identity = shared;
    parts.links = runtime::make_transport_links(net::make_tcp_transport(executor, std::move(tcp)));
    return parts;
  };
  return options;
}

Node& Cluster::start(const std::string& name, const std::function<void(NodeOptions&)>& change) {
  NodeOptions options = options_of(name);
  change(options);
  auto node = Node::create(std::move(options));
  if (!node) {
    throw std::runtime_error(name + ": " + node.error().message());
  }
  listens_[name] = (*node)->listen_addresses().front();
  nodes_[name] = *std::move(node);
  return *nodes_.at(name);
}

LedgerMember Cluster::join(const std::string& name, const JoinChoices& choices) {
  auto adapter = std::make_shared<LedgerAdapter>(Ledger(choices.machine));
  JoinOptions options(GroupKey::from(choices.key), {adapter, adapter});
  options.machine_signature = adapter->signature();
  options.state_sync_signature = adapter->strategy_signature();
  options.machine_type = typeid(Ledger);
  options.genesis = choices.genesis;
  options.settings = choices.settings;
  return {nodes_.at(name)->join(std::move(options)), adapter};
}

storage::StoreFactory Cluster::store_of(const std::string& name) const {
  return [path = folder_ / name / "store"](PeerId owner) {
    storage::RocksOptions options;
    options.path = path;
    return storage::open_rocks_store(options, owner);
  };
}

std::string Cluster::log() const {
  const std::scoped_lock lock(log_->mutex);
  return log_->text;
}

bool comes_true(const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace tessera::shell::testing
