#include "commands.h"

namespace tessera::scenarios {
namespace {

std::size_t running(Stage& stage, Arguments& arguments) {
  const std::size_t node = arguments.node();
  if (!stage.node(node).up()) throw BadArgument(std::to_string(node) + " does not run");
  return node;
}

std::size_t down(Stage& stage, Arguments& arguments) {
  const std::size_t node = arguments.node();
  if (stage.node(node).up()) throw BadArgument(std::to_string(node) + " runs");
  return node;
}

void start(Stage& stage, Arguments& arguments) {
  const std::size_t node = down(stage, arguments);
  arguments.end();
  stage.start(node);
}

void crash(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  arguments.end();
  const std::size_t lost = stage.node(node).disk().unsynced();
  if (lost != 0) {
    stage.say(std::to_string(lost) + (lost == 1 ? " write of " : " writes of ") +
              std::to_string(node) + " lost");
  }
  stage.crash(node);
}

void wipe(Stage& stage, Arguments& arguments) {
  const std::size_t node = down(stage, arguments);
  arguments.end();
  stage.wipe(node);
}

void rot(Stage& stage, Arguments& arguments) {
  const std::size_t node = down(stage, arguments);
  arguments.end();
  stage.node(node).rot();
}

void fail_disk(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  arguments.end();
  stage.fail_disk(node);
}

void fill_disk(Stage& stage, Arguments& arguments) {
  const std::size_t node = arguments.node();
  arguments.end();
  stage.node(node).set_space(true);
  stage.settle();
}

void make_room(Stage& stage, Arguments& arguments) {
  const std::size_t node = arguments.node();
  arguments.end();
  stage.node(node).set_space(false);
  stage.settle();
}

void hold_disk(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  arguments.end();
  stage.node(node).disk().hold();
}

void sync(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  sim::Disk& disk = stage.node(node).disk();
  const std::size_t count =
      arguments.empty() ? disk.unsynced() : arguments.number("a number of writes");
  arguments.end();
  if (count > disk.unsynced()) {
    throw BadArgument("only " + std::to_string(disk.unsynced()) + " writes wait");
  }
  disk.sync(count);
  stage.settle();
}

void let_disk_go(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  arguments.end();
  stage.node(node).disk().let_go();
  stage.settle();
}

void wait(Stage& stage, Arguments& arguments) {
  const std::vector<std::size_t> nodes = arguments.nodes();
  const Duration time = arguments.time();
  arguments.end();
  stage.wait(nodes, time);
}

void pass(Stage& stage, Arguments& arguments) {
  const Duration time = arguments.time();
  arguments.end();
  stage.pass(time);
}

void campaign(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  arguments.end();
  if (!stage.campaign(node)) stage.say(std::to_string(node) + " does not campaign");
}

void elect(Stage& stage, Arguments& arguments) {
  const std::size_t node = running(stage, arguments);
  arguments.end();
  // One attempt may end at members that protect a leader they have heard, one at learning a newer
  // term by being refused; the third decides.
  constexpr int attempts_max = 3;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    stage.campaign(node);
    stage.run();
    if (stage.node(node).status().role == core::Role::leader) return;
    if (attempt == 0) stage.outlast_leaders(node);
  }
  stage.say(std::to_string(node) + " is not elected");
}

}  // namespace

const std::vector<Verb>& member_verbs() {
  static const std::vector<Verb> verbs{
      {"start", "start N", start},
      {"crash", "crash N", crash},
      {"wipe", "wipe N", wipe},
      {"rot", "rot N", rot},
      {"fail-disk", "fail-disk N", fail_disk},
      {"fill-disk", "fill-disk N", fill_disk},
      {"make-room", "make-room N", make_room},
      {"hold-disk", "hold-disk N", hold_disk},
      {"sync", "sync N [COUNT]", sync},
      {"let-disk-go", "let-disk-go N", let_disk_go},
      {"wait", "wait N,... TIME", wait},
      {"pass", "pass TIME", pass},
      {"campaign", "campaign N", campaign},
      {"elect", "elect N", elect},
  };
  return verbs;
}

}  // namespace tessera::scenarios
