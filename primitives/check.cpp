#include <tessera/primitives/check.h>

#include <cstdio>
#include <cstdlib>

namespace tessera {

void check_failed(std::string_view what, SourcePlace where) {
  std::fprintf(stderr, "tessera: check failed: %.*s (%s:%u, %s)\n", static_cast<int>(what.size()),
               what.data(), where.file, where.line, where.function);
  std::abort();
}

}  // namespace tessera
