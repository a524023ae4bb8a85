#pragma once

#include <tessera/primitives/unique_id.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

/// What the conformance suite must be told about a machine and about a strategy. Both are templates
/// that their author specialises; nothing here has a state.
namespace tessera::conformance {

/// How to drive the machine `M`. A specialisation is required:
///
///     static typename M::Command command(std::uint64_t i);
///         Different bytes for each i; may be applied in any order. As many bytes as are usual.
///     static tessera::UniqueId digest(const M& machine);
///         Equal for equal states and different for different ones, however they came about.
///     static M machine();
///         Optional: the initial state. Without it `M{}`.
template <class M>
struct Workload;

/// What the strategy `S` states of itself. Everything is optional:
///
///     static S strategy();
///         As the suite tries it. Without it what the machine's `state_sync()` gives if that is an
///         `S`, `S{}` otherwise.
///     static std::vector<S> others();
///         The same strategy with settings under which members must not meet that of `strategy()`,
///         nor each other.
///     static constexpr bool verifies = true;
///         It finds out that a provider other than the leader serves wrong bytes which decode.
///     static constexpr std::size_t memory_max = ...;
///         Bytes that one session and those who serve it take at most beside what is left when it
///         is over: requests, answers, copies of the machine. Without it sixteen times what was to
///         be fetched, and 1 MiB.
template <class S>
struct Settings {};

}  // namespace tessera::conformance
