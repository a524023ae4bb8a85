#!/usr/bin/env python3
"""Shows that docs/mutants.md is the page of this table: every mutant is on it, and was caught.

A mutant that was added without being hunted, one that was renamed or taken out, a survivor, and a
known bug with neither a mutant nor a reason fail.
"""

import pathlib
import re
import sys

from table import TableError, check_fit, check_rows, load_mutants, load_rows

ROOT = pathlib.Path(__file__).resolve().parents[2]
CELLS = re.compile(r"^\| (\w+) \| (\w+) \| (.*) \| ([^|]+) \| *(\d*) \| *(\d*) \|$")


def differences(page, mutants):
    """In words, what the page and the table do not have in common."""
    published = {}
    for line in page.splitlines():
        cells = CELLS.match(line)
        if cells:
            published[cells[2]] = cells
    for mutant in mutants:
        cells = published.pop(mutant.name, None)
        if cells is None:
            yield f"{mutant.name} is not on the page"
        elif (cells[1], cells[3]) != (mutant.row, mutant.what.replace("|", "\\|")):
            yield f"{mutant.name} is another bug on the page"
        elif "survives" in cells[4]:
            yield f"{mutant.name} survives"
        elif (mutant.hunter == "simulator") != bool(cells[5]):
            yield f"{mutant.name} was hunted by something else"
    for name in published:
        yield f"{name} is on the page and not in the table"
    claim = re.search(r"^(\d+) of (\d+) mutants are caught", page, re.M)
    if not claim or {int(claim[1]), int(claim[2])} != {len(mutants)}:
        yield f"the page does not say that {len(mutants)} of {len(mutants)} mutants are caught"


def main():
    try:
        rows, mutants = load_rows(ROOT), load_mutants(ROOT)
        check_rows(mutants, rows)
        check_fit(ROOT, mutants)
    except TableError as error:
        print(error)
        return 1
    page = (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8")
    found = list(differences(page, mutants))
    print("\n".join(found) or f"{len(mutants)} mutants, all of them caught")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
