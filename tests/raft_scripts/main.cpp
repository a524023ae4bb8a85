// raft_scripts DIR...: replays every datadriven script (*.txt) in the folders, at any depth.

#include "confchange_script.h"
#include "interaction_script.h"
#include "quorum_script.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace tessera::raft_scripts {
namespace {

namespace fs = std::filesystem;

/// The scripts in `folder`, sorted by name; a file stands for itself.
std::vector<fs::path> scripts_in(const fs::path& folder) {
  if (!fs::is_directory(folder)) return {folder};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".txt") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// False if the file is not a script that can be read.
bool run(const fs::path& file, Tally& tally) {
  std::ifstream in(file);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    std::cerr << file.string() << ": cannot be read\n";
    return false;
  }
  const auto script = parse_script(file.string(), text.str());
  if (!script) {
    std::cerr << file.string() << ": " << script.error().message() << '\n';
    return false;
  }
  if (is_quorum_script(*script)) {
    run_quorum_script(*script, tally);
  } else if (is_confchange_script(*script)) {
    run_confchange_script(*script, tally);
  } else {
    run_interaction_script(*script, tally);
  }
  return true;
}

int main_with(const std::vector<std::string>& folders) {
  if (folders.empty() || folders.front().starts_with("-")) {
    std::cerr << "usage: raft_scripts DIR...\n"
                 "replays the datadriven scripts (*.txt) of etcd/raft in the folders\n";
    return 2;
  }
  Tally tally(std::cout);
  bool readable = true;
  for (const std::string& folder : folders) {
    std::error_code missing;
    if (!fs::exists(folder, missing)) {
      std::cerr << folder << ": there is no such folder\n";
      readable = false;
      continue;
    }
    for (const fs::path& file : scripts_in(folder)) readable = run(file, tally) && readable;
  }
  if (tally.skips_too_much()) std::cerr << "more than one in ten directives was skipped\n";
  tally.summarise();
  return tally.failed() == 0 && readable && !tally.skips_too_much() ? 0 : 1;
}

}  // namespace
}  // namespace tessera::raft_scripts

int main(int count, char** arguments) {
  return tessera::raft_scripts::main_with({arguments + 1, arguments + count});
}
