#pragma once

#include <string>
#include <string_view>

/// Names of tests after the strategies they try. Plain functions.
namespace tessera::conformance {

/// `WholeState_Ledger` for `WholeState<Ledger>`. `signature` is that of a function template, as the
/// compiler spells it, whose one parameter `T` is the type.
[[nodiscard]] std::string test_name(std::string_view signature);

/// For types of the user's.
template <class T>
[[nodiscard]] std::string name_of_type() {
  return test_name(__PRETTY_FUNCTION__);
}

}  // namespace tessera::conformance
