#include <tessera/runtime/tool/csv.h>
#include <tessera/runtime/tool/demo/data_set.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tessera::tool::demo {
namespace {

constexpr const char* registry_file = "/usr/share/ieee-data/oui.csv";
constexpr const char* package_list_file = "/var/lib/dpkg/status";
constexpr std::size_t lines_max = 40'000;

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\r");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

}  // namespace

Result<DataSet> read_registry(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  auto table = parse_csv(*text);
  if (!table) return table.error().within(file.string());
  DataSet data;
  data.file = file;
  data.name = "the IEEE registry of network-card makers";
  data.items = "makers";
  data.load_flags = "--key-column 2";
  std::map<std::string, std::size_t> seen;
  for (std::size_t at = 1; at < table->size(); ++at) {
    const CsvRow& row = (*table)[at];
    if (row.size() < 4) {
      return Error(Errc::malformed, fmt::format("{}: row {} has {} columns instead of 4",
                                                file.string(), at + 1, row.size()));
    }
    const std::string maker = trimmed(row[2]) + " | " + trimmed(row[3]);
    const auto [place, fresh] = seen.try_emplace(row[1], data.rows.size());
    if (fresh) {
      data.rows.emplace_back(row[1], maker);
    } else {
      data.rows[place->second].second += " ; " + maker;
    }
  }
  if (data.rows.empty()) return Error(Errc::malformed, file.string() + " holds no rows");
  // The first prefix ever given out, and one that a virtual machine's card is likely to have.
  for (const char* key : {"000000", "080027", "B827EB"}) {
    if (seen.contains(key)) data.lookups.emplace_back(key);
  }
  if (data.lookups.empty()) data.lookups.push_back(data.rows.front().first);
  return data;
}

Result<DataSet> read_package_list(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  DataSet data;
  data.file = file;
  data.name = "the lines of dpkg's list of packages";
  data.items = "lines";
  std::size_t begin = 0;
  while (begin < text->size() && data.rows.size() < lines_max) {
    const std::size_t end = std::min(text->find('\n', begin), text->size());
    data.rows.emplace_back(std::to_string(data.rows.size() + 1), text->substr(begin, end - begin));
    begin = end + 1;
  }
  if (data.rows.empty()) return Error(Errc::malformed, file.string() + " is empty");
  data.lookups.push_back("1");
  return data;
}

Result<DataSet> open_data_set() {
  std::error_code ignored;
  if (std::filesystem::exists(registry_file, ignored)) return read_registry(registry_file);
  return read_package_list(package_list_file);
}

}  // namespace tessera::tool::demo
