#pragma once

#include <tessera/groups/settings.h>
#include <tessera/primitives/result.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What `tessera node` is told: by flags, then `TESSERA_*` variables, then a TOML file, then
/// defaults. The group's key comes from the file or the environment only, never from a flag that
/// other users of the machine could read.
namespace tessera::tool {

struct NodeSettings {
  std::string network = "tessera";
  std::filesystem::path data_dir = "tessera-data";
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> advertise;
  std::vector<std::string> peers;
  std::string key;  ///< the group's passphrase
  std::size_t founders = 3;
  bool join_only = false;  ///< never found, only join
  GroupSettings group;
};

/// Overrides `settings` by the TOML file at `path`. An unknown key, a wrong type or bad syntax is
/// an error with its line, and a suggestion if a known key is near.
[[nodiscard]] Result<void> read_settings_file(const std::filesystem::path& path,
                                              NodeSettings& settings);

/// Overrides `settings` by `TESSERA_NETWORK`, `TESSERA_DATA`, `TESSERA_LISTEN`, `TESSERA_ADVERTISE`
/// and `TESSERA_PEERS` (separated by commas), `TESSERA_KEY` and `TESSERA_FOUNDERS`.
[[nodiscard]] Result<void> read_settings_environment(NodeSettings& settings);

}  // namespace tessera::tool
