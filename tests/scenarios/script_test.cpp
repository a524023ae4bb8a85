#include "play.h"

#include <gtest/gtest.h>

#include <string>

namespace tessera::scenarios {
namespace {

/// What is wrong with this text, as a reader of the file is told.
std::string error_of(const std::string& text) {
  try {
    static_cast<void>(play(parse_script("file.txt", text)));
  } catch (const ScriptError& error) {
    return error.what();
  }
  return "";
}

TEST(Script, ComposesToWhatWasParsed) {
  const std::string text =
      "# Why.\n\ngroup 3\nelect 0\n----\n0: leads\n\n# More.\nrun\n----\n\n# End.\n";
  EXPECT_EQ(compose(parse_script("file.txt", text)), text);
}

TEST(Script, SaysWhereItIsWrong) {
  EXPECT_EQ(error_of("# nothing\n"), "file.txt:1: no command in this file");
  EXPECT_EQ(error_of("group 3\nrun\n"),
            "file.txt:2: the commands at the end have no '----' behind them");
  EXPECT_EQ(error_of("group 3\n\nrun\n----\n"),
            "file.txt:2: an empty line where commands wait for '----'");
  EXPECT_EQ(error_of("group 3\n----\n\n----\n"), "file.txt:4: '----' without a command before it");
  EXPECT_EQ(error_of("run\n----\n"), "file.txt:1: a script begins with 'group'");
}

TEST(Script, SaysWhichCommandItDoesNotKnow) {
  EXPECT_EQ(error_of("group 3\n----\n\n# Here.\nexplode 1\n----\n"),
            "file.txt:5: 'explode' is no command; README.md lists them");
  EXPECT_EQ(error_of("group 3\ngroup 3\n----\n"),
            "file.txt:2: 'group' is no command; README.md lists them");
}

TEST(Script, SaysWhichArgumentIsWrong) {
  EXPECT_EQ(error_of("group many\n----\n"), "file.txt:1: 'many' is not a number of founders");
  EXPECT_EQ(error_of("group 3 loudly\n----\n"), "file.txt:1: 'loudly' is too much for 'group'");
  EXPECT_EQ(error_of("group 3\nelect 3\n----\n"), "file.txt:2: '3' is no member; there are 3");
  EXPECT_EQ(error_of("group 3\nelect\n----\n"), "file.txt:2: 'elect' lacks a member");
  EXPECT_EQ(error_of("group 3\ndeliver 0-1\n----\n"), "file.txt:2: '0-1' is no way such as 0->1");
  EXPECT_EQ(error_of("group 3\ndeliver 0->1 append\n----\n"),
            "file.txt:2: no such message is on its way");
  EXPECT_EQ(error_of("group 3\nwait 0 soon\n----\n"),
            "file.txt:2: 'soon' is no time such as 100ms or 2s");
  EXPECT_EQ(error_of("group 3\nstart 0\n----\n"), "file.txt:2: 0 runs");
}

TEST(Script, ADifferenceNamesTheBlock) {
  const Script script = parse_script("file.txt", "group 3\n----\n\nelect 0\n----\nnobody leads\n");
  const Script told = rewritten(script, play(script));
  EXPECT_EQ(difference(told, play(told)), "");
  Script wrong = told;
  wrong.blocks[1].expected = "nobody leads\n";
  EXPECT_NE(difference(wrong, play(wrong)).find("file.txt:4: expected\nnobody leads\n"),
            std::string::npos);
}

}  // namespace
}  // namespace tessera::scenarios
