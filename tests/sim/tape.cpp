#include <tessera/conformance/tape.h>

#include <cstring>

namespace tessera::sim {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 32U);
}

}  // namespace

std::uint64_t fingerprint(ByteView bytes) {
  std::uint64_t hash = 0x2545f4914f6cdd1dULL ^ bytes.size();
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    hash = mixed(hash, word);
  }
  for (; at < bytes.size(); ++at) hash = mixed(hash, bytes[at]);
  return hash;
}

std::uint64_t Tape::apply(ByteView command, Index index) {
  digest = mixed(mixed(digest, fingerprint(command)), index.value());
  last = index;
  return ++count;
}

std::optional<std::uint64_t> id_of(ByteView command) {
  if (command.size() < 9) return std::nullopt;
  std::uint64_t id = 0;
  for (std::size_t at = 0; at < 8; ++at) {
    id |= std::uint64_t{command[at]} << (8 * at);
  }
  return id;
}

}  // namespace tessera::sim
