#include <tessera/conformance/corpus.h>
#include <tessera/conformance/crash_note.h>
#include <tessera/conformance/shrink.h>
#include <tessera/primitives/time.h>

#include <cstdio>
#include <sstream>

namespace tessera::sim {
namespace {

constexpr std::size_t failures_kept = 10;
constexpr std::size_t tail_printed = 60;

std::string describe_failure(const Swarm& swarm, const RunReport& report) {
  std::ostringstream text;
  const std::size_t skipped =
      report.tail.size() > tail_printed ? report.tail.size() - tail_printed : 0;
  for (std::size_t line = skipped; line < report.tail.size(); ++line) {
    text << "    " << report.tail[line] << '\n';
  }
  text << "seed " << swarm.seed << ": " << *report.failure << '\n'
       << "  " << swarm.to_string() << '\n'
       << "  replay: " << replay_line(swarm);
  return text.str();
}

void add_run(CorpusReport& sum, const Schedule& schedule, const CorpusOptions& options) {
  const RunReport run = run_twice(schedule);
  ++sum.runs;
  sum.steps += run.steps;
  sum.commands += run.commands;
  sum.marks.add(run.marks);
  sum.hash = (sum.hash ^ run.hash) * 0x9e3779b97f4a7c15ULL;
  if (!run.failure) return;
  ++sum.failed;
  if (sum.failures.size() >= failures_kept) return;
  std::string text = describe_failure(schedule.swarm, run);
  if (sum.failures.empty()) text += describe_shrunk(schedule, run, options);
  sum.failures.push_back(std::move(text));
}

}  // namespace

std::string describe_shrunk(const Schedule& schedule, const RunReport& report,
                            const CorpusOptions& options) {
  if (report.invariant.empty() || options.shrink.count() == 0) return {};
  ShrinkOptions limits;
  limits.budget = options.shrink;
  const Shrunk shrunk = shrink(schedule, report.invariant, limits);
  std::ostringstream text;
  text << "\n  smaller, after " << shrunk.tried << " runs: " << shrunk.failure << '\n'
       << to_string(shrunk.schedule);
  if (!options.save.empty()) {
    const bool written = write_schedule(options.save, {shrunk.schedule, shrunk.failure});
    text << (written ? "  written to " : "  could not be written to ") << options.save;
  }
  return text.str();
}

CorpusReport run_corpus(const CorpusOptions& options) {
  CorpusReport sum;
  const TimePoint begun = system_clock().now();
  for (std::uint64_t seed = options.first; seed < options.first + options.seeds; ++seed) {
    if (options.time_box.count() != 0 && system_clock().now() - begun >= options.time_box) break;
    for (const std::size_t nodes : options.nodes) {
      const Swarm swarm = Swarm::draw(seed, nodes);
      note_current_run(swarm);
      const std::uint64_t failed_before = sum.failed;
      add_run(sum, Schedule::draw(swarm), options);
      if (options.print_progress && sum.failed != failed_before) {
        std::fprintf(stderr, "seed %llu with %zu nodes failed\n",
                     static_cast<unsigned long long>(seed), nodes);
      }
    }
    if (options.print_progress && (seed - options.first + 1) % 100 == 0) {
      std::fprintf(stderr, "    %llu seeds\n",
                   static_cast<unsigned long long>(seed - options.first + 1));
    }
  }
  sum.time = system_clock().now() - begun;
  return sum;
}

}  // namespace tessera::sim
