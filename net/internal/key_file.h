#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <filesystem>
#include <span>

/// Small secret files: read only if nobody else can, written whole or not at all.
/// Blocking; callable from any thread.
namespace tessera::net {

struct KeyFileContent {
  std::size_t size = 0;   ///< bytes read, at most the buffer's size
  bool is_whole = false;  ///< the file holds no more than that
};

/// Fills `buffer` with the file at `path`. Errors: `not_found`, `not_allowed` if the mode lets
/// others in, `foreign` if it is not a regular file, `io_failed`.
[[nodiscard]] Result<KeyFileContent> read_key_file(const std::filesystem::path& path,
                                                   std::span<std::uint8_t> buffer);

/// Writes a new file at `path` with mode 0600, durable when this returns. Fails with `foreign`,
/// and leaves the other alone, if there is one already; `io_failed` for all else.
[[nodiscard]] Result<void> write_key_file(const std::filesystem::path& path, ByteView content);

}  // namespace tessera::net
