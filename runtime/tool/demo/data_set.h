#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/loader.h>

#include <filesystem>
#include <string>
#include <vector>

/// What the demo loads: something real that a Debian system has.
namespace tessera::tool::demo {

struct DataSet {
  std::filesystem::path file;
  std::string name;                  ///< "the IEEE registry of network-card makers"
  std::string items;                 ///< "makers"
  Rows rows;                         ///< every key once
  std::vector<std::string> lookups;  ///< keys worth looking up, present in `rows`
  std::string load_flags;            ///< with which `tessera load` loads the file
};

/// The IEEE registry if it is installed, else the lines of dpkg's list of packages.
[[nodiscard]] Result<DataSet> open_data_set();

/// The registry as oui.csv has it; a prefix that was given out more than once is one row.
[[nodiscard]] Result<DataSet> read_registry(const std::filesystem::path& file);
[[nodiscard]] Result<DataSet> read_package_list(const std::filesystem::path& file);

}  // namespace tessera::tool::demo
