#include <tessera/conformance/broken.h>
#include <tessera/conformance/kit/attempt.h>

#include <exception>
#include <string>

namespace tessera::conformance {

Finding attempt(const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& broken) {
    return broken.what();
  }
  return std::nullopt;
}

Finding for_each_seed(const Subject& subject, const Stage::Options& options,
                      const std::function<void(Stage&)>& body) {
  for (std::uint64_t seed = 1; seed <= seeds_tried; ++seed) {
    Stage::Options seeded = options;
    seeded.seed = options.seed * seed;
    const Finding found = attempt([&] {
      Stage stage(subject, seeded);
      body(stage);
    });
    if (found) return "seed " + std::to_string(seeded.seed) + ": " + *found;
  }
  return std::nullopt;
}

}  // namespace tessera::conformance
