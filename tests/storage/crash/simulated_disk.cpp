#include "simulated_disk.h"

#include <tessera/primitives/check.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tessera::storage::testing {
namespace {

namespace fs = std::filesystem;

/// What a disk writes as a whole.
constexpr std::size_t sector_bytes = 512;
/// Numbers of files that were there from the start; the recording counts from 1.
constexpr std::uint64_t first_given_file = std::uint64_t{1} << 32U;

[[nodiscard]] std::string folder_of(const std::string& path) {
  return fs::path(path).parent_path().string();
}
[[nodiscard]] std::string base_of(const std::string& path) {
  return fs::path(path).filename().string();
}

struct Piece {
  std::uint64_t offset = 0;
  std::string_view data;
};
void overwrite(std::string& content, const Piece& piece) {
  if (content.size() < piece.offset + piece.data.size()) {
    content.resize(piece.offset + piece.data.size());
  }
  content.replace(piece.offset, piece.data.size(), piece.data);
}

/// `piece` cut at the boundaries of sectors.
[[nodiscard]] std::vector<Piece> sectors_of(Piece piece) {
  std::vector<Piece> sectors;
  while (!piece.data.empty()) {
    const std::size_t length =
        std::min<std::size_t>(piece.data.size(), sector_bytes - piece.offset % sector_bytes);
    sectors.push_back({piece.offset, piece.data.substr(0, length)});
    piece.offset += length;
    piece.data.remove_prefix(length);
  }
  return sectors;
}

}  // namespace

std::string to_string(const DiskOperation& operation) {
  using enum DiskOperation::Kind;
  const std::string file = "file " + std::to_string(operation.file);
  switch (operation.kind) {
    case create:
      return "create " + file + " as " + operation.path;
    case write:
      return "write " + std::to_string(operation.data.size()) + " bytes to " + file + " at " +
             std::to_string(operation.offset);
    case sync:
      return "sync " + file;
    case rename:
      return "rename " + operation.path + " to " + operation.target;
    case link:
      return "link " + operation.path + " to " + operation.target;
    case remove:
      return "remove " + operation.path;
    case make_folder:
      return "make folder " + operation.path;
    case sync_folder:
      return "sync folder '" + operation.path + "'";
  }
  return {};
}

void DiskImage::write_to(const fs::path& folder) const {
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const std::string& name : folders) {
    fs::create_directories(folder / name);
  }
  for (const auto& [name, content] : files) {
    std::ofstream(folder / name, std::ios::binary) << content;
  }
}

DiskImage DiskImage::of(const fs::path& folder) {
  DiskImage image;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).string();
    if (entry.is_directory()) {
      image.folders.insert(name);
    } else {
      std::ifstream file(entry.path(), std::ios::binary);
      image.files[name] = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
  }
  return image;
}

SimulatedDisk::SimulatedDisk(const DiskImage& image) {
  folders_[""];
  for (const std::string& name : image.folders) {
    folders_[name];
  }
  FileNumber number = first_given_file;
  for (const auto& [path, content] : image.files) {
    files_[++number].durable = content;
    Folder& folder = folders_[folder_of(path)];
    folder.durable[base_of(path)] = folder.current[base_of(path)] = number;
  }
}

void SimulatedDisk::apply_change(Names& names, const NameChange& change) {
  if (change.disappears) {
    names.erase(*change.disappears);
  }
  if (change.appears) {
    names[change.appears->first] = change.appears->second;
  }
}

void SimulatedDisk::change_names(const std::string& folder, NameChange change) {
  Folder& changed = folders_.at(folder);
  apply_change(changed.current, change);
  changed.unsynced.push_back(std::move(change));
}

SimulatedDisk::FileNumber SimulatedDisk::file_at(const std::string& path) const {
  return folders_.at(folder_of(path)).current.at(base_of(path));
}

void SimulatedDisk::apply(const DiskOperation& operation) {
  using enum DiskOperation::Kind;
  const std::string& path = operation.path;
  const std::string& target = operation.target;
  switch (operation.kind) {
    case create:
      files_[operation.file];
      change_names(folder_of(path), {{{base_of(path), operation.file}}, {}});
      break;
    case write: {
      // Of a file that was opened again: by its name.
      const FileNumber number = operation.file != 0 ? operation.file : file_at(path);
      files_.at(number).unsynced.push_back({operation.offset, operation.data});
      break;
    }
    case sync: {
      File& file = files_.at(operation.file != 0 ? operation.file : file_at(path));
      file.durable = content(file);
      file.unsynced.clear();
      break;
    }
    case rename: {
      check(folder_of(path) == folder_of(target), "files are renamed within their folder");
      const NameChange change{{{base_of(target), file_at(path)}}, base_of(path)};
      change_names(folder_of(path), change);
      break;
    }
    case link:
      change_names(folder_of(target), {{{base_of(target), file_at(path)}}, {}});
      break;
    case remove:
      change_names(folder_of(path), {{}, base_of(path)});
      break;
    case make_folder:
      // Always durable: the store makes its folders before anything depends on them.
      folders_[path];
      break;
    case sync_folder: {
      Folder& folder = folders_.at(path);
      folder.durable = folder.current;
      folder.unsynced.clear();
      break;
    }
  }
}

std::string SimulatedDisk::content(const File& file) {
  std::string content = file.durable;
  for (const Write& write : file.unsynced) {
    overwrite(content, {write.offset, write.data});
  }
  return content;
}

DiskImage SimulatedDisk::now() const {
  DiskImage image;
  for (const auto& [path, folder] : folders_) {
    image.folders.insert(path);
    for (const auto& [name, number] : folder.current) {
      image.files[(fs::path(path) / name).string()] = content(files_.at(number));
    }
  }
  return image;
}

std::string SimulatedDisk::what_is_left(const File& file, Random& random) {
  const std::uint64_t fate = file.unsynced.empty() ? 0 : random.below(4);
  if (fate == 0) {
    return file.durable;
  }
  if (fate == 1) {
    return content(file);
  }
  std::string left = file.durable;
  if (fate == 2) {  // torn
    std::uint64_t bytes = 0;
    for (const Write& write : file.unsynced) {
      bytes += write.data.size();
    }
    std::uint64_t kept = random.below(bytes + 1);
    for (const Write& write : file.unsynced) {
      const std::uint64_t length = std::min<std::uint64_t>(kept, write.data.size());
      overwrite(left, {write.offset, std::string_view(write.data).substr(0, length)});
      kept -= length;
      if (kept == 0) {
        break;
      }
    }
    return left;
  }
  for (const Write& write : file.unsynced) {  // some sectors, in whatever order
    for (const Piece& sector : sectors_of({write.offset, write.data})) {
      if (random.chance({1, 2})) {
        overwrite(left, sector);
      }
    }
  }
  return left;
}

DiskImage SimulatedDisk::after_power_loss(Random& random) const {
  DiskImage image;
  std::map<FileNumber, std::string> left;  // a file with two names is one file
  for (const auto& [path, folder] : folders_) {
    image.folders.insert(path);
    Names names = folder.durable;
    const std::uint64_t kept = random.below(folder.unsynced.size() + 1);
    for (std::uint64_t i = 0; i < kept; ++i) {
      apply_change(names, folder.unsynced[i]);
    }
    for (const auto& [name, number] : names) {
      auto known = left.find(number);
      if (known == left.end()) {
        known = left.emplace(number, what_is_left(files_.at(number), random)).first;
      }
      image.files[(fs::path(path) / name).string()] = known->second;
    }
  }
  return image;
}

}  // namespace tessera::storage::testing
