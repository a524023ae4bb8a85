#include "arguments.h"

#include "naming.h"

#include <charconv>
#include <optional>

namespace tessera::scenarios {
namespace {

std::optional<std::size_t> number_in(const std::string& text) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

bool Arguments::take(const std::string& word) {
  if (empty() || words_[next_] != word) return false;
  ++next_;
  return true;
}

std::string Arguments::word(const std::string& what) {
  if (empty()) throw BadArgument("'" + words_.front() + "' lacks " + what);
  return words_[next_++];
}

std::size_t Arguments::number(const std::string& what) {
  const std::string text = word(what);
  const auto found = number_in(text);
  if (!found) throw BadArgument("'" + text + "' is not " + what);
  return *found;
}

std::size_t Arguments::node_from(const std::string& text) const {
  const auto found = number_in(text);
  if (!found || *found >= nodes_) {
    throw BadArgument("'" + text + "' is no member; there are " + std::to_string(nodes_));
  }
  return *found;
}

std::vector<std::size_t> Arguments::nodes_from(const std::string& text) const {
  std::vector<std::size_t> nodes;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    nodes.push_back(node_from(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return nodes;
}

std::size_t Arguments::node() { return node_from(word("a member")); }

std::vector<std::size_t> Arguments::nodes() { return nodes_from(word("members")); }

Selection Arguments::way() {
  const std::string text = word("a way such as 0->1");
  const std::size_t arrow = text.find("->");
  if (arrow == std::string::npos) throw BadArgument("'" + text + "' is no way such as 0->1");
  Selection selection;
  const std::string from = text.substr(0, arrow);
  const std::string to = text.substr(arrow + 2);
  if (from != "*") selection.from = node_from(from);
  if (to != "*") selection.to = node_from(to);
  return selection;
}

Selection Arguments::messages() {
  Selection selection = way();
  if (empty()) return selection;
  selection.kind = message_kind(words_[next_]);
  if (selection.kind) ++next_;
  return selection;
}

std::vector<Way> Arguments::links() {
  const std::string text = word("a link such as 0-1, 0->1 or 0,1|2");
  std::vector<Way> ways;
  if (const std::size_t arrow = text.find("->"); arrow != std::string::npos) {
    ways.push_back({node_from(text.substr(0, arrow)), node_from(text.substr(arrow + 2))});
    return ways;
  }
  const std::size_t between = text.find_first_of("-|");
  if (between == std::string::npos) {
    throw BadArgument("'" + text + "' is no link such as 0-1, 0->1 or 0,1|2");
  }
  for (const std::size_t left : nodes_from(text.substr(0, between))) {
    for (const std::size_t right : nodes_from(text.substr(between + 1))) {
      ways.push_back({left, right});
      ways.push_back({right, left});
    }
  }
  return ways;
}

Duration Arguments::time() {
  const std::string text = word("a time such as 100ms or 2s");
  const std::size_t unit = text.find_first_not_of("0123456789");
  const auto count = number_in(text.substr(0, unit));
  const std::string name = unit == std::string::npos ? "" : text.substr(unit);
  if (!count || (name != "ms" && name != "s")) {
    throw BadArgument("'" + text + "' is no time such as 100ms or 2s");
  }
  const auto counted = static_cast<std::int64_t>(*count);
  if (name == "s") return std::chrono::seconds{counted};
  return std::chrono::milliseconds{counted};
}

void Arguments::end() const {
  if (!empty())
    throw BadArgument("'" + words_[next_] + "' is too much for '" + words_.front() + "'");
}

}  // namespace tessera::scenarios
