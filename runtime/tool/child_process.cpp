#include <tessera/runtime/tool/child_process.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tessera::tool {
namespace {

constexpr const char* this_program = "/proc/self/exe";
constexpr int exec_failed = 127;

std::vector<std::string> kept_environment() {
  std::vector<std::string> kept;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view variable(*each);
    if (!variable.starts_with("TESSERA_")) kept.emplace_back(variable);
  }
  return kept;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// What the child runs between fork and exec: only what is safe there.
[[noreturn]] void become(char** arguments, char** environment, int log, pid_t parent, bool yields) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before the line above.
  if (getppid() != parent) _exit(exec_failed);
  setpgid(0, 0);
  const sched_param no_priority{};
  if (yields && sched_setscheduler(0, SCHED_IDLE, &no_priority) != 0) _exit(exec_failed);
  signal(SIGPIPE, SIG_DFL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execve(this_program, arguments, environment);
  _exit(exec_failed);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const Start& start) {
  std::vector<std::string> arguments = {"tessera"};
  arguments.insert(arguments.end(), start.arguments.begin(), start.arguments.end());
  std::vector<std::string> environment = kept_environment();
  environment.insert(environment.end(), start.environment.begin(), start.environment.end());
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);
  const int log = open(start.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) {
    return Error(Errc::io_failed, start.log.string() + ": " + std::strerror(errno));
  }
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    become(const_cast<char**>(argument_pointers.data()),
           const_cast<char**>(environment_pointers.data()), log, parent, start.yields);
  }
  const int reason = errno;
  close(log);
  if (pid < 0) {
    return Error(Errc::io_failed,
                 std::string("no process could be started: ") + std::strerror(reason));
  }
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      wait_status_(std::exchange(other.wait_status_, std::nullopt)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, 0);
    wait_status_ = std::exchange(other.wait_status_, std::nullopt);
  }
  return *this;
}

void ChildProcess::kill() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  wait_status_ = status;
}

void ChildProcess::terminate() {
  if (running()) ::kill(pid_, SIGTERM);
}

bool ChildProcess::running() {
  if (pid_ == 0 || wait_status_) return false;
  int status = 0;
  const pid_t ended = waitpid(pid_, &status, WNOHANG);
  if (ended == 0) return true;
  wait_status_ = ended == pid_ ? status : 0;
  return false;
}

std::string ChildProcess::ending() {
  if (running() || !wait_status_) return {};
  if (WIFSIGNALED(*wait_status_)) return "signal " + std::to_string(WTERMSIG(*wait_status_));
  return "exit code " + std::to_string(WEXITSTATUS(*wait_status_));
}

}  // namespace tessera::tool
