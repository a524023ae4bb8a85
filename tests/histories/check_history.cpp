#include "history_reader.h"
#include "linearizability.h"

#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>

// check_history [--memory MIB] FILE...: judges recorded histories. Exit code 0 if all are
// linearizable, 1 if one is not, 3 if one could not be decided, 2 for bad arguments and bad files.

namespace tessera::histories {
namespace {

enum class ExitCode : int { linearizable = 0, not_linearizable = 1, bad_input = 2, undecided = 3 };

/// What it says about one file.
std::string sentence(const Judgement& judgement, const std::string& path) {
  const std::string size = std::to_string(judgement.operations) + " operations on " +
                           std::to_string(judgement.keys) + " keys";
  switch (judgement.verdict) {
    case Verdict::linearizable:
      return path + ": linearizable: " + size + ", " + std::to_string(judgement.configurations) +
             " configurations";
    case Verdict::not_linearizable:
      return path + ":" + std::to_string(judgement.line) + ": NOT linearizable: key \"" +
             judgement.key + "\": no order of the others leaves this operation a place";
    case Verdict::undecided:
      break;
  }
  return path + ": undecided: key \"" + judgement.key +
         "\" needs more memory; --memory allows more";
}

ExitCode judge_file(const std::string& path, std::size_t bytes_max) {
  const auto history = read_history_file(path);
  if (!history) {
    std::fprintf(stderr, "error: %s\n", history.error().message().c_str());
    return ExitCode::bad_input;
  }
  const Judgement judgement = judge(*history, bytes_max);
  std::printf("%s\n", sentence(judgement, path).c_str());
  switch (judgement.verdict) {
    case Verdict::linearizable:
      return ExitCode::linearizable;
    case Verdict::not_linearizable:
      return ExitCode::not_linearizable;
    case Verdict::undecided:
      break;
  }
  return ExitCode::undecided;
}

/// Bad input goes before a history that is not linearizable, and that before one undecided.
ExitCode worse(ExitCode a, ExitCode b) {
  for (const ExitCode code :
       {ExitCode::bad_input, ExitCode::not_linearizable, ExitCode::undecided}) {
    if (a == code || b == code) return code;
  }
  return ExitCode::linearizable;
}

int run(int count, char** words) {
  std::size_t mebibytes = default_bytes_max >> 20U;
  int first = 1;
  if (count > 2 && std::string_view(words[1]) == "--memory") {
    const std::string_view number = words[2];
    const char* end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, mebibytes);
    first = read.ec == std::errc{} && read.ptr == end ? 3 : count;
  }
  if (first >= count || words[first][0] == '-') {
    std::fprintf(stderr, "usage: check_history [--memory MIB] FILE...\n");
    return static_cast<int>(ExitCode::bad_input);
  }
  ExitCode code = ExitCode::linearizable;
  for (int word = first; word < count; ++word) {
    code = worse(code, judge_file(words[word], mebibytes << 20U));
  }
  return static_cast<int>(code);
}

}  // namespace
}  // namespace tessera::histories

int main(int count, char** words) { return tessera::histories::run(count, words); }
