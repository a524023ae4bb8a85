#include <tessera/storage/rocks/internal/manifest_log.h>

#include <boost/crc.hpp>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <string>
#include <utility>

namespace tessera::storage::rocks {
namespace {

// The format of RocksDB's logs: blocks of 32 KiB with records that do not cross from one into the
// next. A record is a checksum, a length, a type, and that many bytes; what is too long for a block
// is written in pieces.
constexpr std::size_t block_bytes = std::size_t{32} << 10U;
constexpr std::size_t header_bytes = 7;
constexpr std::uint8_t whole_record = 1;
constexpr std::uint8_t first_piece = 2;
constexpr std::uint8_t middle_piece = 3;
constexpr std::uint8_t last_piece = 4;

/// CRC-32C.
using Checksum = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

[[nodiscard]] std::uint32_t masked(std::uint32_t checksum) {
  return ((checksum >> 15U) | (checksum << 17U)) + 0xa282ead8U;
}

[[nodiscard]] std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
  }
  return number;
}

struct Piece {
  std::uint8_t type = 0;
  std::size_t end = 0;  ///< of it, in the file
};

/// The piece at `at`; nothing if there is none as it was written.
[[nodiscard]] std::optional<Piece> piece_at(std::string_view text, std::size_t at) {
  const std::size_t block_end = at - at % block_bytes + block_bytes;
  if (text.size() - at < header_bytes) {
    return std::nullopt;
  }
  const std::size_t length = little_endian(text.substr(at + 4, 2));
  const std::size_t end = at + header_bytes + length;
  if (end > block_end || end > text.size()) {
    return std::nullopt;
  }
  Checksum checksum;
  checksum.process_bytes(text.data() + at + 6, 1 + length);
  if (masked(checksum.checksum()) != little_endian(text.substr(at, 4))) {
    return std::nullopt;
  }
  return Piece{static_cast<std::uint8_t>(text[at + 6]), end};
}

class Watch final : public ManifestWatch {
 public:
  [[nodiscard]] std::optional<ManifestMark> durable() const override {
    const std::scoped_lock lock(mutex_);
    return durable_;
  }
  void synced(const ManifestMark& mark) {
    const std::scoped_lock lock(mutex_);
    if (!durable_ || durable_->number <= mark.number) {
      durable_ = mark;
    }
  }

 private:
  mutable std::mutex mutex_;
  std::optional<ManifestMark> durable_;
};

class WatchedManifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedManifest(std::unique_ptr<rocksdb::FSWritableFile> file, std::uint64_t number,
                  std::shared_ptr<Watch> watch)
      : FSWritableFileOwnerWrapper(std::move(file)), number_(number), watch_(std::move(watch)) {}

  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    const std::uint64_t bytes = GetFileSize(options, debug);
    return noted(bytes, FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    const std::uint64_t bytes = GetFileSize(options, debug);
    return noted(bytes, FSWritableFileOwnerWrapper::Fsync(options, debug));
  }

 private:
  rocksdb::IOStatus noted(std::uint64_t bytes, rocksdb::IOStatus synced) {
    if (synced.ok()) {
      watch_->synced({number_, bytes});
    }
    return synced;
  }

  std::uint64_t number_;
  std::shared_ptr<Watch> watch_;
};

class WatchingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  WatchingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& files,
                     std::shared_ptr<Watch> watch, ManifestSwitch about_to_switch)
      : FileSystemWrapper(files),
        watch_(std::move(watch)),
        about_to_switch_(std::move(about_to_switch)) {}

  [[nodiscard]] const char* Name() const override { return "tessera::WatchingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    const auto number = manifest_number(name);
    if (made.ok() && number) {
      *file = std::make_unique<WatchedManifest>(std::move(*file), *number, watch_);
    }
    return made;
  }

  /// The file CURRENT, which names the MANIFEST in use, is replaced as a whole.
  rocksdb::IOStatus RenameFile(const std::string& name, const std::string& target,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const auto mark = watch_->durable();
    if (mark && target.ends_with("/CURRENT")) {
      if (rocksdb::Status stated = about_to_switch_(*mark); !stated.ok()) {
        return rocksdb::status_to_io_status(std::move(stated));
      }
    }
    return FileSystemWrapper::RenameFile(name, target, options, debug);
  }

 private:
  std::shared_ptr<Watch> watch_;
  ManifestSwitch about_to_switch_;
};

class CutManifest final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  CutManifest(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}

  rocksdb::IOStatus Read(std::size_t bytes, const rocksdb::IOOptions& options,
                         rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) override {
    const std::size_t wanted = std::min<std::uint64_t>(bytes, left_);
    rocksdb::IOStatus read =
        FSSequentialFileOwnerWrapper::Read(wanted, options, result, scratch, debug);
    if (read.ok()) {
      left_ -= result->size();
    }
    return read;
  }
  rocksdb::IOStatus Skip(std::uint64_t bytes) override {
    const std::uint64_t skipped = std::min(bytes, left_);
    left_ -= skipped;
    return FSSequentialFileOwnerWrapper::Skip(skipped);
  }

 private:
  std::uint64_t left_;
};

class CuttingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  CuttingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& files, const ManifestMark& end)
      : FileSystemWrapper(files), end_(end) {}

  [[nodiscard]] const char* Name() const override { return "tessera::CuttingFileSystem"; }

  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus opened = FileSystemWrapper::NewSequentialFile(name, options, file, debug);
    if (opened.ok() && manifest_number(name) == end_.number) {
      *file = std::make_unique<CutManifest>(std::move(*file), end_.bytes);
    }
    return opened;
  }

 private:
  ManifestMark end_;
};

}  // namespace

std::size_t sound_bytes(std::string_view manifest) {
  std::size_t sound = 0;
  bool in_pieces = false;
  for (std::size_t at = 0; at < manifest.size();) {
    if (const std::size_t rest = block_bytes - at % block_bytes; rest < header_bytes) {
      at += rest;  // zeros
      continue;
    }
    const auto piece = piece_at(manifest, at);
    if (!piece) {
      break;
    }
    const bool begins = piece->type == whole_record || piece->type == first_piece;
    const bool goes_on = piece->type == middle_piece || piece->type == last_piece;
    if (in_pieces ? !goes_on : !begins) {
      break;
    }
    in_pieces = piece->type == first_piece || piece->type == middle_piece;
    at = piece->end;
    if (!in_pieces) {
      sound = at;
    }
  }
  return sound;
}

std::optional<std::uint64_t> manifest_number(std::string_view name) {
  constexpr std::string_view prefix = "MANIFEST-";
  const std::size_t at = name.rfind(prefix);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  name.remove_prefix(at + prefix.size());
  if (name.ends_with('\n')) {
    name.remove_suffix(1);
  }
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) {
    return std::nullopt;
  }
  return number;
}

WatchedFiles watch_manifest(const std::shared_ptr<rocksdb::FileSystem>& files,
                            ManifestSwitch about_to_switch) {
  auto watch = std::make_shared<Watch>();
  return {std::make_shared<WatchingFileSystem>(files, watch, std::move(about_to_switch)), watch};
}

std::shared_ptr<rocksdb::FileSystem> manifest_cut_at(
    const std::shared_ptr<rocksdb::FileSystem>& files, const ManifestMark& end) {
  return std::make_shared<CuttingFileSystem>(files, end);
}

}  // namespace tessera::storage::rocks
