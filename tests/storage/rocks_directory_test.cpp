#include "store_words.h"
#include "temporary_folder.h"
#include <tessera/storage/rocks/internal/data_directory.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tessera::storage {
namespace {

using namespace testing;

Result<std::unique_ptr<Store>> open_at(const std::filesystem::path& path,
                                       std::string_view owner = "owner") {
  RocksOptions options;
  options.path = path;
  return open_rocks_store(options, peer_named(owner));
}

/// Opening fails with `code`, and the message names the path and says each of `words`.
void expect_refused(const Result<std::unique_ptr<Store>>& opened, Errc code,
                    const std::vector<std::string>& words) {
  ASSERT_FALSE(opened.has_value());
  EXPECT_TRUE(opened.error().is(code)) << opened.error().message();
  for (const std::string& word : words) {
    EXPECT_NE(opened.error().message().find(word), std::string::npos)
        << "'" << word << "' is not in: " << opened.error().message();
  }
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// What a child process that runs `body` prints to its parent.
template <class Body>
std::string said_by_child(Body body) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string said = body();
    const auto written = write(ends[1], said.data(), said.size());
    _exit(written < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string said;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    said.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return said;
}

TEST(RocksDirectory, AMissingFolderIsMadeAndUsedAgain) {
  const TemporaryFolder folder;
  const auto path = folder / "a" / "b" / "store";
  std::uint64_t number = 0;
  {
    const auto store = open_at(path);
    ASSERT_TRUE(store.has_value()) << store.error().message();
    EXPECT_TRUE((*store)->durable());
    EXPECT_EQ((*store)->run().starts, 1u);
    number = (*store)->run().number;
  }
  const auto store = open_at(path);
  ASSERT_TRUE(store.has_value()) << store.error().message();
  EXPECT_EQ((*store)->run().starts, 2u);
  EXPECT_NE((*store)->run().number, number);
}

TEST(RocksDirectory, AFileIsRefused) {
  const TemporaryFolder folder;
  write_file(folder / "file", "text");
  expect_refused(open_at(folder / "file"), Errc::io_failed,
                 {(folder / "file").string(), "not a folder"});
}

TEST(RocksDirectory, AFolderOfOtherFilesIsForeignAndLeftAlone) {
  const TemporaryFolder folder;
  write_file(folder / "thesis.txt", "text");
  expect_refused(open_at(folder.path()), Errc::foreign,
                 {folder.path().string(), "not a tessera store", "thesis.txt"});
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder.path())) {
    ++files;
  }
  EXPECT_EQ(files, 1u);
}

TEST(RocksDirectory, AnotherProgramsRocksDbIsForeign) {
  const TemporaryFolder folder;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder.path().string(), &db).ok());
  delete db;
  expect_refused(open_at(folder.path()), Errc::foreign,
                 {folder.path().string(), "RocksDB database that is not a tessera store"});
}

TEST(RocksDirectory, AForeignFormatFileIsRefused) {
  const TemporaryFolder folder;
  write_file(folder / "FORMAT", "JPEG\n");
  expect_refused(open_at(folder.path()), Errc::foreign, {folder.path().string(), "FORMAT"});
}

TEST(RocksDirectory, ANewerFormatIsRefusedNamingBoth) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_at(folder / "store").has_value());
  write_file(folder / "store/FORMAT", "tessera store, format 2\n");
  expect_refused(open_at(folder / "store"), Errc::version_mismatch,
                 {(folder / "store").string(), "format 2", "format 1", "newer"});
  write_file(folder / "store/FORMAT", "tessera store, format 0\n");
  expect_refused(open_at(folder / "store"), Errc::version_mismatch, {"format 0", "format 1"});
}

TEST(RocksDirectory, APartOfAnotherVersionIsRefusedUntouched) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_at(folder / "store").has_value());
  {
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    ASSERT_TRUE(rocksdb::DB::Open(
                    {}, (folder / "store").string(),
                    {{"default", {}}, {"meta", {}}, {"log", {}}, {"snapshot", {}}, {"machine", {}}},
                    &handles, &db)
                    .ok());
    rocksdb::ColumnFamilyHandle* foreign = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "foreign", &foreign).ok());
    handles.push_back(foreign);
    for (auto* handle : handles) {
      ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
    delete db;
  }
  expect_refused(open_at(folder / "store"), Errc::version_mismatch,
                 {(folder / "store").string(), "foreign"});
}

TEST(RocksDirectory, AnotherNodesStoreIsForeignAndSaysWhose) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_at(folder / "store", "alice").has_value());
  expect_refused(
      open_at(folder / "store", "bob"), Errc::foreign,
      {(folder / "store").string(), peer_named("alice").brief(), peer_named("bob").brief()});
  EXPECT_TRUE(open_at(folder / "store", "alice").has_value());
}

TEST(RocksDirectory, AStoreInUseByThisProcessIsRefused) {
  const TemporaryFolder folder;
  const auto store = open_at(folder / "store");
  ASSERT_TRUE(store.has_value());
  expect_refused(open_at(folder / "store"), Errc::io_failed,
                 {(folder / "store").string(), "already open in this process"});
}

TEST(RocksDirectory, AStoreInUseByAnotherProcessIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_at(folder / "store").has_value());
  std::array<int, 2> ready{};
  std::array<int, 2> done{};
  ASSERT_EQ(pipe(ready.data()), 0);
  ASSERT_EQ(pipe(done.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    // Another process's RocksDB would hold this lock.
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const int file = ::open((folder / "store/LOCK").c_str(), O_RDWR);
    char byte = file >= 0 && fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    const bool told = write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1;
    _exit(told ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  expect_refused(open_at(folder / "store"), Errc::io_failed,
                 {(folder / "store").string(), "in use by another process"});
  ASSERT_EQ(write(done[1], &byte, 1), 1);
  waitpid(child, nullptr, 0);
  for (const int end : {ready[0], ready[1], done[0], done[1]}) {
    close(end);
  }
  EXPECT_TRUE(open_at(folder / "store").has_value());
}

TEST(RocksDirectory, AFolderThatMayNotBeReadOrWrittenIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_at(folder / "store").has_value());
  std::filesystem::permissions(folder / "store", std::filesystem::perms::none);
  std::filesystem::create_directory(folder / "readable");
  std::filesystem::permissions(folder / "readable", std::filesystem::perms(0555));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  for (const char* name : {"store", "store/deeper", "readable", "new"}) {
    const auto said = said_by_child([&]() -> std::string {
      if (geteuid() == 0 && seteuid(65534) != 0) {
        return "cannot give up root's rights";
      }
      const auto opened = open_at(folder / name);
      return opened ? "opened" : opened.error().code().message() + "|" + opened.error().message();
    });
    EXPECT_NE(said.find((folder / name).string()), std::string::npos) << said;
    EXPECT_NE(said.find("ermission denied"), std::string::npos) << said;
    EXPECT_NE(said.find(make_error_code(Errc::io_failed).message()), std::string::npos) << said;
  }
  std::filesystem::permissions(folder / "store", std::filesystem::perms::owner_all);
}

TEST(RocksDirectory, ACrashWhileTheStoreIsMadeLeavesOneThatOpens) {
  const TemporaryFolder folder;
  write_file(folder / "FORMAT.new", "tessera sto");  // before the rename
  ASSERT_TRUE(open_at(folder.path()).has_value());
  const TemporaryFolder later;
  write_file(later / "FORMAT", "tessera store, format 1\n");  // before RocksDB began
  ASSERT_TRUE(open_at(later.path()).has_value());
}

/// Notes what becomes of names, in order.
class WatchedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit WatchedFileSystem(std::vector<std::string>& notes)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), notes_(notes) {}

  [[nodiscard]] const char* Name() const override { return "WatchedFileSystem"; }

  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    notes_.push_back("named " + to);
    return target()->RenameFile(from, to, options, debug);
  }
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override {
    notes_.push_back("opened for its sync " + name);
    return target()->NewDirectory(name, options, directory, debug);
  }

 private:
  std::vector<std::string>& notes_;
};

TEST(RocksDirectory, TheNameThatMakesAFolderAStoreIsDurable) {
  const TemporaryFolder folder;
  const auto path = folder / "store";
  std::vector<std::string> notes;
  const auto env = rocksdb::NewCompositeEnv(std::make_shared<WatchedFileSystem>(notes));
  ASSERT_TRUE(rocks::prepare_directory(path, env.get()).has_value());
  EXPECT_EQ(notes, (std::vector<std::string>{"opened for its sync " + folder.path().string(),
                                             "named " + (path / "FORMAT").string(),
                                             "opened for its sync " + path.string()}));
}

}  // namespace
}  // namespace tessera::storage
