#include <tessera/runtime/tool/bench/write_plan.h>

#include <algorithm>
#include <cstring>

namespace tessera::tool::bench {
namespace {

/// splitmix64: the next of a sequence that looks random.
std::uint64_t next_word(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t word = state;
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31U);
}

}  // namespace

Put WritePlan::at(std::uint64_t place) const {
  Put put;
  put.key = first + (count < keys ? place * keys / count : place % keys);
  put.value.resize(value_bytes);
  std::uint64_t state = place * 0x2545f4914f6cdd1dU ^ edition;
  for (std::size_t at = 0; at < value_bytes; at += sizeof(std::uint64_t)) {
    const std::uint64_t word = next_word(state);
    std::memcpy(put.value.data() + at, &word, std::min(sizeof word, value_bytes - at));
  }
  return put;
}

}  // namespace tessera::tool::bench
