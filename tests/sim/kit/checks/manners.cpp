#include <tessera/conformance/kit/attempt.h>

#include <algorithm>
#include <malloc.h>
#include <set>
#include <string>

namespace tessera::conformance {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t joiner = 3;

/// Bytes that the program holds; 0 where a sanitizer stands in for the allocator.
std::size_t held() { return ::mallinfo2().uordblks; }

/// Bytes of the log that the group has committed.
std::size_t log_bytes(Stage& stage) {
  const sim::Chronicle& decided = stage.world().chronicle();
  std::size_t bytes = 0;
  for (Index index{1}; index <= decided.last(); ++index) bytes += decided.at(index).entry.size();
  return bytes;
}

std::uint64_t messages_sent(const Stage& stage) {
  std::uint64_t sent = 0;
  for (std::size_t each = 0; each <= joiner; ++each) sent += stage.diary(each).sent;
  return sent;
}

}  // namespace

Finding stays_within_its_memory(const Subject& subject) {
  constexpr std::size_t fetched_times = 16;
  constexpr std::size_t beside = std::size_t{1} << 20U;
  return for_each_seed(subject, {}, [&](Stage& stage) {
    stage.found();
    stage.fill(500);
    const std::size_t bound =
        subject.promises().memory_max.value_or(fetched_times * log_bytes(stage) + beside);
    // Messages come more than once: what is kept of each, is kept too often.
    stage.change_network([](sim::NetworkSettings& network) {
      network.fifo = false;
      network.duplicate = sim::Dice::Permille{500};
    });
    // The session lives long: at first the leader's messages are lost.
    const std::size_t leader = stage.leader();
    stage.tamper(leader, [](Bytes& message) { message = Bytes(); });
    stage.start(joiner);
    std::size_t most = 0;
    const auto watch = [&](Duration time, const std::function<bool()>& done) {
      stage.step_until(time, [&] {
        most = std::max(most, held());
        return done();
      });
    };
    watch(seconds{10}, [] { return false; });
    stage.tamper(leader, {});
    watch(seconds{60}, [&] { return stage.caught_up(joiner); });
    stage.demand_caught_up(joiner);
    stage.world().run_for(seconds{1});
    const std::size_t left = held();
    if (most > left + bound) {
      throw sim::Broken({"memory", "catching up took " + std::to_string(most - left) +
                                       " bytes beside what is left of it; the bound is " +
                                       std::to_string(bound)});
    }
  });
}

Finding is_silent_once_done(const Subject& subject) {
  return for_each_seed(subject, {}, [](Stage& stage) {
    stage.found();
    stage.fill(200);
    stage.start(joiner);
    stage.demand_caught_up(joiner);
    // What is still under way may come to its end.
    stage.world().run_for(seconds{20});
    const std::uint64_t before = messages_sent(stage);
    stage.world().run_for(seconds{30});
    const std::uint64_t after = messages_sent(stage);
    if (after != before) {
      throw sim::Broken({"the strategy", "sent " + std::to_string(after - before) +
                                             " messages in a group in which nobody lags"});
    }
  });
}

Finding has_one_signature_for_each_setting(const Subject& subject) {
  const UniqueId own = subject.signature();
  if (own.is_none()) return "the signature is that of nothing";
  if (own != subject.signature()) return "two strategies with equal settings sign differently";
  std::set<UniqueId> seen{own};
  const auto others = subject.other_signatures();
  if (others != subject.other_signatures()) {
    return "other settings sign differently each time";
  }
  for (std::size_t each = 0; each < others.size(); ++each) {
    if (!seen.insert(others[each]).second) {
      return "number " + std::to_string(each) +
             " of Settings::others() signs like one with other settings: their members would meet";
    }
  }
  return std::nullopt;
}

}  // namespace tessera::conformance
