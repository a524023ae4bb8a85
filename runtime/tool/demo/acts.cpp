#include <tessera/primitives/random.h>
#include <tessera/runtime/tool/demo/acts.h>
#include <tessera/runtime/tool/demo/screen.h>
#include <tessera/runtime/tool/demo/verify.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tessera::tool::demo {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr Place newcomer = 3;
constexpr std::size_t founders = 3;
constexpr std::size_t puts_in_flight = 256;
/// The leader dies when between this much and that much of the load is acknowledged.
constexpr std::uint64_t kill_from_percent = 35;
constexpr std::uint64_t kill_to_percent = 60;
constexpr int compare_rounds = 5;
/// Those who lag are started when this much more has been written.
constexpr std::uint64_t return_after_percent = 20;

std::size_t percent_of(std::size_t total, std::uint64_t percent) {
  return static_cast<std::size_t>(total * percent / 100);
}

double seconds(Millis duration) { return std::chrono::duration<double>(duration).count(); }

/// How the load ended, once it has.
using LoadOutcome = std::shared_ptr<std::optional<Result<void>>>;

asio::awaitable<void> run_load(LoadPlan plan, std::shared_ptr<Record> record, LoadOutcome outcome) {
  auto loaded = co_await load_rows(std::move(plan), record->data.rows, record->progress);
  record->load_ended = record->now();
  *outcome = std::move(loaded);
}

/// The stage: what the acts share.
class Play {
 public:
  Play(std::shared_ptr<Cluster> cluster, std::shared_ptr<Record> record)
      : cluster_(std::move(cluster)),
        record_(std::move(record)),
        screen_(*cluster_, *record_),
        load_(std::make_shared<std::optional<Result<void>>>()) {}

  asio::awaitable<Result<void>> run();

 private:
  asio::awaitable<Result<void>> found();
  asio::awaitable<Result<void>> lose_the_leader();
  asio::awaitable<Result<void>> catch_up();
  asio::awaitable<Result<void>> finish_load();
  asio::awaitable<Result<void>> lose_a_disk();
  asio::awaitable<Result<void>> settle();
  asio::awaitable<Result<void>> compare();
  asio::awaitable<Result<void>> look_up();

  asio::awaitable<Result<void>> wait(std::string what, std::function<bool()> until);
  asio::awaitable<void> begin_load();
  Result<void> bring(Place place, bool fresh);
  void observe();
  void observe_catch_up(CatchUp& catch_up);

  [[nodiscard]] bool all(const std::function<bool(const MemberView&)>& holds) const;
  [[nodiscard]] bool load_failed() const { return load_->has_value() && !(*load_)->has_value(); }
  [[nodiscard]] std::size_t acknowledged() const { return record_->progress.acknowledged; }
  [[nodiscard]] const std::string& name_of(Place place) const {
    return cluster_->members()[place].name;
  }

  std::shared_ptr<Cluster> cluster_;
  std::shared_ptr<Record> record_;
  Screen screen_;
  LoadOutcome load_;
};

bool Play::all(const std::function<bool(const MemberView&)>& holds) const {
  const auto places = cluster_->running();
  return std::all_of(places.begin(), places.end(), [&](Place place) {
    const auto& view = cluster_->members()[place].view;
    return view && holds(*view);
  });
}

asio::awaitable<Result<void>> Play::wait(std::string what, std::function<bool()> until) {
  Cluster::Wait wait;
  wait.what = std::move(what);
  wait.until = [this, until = std::move(until)] { return load_failed() || until(); };
  wait.meanwhile = [this] {
    observe();
    screen_.draw();
  };
  auto waited = co_await cluster_->wait(std::move(wait));
  observe();
  if (!waited) co_return waited;
  if (load_failed()) co_return **load_;
  co_return Result<void>{};
}

/// Writes down where everybody is.
void Play::observe() {
  Sample sample;
  sample.at = record_->now();
  for (const Cluster::Member& member : cluster_->members()) {
    std::optional<std::uint64_t> applied;
    if (member.view) applied = member.view->applied;
    sample.applied.push_back(applied);
  }
  record_->samples.push_back(std::move(sample));
  for (CatchUp& each : record_->catch_ups) {
    if (!each.finished) observe_catch_up(each);
  }
}

void Play::observe_catch_up(CatchUp& catch_up) {
  const auto& view = cluster_->members()[catch_up.place].view;
  if (!view) return;
  if (!catch_up.answered) catch_up.answered = record_->now();
  // A member that comes back reads its log first; before that it seems to hold nothing.
  if (!catch_up.fresh && catch_up.held == 0) catch_up.held = view->last;
  catch_up.reached = view->last;
  catch_up.peers = std::max(catch_up.peers, view->bonded);
  if (view->sync) catch_up.bytes = std::max(catch_up.bytes, view->sync->bytes_done);
  if (view->applied >= catch_up.target && view->online) catch_up.finished = record_->now();
}

asio::awaitable<Result<void>> Play::found() {
  screen_.act("Three members find each other and elect a leader");
  if (auto started = cluster_->start(0, Cluster::Part::founder); !started) co_return started;
  const auto first_listens = [this] { return cluster_->members()[0].view.has_value(); };
  auto waited = co_await wait("node 1 to answer", first_listens);
  if (!waited) co_return waited;
  for (Place place = 1; place < founders; ++place) {
    if (auto started = cluster_->start(place, Cluster::Part::founder); !started) co_return started;
  }
  const auto formed = [this] {
    return cluster_->leader() && all([](const MemberView& view) {
             return view.online && view.members == founders && !view.leader.empty();
           });
  };
  waited = co_await wait("the three members to found a group and elect a leader", formed);
  if (!waited) co_return waited;
  record_->formed = record_->now();
  const Place leader = *cluster_->leader();
  screen_.note(fmt::format("formed after {:.1f} s; {} leads in term {}", seconds(record_->formed),
                           name_of(leader), cluster_->members()[leader].view->term));
  co_return Result<void>{};
}

asio::awaitable<void> Play::begin_load() {
  LoadPlan plan;
  for (Place place = 0; place < founders; ++place) {
    plan.nodes.push_back(cluster_->members()[place].data_dir);
  }
  plan.in_flight = puts_in_flight;
  record_->load_began = record_->now();
  const auto executor = co_await asio::this_coro::executor;
  spawn(executor, run_load(std::move(plan), record_, load_));
}

asio::awaitable<Result<void>> Play::lose_the_leader() {
  const std::size_t total = record_->data.rows.size();
  Random random(record_->seed);
  const std::size_t from = percent_of(total, kill_from_percent);
  const std::size_t to = percent_of(total, kill_to_percent);
  record_->kill_at = from + random.below(to - from + 1);
  screen_.act(fmt::format("{} {} are written; the leader is killed after {}", total,
                          record_->data.items, record_->kill_at));
  co_await begin_load();
  const auto reached = [this] { return acknowledged() >= record_->kill_at && cluster_->leader(); };
  auto waited = co_await wait("the load to reach its middle", reached);
  if (!waited) co_return waited;
  const Place leader = *cluster_->leader();
  record_->killed_place = leader;
  record_->term_before = cluster_->members()[leader].view->term;
  record_->killed = record_->now();
  cluster_->kill(leader);
  screen_.note(styled(Style::bad, fmt::format("{}, the leader of term {}, is killed (SIGKILL)",
                                              name_of(leader), record_->term_before)));
  const auto led = [this] {
    const auto found = cluster_->leader();
    return found && cluster_->members()[*found].view->term > record_->term_before;
  };
  waited = co_await wait("the two others to elect a new leader", led);
  if (!waited) co_return waited;
  record_->led_again = record_->now();
  record_->new_leader = *cluster_->leader();
  record_->term_after = cluster_->members()[record_->new_leader].view->term;
  const std::size_t at_election = acknowledged();
  const auto goes_on = [this, at_election] {
    return *load_ || acknowledged() > at_election + puts_in_flight;
  };
  waited = co_await wait("writes to go on", goes_on);
  if (!waited) co_return waited;
  const auto gap = record_->gap();
  screen_.note(fmt::format("{} leads in term {}; no write was acknowledged for {:.2f} s",
                           name_of(record_->new_leader), record_->term_after,
                           seconds(gap.to - gap.from)));
  co_return Result<void>{};
}

Result<void> Play::bring(Place place, bool fresh) {
  CatchUp catch_up;
  catch_up.place = place;
  catch_up.fresh = fresh;
  catch_up.began = record_->now();
  catch_up.target = cluster_->committed();
  record_->catch_ups.push_back(catch_up);
  return cluster_->start(place, fresh ? Cluster::Part::joiner : Cluster::Part::founder);
}

asio::awaitable<Result<void>> Play::catch_up() {
  const std::size_t total = record_->data.rows.size();
  const std::size_t enough = record_->kill_at + percent_of(total, return_after_percent);
  const auto far_behind = [this, enough] { return *load_ || acknowledged() >= enough; };
  auto waited = co_await wait("the load to go on without the dead member", far_behind);
  if (!waited) co_return waited;
  screen_.act("The dead member comes back, a fourth joins with nothing; both catch up");
  if (auto began = bring(record_->killed_place, false); !began) co_return began;
  if (auto began = bring(newcomer, true); !began) co_return began;
  const auto caught_up = [this] {
    const auto& all = record_->catch_ups;
    return std::all_of(all.begin(), all.end(), [](const CatchUp& each) { return each.finished; });
  };
  waited = co_await wait("the two to catch up", caught_up);
  if (!waited) co_return waited;
  for (const CatchUp& each : record_->catch_ups) {
    const Millis time = *each.finished - each.answered.value_or(each.began);
    std::string line =
        fmt::format("{} {}: {} entries in {:.2f} s", name_of(each.place),
                    each.fresh ? "is new" : "is back", each.missing(), seconds(time));
    if (each.bytes != 0) {
      line += fmt::format(", {} at {}/s, connected to {} members",
                          bytes_text(static_cast<double>(each.bytes)),
                          bytes_text(bytes_per_second(each)), each.peers);
    }
    screen_.note(line);
  }
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Play::finish_load() {
  const auto ended = [this] { return load_->has_value(); };
  auto waited = co_await wait("the load to end", ended);
  if (!waited) co_return waited;
  screen_.draw();
  screen_.settle();
  co_return Result<void>{};
}

/// A founder that follows loses everything but its identity. The group takes it back by itself.
asio::awaitable<Result<void>> Play::lose_a_disk() {
  const auto led = [this] { return cluster_->leader().has_value(); };
  auto waited = co_await wait("a leader", led);
  if (!waited) co_return waited;
  const Place leader = *cluster_->leader();
  const Place place = leader == 1 ? 2 : 1;
  screen_.act(fmt::format("The disk of {} is wiped; the group takes it back as a new member",
                          name_of(place)));
  record_->wiped_place = place;
  record_->wiped = record_->now();
  if (auto wiped = cluster_->wipe(place); !wiped) co_return wiped;
  if (auto began = bring(place, true); !began) co_return began;
  const auto votes = [this, place] {
    const auto& view = cluster_->members()[place].view;
    return view && view->votes && view->online && record_->catch_ups.back().finished;
  };
  waited = co_await wait("the wiped member to vote again", votes);
  if (!waited) co_return waited;
  record_->votes_again = record_->now();
  screen_.note(fmt::format("{} votes again {:.1f} s after its disk was lost", name_of(place),
                           seconds(record_->votes_again - record_->wiped)));
  co_return Result<void>{};
}

/// Waits until all four have applied what the load wrote, and the same.
///
/// What the members said of themselves may be from before the load ended, and equal nevertheless;
/// so everybody has to reach the position of a strong read that was made after it.
asio::awaitable<Result<void>> Play::settle() {
  const auto read = co_await read_strongly(*cluster_, record_->new_leader);
  if (!read) co_return read.error();
  const std::uint64_t floor = std::stoull(read->substr(read->find(':') + 1));
  const auto level = [this, floor] {
    const auto& first = cluster_->members()[0].view;
    return first && first->applied >= floor && all([&](const MemberView& view) {
             return view.online && !view.sync && view.applied == first->applied &&
                    view.committed == view.applied && view.members == founders + 1;
           });
  };
  co_return co_await wait("all four to have applied the same", level);
}

asio::awaitable<Result<void>> Play::compare() {
  screen_.act("All four hold the same");
  for (int round = 0; round < compare_rounds; ++round) {
    const auto settled = co_await settle();
    if (!settled) co_return settled;
    record_->verdicts.clear();
    for (const Place place : cluster_->running()) {
      auto verdict = co_await examine(*cluster_, place, *record_);
      if (!verdict) co_return verdict.error();
      record_->verdicts.push_back(*std::move(verdict));
    }
    // The group may have written something of its own meanwhile, such as a change of leader.
    if (record_->positions_agree()) break;
  }
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Play::look_up() {
  for (const std::string& key : record_->data.lookups) {
    json request;
    request["op"] = "get";
    request["key"] = key;
    // Of the newcomer, which had nothing a moment ago.
    const auto answer = co_await cluster_->ask(newcomer, std::move(request));
    if (!answer) co_return answer.error();
    record_->lookups.emplace_back(key, answer->at("value").get<std::string>());
  }
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Play::run() {
  auto done = co_await found();
  if (done) done = co_await lose_the_leader();
  if (done) done = co_await catch_up();
  if (done) done = co_await finish_load();
  if (done) done = co_await lose_a_disk();
  if (done) done = co_await compare();
  if (done) done = co_await look_up();
  screen_.settle();
  record_->took = record_->now();
  co_return done;
}

}  // namespace

asio::awaitable<Result<void>> play(std::shared_ptr<Cluster> cluster,
                                   std::shared_ptr<Record> record) {
  Play stage(std::move(cluster), std::move(record));
  co_return co_await stage.run();
}

}  // namespace tessera::tool::demo
