#include <tessera/conformance/kit/test_name.h>

#include <algorithm>
#include <cctype>

namespace tessera::conformance {
namespace {

void erase_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.erase(at, what.size());
  }
}

}  // namespace

std::string test_name(std::string_view signature) {
  // "... [with T = X; std::string = ...]" or "... [T = X]".
  constexpr std::string_view before = "T = ";
  std::string type(signature.substr(signature.find(before) + before.size()));
  type.resize(std::min(type.find(';'), type.rfind(']')));
  for (const std::string_view scope :
       {"tessera::", "(anonymous namespace)::", "{anonymous}::", "<unnamed>::"}) {
    erase_all(type, scope);
  }
  std::string name;
  for (const char letter : type) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0;
    if (plain) name += letter;
    if (!plain && !name.empty() && name.back() != '_') name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

}  // namespace tessera::conformance
