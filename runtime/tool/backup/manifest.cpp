#include <tessera/primitives/plain_digest.h>
#include <tessera/runtime/tool/backup/manifest.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace tessera::tool {
namespace {

constexpr std::string_view first_words = "tessera backup, format ";

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Cursor> cursor_in(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto term = number_in<std::uint64_t>(text.substr(0, colon));
  const auto index = number_in<std::uint64_t>(text.substr(colon + 1));
  if (!term || !index) return std::nullopt;
  return Cursor{Term(*term), Index(*index)};
}

/// Takes the text up to the next space, and the space.
std::string_view take_word(std::string_view& text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return word;
}

/// A path that stays in the backup's folder.
bool is_plain(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.find("..") == std::string_view::npos;
}

/// Reads the lines between the first and the last one, in their order.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// False at the first line that does not fit, which is then `line()`.
  bool read(BackupManifest& manifest) {
    return id("group", manifest.group) && id("genesis", manifest.genesis) &&
           id("from", manifest.taken_from.peer) && id("store", manifest.taken_from.storage) &&
           text("taken", manifest.taken_at) && position("snapshot", manifest.snapshot) &&
           number("parts", manifest.parts) && last(manifest) && committed(manifest) &&
           number("entries", manifest.entries) && files(manifest.files);
  }
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  /// The rest of the next line, which begins with `key`.
  std::optional<std::string_view> value(std::string_view key) {
    ++line_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (take_word(line) != key) return std::nullopt;
    return line;
  }
  template <class Id>
  bool id(std::string_view key, Id& into) {
    const auto text = value(key);
    const auto parsed = text ? UniqueId::parse(*text) : std::nullopt;
    if (!parsed) return false;
    into = Id(*parsed);
    return true;
  }
  bool text(std::string_view key, std::string& into) {
    const auto found = value(key);
    if (!found) return false;
    into = std::string(*found);
    return true;
  }
  template <class Number>
  bool number(std::string_view key, Number& into) {
    const auto text = value(key);
    const auto parsed = text ? number_in<Number>(*text) : std::nullopt;
    if (!parsed) return false;
    into = *parsed;
    return true;
  }
  bool position(std::string_view key, std::optional<Cursor>& into) {
    const auto text = value(key);
    if (!text) return false;
    if (*text == "none") return true;
    into = cursor_in(*text);
    return into.has_value();
  }
  bool last(BackupManifest& manifest) {
    std::optional<Cursor> last;
    if (!position("last", last) || !last) return false;
    manifest.last = *last;
    return true;
  }
  bool committed(BackupManifest& manifest) {
    std::uint64_t index = 0;
    if (!number("committed", index)) return false;
    manifest.committed = Index(index);
    return manifest.committed <= manifest.last.index;
  }
  bool files(std::vector<BackupFile>& into) {
    while (!rest_.empty()) {
      auto line = value("file");
      if (!line) return false;
      const auto digest = UniqueId::parse(take_word(*line));
      const auto size = number_in<std::uint64_t>(take_word(*line));
      if (!digest || !size || !is_plain(*line)) return false;
      into.push_back({std::string(*line), *size, *digest});
    }
    return true;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace

std::string part_file(std::uint32_t number) { return fmt::format("parts/{:06}", number); }

std::string log_file(std::uint32_t number) { return fmt::format("log/{:06}", number); }

std::uint64_t BackupManifest::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) sum += file.size;
  return sum;
}

const BackupFile* BackupManifest::find(std::string_view name) const {
  const auto found = std::ranges::find(files, name, &BackupFile::name);
  return found == files.end() ? nullptr : &*found;
}

std::string to_text(const BackupManifest& manifest) {
  std::string text = fmt::format("{}{}\n", first_words, backup_format);
  const auto add = [&text](std::string_view key, std::string_view value) {
    text += fmt::format("{} {}\n", key, value);
  };
  add("group", manifest.group.hex());
  add("genesis", manifest.genesis.hex());
  add("from", manifest.taken_from.peer.hex());
  add("store", manifest.taken_from.storage.hex());
  add("taken", manifest.taken_at);
  add("snapshot", manifest.snapshot ? manifest.snapshot->to_string() : "none");
  add("parts", std::to_string(manifest.parts));
  add("last", manifest.last.to_string());
  add("committed", std::to_string(manifest.committed.value()));
  add("entries", std::to_string(manifest.entries));
  for (const BackupFile& file : manifest.files) {
    add("file", fmt::format("{} {} {}", file.digest.hex(), file.size, file.name));
  }
  add("end", plain_digest(as_bytes(text)).hex());
  return text;
}

nlohmann::json backup_json(const BackupManifest& manifest) {
  nlohmann::json report;
  report["group"] = manifest.group.hex();
  report["genesis"] = manifest.genesis.hex();
  report["from"] = manifest.taken_from.peer.hex();
  report["taken"] = manifest.taken_at;
  report["snapshot"] =
      manifest.snapshot ? nlohmann::json(manifest.snapshot->to_string()) : nlohmann::json();
  report["parts"] = manifest.parts;
  report["entries"] = manifest.entries;
  report["last"] = manifest.last.to_string();
  report["committed_index"] = manifest.committed.value();
  report["bytes"] = manifest.bytes();
  return report;
}

Result<BackupManifest> parse_manifest(std::string_view text, const std::filesystem::path& path) {
  const auto damaged = [&path](const std::string& how) {
    return Error(Errc::damaged, path.string() + ": " + how);
  };
  if (!text.starts_with(first_words)) {
    return Error(Errc::foreign, path.string() + " is not that of a backup of tessera's");
  }
  const std::string_view format =
      text.substr(first_words.size(), text.find('\n') - first_words.size());
  const auto number = number_in<std::uint32_t>(format);
  if (!number) return damaged("line 1 states no format");
  if (*number != backup_format) {
    return Error(
        Errc::version_mismatch,
        fmt::format("{}: the backup has format {}, this version reads and writes format {}",
                    path.string(), *number, backup_format));
  }
  const std::size_t end = text.rfind("end ");
  if (end == std::string_view::npos || !text.ends_with('\n') || text[end - 1] != '\n') {
    return damaged("its last line, the digest of all others, is missing");
  }
  const auto digest = UniqueId::parse(text.substr(end + 4, text.size() - end - 5));
  if (!digest || *digest != plain_digest(as_bytes(text.substr(0, end)))) {
    return damaged("its digest differs: it is not as it was written");
  }
  const std::size_t body = text.find('\n') + 1;
  BackupManifest manifest;
  Reader reader(text.substr(body, end - body));
  if (!reader.read(manifest)) {
    return damaged(fmt::format("line {} is not what belongs there", reader.line()));
  }
  return manifest;
}

}  // namespace tessera::tool
