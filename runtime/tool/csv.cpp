#include <tessera/runtime/tool/csv.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tessera::tool {

Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
  std::vector<CsvRow> rows;
  CsvRow row;
  std::string field;
  bool quoted = false;
  bool any = false;  // the row has begun
  std::size_t line = 1;
  std::size_t quote_line = 0;
  const auto end_row = [&] {
    if (!any) return;
    row.push_back(std::move(field));
    rows.push_back(std::move(row));
    row.clear();
    field.clear();
    any = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field += text[++at];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = any = true;
      quote_line = line;
    } else if (c == ',') {
      any = true;
      row.push_back(std::move(field));
      field.clear();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      any = true;
      field += c;
    }
  }
  if (quoted) {
    return Error(Errc::malformed,
                 "the quote opened in line " + std::to_string(quote_line) + " is never closed");
  }
  end_row();
  return rows;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) {
    return Error(Errc::io_failed, path.string() + ": " + std::strerror(errno));
  }
  return std::move(content).str();
}

}  // namespace tessera::tool
