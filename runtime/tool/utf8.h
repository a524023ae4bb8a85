#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Keys and values of the program are text: JSON, in which it talks to nodes, carries nothing else.
namespace tessera::tool {

/// The first line, from 1, that is not UTF-8 (RFC 3629), or nothing.
[[nodiscard]] std::optional<std::size_t> line_not_utf8(std::string_view text);

}  // namespace tessera::tool
