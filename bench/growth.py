#!/usr/bin/env python3
"""How costs grow: with the log, the members, the groups, the state, the joiners. Curves.

    bench/growth.py --program build/release/bin/tessera --json growth.json --plot growth.svg
    bench/growth.py --quick --curves log,start

Every curve is measured --rounds times, in turns: all its points, then all of them again. Shown
are medians, and in the drawing the range. Members are processes with durable stores and encrypted
links. A cost in KiB hashed is processor time in units of what hashing a kibibyte with BLAKE2b took
of it at the same time: it says the same on a busy machine.

log      64 clients write 256 B to three members: what a write costs when the log has grown
         tenfold and a hundredfold
members  the same for groups of 1, 3, 5, 7
groups   the same, spread over 1 to 1000 groups in one process, if this program's
         `tessera bench write` knows --groups
start    a member starts: how long until its state is there, by the entries behind its snapshot
state    a member that has lost its disk fetches a snapshot, by the size of the state
joiners  1 to 4 new members fetch one at the same time
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import svg
from members import Cluster, Failure, percentile, say, start_clients, successes
from yardstick import Yardstick

CLIENTS = 64
VALUE = 256
UNKNOWN_MAX = 4096  # entries
KIBIBYTES = 1024  # in a slice of the yardstick


def write_for(cluster, clients, seconds):
    """What the clients have written within that time, and what it cost."""
    leader = cluster.leader()
    start_clients(leader, clients, VALUE)
    time.sleep(0.5)
    leader.ask("reading")
    before = sum(member.ask("status")["cpu_seconds"] for member in cluster.members)
    with Yardstick() as yardstick:
        time.sleep(seconds)
    reading = leader.ask("reading")
    after = sum(member.ask("status")["cpu_seconds"] for member in cluster.members)
    leader.ask("stop")
    calls = successes(reading)
    if calls == 0:
        raise Failure(f"no write has succeeded: {reading['problem']}")
    hashed = yardstick.seconds() / KIBIBYTES
    return {"rate": calls / reading["seconds"], "cost": (after - before) / calls / hashed,
            "p50_ms": percentile(reading, 0.5) * 1e3}


def bench(options, folder, *words):
    done = subprocess.run([options.program, "bench", *words, "--folder", str(folder), "--quiet",
                           "--json", "-"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def grow_log(options, folder):
    base = 2_000 if options.quick else 20_000
    with Cluster(options.program, folder) as cluster:
        for length in (base, 10 * base, 100 * base):
            leader = cluster.leader()
            start_clients(leader, CLIENTS, VALUE)
            while leader.ask("status")["last_index"] < length:
                time.sleep(0.05)
            leader.ask("stop")
            yield length, write_for(cluster, CLIENTS, options.seconds)
        cluster.digest()


def grow_members(options, folder):
    for members in (1, 3) if options.quick else (1, 3, 5, 7):
        with Cluster(options.program, folder / f"of{members}", members) as cluster:
            found = write_for(cluster, CLIENTS, options.seconds)
            found["cost"] /= members
            found["p50_ms"] = write_for(cluster, 1, options.seconds)["p50_ms"]
            cluster.digest()
        yield members, found


def grow_groups(options, folder):
    for groups in (1, 10) if options.quick else (1, 10, 100, 1000):
        with Yardstick() as yardstick:
            run = bench(options, folder, "write", "--groups", str(groups), "--idle", "0",
                        "--clients", str(CLIENTS), "--seconds", str(options.seconds))["runs"][0]
        hashed = yardstick.seconds() / KIBIBYTES
        yield groups, {"rate": run["calls_per_second"], "p50_ms": run["p50_seconds"] * 1e3,
                       "cost": run["cpu_seconds_per_call"] / hashed}


def grow_start(options, folder):
    """The stores are made once; each round starts a member on each of them."""
    sizes = (0, 20_000, 50_000) if options.quick else (0, 50_000, 100_000, 200_000, 400_000)
    with contextlib.ExitStack() as stack:
        clusters = []
        for entries in sizes:
            cluster = stack.enter_context(Cluster(options.program, folder / f"log{entries}", 1,
                                                  "member", ("--strategy", "snapshot")))
            member = cluster.members[0]
            fill(member, 1000, 1)
            member.ask("store")
            fill(member, entries, 2)
            member.kill()
            clusters.append((entries, cluster))
        for number in range(options.rounds):
            say(f"start, round {number + 1} of {options.rounds}")
            for entries, cluster in clusters:
                yield entries, {"seconds": start_up(cluster, entries)}


def fill(member, count, edition):
    if count:
        member.ask("fill", count=count, first=0, keys=1000, edition=edition, value_bytes=VALUE,
                   puts_in_one=1)


def start_up(cluster, entries):
    member = cluster.members[0]
    began = time.monotonic()
    cluster.start(member)
    while (start := member.ask("status")["start"])["opening"]:
        time.sleep(0.002)
    lasted = time.monotonic() - began
    member.kill()
    # That the last ones were committed was not on the disk yet when it was killed.
    if not entries - UNKNOWN_MAX <= start["entries_done"] <= entries + UNKNOWN_MAX:
        raise Failure(f"started with {start['entries_done']} entries instead of {entries}")
    return lasted


def grow_state(options, folder):
    for cells in (10_000, 40_000) if options.quick else (50_000, 200_000, 800_000, 1_600_000):
        run = bench(options, folder, "catchup", "--strategy", "snapshot", "--state", str(cells),
                    "--entries", "1", "--wipe", "--load", "0", "--value-size", str(VALUE))
        seconds, megabytes = run["runs"][0]["seconds"], cells * VALUE / 1e6
        yield megabytes, {"seconds": seconds, "mb_per_second": megabytes / seconds}


def grow_joiners(options, folder):
    cells = 20_000 if options.quick else 400_000
    for joiners in (1, 2) if options.quick else (1, 2, 4):
        found = bench(options, folder, "catchup", "--strategy", "snapshot", "--state", str(cells),
                      "--joiners", str(joiners), "--value-size", str(VALUE))
        round_ = found["crowds"][0]["rounds"][0]
        yield joiners, {"seconds": round_["seconds"]}


def chart(title, x_label, y_label, series, log_x=True):
    return {"title": title, "x_label": x_label, "y_label": y_label, "series": series,
            "log_x": log_x}


WRITES = (("writes a second", "writes a second", "rate"),
          ("cost of a write", "KiB hashed", "cost"))
# Of each curve how it is measured, and its charts.
CURVES = {
    "log": (grow_log, [chart(f"64 clients: {what}, by the log", "entries written before", unit,
                             [field]) for what, unit, field in WRITES]),
    "members": (grow_members, [
        chart("64 clients, by the members", "members", "writes a second", ["rate"], False),
        chart("cost of a write for each member", "members", "KiB hashed", ["cost"], False),
        chart("1 client: median", "members", "ms", ["p50_ms"], False)]),
    "groups": (grow_groups, [chart(f"64 clients: {what}, by the groups", "groups", unit, [field])
                             for what, unit, field in WRITES]),
    "start": (grow_start, [chart("start of a member", "entries behind its snapshot", "seconds",
                                 ["seconds"], False)]),
    "state": (grow_state, [
        chart("catching up by snapshot", "MB of state", "seconds", ["seconds"], False),
        chart("catching up by snapshot", "MB of state", "MB a second", ["mb_per_second"], False)]),
    "joiners": (grow_joiners, [chart("new members at the same time", "joiners",
                                     "seconds until the last has all", ["seconds"], False)]),
}


def measure(name, options, parent):
    """A dict of each point to what every round gave there."""
    found = {}
    grow = CURVES[name][0]
    for number in range(1 if grow is grow_start else options.rounds):
        if grow is not grow_start:  # it takes the rounds itself
            say(f"{name}, round {number + 1} of {options.rounds}")
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            for x, values in grow(options, pathlib.Path(folder)):
                found.setdefault(x, []).append(values)
    return found


def medians(found):
    return {x: {field: statistics.median(values[field] for values in rounds)
                for field in rounds[0]} for x, rounds in sorted(found.items())}


def table(name, found):
    fields = list(next(iter(found.values()))[0])
    lines = [[name, *fields], ["---:"] * (len(fields) + 1)]
    lines += [[f"{x:g}" if x < 1e6 else f"{x:.0f}", *(f"{values[field]:.4g}" for field in fields)]
              for x, values in medians(found).items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def drawing(results):
    charts = []
    for name, found in results.items():
        for each in CURVES[name][1]:
            curves = {}
            for field in each["series"]:
                curves[field] = [(x, statistics.median(values), min(values), max(values))
                                 for x, rounds in sorted(found.items())
                                 for values in [[one[field] for one in rounds]]]
            charts.append({**each, "curves": curves})
    return svg.page("tessera: how costs grow", charts)


def can_do_groups(program):
    done = subprocess.run([program, "bench", "write", "--help"], stdout=subprocess.PIPE, check=True)
    return b"--groups" in done.stdout


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/bin/tessera", help="tessera's")
    parser.add_argument("--curves", default=",".join(CURVES), help="a list; without it all")
    parser.add_argument("--rounds", default=3, type=int, help="of each curve")
    parser.add_argument("--seconds", default=3, type=float, help="of writing at each point")
    parser.add_argument("--quick", action="store_true", help="few small points, for trying it")
    parser.add_argument("--folder", default="/tmp", help="where the members keep their data")
    parser.add_argument("--json", help="write every value to this file")
    parser.add_argument("--plot", help="draw the curves into this file, as SVG")
    options = parser.parse_args()
    options.curves = options.curves.split(",")
    for name in options.curves:
        if name not in CURVES:
            parser.error(f"there is no curve '{name}'; there are {', '.join(CURVES)}")
    if options.rounds < 1 or options.seconds <= 0:
        parser.error("--rounds must be at least 1 and --seconds above 0")
    return options


def main():
    options = read_options()
    if "groups" in options.curves and not can_do_groups(options.program):
        say("groups: left out, because this program's `tessera bench write` has no --groups")
        options.curves.remove("groups")
    results = {}
    with tempfile.TemporaryDirectory(prefix="tessera-growth-", dir=options.folder) as folder:
        for name in options.curves:
            results[name] = measure(name, options, folder)
            print(table(name, results[name]) + "\n", flush=True)
    if options.json:
        report = {"cores": os.cpu_count(), "rounds": options.rounds, "quick": options.quick,
                  "curves": {name: [{"at": x, "rounds": rounds} for x, rounds in found.items()]
                             for name, found in results.items()}}
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        pathlib.Path(options.plot).write_text(drawing(results), encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        sys.exit(f"error: {failure}")
