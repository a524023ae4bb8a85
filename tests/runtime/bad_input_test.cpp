#include "../net/asio/raw_peer.h"
#include "../storage/faulty_file_system.h"
#include "three_members.h"
#include <tessera/primitives/random.h>
#include <tessera/storage/rocks/internal/open.h>

#include <rocksdb/db.h>

#include <fstream>

/// What a whole group is given that it should not take: each time somebody says what is wrong and
/// where, and the group goes on as if nothing had been.
namespace tessera::tests {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using net::fixture::RawPeer;
using storage::testing::Faults;
using Octets = RawPeer::Octets;

class BadInput : public ThreeMembers {
 protected:
  /// A peer of the right network that has linked to "a".
  std::unique_ptr<RawPeer> intruder() {
    auto peer = std::make_unique<RawPeer>(*net::Address::parse(world_.at("a").front()));
    peer->network = world_["a"].id();
    return peer;
  }
  /// What "a" said last when it ended the intruder's link, once it has.
  [[nodiscard]] testing::AssertionResult is_told(const std::string& words) const {
    if (comes_true([&] { return world_.log().find(words) != std::string::npos; })) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "nobody says '" << words << "'";
  }
  /// How the one that was stopped is refused when it starts again, in words that name `words`.
  error_code refusal(const std::vector<std::string>& words) {
    try {
      const Network network(world_.executor(), world_.config(victim_));
    } catch (const boost::system::system_error& error) {
      for (const std::string& word : words) {
        EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
      }
      return error.code();
    }
    return {};
  }
  /// Ends a follower, so that the group has a leader all the time; not "a", whom others dial.
  void stop_one() {
    victim_ = groups_.at("b").status().role == Role::leader ? "c" : "b";
    groups_.erase(victim_);
    world_.stop(victim_);
  }
  void start_again() {
    world_.start(victim_, world_.at("a"));
    groups_.emplace(victim_, world_.join(victim_));
    wait_online(groups_.at(victim_));
  }
  [[nodiscard]] std::filesystem::path store_of(const std::string& name) const {
    return world_.folder(name) / "store";
  }

  std::string victim_;
};

TEST_F(BadInput, AWrongKeyIsNamedAndBondsWithNobody) {
  world_.start("d", world_.at("a"));
  const auto d = world_.join("d", "a wrong key");
  EXPECT_TRUE(names_problem(d, "no peer proves this key"));
  EXPECT_TRUE(d.status().problem->is(Errc::not_allowed)) << d.status().problem->code().message();
  EXPECT_TRUE(d.bonds().empty());
  expect_unharmed();
}

TEST_F(BadInput, DifferingStateSyncSettingsAreNamedOnBothSides) {
  world_.start("d", world_.at("a"));
  const auto sync = LogReplay<Journal>().chunk_bytes(1U << 19U);
  const auto d = world_["d"].group(key_of("the group")).state_machine(Journal("1", sync)).join();
  const std::string words = "differs in the state-sync settings";
  EXPECT_TRUE(names_problem(d, words, 5s));
  const auto on_a = [&] { return groups_.at("a").status().bond_problems; };
  ASSERT_TRUE(comes_true([&] { return !on_a().empty(); }, 5s));
  EXPECT_EQ(on_a().front().peer, world_["d"].local_id());
  EXPECT_NE(on_a().front().reason.message().find(words), std::string::npos);
  EXPECT_TRUE(d.bonds().empty());
  expect_unharmed();
}

TEST_F(BadInput, AnOversizedFrameEndsItsLink) {
  const auto peer = intruder();
  ASSERT_TRUE(peer->link());
  peer->write(peer->sealed({0, 0x7f, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 'x'}));
  EXPECT_TRUE(is_told("a frame of 2147483647 bytes"));
  EXPECT_TRUE(is_told("link to " + peer->identity->peer().brief() + " is down"));
  expect_unharmed();
}

TEST_F(BadInput, ATruncatedFrameEndsItsLink) {
  const auto peer = intruder();
  ASSERT_TRUE(peer->link());
  std::deque<net::Frame> frames{{1, 0, Bytes::copy("this will not arrive in full")}};
  Octets record;
  peer->writer->frames(frames, 1, record);
  record.resize(record.size() - 3);
  peer->write(record);
  peer->shutdown();
  EXPECT_TRUE(is_told("link to " + peer->identity->peer().brief() +
                      " is down: the connection was cut off"));
  expect_unharmed();
}

TEST_F(BadInput, GarbageOnThePortIsTurnedAway) {
  Random random(5);
  for (int round = 0; round < 50; ++round) {
    const auto stranger = intruder();
    Octets garbage(16 + random.below(5000));
    for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(random.next());
    stranger->write(garbage);
    stranger->shutdown();
    EXPECT_LE(stranger->read_to_end(), 16U) << "no more than a greeting";
  }
  EXPECT_TRUE(is_told("handshake with 127.0.0.1: "));
  expect_unharmed();
}

TEST_F(BadInput, AHundredHalfOpenConnectionsKeepNobodyOut) {
  std::vector<std::unique_ptr<RawPeer>> silent;
  for (int count = 0; count < 100; ++count) silent.push_back(intruder());
  world_.start("d", world_.at("a"));
  groups_.emplace("d", world_.join("d", "the group", Genesis::join()));
  wait_online(groups_.at("d"));
  stop_one();
  start_again();
  expect_unharmed();
}

TEST_F(BadInput, AFileInPlaceOfTheDataFolderIsRefused) {
  stop_one();
  std::filesystem::remove_all(world_.folder(victim_));
  std::ofstream(world_.folder(victim_)) << "no folder";
  EXPECT_EQ(refusal({world_.folder(victim_).string(), "cannot be made"}),
            make_error_code(Errc::io_failed));
  expect_unharmed();
}

TEST_F(BadInput, TheStoreOfAnotherNodeIsRefused) {
  stop_one();
  std::filesystem::remove_all(store_of(victim_));
  world_.start("d");
  world_.stop("d");
  std::filesystem::copy(store_of("d"), store_of(victim_), std::filesystem::copy_options::recursive);
  EXPECT_EQ(refusal({store_of(victim_).string(), "belongs to the node"}),
            make_error_code(Errc::foreign));
  expect_unharmed();
}

TEST_F(BadInput, TheDatabaseOfAnotherProgramIsRefused) {
  stop_one();
  std::filesystem::remove_all(store_of(victim_));
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* database = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, store_of(victim_).string(), &database).ok());
  delete database;
  EXPECT_EQ(refusal({store_of(victim_).string(), "not a tessera store"}),
            make_error_code(Errc::foreign));
  expect_unharmed();
}

/// A group one of whose members has a disk that fills.
class FullDisk : public BadInput {
 protected:
  /// One member starts again on a disk that the test can fill.
  void give_one_a_small_disk() {
    stop_one();
    NetworkConfig config = world_.config(victim_, world_.at("a"));
    config.store = [this](PeerId owner) {
      storage::RocksOptions options;
      options.path = store_of(victim_);
      storage::rocks::Surroundings surroundings;
      surroundings.env = environment_.get();
      return storage::rocks::open_store(options, owner, surroundings);
    };
    world_.start(victim_, config);
    groups_.emplace(victim_, world_.join(victim_));
    wait_online(groups_.at(victim_));
  }
  void fill_it() {
    faults_->bytes_left = 20'000;
    for (int count = 0; count < 10; ++count) write("a", std::string(4000, 'x'));
  }
  void TearDown() override {
    world_.stop(victim_);  // while its disk is there
  }
  static void expect_stopped(const JournalGroup& group) {
    EXPECT_TRUE(names_problem(group, "the disk is full"));
    const auto status = group.status();
    ASSERT_TRUE(status.problem);
    EXPECT_TRUE(status.problem->is(Errc::storage_failed)) << status.problem->message();
    EXPECT_EQ(status.role, Role::stopped);
    EXPECT_FALSE(status.online);
    const auto failed = make_error_code(Errc::storage_failed);
    EXPECT_EQ(error_of(group.execute(Journal::Line{"line", 1}, use_future)), failed);
    EXPECT_EQ(error_of(group.query(Journal::Look{}, Consistency::weak, use_future)), failed);
  }

  std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  std::unique_ptr<rocksdb::Env> environment_ = storage::testing::faulty_environment(faults_);
};

TEST_F(FullDisk, TheFirstFailedWriteStopsEveryGroupOfThatNodeAndNoOther) {
  give_one_a_small_disk();
  const auto alone = world_.join(victim_, "alone", Genesis::expect(1));
  wait_online(alone);
  fill_it();
  expect_stopped(groups_.at(victim_));
  expect_stopped(alone);
  ASSERT_TRUE(world_[victim_].status().storage_failure);
  EXPECT_TRUE(world_[victim_].status().storage_failure->is(Errc::storage_failed));
  const auto broken = groups_.extract(victim_);
  expect_unharmed();
}

TEST_F(FullDisk, WithRoomAgainTheMemberComesBackWithAllItHad) {
  give_one_a_small_disk();
  fill_it();
  expect_stopped(groups_.at(victim_));
  groups_.erase(victim_);
  world_.stop(victim_);
  faults_->bytes_left = Faults::never;
  start_again();
  expect_unharmed();
}

}  // namespace
}  // namespace tessera::tests
