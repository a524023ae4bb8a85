#include <tessera/conformance/kit/attempt.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace tessera::conformance {

using std::chrono::seconds;

namespace {

constexpr std::size_t joiner = 3;

/// The runtime gives a session up that makes no progress for 30 s, which a member that holds
/// nothing cannot know to be otherwise. Before that the strategy must help itself.
constexpr seconds patience{20};

void found_and_fill(Stage& stage) {
  stage.found();
  stage.fill(300);
}

/// Every time something else that is no message: cut short, of ones, with a tail.
Stage::Change garbage() {
  return [count = std::size_t{0}](Bytes& message) mutable {
    std::vector<std::uint8_t> bytes(message.view().begin(), message.view().end());
    switch (count++ % 3) {
      case 0:
        bytes.resize(bytes.size() / 2 + 1);
        break;
      case 1:
        std::fill(bytes.begin(), bytes.end(), std::uint8_t{0xff});
        break;
      default:
        bytes.insert(bytes.end(), 7, std::uint8_t{0});
    }
    message = Bytes(std::move(bytes));
  };
}

/// One byte of every message is another, each time elsewhere.
Stage::Change wrong_byte() {
  return [count = std::size_t{0}](Bytes& message) mutable {
    constexpr std::size_t stride = 7919;
    std::vector<std::uint8_t> bytes(message.view().begin(), message.view().end());
    bytes[++count * stride % bytes.size()] ^= 0x20U;
    message = Bytes(std::move(bytes));
  };
}

}  // namespace

Finding passes_over_a_silent_provider(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    found_and_fill(stage);
    stage.tamper(stage.follower(), [](Bytes& message) { message = Bytes(); });
    stage.start(joiner);
    stage.demand_caught_up(joiner, patience);
    stage.demand_recovery();
  });
}

Finding waits_out_a_silence(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    const Stage::Change silence = [](Bytes& message) { message = Bytes(); };
    found_and_fill(stage);
    const std::size_t leader = stage.leader();
    for (std::size_t each = 0; each < joiner; ++each) stage.tamper(each, silence);
    stage.start(joiner);
    stage.world().run_for(seconds{4});
    // The leader comes last: whoever needs it has waited for longer.
    for (std::size_t each = 0; each < joiner; ++each) {
      if (each != leader) stage.tamper(each, {});
    }
    stage.world().run_for(seconds{4});
    stage.tamper(leader, {});
    stage.demand_caught_up(joiner, patience);
    stage.demand_recovery();
  });
}

Finding survives_garbage(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    found_and_fill(stage);
    const std::size_t leader = stage.leader();
    stage.tamper(leader, garbage());
    stage.tamper(stage.follower(), garbage());
    stage.start(joiner);
    stage.world().run_for(seconds{3});
    // The other one goes on for ever.
    stage.tamper(leader, {});
    stage.demand_caught_up(joiner, patience);
    stage.demand_recovery();
  });
}

Finding installs_no_wrong_byte(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    found_and_fill(stage);
    stage.tamper(stage.follower(), wrong_byte());
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    stage.demand_recovery();
  });
}

}  // namespace tessera::conformance
