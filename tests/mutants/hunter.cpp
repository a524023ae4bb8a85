#include <tessera/conformance/crash_note.h>
#include <tessera/conformance/runner.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unistd.h>

// Runs seed after seed until one fails, each once: what hunts mutants (hunters.py reads its lines).
//
//   mutant_hunter --first S --seeds N [--nodes K] [--limit SECONDS]
//
// Before each run `run SEED NODES`, at the end `caught WHAT` (exit code 1) or `survived` (0). A run
// that takes longer than the limit ends the process by SIGALRM.

namespace {

using tessera::sim::Swarm;
using tessera::sim::Trace;

struct Hunt {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1;
  std::uint64_t nodes = 0;  ///< none: three and five in turn
  std::uint64_t limit = 60;
};

std::optional<Hunt> parse(int count, char** words) {
  Hunt hunt;
  for (int at = 1; at < count; at += 2) {
    const std::string_view option = words[at];
    if (at + 1 == count) return std::nullopt;
    char* end = nullptr;
    const std::uint64_t value = std::strtoull(words[at + 1], &end, 10);
    if (*end != '\0') return std::nullopt;
    if (option == "--first") {
      hunt.first = value;
    } else if (option == "--seeds") {
      hunt.seeds = value;
    } else if (option == "--nodes") {
      hunt.nodes = value;
    } else if (option == "--limit") {
      hunt.limit = value;
    } else {
      return std::nullopt;
    }
  }
  return hunt;
}

}  // namespace

int main(int count, char** words) {
  const auto hunt = parse(count, words);
  if (!hunt) {
    std::fputs("mutant_hunter --first S --seeds N [--nodes K] [--limit SECONDS]\n", stderr);
    return 2;
  }
  // A run that ends the process still leaves the line that says which it was.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  for (std::uint64_t seed = hunt->first; seed < hunt->first + hunt->seeds; ++seed) {
    const std::uint64_t in_turn = seed % 2 == 0 ? 5 : 3;
    const Swarm swarm = Swarm::draw(seed, hunt->nodes == 0 ? in_turn : hunt->nodes);
    std::printf("run %llu %zu\n", static_cast<unsigned long long>(seed), swarm.nodes);
    tessera::sim::note_current_run(swarm);
    alarm(static_cast<unsigned>(hunt->limit));
    const auto report = run_once(swarm, Trace::Detail::hash);
    if (!report.failure) continue;
    std::printf("caught %s\n", report.failure->c_str());
    return 1;
  }
  std::puts("survived");
  return 0;
}
