#include <tessera/conformance/crash_note.h>
#include <tessera/conformance/runner.h>

#include <array>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace tessera::sim {
namespace {

// Written before a run, read by the handler on the same thread.
std::array<char, 256> note{};

void print_note(int signal) {
  const auto ignored = write(STDERR_FILENO, note.data(), std::strlen(note.data()));
  static_cast<void>(ignored);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void note_current_run(const Swarm& swarm) {
  const std::string text = "replay: " + replay_line(swarm) + "\n";
  const std::size_t length = std::min(text.size(), note.size() - 1);
  std::memcpy(note.data(), text.data(), length);
  note[length] = '\0';
  std::signal(SIGABRT, print_note);
  std::signal(SIGSEGV, print_note);
}

}  // namespace tessera::sim
