#pragma once

#include <tessera/primitives/result.h>

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

/// A process of this program that this one started: killed with its owner, whichever way that goes.
namespace tessera::tool {

class ChildProcess {
 public:
  struct Start {
    std::vector<std::string> arguments;    ///< behind the program's name
    std::vector<std::string> environment;  ///< "NAME=value", beside those of ours that are kept
    std::filesystem::path log;             ///< both output streams are appended to it
    bool yields = false;                   ///< gets only the processor time that nobody else wants
  };

  /// Runs this program again. It has a process group of its own, so that Ctrl-C reaches only us,
  /// and the kernel kills it if we die. Of our environment, `TESSERA_*` is not passed on.
  static Result<ChildProcess> start(const Start& start);

  ChildProcess() = default;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { kill(); }

  /// SIGKILL, and waits until it is gone. Does nothing if it is gone already.
  void kill();
  /// SIGTERM; `running` tells when it has ended.
  void terminate();
  [[nodiscard]] bool running();
  /// How it ended, if it has: "exit code 7", "signal 11".
  [[nodiscard]] std::string ending();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = 0;
  std::optional<int> wait_status_;
};

}  // namespace tessera::tool
