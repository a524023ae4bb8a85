// The manifest of a backup, a text. One that is accepted must be the one text of what it says.

#include "target.h"
#include <tessera/primitives/check.h>
#include <tessera/runtime/tool/backup/manifest.h>

namespace tessera::fuzz {

bool run(ByteView input) {
  const auto manifest = tool::parse_manifest(as_text(input), "MANIFEST");
  if (!manifest) return false;
  const std::string text = tool::to_text(*manifest);
  const auto again = tool::parse_manifest(text, "MANIFEST");
  check(again && *again == *manifest, "a manifest reads as it was written");
  return true;
}

}  // namespace tessera::fuzz
