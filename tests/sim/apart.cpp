#include <tessera/conformance/apart.h>
#include <tessera/primitives/check.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace tessera::sim {
namespace {

/// Longer than any run takes; one that never ends is ended.
constexpr unsigned seconds_max = 60;

/// What the child writes, read until it closes.
std::string read_all(int from) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t count = read(from, piece, sizeof piece);
    if (count <= 0) return text;
    text.append(piece, static_cast<std::size_t>(count));
  }
}

[[noreturn]] void run_child(const Schedule& schedule, const Sabotage& sabotage, int says) {
  dup2(says, STDERR_FILENO);
  std::signal(SIGABRT, SIG_DFL);
  std::signal(SIGSEGV, SIG_DFL);
  alarm(seconds_max);
  const RunReport report = run_once(schedule, Trace::Detail::hash, sabotage);
  const std::string text = std::to_string(report.busy_for.count()) + '\n' + report.invariant +
                           '\n' + report.failure.value_or("");
  const auto written = write(says, text.data(), text.size());
  _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
}

/// Cuts the first line off `text`.
std::string take_line(std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  text.erase(0, line.size() + 1);
  return line;
}

}  // namespace

RunReport run_apart(const Schedule& schedule, const Sabotage& sabotage) {
  int ends[2] = {-1, -1};
  check(pipe(ends) == 0, "a pipe to another process");
  const pid_t child = fork();
  check(child >= 0, "another process");
  if (child == 0) {
    close(ends[0]);
    run_child(schedule, sabotage, ends[1]);
  }
  close(ends[1]);
  std::string text = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);

  RunReport report;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    report.busy_for = Duration(std::stoll(take_line(text)));
    report.invariant = take_line(text);
    if (!report.invariant.empty()) report.failure = text;
    return report;
  }
  // Nobody knows when: nothing of the plan can be said to have come later.
  report.busy_for = schedule.swarm.faulty_time;
  report.invariant = std::string(process_ended) + ": " + take_line(text);
  report.failure = report.invariant;
  return report;
}

}  // namespace tessera::sim
