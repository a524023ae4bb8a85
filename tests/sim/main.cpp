#include <tessera/conformance/apart.h>
#include <tessera/conformance/corpus.h>
#include <tessera/conformance/crash_note.h>
#include <tessera/conformance/latency.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using tessera::sim::CorpusOptions;
using tessera::sim::Schedule;
using tessera::sim::Swarm;

constexpr std::string_view usage =
    "Runs simulated groups under faults and checks that they stay correct.\n"
    "  --seeds N       how many seeds (default 100)\n"
    "  --first S       the first one (default 1)\n"
    "  --nodes 3|5     group size (default: both)\n"
    "  --seed S        only this one\n"
    "  --trace         with --seed: print everything that happens\n"
    "  --time-box SEC  begin no new seed after this long\n"
    "  --shrink SEC    make the first failure smaller for this long (default 30; 0: not)\n"
    "  --save FILE     write the smaller run there\n"
    "  --replay FILE   run what was saved\n"
    "  --latency       how long commands take with and without observers, in simulated time\n";

struct Arguments {
  CorpusOptions corpus;
  std::optional<std::uint64_t> seed;
  std::string replay;
  bool trace = false;
  bool latency = false;
};

std::optional<std::uint64_t> number(const char* text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text, &end, 10);
  if (*text == '\0' || *end != '\0') return std::nullopt;
  return value;
}

bool take(Arguments& arguments, std::string_view option, std::uint64_t value) {
  if (option == "--seeds") {
    arguments.corpus.seeds = value;
  } else if (option == "--first") {
    arguments.corpus.first = value;
  } else if (option == "--nodes" && value >= 1 && value <= 7) {
    arguments.corpus.nodes = {value};
  } else if (option == "--seed") {
    arguments.seed = value;
  } else if (option == "--shrink") {
    arguments.corpus.shrink = std::chrono::seconds{value};
  } else if (option == "--time-box") {
    arguments.corpus.time_box = std::chrono::seconds{value};
  } else {
    return false;
  }
  return true;
}

std::optional<Arguments> parse(int count, char** words) {
  Arguments arguments;
  for (int at = 1; at < count; ++at) {
    const std::string_view option = words[at];
    if (option == "--trace" || option == "--latency") {
      (option == "--trace" ? arguments.trace : arguments.latency) = true;
      continue;
    }
    if ((option == "--save" || option == "--replay") && at + 1 < count) {
      (option == "--save" ? arguments.corpus.save : arguments.replay) = words[++at];
      continue;
    }
    const auto value = at + 1 < count ? number(words[at + 1]) : std::nullopt;
    if (!value || !take(arguments, option, *value)) return std::nullopt;
    ++at;
  }
  return arguments;
}

/// Prints what became of it; true if nothing was found.
bool print_run(const Schedule& schedule, const Arguments& arguments, const std::string& replay) {
  auto report = arguments.trace ? tessera::sim::RunReport{} : run_apart(schedule);
  if (!ended_process(report)) {
    report = arguments.trace ? run_once(schedule, tessera::sim::Trace::Detail::all)
                             : run_twice(schedule);
  }
  if (report.failure) {
    if (!arguments.trace) {
      for (const auto& line : report.tail) std::printf("    %s\n", line.c_str());
    }
    std::printf("FAILED: %s\n  replay: %s\n", report.failure->c_str(), replay.c_str());
    const std::string smaller =
        arguments.replay.empty() ? describe_shrunk(schedule, report, arguments.corpus) : "";
    if (!smaller.empty()) std::printf("%s\n", smaller.c_str());
  }
  std::printf("seed %llu, %zu nodes: %llu steps, %llu commands, hash %016llx\n",
              static_cast<unsigned long long>(schedule.swarm.seed), schedule.swarm.nodes,
              static_cast<unsigned long long>(report.steps),
              static_cast<unsigned long long>(report.commands),
              static_cast<unsigned long long>(report.hash));
  return !report.failure;
}

int run_one(const Arguments& arguments) {
  bool clean = true;
  for (const std::size_t nodes : arguments.corpus.nodes) {
    const Swarm swarm = Swarm::draw(*arguments.seed, nodes);
    tessera::sim::note_current_run(swarm);
    clean &= print_run(Schedule::draw(swarm), arguments, replay_line(swarm));
  }
  return clean ? 0 : 1;
}

int replay(const Arguments& arguments) {
  const auto schedule = tessera::sim::read_schedule(arguments.replay);
  if (!schedule) {
    std::fprintf(stderr, "%s\n", schedule.error().message().c_str());
    return 2;
  }
  const bool clean =
      print_run(*schedule, arguments, "tessera_sim --replay " + arguments.replay + " --trace");
  return clean ? 0 : 1;
}

int print_latency() {
  const std::string table = tessera::sim::observers_table();
  std::fputs(table.empty() ? "a command failed\n" : table.c_str(), stdout);
  return table.empty() ? 1 : 0;
}

int run_many(CorpusOptions options) {
  options.print_progress = true;
  const auto report = run_corpus(options);
  for (const auto& failure : report.failures) std::printf("%s\n\n", failure.c_str());
  bool complete = true;
  for (const auto mark : missing_marks(report.marks)) {
    const std::string name(name_of(mark));
    std::printf("never happened: %s\n", name.c_str());
    complete = false;
  }
  const double seconds = std::chrono::duration<double>(report.time).count();
  std::printf(
      "%llu runs, each twice: %llu steps (%.0f a second), %llu commands, hash %016llx\n",
      static_cast<unsigned long long>(report.runs), static_cast<unsigned long long>(report.steps),
      static_cast<double>(report.steps) / seconds, static_cast<unsigned long long>(report.commands),
      static_cast<unsigned long long>(report.hash));
  std::printf("%llu passed, %llu failed\n",
              static_cast<unsigned long long>(report.runs - report.failed),
              static_cast<unsigned long long>(report.failed));
  // A few seeds cannot show everything, nor can groups of one size: of three nobody is to spare.
  const bool must_be_complete = options.seeds >= 100 && options.nodes.size() > 1;
  return report.failed == 0 && (complete || !must_be_complete) ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const auto arguments = parse(count, words);
  if (!arguments) {
    std::fputs(usage.data(), stderr);
    return 2;
  }
  // A run that ends the process still leaves all that it has printed.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (arguments->latency) return print_latency();
  if (!arguments->replay.empty()) return replay(*arguments);
  return arguments->seed ? run_one(*arguments) : run_many(arguments->corpus);
}
