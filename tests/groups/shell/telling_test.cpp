#include "cluster.h"
#include "counted_links.h"

#include <map>
#include <memory>
#include <string>

/// Followers hear of a commit along with the entries that follow, if some do.
namespace tessera::shell::testing {
namespace {

class Telling : public ::testing::Test {
 protected:
  Telling() {
    for (const std::string name : {"a", "b", "c"}) {
      cluster_.start(name, [&](NodeOptions& options) {
        if (name != "a") {
          options.peers = {cluster_.address("a")};
        }
        sent_[name] = count_frames(options);
      });
      members_[name] = cluster_.join(name);
    }
    for (const auto& [name, member] : members_) {
      EXPECT_TRUE(member.is_online()) << name;
    }
    EXPECT_FALSE(members_.at("a").execute("before").error.has_value());
  }
  [[nodiscard]] std::string leader() const {
    for (const auto& [name, member] : members_) {
      if (member->status().core.role == core::Role::leader) {
        return name;
      }
    }
    ADD_FAILURE() << "nobody leads";
    return "a";
  }
  [[nodiscard]] std::uint64_t messages_of(const std::string& name) const {
    return sent_.at(name)->of(FrameKind::message);
  }

  /// Executes until `left` is used up, each as soon as the one before is answered.
  struct Caller : std::enable_shared_from_this<Caller> {
    LedgerMember member;
    int left = 0;
    Awaited<bool> done;

    void next() {
      if (left-- == 0) {
        done.put(true);
        return;
      }
      member->execute(encode(Ledger::Line{"line"}), OnFull::wait,
                      [self = shared_from_this()](const core::Reply& reply) {
                        EXPECT_FALSE(reply.error.has_value());
                        self->next();
                      });
    }
  };
  void call(const std::string& where, int times) {
    const auto caller = std::make_shared<Caller>();
    caller->member = members_.at(where);
    caller->left = times;
    caller->next();
    ASSERT_TRUE(caller->done.get().has_value());
  }

  Cluster cluster_;
  std::map<std::string, std::shared_ptr<SentFrames>> sent_;
  std::map<std::string, LedgerMember> members_;
};

TEST_F(Telling, ACallerThatGoesOnSparesTheLeaderHalfOfItsMessages) {
  const std::string leader = this->leader();
  constexpr int calls = 300;
  const std::uint64_t before = messages_of(leader);
  call(leader, calls);
  // Two followers, an append for each; twice that if they heard of each commit by itself.
  EXPECT_GE(messages_of(leader) - before, 2U * calls);
  EXPECT_LT(messages_of(leader) - before, 3U * calls);
}

}  // namespace
}  // namespace tessera::shell::testing
