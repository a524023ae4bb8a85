#!/usr/bin/env python3
"""Reads the sources and fails on what the architecture and the style rule out.

    tidy.py --root FOLDER [RULE...]    checks the rules named, or all
    tidy.py --list                     prints their names

Each rule is a generator over a source.Tree that yields (file, line, sentence). self_test.py plants
a violation of each and expects it to be found. There is no list of exceptions.
"""

import argparse
import sys

import coroutines
import modules
import shape
import words
from source import Tree

RULES = {
    "module_arrows": modules.module_arrows,
    "pure_core": modules.pure_core,
    "library_homes": modules.library_homes,
    "include_paths": modules.include_paths,
    "public_headers": modules.public_headers,
    "file_lines": shape.file_lines,
    "function_lines": shape.function_lines,
    "columns": shape.columns,
    "neighbouring_parameters": shape.neighbouring_parameters,
    "headers": shape.headers,
    "readmes": shape.readmes,
    "dead_files": shape.dead_files,
    "co_await_statements": coroutines.co_await_statements,
    "banned_words": words.banned_words,
    "detached": words.detached,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--root", default=".")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("rules", nargs="*", metavar="RULE")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(RULES))
        return 0
    unknown = [name for name in arguments.rules if name not in RULES]
    if unknown:
        parser.error(f"no rule is called {unknown[0]}; --list names them")
    tree = Tree(arguments.root)
    if not tree.files:
        parser.error(f"no sources under {arguments.root}")
    found = 0
    for name in arguments.rules or RULES:
        for file, line, sentence in RULES[name](tree):
            print(f"{file}:{line}: {sentence} [{name}]")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
