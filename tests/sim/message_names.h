#pragma once

#include <tessera/conformance/marks.h>
#include <tessera/groups/core/effects.h>
#include <tessera/groups/core/status.h>

#include <string>
#include <string_view>

/// Words for what members say and do, for traces. Pure functions.
namespace tessera::sim {

[[nodiscard]] std::string_view name_of(core::Role role);
[[nodiscard]] std::string describe(const core::Message& message);
[[nodiscard]] std::string describe(const core::Persist& persist);

/// The mark that says that such a message was delivered.
[[nodiscard]] Mark mark_of(const core::Message& message);

}  // namespace tessera::sim
