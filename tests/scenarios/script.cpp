#include "script.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace tessera::scenarios {
namespace {

constexpr std::string_view dashes = "----";

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_comment(const std::string& line) { return line.empty() || line.front() == '#'; }

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

Script parse_script(std::string file, std::string_view text) {
  Script script;
  script.file = std::move(file);
  const std::vector<std::string> lines = lines_of(text);
  std::vector<std::string> comments;
  std::size_t at = 0;
  while (at < lines.size()) {
    if (is_comment(lines[at])) {
      comments.push_back(lines[at++]);
      continue;
    }
    Block block;
    block.before = std::exchange(comments, {});
    for (; at < lines.size() && lines[at] != dashes; ++at) {
      if (lines[at].empty()) {
        throw ScriptError({script.file, at + 1}, "an empty line where commands wait for '----'");
      }
      block.text.push_back(lines[at]);
      if (is_comment(lines[at])) continue;
      block.commands.push_back({at + 1, words_of(lines[at])});
      if (block.commands.back().words.empty()) {
        throw ScriptError({script.file, at + 1}, "a line of blanks");
      }
    }
    if (at == lines.size()) {
      throw ScriptError({script.file, at}, "the commands at the end have no '----' behind them");
    }
    if (block.commands.empty()) {
      throw ScriptError({script.file, at + 1}, "'----' without a command before it");
    }
    for (++at; at < lines.size() && !lines[at].empty(); ++at) block.expected += lines[at] + '\n';
    script.blocks.push_back(std::move(block));
  }
  script.after = std::move(comments);
  if (script.blocks.empty()) throw ScriptError({script.file, 1}, "no command in this file");
  return script;
}

std::string compose(const Script& script) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) text += line + '\n';
  };
  for (const Block& block : script.blocks) {
    add(block.before);
    add(block.text);
    text += std::string(dashes) + '\n' + block.expected;
  }
  add(script.after);
  return text;
}

Script read_script(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw ScriptError({path, 0}, "cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  return parse_script(path, text.str());
}

}  // namespace tessera::scenarios
