#pragma once

#include <string_view>

/// What the links between the members that are measured are, and how every output says it.
namespace tessera::tool::bench {

/// As the switch `--plain` says.
enum class Links : bool { encrypted, plain };

[[nodiscard]] inline Links links_of(bool plain) { return plain ? Links::plain : Links::encrypted; }

/// For people.
[[nodiscard]] inline std::string_view sentence_of(Links links) {
  return links == Links::plain ? "Links are NOT encrypted." : "Links are encrypted.";
}

}  // namespace tessera::tool::bench
