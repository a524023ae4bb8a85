#!/usr/bin/env python3
"""What tessera must reach, and what it does: every demand on its speed in one interleaved run.

    bench/table.py --program build/release/bin/tessera --json table.json
    bench/table.py --rows etcd,follower,one,strong --rounds 5
    bench/table.py --quick

Everything that the chosen rows need is measured once in each round, one after the other, then all
of it again. A ratio is that of two measurements of the same round; medians of the rounds count. All
of it is durable (synced before anything is acknowledged) and encrypted, every member is a process
of its own, and the clients are in a member's process. Prints a table in Markdown, with PASS or how
much is missing; --list says what the rows are. Peers that Debian does not package are not run:
their rows name what was seen of them elsewhere, and judge nothing.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))

from members import Failure, say  # noqa: E402
import table_rows  # noqa: E402
from table_cases import Cases  # noqa: E402


def choose(names):
    known = {row.name: row for row in table_rows.ROWS}
    for name in names:
        if name not in known:
            raise Failure(f"there is no row '{name}'; there are {', '.join(known)}")
    return [known[name] for name in names] or list(known.values())


def measure(rows, cases, rounds):
    """Of each case what every round gave, and of those that failed, why."""
    wanted = list(dict.fromkeys(case for row in rows for case in row.cases))
    found, problems = {case: [] for case in wanted}, {}
    for number in range(rounds):
        for case in wanted:
            if case in problems or (number and case in cases.once):
                continue
            say(f"round {number + 1} of {rounds}: {case}")
            try:
                found[case].append(cases.measure(case))
            except (Failure, OSError, LookupError, ValueError,
                    subprocess.CalledProcessError) as why:
                problems[case] = f"{type(why).__name__}: {why}"
                say(f"    could not be measured: {problems[case]}")
    return found, problems


def judge(row, found, problems):
    """A line of the table, as a dict."""
    line = {"row": row.name, "work": row.work, "demand": row.demand, "seen": row.seen_elsewhere,
            "range": "", "verdict": "not run"}
    failed = [f"{case}: {problems[case]}" for case in row.cases if case in problems]
    if failed:
        return {**line, "seen": "; ".join(failed), "verdict": "could not be measured"}
    values = [row.figure(*each) for each in zip(*(found[case] for case in row.cases))]
    value = statistics.median(values)
    line.update(value=value, values=values, seen=row.seen_elsewhere + row.text(value))
    if len(values) > 1:
        line["range"] = f"{row.text(min(values))} to {row.text(max(values))}"
    if row.least is not None:
        missing = 1 - value / row.least
        line["verdict"] = "PASS" if missing <= 0 else f"short by {missing:.0%}"
    elif row.most is not None:
        over = value / row.most - 1 if row.most else value
        line["verdict"] = "PASS" if over <= 0 else f"over by {over:.0%}" if row.most else "FAIL"
    elif not row.seen_elsewhere:
        line["verdict"] = "seen"
    return line


def markdown(lines):
    cells = [["work", "demanded", "seen", "of rounds", "verdict"], ["---"] * 5]
    cells += [[line[field] for field in ("work", "demand", "seen", "range", "verdict")]
              for line in lines]
    return "\n".join("| " + " | ".join(each.replace("\n", " ").replace("|", "/") for each in row)
                     + " |" for row in cells)


# Of each the fields that say it, in what they are counted, and how it is written.
LIMITS = (("disk, 1 MiB a sync", "{:.0f} MB/s", (("disk_bytes_per_second", 1e-6),
                                                 ("disk_mb_per_second", 1))),
          ("disk, syncs of 4 KiB", "{:.0f}/s", (("syncs_per_second", 1),)),
          ("one sync of 4 KiB, p50", "{:.0f} us", (("sync_seconds", 1e6),)),
          ("loopback, one stream", "{:.0f} MB/s", (("loopback_bytes_per_second", 1e-6),
                                                   ("loopback_mb_per_second", 1))),
          ("loopback and back, p50", "{:.0f} us", (("round_trip_seconds", 1e6),)),
          ("cipher, one core", "{:.0f} MB/s", (("cipher_bytes_per_second", 1e-6),
                                               ("cipher_mb_per_second", 1))))


def limits(found):
    """What the machine itself could do meanwhile."""
    lines = []
    for name, text, fields in LIMITS:
        values = [run[field] * scale for runs in found.values() for run in runs
                  for field, scale in fields if field in run]
        if values:
            lines.append(f"| {name} | {text.format(statistics.median(values))} |")
    if lines:
        lines = ["", "| this machine, meanwhile | |", "| --- | ---: |", *lines]
    return "\n".join(lines)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/bin/tessera", help="tessera's")
    parser.add_argument("--rows", default="", help="a list of names; without it all")
    parser.add_argument("--list", action="store_true", help="say what the rows are, and end")
    parser.add_argument("--rounds", default=3, type=int, help="of everything, in turns")
    parser.add_argument("--seconds", default=5, type=float, help="of calls, measured in each")
    parser.add_argument("--state-mib", default=1024, type=int, help="of a state that is caught up")
    parser.add_argument("--soak-minutes", default=5, type=float, help="of the row memory")
    parser.add_argument("--quick", action="store_true", help="one small round, for trying it")
    parser.add_argument("--client", help="etcd_load, if it is built already")
    parser.add_argument("--folder", default="/tmp", help="on the disk that is measured")
    parser.add_argument("--json", help="write every run to this file")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.state_mib, options.soak_minutes = 1, 1.0, 64, 1.0
    if options.rounds < 1 or options.seconds <= 0 or options.state_mib < 1:
        parser.error("--rounds and --state-mib must be at least 1, and --seconds above 0")
    return options


def main():
    options = read_options()
    rows = choose([name for name in options.rows.split(",") if name])
    if options.list:
        print("\n".join(f"{row.name:<16} {row.work}: {row.demand}" for row in rows))
        return 0
    with tempfile.TemporaryDirectory(prefix="tessera-table-", dir=options.folder) as folder:
        found, problems = measure(rows, Cases(options, pathlib.Path(folder)), options.rounds)
    lines = [judge(row, found, problems) for row in rows]
    print(f"{markdown(lines)}\n{limits(found)}")
    if options.quick:
        print("\nA quick look: one round, logs, states and groups of a tenth of the size.")
    if options.json:
        report = {"rounds": options.rounds, "quick": options.quick, "rows": lines,
                  "cases": found, "problems": problems}
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, OSError) as failure:
        sys.exit(f"error: {failure}")
