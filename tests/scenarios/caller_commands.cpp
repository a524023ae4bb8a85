#include "commands.h"

#include <array>

namespace tessera::scenarios {
namespace {

using Kind = sim::Operation::Kind;

void call(Stage& stage, Arguments& arguments, Kind kind) {
  Stage::Call call;
  call.kind = kind;
  call.node = arguments.node();
  call.name = arguments.word("a name");
  arguments.end();
  if (!stage.node(call.node).up()) throw BadArgument(std::to_string(call.node) + " does not run");
  stage.call(call);
}

void execute(Stage& stage, Arguments& arguments) { call(stage, arguments, Kind::execute); }
void feed(Stage& stage, Arguments& arguments) { call(stage, arguments, Kind::feed); }
void read(Stage& stage, Arguments& arguments) { call(stage, arguments, Kind::strong_read); }
void read_weakly(Stage& stage, Arguments& arguments) { call(stage, arguments, Kind::weak_read); }

void forget_admin(Stage& stage, Arguments& arguments) {
  const std::string name = arguments.word("a wish such as promote-3");
  arguments.end();
  stage.forget_admin(name);
}

void admin(Stage& stage, Arguments& arguments) {
  using Action = core::AdminAction::Kind;
  constexpr std::array<std::pair<std::string_view, Action>, 4> actions{
      {{"remove", Action::remove},
       {"promote", Action::promote},
       {"demote", Action::demote},
       {"transfer", Action::transfer}}};
  const std::size_t asked = arguments.node();
  const std::string wish = arguments.word("what is wished");
  core::AdminAction action;
  bool known = false;
  for (const auto& [name, kind] : actions) {
    if (name != wish) continue;
    action.kind = kind;
    known = true;
  }
  if (!known) throw BadArgument("'" + wish + "' is not remove, promote, demote or transfer");
  const std::size_t whom = arguments.node();
  arguments.end();
  action.peer = stage.node(whom).peer();
  stage.admin(asked, action, wish + "-" + std::to_string(whom));
}

void print_logs(Stage& stage, Arguments& arguments) {
  std::vector<std::size_t> nodes;
  if (arguments.empty()) {
    for (std::size_t node = 0; node < stage.size(); ++node) nodes.push_back(node);
  } else {
    nodes = arguments.nodes();
  }
  arguments.end();
  for (const std::size_t node : nodes) {
    if (!stage.node(node).up()) continue;
    stage.say("log of " + std::to_string(node) + ": " + stage.naming().log(stage.node(node)));
  }
}

void print_committed(Stage& stage, Arguments& arguments) {
  arguments.end();
  std::string text;
  for (Index index{1}; index <= stage.chronicle().last(); ++index) {
    text += (text.empty() ? "" : ", ") + stage.naming().entry(stage.chronicle().at(index).entry);
  }
  stage.say("committed: " + (text.empty() ? std::string("nothing") : text));
  stage.say("commands run: " +
            std::to_string(stage.chronicle().tape_at(stage.chronicle().last()).count));
}

}  // namespace

const std::vector<Verb>& caller_verbs() {
  static const std::vector<Verb> verbs{
      {"execute", "execute N NAME", execute},
      {"feed", "feed N NAME", feed},
      {"read", "read N NAME", read},
      {"read-weakly", "read-weakly N NAME", read_weakly},
      {"forget-admin", "forget-admin WISH-M", forget_admin},
      {"admin", "admin N remove|promote|demote|transfer M", admin},
      {"logs", "logs [N,...]", print_logs},
      {"committed", "committed", print_committed},
  };
  return verbs;
}

const Verb& find_verb(std::string_view name) {
  for (const auto* verbs : {&member_verbs(), &message_verbs(), &caller_verbs()}) {
    for (const Verb& verb : *verbs) {
      if (verb.name == name) return verb;
    }
  }
  throw BadArgument("'" + std::string(name) + "' is no command; README.md lists them");
}

StageOptions group_options(Arguments& arguments) {
  StageOptions options;
  options.nodes = options.founders = arguments.number("a number of founders");
  if (options.founders == 0 || options.founders > 7) throw BadArgument("1 to 7 members found");
  options.group.committee_target = static_cast<std::uint32_t>(options.founders);
  // Small groups whose members come and go: whatever lasts, lasts as long as the script says.
  while (!arguments.empty()) {
    if (arguments.take("joining")) {
      options.nodes += arguments.number("a number of joining members");
    } else if (arguments.take("committee")) {
      options.group.committee_target = static_cast<std::uint32_t>(arguments.number("a target"));
    } else if (arguments.take("log-replay")) {
      options.strategy = sim::Swarm::Strategy::log_replay;
    } else if (arguments.take("always-install")) {
      options.group.inline_catch_up = 0;
    } else if (arguments.take("small-appends")) {
      options.append_max = 1;
    } else {
      arguments.end();
    }
  }
  return options;
}

}  // namespace tessera::scenarios
