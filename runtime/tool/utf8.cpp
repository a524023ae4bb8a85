#include <tessera/runtime/tool/utf8.h>

#include <algorithm>
#include <cstdint>

namespace tessera::tool {
namespace {

/// How long the character is that `text` begins with; 0 if it is none.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < size) return 0;
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xc0U) != 0x80U) return 0;
  }
  // Overlong forms, surrogates, and what lies above U+10FFFF.
  const std::uint8_t second = byte(1);
  if (first == 0xe0 && second < 0xa0) return 0;
  if (first == 0xed && second > 0x9f) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second > 0x8f) return 0;
  return size;
}

}  // namespace

std::optional<std::size_t> line_not_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = character(text.substr(at));
    if (size == 0) {
      const auto before = text.substr(0, at);
      return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    }
    at += size;
  }
  return std::nullopt;
}

}  // namespace tessera::tool
