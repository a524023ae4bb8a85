#!/usr/bin/env python3
"""Shows that scripts/mutants can fail: on a small project of its own, whose bugs are known."""

import contextlib
import io
import os
import pathlib
import signal
import sys
import tempfile
import unittest

import mutants
from hunters import words_of_end, words_of_failure

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(small C)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
add_executable(mutant_hunter hunter.c product.c)
add_executable(small_test test.c product.c)
"""

PRODUCT = """
#include <stdlib.h>
int answer(void) { return 42; }
int spare(void) { return 7; }
"""

# A wrong answer is noticed from the third seed on; seed 5 fails whatever the product says, if asked.
HUNTER = """
#include <stdio.h>
#include <stdlib.h>
int answer(void);
int main(int count, char** words) {
  (void)count;
  unsigned long first = strtoul(words[2], 0, 10), seeds = strtoul(words[4], 0, 10);
  setvbuf(stdout, 0, _IOLBF, 0);
  for (unsigned long seed = first; seed < first + seeds; ++seed) {
    printf("run %lu 3\\n", seed);
    if (answer() == 42 || seed % 1000000 < 3) continue;
    puts("caught answers: it is wrong");
    return 1;
  }
  puts("survived");
  return 0;
}
"""

TEST = """
#include <stdio.h>
int answer(void);
int main(void) {
  if (answer() == 42) return 0;
  puts("[  FAILED  ] Small.Answers (0 ms)");
  return 1;
}
"""

ROWS = """
[rows]
R1 = "the first row"
R2 = "the second row"
[none]
R2 = "there is no second bug"
"""


def mutant(name, find, replace, **more):
    entry = {"name": name, "row": "R1", "what": name, "file": "product.c", "find": find,
             "replace": replace, **more}
    return "[[mutant]]\n" + "".join(f"{key} = '{value}'\n" for key, value in entry.items())


CAUGHT = mutant("wrong_answer", "return 42;", "return 41;")


class MutantsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        for name, text in (("CMakeLists.txt", PROJECT), ("product.c", PRODUCT),
                           ("hunter.c", HUNTER), ("test.c", TEST)):
            (self.root / name).write_text(text, encoding="utf-8")
        self.table = self.root / "tests" / "mutants" / "table"
        self.table.mkdir(parents=True)
        (self.table / "rows.toml").write_text(ROWS, encoding="utf-8")

    def run_with(self, table, *words):
        """The exit code and what was printed."""
        (self.table / "a.toml").write_text(table, encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                code = mutants.main(["--root", os.fspath(self.root), *words])
            except SystemExit as end:
                code = end.code
        return code, printed.getvalue()

    def fails(self, table, words, *sentence):
        code, printed = self.run_with(table, *words)
        self.assertEqual(2, code, printed)
        for part in sentence:
            self.assertIn(part, printed)

    def test_a_mutant_is_caught_and_the_tree_stays_as_it_was(self):
        code, printed = self.run_with(CAUGHT)
        self.assertEqual(0, code, printed)
        self.assertIn("R1   wrong_answer: caught by answers; seeds: 3", printed)
        self.assertTrue(printed.endswith("1 caught, 0 survived\n"), printed)
        self.assertEqual(PRODUCT, (self.root / "product.c").read_text(encoding="utf-8"))
        copy = self.root / "build" / "mutants" / "tree" / "product.c"
        self.assertEqual(PRODUCT, copy.read_text(encoding="utf-8"))

    def test_a_mutant_that_survives_makes_it_fail(self):
        spare = mutant("spare", "return 7;", "return 8;")
        code, printed = self.run_with(CAUGHT + spare, "--seeds", "4")
        self.assertEqual(1, code, printed)
        self.assertIn("R1   spare: SURVIVED 4 seeds", printed)
        self.assertTrue(printed.endswith("1 caught, 1 survived\n"), printed)

    def test_too_few_seeds_let_a_mutant_survive(self):
        code, printed = self.run_with(CAUGHT, "--seeds", "2")
        self.assertEqual(1, code, printed)

    def test_a_crash_and_a_test_count_as_caught(self):
        crash = mutant("crash", "return 42;", "abort();")
        tested = mutant("tested", "return 42;", "return 41;", hunter="small_test", filter="*")
        code, printed = self.run_with(crash + tested)
        self.assertEqual(0, code, printed)
        self.assertIn("crash: caught by a crash (SIGABRT); seeds: 1", printed)
        self.assertIn("tested: caught by test Small.Answers\n", printed)

    def test_repeats_give_median_and_worst_and_the_page_is_written(self):
        page = self.root / "page.md"
        code, printed = self.run_with(CAUGHT, "--repeats", "3", "--table", os.fspath(page))
        self.assertEqual(0, code, printed)
        self.assertIn("seeds: median 3, worst 3", printed)
        text = page.read_text(encoding="utf-8")
        self.assertIn("1 of 1 mutants are caught", text)
        self.assertIn("| R1 | wrong_answer | wrong_answer | answers | 3 | 3 |", text)
        self.assertIn("| R2 | the second row | there is no second bug |", text)

    def test_what_was_caught_is_not_hunted_again(self):
        self.assertEqual(0, self.run_with(CAUGHT)[0])
        code, printed = self.run_with(CAUGHT, "--resume")
        self.assertEqual((0, "1 caught, 0 survived\n"), (code, printed))
        self.assertIn("seeds: 3", self.run_with(CAUGHT.replace("41", "40"), "--resume")[1])
        self.assertIn("SURVIVED", self.run_with(CAUGHT, "--resume", "--seeds", "2")[1])

    def test_a_sample_is_drawn_by_its_seed(self):
        table = "".join(mutant(f"m{n}", "return 42;", f"return {n};") for n in range(20))
        drawn = [self.run_with(table, "--list", "--sample", "3", "--sample-seed", seed)[1]
                 for seed in ("1f4a", "1f4a", "77b0")]
        self.assertEqual(3, drawn[0].count("\n"))
        self.assertEqual(drawn[0], drawn[1])
        self.assertNotEqual(drawn[0], drawn[2])

    def test_what_is_rare_is_in_no_sample(self):
        table = CAUGHT + "rare = true\n" + mutant("common", "return 42;", "return 40;")
        for seed in "abcdef":
            printed = self.run_with(table, "--list", "--sample", "1", "--sample-seed", seed)[1]
            self.assertNotIn("wrong_answer", printed)
        self.assertIn("wrong_answer", self.run_with(table, "--list")[1])

    def test_a_table_that_rots_is_noticed(self):
        self.fails(mutant("gone", "return 43;", "return 42;"), ["--list"], "gone",
                   "occurs 0 times in product.c")
        self.fails(mutant("twice", "return", "abort"), ["--list"], "twice", "occurs 2 times")
        self.fails(mutant("same", "return 42;", "return 42;"), ["--list"], "changes nothing")
        self.fails(CAUGHT.replace("product.c", "gone.c"), ["--list"], "there is no gone.c")

    def test_a_table_that_is_wrong_is_refused(self):
        self.fails(CAUGHT + CAUGHT, ["--list"], "two mutants are called wrong_answer")
        self.fails(CAUGHT.replace("R1", "R9"), ["--list"], "no row is called R9")
        second = CAUGHT.replace("R1", "R2").replace("wrong_answer", "second")
        self.fails(CAUGHT + second, ["--list"], "row R2 has a mutant and a reason")
        self.fails("", ["--list"], "row R1 has neither")
        self.fails(CAUGHT + "colour = 'red'\n", ["--list"], "unknown key 'colour'")
        self.fails(CAUGHT + "hunter = 'small_test'\n", ["--list"], "needs a filter")
        self.fails(CAUGHT + "what now", ["--list"], "a.toml")

    def test_a_mutant_that_does_not_compile_is_an_error(self):
        broken = mutant("broken", "return 42;", "return forty_two;")
        self.fails(broken, [], "broken: does not compile", "forty_two", "1 mutants do not compile")

    def test_sources_that_fail_without_a_mutant_are_an_error(self):
        text = PRODUCT.replace("42", "40")
        (self.root / "product.c").write_text(text, encoding="utf-8")
        self.fails(mutant("right", "return 40;", "return 42;"), [], "without any mutant")

    def test_arguments_that_are_wrong_are_explained(self):
        self.fails(CAUGHT, ["--only", "nobody"], "no mutant is called 'nobody'")
        self.fails(CAUGHT, ["--row", "Z1"], "no mutant is of the row 'Z1'")
        self.fails(CAUGHT, ["--seeds", "none"], "'none' is no number above 0")
        self.fails(CAUGHT, ["--repeats", "0"], "'0' is no number above 0")
        self.fails(CAUGHT, ["--table", "page.md", "--row", "R1"], "--table is of all mutants")
        self.fails(CAUGHT, ["--table", "nowhere/page.md"], "there is no folder")


class WordsTest(unittest.TestCase):
    def test_findings_are_named_in_few_words(self):
        self.assertEqual("election safety",
                         words_of_failure("election safety: node 1 and node 2 both lead term 3"))
        late = "liveness: not in time: all members converge; committed 3:17, calls pending 0"
        self.assertEqual("liveness: all members converge", words_of_failure(late))

    def test_ends_of_processes_are_named(self):
        check = "tessera: check failed: what is cut off is there (a/log.cpp:66, void f(int))\n"
        self.assertEqual("check: what is cut off is there", words_of_end(-signal.SIGABRT, check))
        self.assertEqual("a run that does not end", words_of_end(-signal.SIGALRM, ""))
        self.assertEqual("a crash (SIGSEGV)", words_of_end(-signal.SIGSEGV, ""))
        thrown = "terminate called after throwing an instance of 'std::bad_alloc'\n"
        self.assertEqual("an exception: std::bad_alloc", words_of_end(-signal.SIGABRT, thrown))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=0))
