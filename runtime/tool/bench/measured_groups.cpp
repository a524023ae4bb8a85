#include <tessera/runtime/tool/bench/measured_groups.h>
#include <tessera/runtime/tool/bench/member_requests.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr Seconds founding_patience{600};
/// A group falls asleep some election timeouts after the last that happened in it.
constexpr Seconds sleep_patience{60};
constexpr Seconds compare_patience{10};
/// To say how one group is takes a member some microseconds: looking must not be what takes the
/// time.
constexpr Seconds between_surveys_least{0.002};
constexpr Seconds between_surveys_for_a_group{0.0002};

Seconds since(Clock::time_point began) { return Clock::now() - began; }

}  // namespace

Seconds MeasuredGroups::between_surveys() const {
  return between_surveys_least + between_surveys_for_a_group * static_cast<double>(count_);
}

MeasuredGroups::Step MeasuredGroups::pause(Seconds time) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  timer.expires_after(std::chrono::duration_cast<Clock::duration>(time));
  co_await timer.async_wait(completion);
  co_return Result<void>{};
}

MeasuredGroups::Step MeasuredGroups::survey() {
  surveys_.clear();
  for (Place place = 0; place < cluster_->size(); ++place) {
    auto answer = co_await cluster_->ask(place, request("groups"));
    if (!answer) co_return answer.error();
    surveys_.push_back(*std::move(answer));
  }
  co_return Result<void>{};
}

std::size_t MeasuredGroups::least(const char* field) const {
  std::size_t least = count_;
  for (const json& each : surveys_) least = std::min(least, each.at(field).get<std::size_t>());
  return least;
}

bool MeasuredGroups::note_leaders() {
  const Place nobody = surveys_.size();
  std::vector<Place> leaders(count_, nobody);
  for (Place place = 0; place < surveys_.size(); ++place) {
    for (const json& group : surveys_[place].at("leads")) {
      Place& leader = leaders.at(group.get<std::size_t>());
      if (leader != nobody) return false;
      leader = place;
    }
  }
  if (std::find(leaders.begin(), leaders.end(), nobody) != leaders.end()) return false;
  leaders_ = std::move(leaders);
  return true;
}

MeasuredGroups::Task<bool> MeasuredGroups::find_leaders() {
  const auto surveyed = co_await survey();
  if (!surveyed) co_return surveyed.error();
  co_return note_leaders();
}

MeasuredGroups::Task<double> MeasuredGroups::found() {
  const auto began = Clock::now();
  watcher_("the members start", 0);
  for (Place place = 0; place < cluster_->size(); ++place) {
    const auto started = co_await cluster_->start(place);
    if (!started) co_return started.error();
  }
  const auto together = co_await come_together();
  if (!together) co_return together.error();
  co_return since(began).count();
}

MeasuredGroups::Task<void> MeasuredGroups::come_together() {
  const auto began = Clock::now();
  while (since(began) < founding_patience) {
    const auto surveyed = co_await survey();
    if (!surveyed) co_return surveyed.error();
    const std::size_t there = least("online");
    if (there == count_ && note_leaders()) co_return Result<void>{};
    watcher_("groups come together", there);
    const auto paused = co_await pause(between_surveys());
    if (!paused) co_return paused.error();
  }
  co_return Error(Errc::timed_out,
                  fmt::format("{} of {} groups have come together", least("online"), count_));
}

MeasuredGroups::Task<double> MeasuredGroups::fall_asleep() {
  const auto began = Clock::now();
  while (since(began) < sleep_patience) {
    const auto surveyed = co_await survey();
    if (!surveyed) co_return surveyed.error();
    const std::size_t asleep = least("asleep");
    if (asleep == count_) break;
    watcher_("groups fall asleep", asleep);
    const auto paused = co_await pause(between_surveys());
    if (!paused) co_return paused.error();
  }
  co_return since(began).count();
}

MeasuredGroups::Task<std::vector<IdleFigures>> MeasuredGroups::idle(double seconds) {
  watcher_("groups are left alone", count_);
  std::vector<IdleFigures> figures(cluster_->size());
  for (Place place = 0; place < cluster_->size(); ++place) {
    const auto status = co_await cluster_->ask(place, request("status"));
    if (!status) co_return status.error();
    figures[place].cpu_seconds = -status->at("cpu_seconds").get<double>();
  }
  const auto began = Clock::now();
  const auto paused = co_await pause(Seconds(seconds));
  if (!paused) co_return paused.error();
  for (Place place = 0; place < cluster_->size(); ++place) {
    const auto status = co_await cluster_->ask(place, request("status"));
    if (!status) co_return status.error();
    figures[place].cpu_seconds += status->at("cpu_seconds").get<double>();
    figures[place].memory = status->at("memory");
    figures[place].seconds = since(began).count();
  }
  const auto surveyed = co_await survey();
  if (!surveyed) co_return surveyed.error();
  for (Place place = 0; place < cluster_->size(); ++place) {
    figures[place].asleep = surveys_[place].at("asleep");
  }
  co_return figures;
}

MeasuredGroups::Step MeasuredGroups::settle() {
  const auto surveyed = co_await survey();
  if (!surveyed) co_return surveyed;
  std::vector<std::uint64_t> indices(count_, 0);
  for (const json& each : surveys_) {
    const json& committed = each.at("committed");
    for (std::size_t group = 0; group < count_; ++group) {
      indices[group] = std::max(indices[group], committed.at(group).get<std::uint64_t>());
    }
  }
  for (Place place = 0; place < cluster_->size(); ++place) {
    json reached = request("reached");
    reached["indices"] = indices;
    const auto there = co_await cluster_->ask(place, std::move(reached));
    if (!there) co_return there.error();
  }
  co_return Result<void>{};
}

// Calls may still be under way: the states are compared at one position, once there is one.
MeasuredGroups::Task<std::string> MeasuredGroups::compare() {
  const auto began = Clock::now();
  std::vector<json> looks;
  const auto differs = [&](const json& look) {
    return look.at("digest") != looks.front().at("digest") ||
           look.at("positions") != looks.front().at("positions");
  };
  do {
    const auto settled = co_await settle();
    if (!settled) co_return settled.error();
    looks.clear();
    for (Place place = 0; place < cluster_->size(); ++place) {
      auto look = co_await cluster_->ask(place, request("look"));
      if (!look) co_return look.error();
      looks.push_back(*std::move(look));
    }
    if (std::none_of(looks.begin(), looks.end(), differs)) {
      co_return looks.front().at("digest").get<std::string>();
    }
    const auto paused = co_await pause(between_surveys());
    if (!paused) co_return paused.error();
  } while (since(began) < compare_patience);
  co_return Error(Errc::damaged, "the members' states differ");
}

}  // namespace tessera::tool::bench
