#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/store/inspection.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tessera::tool {

ExitCode inspect(const InspectOptions& options) {
  const auto inspection = inspect_folder(options.folder);
  if (!inspection) return complain(inspection.error());
  if (options.json) {
    print(to_json(*inspection).dump());
  } else {
    for (const std::string& line : to_text(*inspection)) print(line);
  }
  if (!inspection->damaged()) return ExitCode::done;
  return complain(Error(
      Errc::damaged,
      fmt::format("{} of the checks of the store in {} fail; copy the folder before doing anything "
                  "with it",
                  inspection->held.damage.size(), inspection->store.string())));
}

}  // namespace tessera::tool
