#include "program.h"

#include "../storage/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tessera::tool::testing {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds between_looks{50};

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct Streams {
  std::filesystem::path out;
  std::filesystem::path talk;
};

pid_t start(const Words& words, const Environment& environment, const Streams& streams) {
  std::vector<std::string> arguments = {TESSERA_PROGRAM};
  arguments.insert(arguments.end(), words.begin(), words.end());
  std::vector<std::string> variables;
  for (char** each = environ; *each != nullptr; ++each) {
    if (std::string_view(*each).rfind("TESSERA_", 0) != 0) variables.emplace_back(*each);
  }
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  const auto argument_pointers = pointers(arguments);
  const auto variable_pointers = pointers(variables);
  const int out = open(streams.out.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int talk = open(streams.talk.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(out, STDOUT_FILENO);
    dup2(talk, STDERR_FILENO);
    execve(TESSERA_PROGRAM, argument_pointers.data(), variable_pointers.data());
    _exit(127);
  }
  close(out);
  close(talk);
  return pid;
}

int code_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

json Ended::json() const {
  auto parsed = nlohmann::json::parse(out, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << "not JSON: " << out << talk;
  return parsed;
}

Ended run(const Words& words, const Environment& environment) {
  const storage::testing::TemporaryFolder folder;
  const Streams streams{folder / "out", folder / "talk"};
  Ended ended;
  ended.code = code_of(start(words, environment, streams));
  ended.out = content(streams.out);
  ended.talk = content(streams.talk);
  return ended;
}

Node::Node(std::filesystem::path data_dir, const Words& flags, const Environment& environment)
    : data_dir_(std::move(data_dir)), log_(data_dir_.string() + ".log") {
  Words words = {"node", "--data", data_dir_.string()};
  words.insert(words.end(), flags.begin(), flags.end());
  pid_ = start(words, environment, {log_, log_});
}

Node::~Node() {
  if (pid_ == 0) return;
  signal(SIGKILL);
  wait_end();
}

json Node::status() const {
  const Ended asked = run({"status", "--data", data_dir_.string(), "--json"});
  return asked.code == 0 ? asked.json() : json();
}

bool Node::wait(const std::string& what, const std::function<bool(const json&)>& until) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  json last;
  while (std::chrono::steady_clock::now() < deadline) {
    last = status();
    if (!last.is_null() && until(last)) return true;
    std::this_thread::sleep_for(between_looks);
  }
  ADD_FAILURE() << "waited in vain for " << what << "\n" << last.dump(2) << "\n" << log();
  return false;
}

bool Node::wait_online() const {
  return wait("the node to be online", [](const json& status) { return status.at("online"); });
}

std::string Node::listens() const {
  const json known = status();
  return known.is_null() ? std::string() : known.at("listen").at(0).get<std::string>();
}

void Node::signal(int number) const { kill(pid_, number); }

int Node::wait_end() {
  const int code = code_of(pid_);
  pid_ = 0;
  return code;
}

std::string Node::log() const { return content(log_); }

}  // namespace tessera::tool::testing
