#pragma once

#include <tessera/groups/core/configuration.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// What a stopped node's store holds, and what is wrong with it. Values.
namespace tessera::tool {

struct Inspection {
  std::filesystem::path store;
  storage::ExaminedStore held;
  /// Who the members of each group are, as far as its log and snapshot say so.
  std::map<GroupId, core::Configuration> members;

  [[nodiscard]] bool damaged() const { return !held.damage.empty(); }
};

/// Reads and checks everything in the store of `folder`, without changing it. Errors as of
/// `open_stopped_store`.
[[nodiscard]] Result<Inspection> inspect_folder(const std::filesystem::path& folder);

[[nodiscard]] nlohmann::json to_json(const Inspection& inspection);
/// For people, in lines.
[[nodiscard]] std::vector<std::string> to_text(const Inspection& inspection);

}  // namespace tessera::tool
