#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/internal/recovery.h>
#include <tessera/storage/rocks/internal/suspicion.h>

#include <string>

namespace tessera::storage::rocks {
namespace {

[[nodiscard]] std::string mark_of(const std::filesystem::path& path) {
  return (path / "SUSPECT").string();
}

}  // namespace

void suspect(const std::filesystem::path& path, rocksdb::Env* env, std::string_view why) {
  // A disk that cannot even take this leaves the store as it was: suspected by nobody.
  rocksdb::Status marked = rocksdb::WriteStringToFile(env, std::string(why) + "\n", mark_of(path),
                                                      /*should_sync=*/true);
  if (marked.ok()) {
    marked = sync_directory(path, env);
  }
  marked.PermitUncheckedError();
}

Result<void> look_into_suspicion(const Database& database) {
  const std::string mark = mark_of(database.path());
  rocksdb::Env* const env = database.env();
  std::string why;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, mark, &why);
  if (read.IsNotFound() || read.IsPathNotFound()) {
    return {};
  }
  if (auto sound = database.verify_files(); !sound) {
    return std::move(sound).error().within("found damaged while it ran (" +
                                           why.substr(0, why.find('\n')) + ")");
  }
  rocksdb::Status cleared = env->DeleteFile(mark);
  if (cleared.ok()) {
    cleared = sync_directory(database.path(), env);
  }
  if (!cleared.ok()) {
    return open_error(database.path(), cleared);
  }
  return {};
}

}  // namespace tessera::storage::rocks
