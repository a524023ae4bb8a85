#include <tessera/conformance/plan.h>

#include <array>
#include <charconv>
#include <sstream>

namespace tessera::sim {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(FaultEvent::Kind::count_of_kinds)>
    fault_names{"crash",        "crash-all", "wipe-disk", "copy-disk",  "old-disk",
                "disk-failure", "pause",     "slow-disk", "clock-jump", "reset-link",
                "partition",    "bit-rot",   "full-disk", "full-disks"};
constexpr std::array<std::string_view, 4> call_names{"execute", "feed", "read", "read-weakly"};
constexpr std::array<std::string_view, static_cast<std::size_t>(WishEvent::Kind::count_of_kinds)>
    wish_names{"transfer", "promote", "demote", "configure", "snapshot", "prune"};

/// The enumerator that `word` names.
template <class Kind, std::size_t N>
std::optional<Kind> kind_of(const std::array<std::string_view, N>& names, std::string_view word) {
  for (std::size_t at = 0; at < N; ++at) {
    if (names[at] == word) return static_cast<Kind>(at);
  }
  return std::nullopt;
}

template <class Kind, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Kind kind) {
  return names[static_cast<std::size_t>(kind)];
}

std::string group_text(const std::vector<std::size_t>& nodes) {
  std::string text;
  for (const std::size_t node : nodes) text += (text.empty() ? "" : ",") + std::to_string(node);
  return "{" + text + "}";
}

struct Words {
  std::ostream& out;

  void operator()(const FaultEvent& event) const {
    using Kind = FaultEvent::Kind;
    out << name_of(fault_names, event.kind);
    if (event.kind == Kind::partition) {
      out << ' ' << group_text(event.left) << (event.one_way ? " > " : " | ")
          << group_text(event.right);
    } else if (event.kind != Kind::crash_all && event.kind != Kind::full_disks) {
      out << " node " << event.node;
    }
    if (event.kind == Kind::reset_link) {
      out << " other " << event.other;
    } else if (event.kind != Kind::copy_disk) {
      out << " for " << to_string(event.lasts);
    }
  }
  void operator()(const CallEvent& event) const {
    out << name_of(call_names, event.kind) << " node " << event.node;
    if (event.client != 0) out << " client " << event.client;
    if (event.length != 0) out << " bytes " << event.length;
    if (event.cancelled) out << " cancel-after " << to_string(event.patience);
    if (event.closes) out << " close";
  }
  void operator()(const WishEvent& event) const {
    out << name_of(wish_names, event.kind) << " node " << event.node;
    if (event.kind < WishEvent::Kind::configure) out << " other " << event.other;
    if (event.faster) out << " faster";
  }
};

bool parse_number(std::string_view text, std::uint64_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

/// "1.25s".
bool parse_time(std::string_view text, Duration& time) {
  if (!text.ends_with('s')) return false;
  text.remove_suffix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::uint64_t seconds = 0;
  if (!parse_number(text.substr(0, point), seconds)) return false;
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  constexpr std::size_t digits = 9;
  if (fraction.size() > digits || (point != text.size() && fraction.empty())) return false;
  fraction.resize(digits, '0');
  std::uint64_t nanoseconds = 0;
  if (!parse_number(fraction, nanoseconds)) return false;
  time = std::chrono::seconds{seconds} + Duration(nanoseconds);
  return true;
}

/// "{0,2}".
bool parse_group(std::string_view text, std::vector<std::size_t>& nodes) {
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return false;
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::string_view number = text.substr(0, text.find(','));
    std::uint64_t node = 0;
    if (!parse_number(number, node)) return false;
    nodes.push_back(node);
    text.remove_prefix(std::min(number.size() + 1, text.size()));
  }
  return true;
}

/// Reads what follows an event's name, word after word.
class Reader {
 public:
  explicit Reader(std::istream& in) : in_(in) {}

  bool read(FaultEvent& event) {
    if (event.kind == FaultEvent::Kind::partition) {
      std::string left;
      std::string between;
      std::string right;
      in_ >> left >> between >> right;
      event.one_way = between == ">";
      if (between != ">" && between != "|") return false;
      if (!parse_group(left, event.left) || !parse_group(right, event.right)) return false;
    }
    return rest([&](const std::string& word) {
      if (word == "node") return number(event.node);
      if (word == "other") return number(event.other);
      return word == "for" && time(event.lasts);
    });
  }
  bool read(CallEvent& event) {
    return rest([&](const std::string& word) {
      if (word == "node") return number(event.node);
      if (word == "client") return number(event.client);
      if (word == "bytes") return number(event.length);
      if (word == "cancel-after") return event.cancelled = time(event.patience);
      return event.closes = word == "close";
    });
  }
  bool read(WishEvent& event) {
    return rest([&](const std::string& word) {
      if (word == "node") return number(event.node);
      if (word == "other") return number(event.other);
      return event.faster = word == "faster";
    });
  }

 private:
  template <class Take>
  bool rest(const Take& take) {
    for (std::string word; in_ >> word;) {
      if (!take(word)) return false;
    }
    return true;
  }
  bool number(std::uint64_t& into) {
    std::string word;
    return in_ >> word && parse_number(word, into);
  }
  bool time(Duration& into) {
    std::string word;
    return in_ >> word && parse_time(word, into);
  }

  std::istream& in_;
};

template <class Kind, class What>
std::optional<Event> read_event(const Duration& at, Kind kind, What what, std::istream& in) {
  what.kind = kind;
  if (!Reader(in).read(what)) return std::nullopt;
  return Event{at, what};
}

}  // namespace

std::string to_string(Duration time) {
  std::string digits = std::to_string(time.count() % 1'000'000'000 + 1'000'000'000).substr(1);
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  std::string text = std::to_string(time.count() / 1'000'000'000);
  if (!digits.empty()) text += "." + digits;
  return text + "s";
}

std::string to_string(const Event& event) {
  std::ostringstream out;
  out << '+' << to_string(event.at) << ' ';
  std::visit(Words{out}, event.what);
  return out.str();
}

std::optional<Event> parse_event(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::string stamp;
  std::string name;
  in >> stamp >> name;
  Duration at{};
  if (!stamp.starts_with('+') || !parse_time(stamp.substr(1), at)) return std::nullopt;
  if (const auto fault = kind_of<FaultEvent::Kind>(fault_names, name)) {
    return read_event(at, *fault, FaultEvent{}, in);
  }
  if (const auto call = kind_of<Operation::Kind>(call_names, name)) {
    return read_event(at, *call, CallEvent{}, in);
  }
  if (const auto wish = kind_of<WishEvent::Kind>(wish_names, name)) {
    return read_event(at, *wish, WishEvent{}, in);
  }
  return std::nullopt;
}

}  // namespace tessera::sim
