#include <tessera/primitives/check.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// What one durable batch costs, by how many entries share its sync. The store lies in the folder
/// for temporary files: set TMPDIR to the disk to be measured.
namespace {

using namespace tessera;
using namespace tessera::storage;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tessera-bench-XXXXXX").string();
    check(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

GroupWrite next_write(Index first, std::int64_t entries, const Bytes& data) {
  GroupWrite write;
  write.group = GroupId(UniqueId::from("group"));
  write.storage = StorageId(UniqueId::from("storage"));
  for (std::int64_t i = 0; i < entries; ++i) {
    const Index index = first + static_cast<std::uint64_t>(i);
    write.entries.push_back({{Term(1), index}, EntryKind::command, LogTime(1), data});
  }
  return write;
}

void append_and_sync(benchmark::State& state) {
  const Folder folder;
  RocksOptions options;
  options.path = folder.path() / "store";
  const auto store = open_rocks_store(options, PeerId(UniqueId::from("owner")));
  check(store.has_value(), "the store opens");
  const Bytes data(std::vector<std::uint8_t>(static_cast<std::size_t>(state.range(1)), 'x'));
  Cursor last;
  for (auto _ : state) {
    GroupWrite write = next_write(last.index + 1, state.range(0), data);
    last = write.entries.back().position;
    if (last.index.value() % 100'000 < static_cast<std::uint64_t>(state.range(0))) {
      write.prune = last;  // as after a snapshot
    }
    check((*store)->log().write({&write, 1}).has_value(), "the write succeeds");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) * state.range(1));
}

BENCHMARK(append_and_sync)
    ->ArgNames({"entries", "bytes"})
    ->ArgsProduct({{1, 16, 256, 4096}, {256}})
    ->Args({64, 65536})
    ->UseRealTime();

}  // namespace
