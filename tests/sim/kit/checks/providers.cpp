#include <tessera/conformance/kit/attempt.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace tessera::conformance {

using std::chrono::seconds;

namespace {

constexpr std::size_t joiner = 3;

/// The runtime gives a session up that makes no progress. Here that would come too late: the
/// strategy must help itself.
Stage::Options patient_runtime() {
  Stage::Options options;
  options.adjust = [](sim::Swarm& swarm) { swarm.group.stall_after = std::chrono::minutes{10}; };
  return options;
}

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
  return for_each_seed(subject, patient_runtime(), [](Stage& stage) {
    found_and_fill(stage);
    stage.tamper(stage.follower(), [](Bytes& message) { message = Bytes(); });
    stage.start(joiner);
    stage.demand_caught_up(joiner, seconds{30});
    stage.demand_recovery();
  });
}

Finding waits_for_a_silent_leader(const Subject& subject) {
  return for_each_seed(subject, patient_runtime(), [](Stage& stage) {
    found_and_fill(stage);
    const std::size_t leader = stage.leader();
    stage.tamper(leader, [](Bytes& message) { message = Bytes(); });
    stage.start(joiner);
    stage.world().run_for(seconds{5});
    stage.tamper(leader, {});
    stage.demand_caught_up(joiner, seconds{30});
    stage.demand_recovery();
  });
}

Finding survives_garbage(const Subject& subject) {
  return for_each_seed(subject, patient_runtime(), [](Stage& stage) {
    found_and_fill(stage);
    const std::size_t leader = stage.leader();
    stage.tamper(leader, garbage());
    stage.tamper(stage.follower(), garbage());
    stage.start(joiner);
    stage.world().run_for(seconds{3});
    // The other one goes on for ever.
    stage.tamper(leader, {});
    stage.demand_caught_up(joiner, seconds{30});
    stage.demand_recovery();
  });
}

Finding installs_no_wrong_byte(const Subject& subject) {
  return for_each_seed(subject, patient_runtime(), [](Stage& stage) {
    found_and_fill(stage);
    stage.tamper(stage.follower(), wrong_byte());
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    stage.demand_recovery();
  });
}

}  // namespace tessera::conformance
