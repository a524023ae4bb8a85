#include "world.h"
#include <tessera/runtime/internal/plain_links.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

/// `Network`: how it opens, what it refuses, and what it says of peers it cannot bond with.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

class Networks : public testing::TestWithParam<unsigned> {
 protected:
  error_code refusal(const NetworkConfig& config) {
    try {
      const Network network(world_.executor(), config);
    } catch (const boost::system::system_error& error) {
      words_ = error.what();
      return error.code();
    }
    return {};
  }
  error_code refusal_of_open(const NetworkConfig& config) {
    return error_of(Network::open(world_.executor(), config, use_future));
  }
  [[nodiscard]] bool says(const std::string& word) const {
    return words_.find(word) != std::string::npos;
  }
  static void write(const std::filesystem::path& file, const std::string& content) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }

  World world_{GetParam()};
  std::string words_;
};

INSTANTIATE_TEST_SUITE_P(Threads, Networks, testing::Values(1U, 2U));

boost::asio::awaitable<PeerId> open(boost::asio::any_io_executor executor, NetworkConfig config) {
  const auto network = co_await Network::open(executor, config);
  co_return network.value().local_id();
}

TEST_P(Networks, OpenWithoutBlockingTheThread) {
  const PeerId first = world_.run(open(world_.executor(), world_.config("a")));
  const PeerId again = world_.run(open(world_.executor(), world_.config("a")));
  EXPECT_EQ(first, again);
}

TEST_P(Networks, SettingsThatMakeNoSenseAreRefused) {
  NetworkConfig nameless{""};
  EXPECT_EQ(refusal(nameless), make_error_code(Errc::invalid_argument));
  EXPECT_EQ(refusal_of_open(nameless), make_error_code(Errc::invalid_argument));
  NetworkConfig config = world_.config("a");
  config.listen = "nowhere";
  EXPECT_TRUE(refusal(config));
  EXPECT_TRUE(says("listen")) << words_;
  config = world_.config("a");
  config.peers = {"no port"};
  EXPECT_TRUE(refusal(config));
  EXPECT_TRUE(says("peers")) << words_;
  config = world_.config("a");
  config.advertise = {"no port"};
  EXPECT_TRUE(refusal(config));
  EXPECT_TRUE(says("advertise")) << words_;
}

TEST_P(Networks, AnAddressInUseIsRefused) {
  world_.start("a");
  NetworkConfig config = world_.config("b");
  config.listen = world_.at("a").front();
  EXPECT_EQ(refusal(config), make_error_code(Errc::io_failed));
  EXPECT_TRUE(says(config.listen)) << words_;
}

TEST_P(Networks, DataOfAnotherNodeIsForeign) {
  world_.start("a");
  world_.start("b");
  world_.stop("a");
  world_.stop("b");
  std::filesystem::remove_all(world_.folder("b") / "store");
  std::filesystem::copy(world_.folder("a") / "store", world_.folder("b") / "store",
                        std::filesystem::copy_options::recursive);
  EXPECT_EQ(refusal(world_.config("b")), make_error_code(Errc::foreign));
  EXPECT_EQ(refusal_of_open(world_.config("b")), make_error_code(Errc::foreign));
}

TEST_P(Networks, AFolderInUseIsRefused) {
  world_.start("a");
  NetworkConfig config = world_.config("a");
  config.listen = "127.0.0.1:0";
  EXPECT_TRUE(refusal(config));
  EXPECT_TRUE(says("store")) << words_;
}

TEST_P(Networks, AFileInPlaceOfTheDataFolderIsRefused) {
  write(world_.folder("a"), "no folder");
  EXPECT_TRUE(refusal(world_.config("a")));
  EXPECT_TRUE(says(world_.folder("a").string())) << words_;
}

TEST_P(Networks, GarbageInPlaceOfTheStoreIsRefused) {
  write(world_.folder("a") / "store" / "CURRENT", "garbage");
  EXPECT_TRUE(refusal(world_.config("a")));
  EXPECT_TRUE(says("store")) << words_;
}

TEST_P(Networks, GarbageInPlaceOfTheIdentityIsRefused) {
  world_.start("a");
  world_.stop("a");
  write(world_.folder("a") / "identity.key", "garbage");
  EXPECT_TRUE(refusal(world_.config("a")));
  EXPECT_TRUE(says("identity.key")) << words_;
}

TEST_P(Networks, SeveralInOneProcessShareNothing) {
  world_.start("a");
  world_.start("b");
  EXPECT_NE(world_["a"].local_id(), world_["b"].local_id());
  EXPECT_EQ(world_["a"].id(), world_["b"].id());
  EXPECT_EQ(world_["a"].status().links.size(), 0U);
  ASSERT_TRUE(world_["a"].dial(world_.at("b").front()));
  EXPECT_TRUE(comes_true([&] { return world_["a"].status().links.size() == 1; }));
  EXPECT_TRUE(comes_true([&] { return world_["b"].status().links.size() == 1; }));
  EXPECT_FALSE(world_["a"].dial("no port"));
}

TEST_P(Networks, OfAnotherNameNeverLink) {
  world_.start("a");
  NetworkConfig config = world_.config("b", world_.at("a"));
  config.name = "another";
  world_.start("b", config);
  EXPECT_NE(world_["a"].id(), world_["b"].id());
  EXPECT_TRUE(comes_true([&] { return !world_["b"].status().dial_failures.empty(); }));
  EXPECT_TRUE(world_["b"].status().links.empty());
}

TEST_P(Networks, WithLinksThatAreNotEncryptedLinkOnlyToEachOther) {
  world_.start("sealed");
  const auto plain_network = [&](const std::string& name, const std::vector<std::string>& peers) {
    return runtime::open_with_plain_links(world_.executor(), world_.config(name, peers));
  };
  const Network one = plain_network("one", world_.at("sealed"));
  EXPECT_TRUE(comes_true([&] { return !one.status().dial_failures.empty(); }));
  const Error reason = one.status().dial_failures.front().reason;
  EXPECT_TRUE(reason.is(Errc::handshake_failed)) << reason.message();
  EXPECT_NE(reason.message().find("encrypts its links, and this node does not"), std::string::npos)
      << reason.message();
  const Network other = plain_network("other", one.listen_addresses());
  EXPECT_TRUE(comes_true([&] { return other.status().links == std::vector{one.local_id()}; }));
  EXPECT_TRUE(comes_true([&] { return one.status().links == std::vector{other.local_id()}; }));
  EXPECT_TRUE(world_["sealed"].status().links.empty());
}

TEST_P(Networks, AKeyThatNobodyProvesIsTheProblem) {
  world_.start("a");
  world_.start("b", world_.at("a"));
  const auto a = world_.join("a", "the key");
  const auto b = world_.join("b", "a wrong key");
  EXPECT_TRUE(names_problem(a, "no peer proves this key"));
  EXPECT_TRUE(names_problem(b, "no peer proves this key"));
  EXPECT_TRUE(a.bonds().empty());
}

TEST_P(Networks, DifferingStrategySettingsAreNamedOnBothSides) {
  world_.start("a");
  world_.start("b", world_.at("a"));
  const auto join = [&](const char* name, std::size_t chunk) {
    const auto sync = LogReplay<Journal>().chunk_bytes(chunk);
    return world_[name].group(key_of("k")).state_machine(Journal("1", sync)).join();
  };
  const auto a = join("a", 1U << 20U);
  const auto b = join("b", 1U << 19U);
  EXPECT_TRUE(names_problem(a, "differs in the state-sync settings", 5s));
  EXPECT_TRUE(names_problem(b, "differs in the state-sync settings", 5s));
  EXPECT_TRUE(a.bonds().empty());
  EXPECT_TRUE(b.bonds().empty());
}

/// Threads of this process, and their names.
std::map<id_t, std::string> threads() {
  std::map<id_t, std::string> names;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream(task.path() / "comm") >>
        names[static_cast<id_t>(std::stoul(task.path().filename()))];
  }
  return names;
}

std::ptrdiff_t threads_of_networks() {
  const auto all = threads();
  return std::count_if(all.begin(), all.end(),
                       [](const auto& each) { return each.second.starts_with("tessera"); });
}

TEST_P(Networks, StartNoMoreThreadsThanTheySay) {
  NetworkConfig config = world_.config("a");
  config.offload_threads = 2;
  const auto before = threads_of_networks();
  world_.start("a", config);
  const auto group = world_.join("a", "k", Genesis::expect(1));
  wait_online(group);
  EXPECT_LE(threads_of_networks() - before, 3);
  world_.stop("a");
  EXPECT_EQ(threads_of_networks(), before);
}

TEST_P(Networks, ThreadsOfLongWorkGiveWayToThoseThatCommit) {
  world_.start("a");
  const auto group = world_.join("a", "k", Genesis::expect(1));
  wait_online(group);
  const int own = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
  std::map<bool, std::set<int>> niceness;  // of threads of long work, and of all others
  for (const auto& [thread, name] : threads()) {
    niceness[name.starts_with("tessera-off")].insert(getpriority(PRIO_PROCESS, thread));
  }
  ASSERT_FALSE(niceness[true].empty());
  EXPECT_GT(*niceness[true].begin(), own);
  EXPECT_EQ(niceness[false], std::set{own});
}

}  // namespace
}  // namespace tessera::tests
