#pragma once

#include "disk_operations.h"
#include <tessera/primitives/random.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What a power loss may leave of files and names.
///
/// A file's writes are durable when it was synced, names when their folder was. Of what was not,
/// a loss keeps for each file: nothing; everything; the beginning, torn at some byte; or any of the
/// sectors. Of a folder's changes since its sync it keeps the first few: file systems with a
/// journal keep their order. One thread at a time.
namespace tessera::storage::testing {

/// Files and folders, by their paths.
struct DiskImage {
  std::map<std::string, std::string> files;
  std::set<std::string> folders;

  void write_to(const std::filesystem::path& folder) const;
  /// What is in `folder` now.
  [[nodiscard]] static DiskImage of(const std::filesystem::path& folder);
};

class SimulatedDisk {
 public:
  /// Everything in `image` is durable.
  explicit SimulatedDisk(const DiskImage& image = {});

  void apply(const DiskOperation& operation);

  /// What is there as long as nothing fails.
  [[nodiscard]] DiskImage now() const;

  /// What may be there after a power loss at this moment.
  [[nodiscard]] DiskImage after_power_loss(Random& random) const;

 private:
  using FileNumber = std::uint64_t;
  struct Write {
    std::uint64_t offset = 0;
    std::string data;
  };
  struct File {
    std::string durable;
    std::vector<Write> unsynced;
  };
  /// Names in one folder, and what they stand for.
  using Names = std::map<std::string, FileNumber>;
  /// Names that appear and disappear at once.
  struct NameChange {
    std::optional<std::pair<std::string, FileNumber>> appears;
    std::optional<std::string> disappears;
  };
  struct Folder {
    Names durable;
    Names current;
    std::vector<NameChange> unsynced;
  };

  void change_names(const std::string& folder, NameChange change);
  [[nodiscard]] FileNumber file_at(const std::string& path) const;
  static void apply_change(Names& names, const NameChange& change);
  [[nodiscard]] static std::string content(const File& file);
  [[nodiscard]] static std::string what_is_left(const File& file, Random& random);

  std::map<FileNumber, File> files_;
  std::map<std::string, Folder> folders_;
};

}  // namespace tessera::storage::testing
