"""docs/mutants.md, written from what a whole campaign found."""

INTRODUCTION = """\
# Mutants

Tests prove something only if they can fail. So each bug that consensus systems are known to have had, as far as this code can express it, is put back into a copy of the sources, and the simulator or a named test must notice: [decision 302](decisions/0302-mutants.md). This page is written by

    scripts/mutants --repeats {repeats} --table docs/mutants.md

*Seeds* is how many simulated runs it took, each a group of three or five members under faults of its own: the median and the worst of {repeats} hunts that began at different seeds. A mutant without seeds is caught by a test that names the rule. *Caught by* is the invariant (or the check in the product itself) that spoke first, the most frequent one before the others.

{caught} of {total} mutants are caught.

| row | mutant | what is put back | caught by | median | worst |
| --- | --- | --- | --- | ---: | ---: |
"""

WITHOUT = """
## Rows without a mutant

What cannot be put back, because the code has no place for it, and what is tested by other means.

| row | bug | why no mutant |
| --- | --- | --- |
"""


def cell(text):
    return text.replace("|", "\\|")


def page(results, rows, repeats):
    caught = sum(not result.survived for result in results)
    text = INTRODUCTION.format(repeats=repeats, caught=caught, total=len(results))
    for result in results:
        mutant = result.mutant
        by = "**survives**" if result.survived else result.caught_by
        seeds = [str(result.median), str(result.worst)] if result.worst else ["", ""]
        cells = [mutant.row, mutant.name, mutant.what, by, *seeds]
        text += "| " + " | ".join(map(cell, cells)) + " |\n"
    text += WITHOUT
    for row in rows:
        if row.reason:
            text += "| " + " | ".join(map(cell, [row.id, row.bug, row.reason])) + " |\n"
    return text
