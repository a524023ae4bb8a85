"""The mutants as data: table/*.toml, and table/rows.toml, which names every row of known bugs."""

import dataclasses
import tomllib

FOLDER = "tests/mutants/table"
ROWS = "rows.toml"
SIMULATOR = "simulator"


class TableError(Exception):
    """The table does not say what it should, or no longer fits the sources."""


@dataclasses.dataclass(frozen=True)
class Edit:
    file: str
    find: str
    replace: str

    def apply(self, text):
        return text.replace(self.find, self.replace)


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    row: str
    what: str
    edits: tuple
    hunter: str  # SIMULATOR, or the name of a test program
    filter: str  # of that program's tests
    nodes: int  # the simulator's group size; 0: three and five in turn
    rare: bool  # takes a long hunt: no part of samples


@dataclasses.dataclass(frozen=True)
class Row:
    id: str
    bug: str
    reason: str  # why no mutant puts it back; empty if one does


KEYS = {"name", "row", "what", "file", "find", "replace", "hunter", "filter", "nodes", "rare",
        "also"}


def read_toml(path):
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"{path.name}: {error}") from error


def make_mutant(entry, where):
    name = entry.get("name", "?")
    unknown = set(entry) - KEYS
    if unknown:
        raise TableError(f"{where}: the mutant {name} has an unknown key '{min(unknown)}'")
    missing = {"name", "row", "what", "file", "find", "replace"} - set(entry)
    if missing:
        raise TableError(f"{where}: the mutant {name} has no '{min(missing)}'")
    hunter, tests = entry.get("hunter", SIMULATOR), entry.get("filter", "")
    if (hunter == SIMULATOR) == bool(tests):
        raise TableError(f"{where}: the mutant {name}: a test program, and no other hunter, "
                         "needs a filter")
    edits = [Edit(each["file"], each["find"], each["replace"])
             for each in [entry, *entry.get("also", [])]]
    return Mutant(name, entry["row"], entry["what"], tuple(edits), hunter, tests,
                  entry.get("nodes", 0), entry.get("rare", False))


def load_mutants(root):
    mutants, names = [], set()
    for path in sorted((root / FOLDER).glob("*.toml")):
        if path.name == ROWS:
            continue
        for entry in read_toml(path).get("mutant", []):
            mutant = make_mutant(entry, path.name)
            if mutant.name in names:
                raise TableError(f"{path.name}: two mutants are called {mutant.name}")
            names.add(mutant.name)
            mutants.append(mutant)
    return mutants


def load_rows(root):
    table = read_toml(root / FOLDER / ROWS)
    reasons = table.get("none", {})
    rows = [Row(id, bug, reasons.get(id, "")) for id, bug in table["rows"].items()]
    for id in reasons:
        if id not in table["rows"]:
            raise TableError(f"{ROWS}: there is no row {id} to give a reason for")
    return rows


def check_fit(root, mutants):
    """Every snippet occurs exactly once; else the table rots."""
    for mutant in mutants:
        for edit in mutant.edits:
            path = root / edit.file
            if not path.is_file():
                raise TableError(f"the mutant {mutant.name}: there is no {edit.file}")
            count = path.read_text(encoding="utf-8").count(edit.find)
            if count != 1:
                raise TableError(f"the mutant {mutant.name}: its snippet occurs {count} times in "
                                 f"{edit.file}, not once:\n{edit.find}")
            if edit.find == edit.replace:
                raise TableError(f"the mutant {mutant.name} changes nothing in {edit.file}")


def check_rows(mutants, rows):
    """Each row has a mutant or a reason, and not both."""
    known = {row.id for row in rows}
    used = {mutant.row for mutant in mutants}
    for row in sorted(used - known):
        raise TableError(f"no row is called {row}; {ROWS} names them")
    for row in rows:
        if row.reason and row.id in used:
            raise TableError(f"row {row.id} has a mutant and a reason for having none")
        if not row.reason and row.id not in used:
            raise TableError(f"row {row.id} has neither a mutant nor a reason for having none")
