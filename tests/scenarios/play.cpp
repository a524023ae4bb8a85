#include "play.h"

#include "commands.h"
#include <tessera/conformance/broken.h>

#include <memory>

namespace tessera::scenarios {
namespace {

class Player {
 public:
  explicit Player(const Script& script) : script_(script) {}

  std::string play(const Block& block) {
    std::string transcript;
    for (const CommandLine& line : block.commands) {
      try {
        act(line);
      } catch (const BadArgument& bad) {
        throw ScriptError({script_.file, line.line}, bad.what());
      }
      for (const std::string& news : stage_->take_news()) transcript += news + '\n';
    }
    return transcript;
  }

  void finish() {
    if (stage_) stage_->finish();
  }

 private:
  void act(const CommandLine& line) {
    const std::string& name = line.words.front();
    if (!stage_) {
      if (name != "group") throw BadArgument("a script begins with 'group'");
      Arguments arguments(line.words, 0);
      stage_ = std::make_unique<Stage>(group_options(arguments));
      return stage_->found();
    }
    const Verb& verb = find_verb(name);
    Arguments arguments(line.words, stage_->size());
    verb.act(*stage_, arguments);
  }

  const Script& script_;
  std::unique_ptr<Stage> stage_;
};

}  // namespace

Performance play(const Script& script) {
  Performance performance;
  Player player(script);
  try {
    for (const Block& block : script.blocks) {
      performance.transcripts.push_back(player.play(block));
    }
    player.finish();
  } catch (const sim::Broken& broken) {
    performance.broken = broken.what();
  }
  return performance;
}

Script rewritten(Script script, const Performance& performance) {
  for (std::size_t at = 0; at < performance.transcripts.size(); ++at) {
    script.blocks[at].expected = performance.transcripts[at];
  }
  return script;
}

std::string difference(const Script& script, const Performance& performance) {
  std::string text;
  for (std::size_t at = 0; at < performance.transcripts.size(); ++at) {
    const Block& block = script.blocks[at];
    if (performance.transcripts[at] == block.expected) continue;
    text += script.file + ":" + std::to_string(block.commands.front().line) + ": expected\n" +
            block.expected + "but it went\n" + performance.transcripts[at];
    break;
  }
  if (!performance.broken.empty()) {
    text += script.file + ": an invariant is broken: " + performance.broken + '\n';
  }
  return text;
}

}  // namespace tessera::scenarios
