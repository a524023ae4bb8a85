// Replays the committed corpus of one target, so that what a fuzzer once found stays found.

#include "target.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tessera::fuzz {
namespace {

std::vector<std::uint8_t> contents_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(FuzzReplay, TheCorpusBreaksNoRule) {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TESSERA_FUZZ_CORPUS)) {
    SCOPED_TRACE(entry.path().string());
    const auto input = contents_of(entry.path());
    ++(run(input) ? accepted : refused);
    // What follows an interesting input, cut short, is often interesting too.
    for (std::size_t size = 0; size < input.size(); ++size) {
      (void)run(ByteView(input).first(size));
    }
  }
  // A corpus that only knows one answer tests little.
  EXPECT_GT(accepted, 0U);
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace tessera::fuzz
