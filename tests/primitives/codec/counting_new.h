#pragma once

#include <cstddef>

/// A program that links counting_new.cpp counts what it allocates.
namespace tessera::test {

/// Every byte that `operator new` has handed out in this process, freed or not. Any thread.
[[nodiscard]] std::size_t bytes_allocated();

}  // namespace tessera::test
