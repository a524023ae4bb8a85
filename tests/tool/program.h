#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

/// The `tessera` program as its users run it.
namespace tessera::tool::testing {

struct Ended {
  int code = -1;  ///< 128 and the signal's number if one ended it
  std::string out;
  std::string talk;

  [[nodiscard]] nlohmann::json json() const;
};

using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

/// Runs it to its end, with no `TESSERA_*` variable but those given.
[[nodiscard]] Ended run(const Words& words, const Environment& environment = {});

/// `tessera node` in the background; killed when this goes.
class Node {
 public:
  Node(std::filesystem::path data_dir, const Words& flags, const Environment& environment);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Its status, or null while it does not answer.
  [[nodiscard]] nlohmann::json status() const;
  /// Waits until the status is as wanted, or fails the test, which then shows status and log.
  bool wait(const std::string& what, const std::function<bool(const nlohmann::json&)>& until) const;
  bool wait_online() const;
  [[nodiscard]] std::string listens() const;

  void signal(int number) const;
  /// The code it ends with.
  int wait_end();
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path data_dir_;
  std::filesystem::path log_;
  pid_t pid_ = 0;
};

}  // namespace tessera::tool::testing
