#pragma once

#include <tessera/primitives/bytes.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bytes as lower-case hexadecimal digits, and back.
namespace tessera {

[[nodiscard]] std::string to_hex(ByteView bytes);

/// Nothing if `text` has an odd length or a character that is not a hexadecimal digit.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

}  // namespace tessera
