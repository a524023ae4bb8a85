#include "play.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tessera::scenarios;

constexpr std::string_view usage =
    "Plays scenario files on real cores and compares what happens with their transcripts.\n"
    "  tessera_scenarios [--print|--rewrite] FILE...\n"
    "  --print    prints each file with what happens now\n"
    "  --rewrite  writes that into the file: a difference to review\n";

/// True if the file is as it should be, or has been made so.
bool handle(const std::string& file, std::string_view mode) {
  const Script script = read_script(file);
  const Performance performance = play(script);
  const std::string text = compose(rewritten(script, performance));
  if (!performance.broken.empty()) {
    std::printf("%s: an invariant is broken: %s\n", file.c_str(), performance.broken.c_str());
  }
  if (mode == "--print") {
    std::fputs(text.c_str(), stdout);
  } else if (mode == "--rewrite") {
    std::ofstream(file) << text;
  } else {
    const std::string differs = difference(script, performance);
    std::fputs(differs.c_str(), stdout);
    return differs.empty();
  }
  return performance.broken.empty();
}

}  // namespace

int main(int count, char** words) {
  std::vector<std::string> files;
  std::string_view mode;
  for (int at = 1; at < count; ++at) {
    const std::string_view word = words[at];
    if (word == "--print" || word == "--rewrite") {
      mode = word;
    } else {
      files.emplace_back(word);
    }
  }
  if (files.empty() || files.front().starts_with("--")) {
    std::fputs(usage.data(), stderr);
    return 2;
  }
  int failed = 0;
  for (const std::string& file : files) {
    try {
      if (!handle(file, mode)) ++failed;
    } catch (const std::exception& error) {
      std::printf("%s\n", error.what());
      ++failed;
    }
  }
  std::printf("%zu passed, %d failed\n", files.size() - static_cast<std::size_t>(failed), failed);
  return failed == 0 ? 0 : 1;
}
