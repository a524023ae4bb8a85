#pragma once

#include "arguments.h"
#include "stage.h"

#include <string_view>
#include <vector>

/// What a script can do, by its name. Plain functions on the stage.
namespace tessera::scenarios {

struct Verb {
  std::string_view name;
  std::string_view usage;
  void (*act)(Stage& stage, Arguments& arguments);
};

/// Processes, disks and clocks.
[[nodiscard]] const std::vector<Verb>& member_verbs();
/// Messages and links.
[[nodiscard]] const std::vector<Verb>& message_verbs();
/// Callers, and what a script wants printed.
[[nodiscard]] const std::vector<Verb>& caller_verbs();

/// Throws `BadArgument` if there is no such verb.
[[nodiscard]] const Verb& find_verb(std::string_view name);

/// What the first command of a script, `group`, says.
[[nodiscard]] StageOptions group_options(Arguments& arguments);

}  // namespace tessera::scenarios
