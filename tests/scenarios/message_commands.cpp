#include "commands.h"

#include <algorithm>

namespace tessera::scenarios {
namespace {

std::string line_of(Stage& stage, const Courier::Letter& letter) {
  return std::to_string(letter.way.from) + "->" + std::to_string(letter.way.to) + " " +
         stage.naming().message(letter.message);
}

const Courier::Letter& letter_of(Stage& stage, std::uint64_t number) {
  const auto& letters = stage.courier().letters();
  return *std::find_if(letters.begin(), letters.end(),
                       [&](const Courier::Letter& letter) { return letter.number == number; });
}

/// Those meant by `WAY [KIND] [first|last]`; at least one, or the script is wrong.
std::vector<std::uint64_t> chosen(Stage& stage, Arguments& arguments) {
  std::vector<std::uint64_t> found = stage.courier().find(arguments.messages());
  if (found.empty()) throw BadArgument("no such message is on its way");
  if (arguments.take("first")) found.resize(1);
  if (arguments.take("last")) found.erase(found.begin(), found.end() - 1);
  return found;
}

void deliver(Stage& stage, Arguments& arguments) {
  const std::vector<std::uint64_t> letters = chosen(stage, arguments);
  const auto keep = arguments.take("keep") ? Courier::Keep::yes : Courier::Keep::no;
  arguments.end();
  for (const std::uint64_t number : letters) {
    // What one delivery sets in motion may end the bond that the next one came by.
    const auto left = stage.courier().find({});
    if (std::find(left.begin(), left.end(), number) == left.end()) continue;
    stage.say(line_of(stage, letter_of(stage, number)));
    stage.deliver(number, keep);
  }
}

void drop(Stage& stage, Arguments& arguments) {
  const std::vector<std::uint64_t> letters = chosen(stage, arguments);
  arguments.end();
  for (const std::uint64_t number : letters) {
    stage.say("lost: " + line_of(stage, letter_of(stage, number)));
    stage.courier().drop(number);
  }
}

void run(Stage& stage, Arguments& arguments) {
  arguments.end();
  const std::size_t delivered = stage.run();
  stage.say(std::to_string(delivered) + (delivered == 1 ? " message" : " messages"));
}

void hold(Stage& stage, Arguments& arguments) {
  const Selection selection = arguments.messages();
  arguments.end();
  stage.courier().hold(selection);
}

void hold_nothing(Stage& stage, Arguments& arguments) {
  arguments.end();
  stage.courier().hold_nothing();
}

void cut(Stage& stage, Arguments& arguments) {
  const std::vector<Way> ways = arguments.links();
  arguments.end();
  for (const Way way : ways) stage.courier().cut(way);
}

void heal(Stage& stage, Arguments& arguments) {
  const std::vector<Way> ways = arguments.empty() ? std::vector<Way>(stage.courier().cuts().begin(),
                                                                     stage.courier().cuts().end())
                                                  : arguments.links();
  arguments.end();
  for (const Way way : ways) stage.courier().heal(way);
  stage.settle();
}

void reconnect(Stage& stage, Arguments& arguments) {
  const std::vector<Way> ways = arguments.links();
  arguments.end();
  for (const Way way : ways) {
    if (way.from < way.to) stage.courier().reconnect(way);
  }
  stage.settle();
}

void letters(Stage& stage, Arguments& arguments) {
  Selection selection;
  if (!arguments.empty()) selection = arguments.messages();
  arguments.end();
  const auto found = stage.courier().find(selection);
  if (found.empty()) stage.say("nothing on its way");
  for (const std::uint64_t number : found) {
    stage.say("on its way: " + line_of(stage, letter_of(stage, number)));
  }
}

}  // namespace

const std::vector<Verb>& message_verbs() {
  static const std::vector<Verb> verbs{
      {"deliver", "deliver WAY [KIND] [first|last] [keep]", deliver},
      {"drop", "drop WAY [KIND] [first|last]", drop},
      {"run", "run", run},
      {"hold", "hold WAY [KIND]", hold},
      {"hold-nothing", "hold-nothing", hold_nothing},
      {"cut", "cut LINK", cut},
      {"heal", "heal [LINK]", heal},
      {"reconnect", "reconnect LINK", reconnect},
      {"letters", "letters [WAY [KIND]]", letters},
  };
  return verbs;
}

}  // namespace tessera::scenarios
