#include <tessera/runtime/restore_mark.h>
#include <tessera/runtime/tool/store/data_folder.h>

#include <system_error>
#include <utility>

namespace tessera::tool {

namespace fs = std::filesystem;

fs::path identity_file(const fs::path& data_dir) { return data_dir / "identity.key"; }

fs::path store_folder(const fs::path& data_dir) { return data_dir / "store"; }

Result<fs::path> find_store_folder(const fs::path& folder) {
  if (auto whole = refuse_half_restored(folder); !whole) return std::move(whole).error();
  for (const fs::path& each : {store_folder(folder), folder}) {
    std::error_code failed;
    const fs::file_status status = fs::status(each / "FORMAT", failed);
    if (status.type() == fs::file_type::none) {
      return Error(Errc::io_failed, each.string() + " cannot be read: " + failed.message());
    }
    if (status.type() != fs::file_type::not_found) return each;
  }
  return Error(Errc::not_found, "there is no store in " + folder.string() +
                                    ", which should be a node's data folder");
}

}  // namespace tessera::tool
