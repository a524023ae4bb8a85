#!/usr/bin/env python3
"""Puts known bugs back, one at a time, into a copy of the sources: something must notice each.

Mutants are data: table/*.toml. Each is built in build/mutants and hunted by the simulator, from
seed 1 upwards until it is caught, or by the tests it names. Prints a line for each and at the end
`N caught, M survived`; exit code 1 if any survived, 2 if something is wrong with the table, the
build or the unmutated sources.
"""

import argparse
import pathlib
import random
import sys

from campaign import Campaign, UnsoundError
from hunters import HuntError
from memory import Memory
from report import page
from table import TableError, check_fit, check_rows, load_mutants, load_rows
from tree import BuildError, Tree

ROOT = pathlib.Path(__file__).resolve().parents[2]


def positive(text):
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return value


def parse(words):
    parser = argparse.ArgumentParser(prog="scripts/mutants",
                                     description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", metavar="NAME", action="append", default=[],
                        help="only this mutant; may be repeated")
    parser.add_argument("--row", metavar="ROW", action="append", default=[],
                        help="only the mutants of this row of known bugs; may be repeated")
    parser.add_argument("--seeds", metavar="N", type=positive, default=3000,
                        help="how many seeds each is hunted for (default 3000)")
    parser.add_argument("--repeats", metavar="R", type=positive, default=1,
                        help="hunt from R different first seeds: median and worst (default 1)")
    parser.add_argument("--sample", metavar="K", type=positive,
                        help="only K, drawn by a seed from those that are not rare")
    parser.add_argument("--sample-seed", metavar="S", default="1",
                        help="any text, such as a commit id (default 1)")
    parser.add_argument("--list", action="store_true",
                        help="check that the table fits the sources, print it, and hunt nothing")
    parser.add_argument("--resume", action="store_true",
                        help="do not hunt again what was caught by an earlier call with the same "
                             "seeds and repeats")
    parser.add_argument("--table", metavar="FILE", type=pathlib.Path,
                        help="write the page of results there; only of all mutants")
    parser.add_argument("--root", metavar="FOLDER", type=pathlib.Path, default=ROOT,
                        help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.table and (options.only or options.row or options.sample):
        parser.error("--table is of all mutants: it goes with none of --only, --row and --sample")
    if options.table and not options.table.resolve().parent.is_dir():
        parser.error(f"there is no folder for {options.table}")
    return parser, options


def choose(parser, options, mutants):
    for name in options.only:
        if name not in {mutant.name for mutant in mutants}:
            parser.error(f"no mutant is called '{name}'; --list names them")
    for row in options.row:
        if row not in {mutant.row for mutant in mutants}:
            parser.error(f"no mutant is of the row '{row}'; --list names them")
    if options.only or options.row:
        mutants = [mutant for mutant in mutants
                   if mutant.name in options.only or mutant.row in options.row]
    if options.sample:
        mutants = [mutant for mutant in mutants if not mutant.rare]
    if options.sample and options.sample < len(mutants):
        drawn = random.Random(options.sample_seed).sample(mutants, options.sample)
        mutants = [mutant for mutant in mutants if mutant in drawn]
    return mutants


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def hunt(options, chosen, rows):
    tree = Tree(options.root)
    memory = Memory(tree.place, options)
    found = {}
    if options.resume:
        found = {mutant.name: memory.find(mutant) for mutant in chosen}
        found = {name: result for name, result in found.items() if result and not result.survived}
    to_hunt = [mutant for mutant in chosen if mutant.name not in found]
    if to_hunt:
        for result in Campaign(tree, options, say).run(to_hunt):
            found[result.mutant.name] = result
            memory.keep(result)
            print(result.line(), flush=True)
    results = [found[mutant.name] for mutant in chosen]
    survived = sum(result.survived for result in results)
    broken = sum(bool(result.problem) for result in results)
    if broken:
        print(f"error: {broken} mutants do not compile", file=sys.stderr)
        return 2
    if options.table:
        options.table.write_text(page(results, rows, options.repeats), encoding="utf-8")
    print(f"{len(results) - survived} caught, {survived} survived")
    return 1 if survived else 0


def main(words):
    parser, options = parse(words)
    options.root = options.root.resolve()
    try:
        mutants, rows = load_mutants(options.root), load_rows(options.root)
        check_fit(options.root, mutants)
        check_rows(mutants, rows)
        chosen = choose(parser, options, mutants)
        if options.list:
            for mutant in chosen:
                print(f"{mutant.row:4} {mutant.name}: {mutant.what} [{mutant.hunter}]")
            return 0
        return hunt(options, chosen, rows)
    except (TableError, BuildError, HuntError, UnsoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
