#include <tessera/runtime/restore_mark.h>

#include <string>
#include <system_error>

namespace tessera {

std::filesystem::path restore_mark(const std::filesystem::path& data_dir) {
  return data_dir / "RESTORING";
}

Result<void> refuse_half_restored(const std::filesystem::path& data_dir) {
  std::error_code error;
  if (!std::filesystem::exists(restore_mark(data_dir), error)) return {};
  return Error(Errc::not_allowed, "a restore into " + data_dir.string() +
                                      " was interrupted, so part of its data is missing: delete "
                                      "the folder and restore again");
}

}  // namespace tessera
