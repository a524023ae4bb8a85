#!/usr/bin/env python3
"""Fails if the library costs about twice what it did: the gate runs this with every change.

    bench/guard.py --program build/release/bin/tessera
    bench/guard.py --rounds 5 --json guard.jsonl

Times mean nothing on a shared machine. What is held against what was seen before is therefore a
ratio, of what something cost to a yardstick that our code has no part in: processor time to the
processor time in which Python's BLAKE2b hashes a mebibyte, one slice of it after the other while
the members work; bytes to the bytes of the values. Each round measures all of it; medians count.

A line of JSON for each figure goes to standard output, with the commit, to be collected. Who has
made something cheaper or, knowing why, more expensive changes BASELINES.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from members import Cluster, Failure, say, start_clients, successes
from yardstick import Yardstick

CLIENTS = 64
VALUE = 256  # bytes
MEMBERS = 3
MEBIBYTE = 1 << 20
CALLS = 30_000  # in each round: few enough that no store begins to compact, whatever the machine
WARM_UP = 5_000
WRITING_MAX = 30  # seconds; a machine that is too slow for all of them is judged by fewer
ENTRIES = 200_000  # that a snapshot catches up with, 51 MB

MARGIN = 2.0
# What the ratios were when they were last set, on two cores of a virtual machine; g++ 12, release.
BASELINES = {
    "write_cpu": 20.0,
    "write_wire_bytes": 1.26,
    "write_file_bytes": 2.4,
    "catchup_cpu": 9.0,
}


def totals(cluster):
    """What all members have spent so far."""
    states = [member.ask("status") for member in cluster.members]
    return {"cpu": sum(state["cpu_seconds"] for state in states),
            "wire": sum(state["wire_sent"] for state in states),
            "files": sum(member.file_bytes() for member in cluster.members)}


def watch(member, wanted):
    """How many writes have succeeded, once enough have."""
    calls, deadline = 0, time.monotonic() + WRITING_MAX
    while calls < wanted and time.monotonic() < deadline:
        time.sleep(0.02)
        calls += successes(member.ask("reading"))
    if calls == 0:
        raise Failure("no write has succeeded")
    return calls


def measure_writes(cluster):
    """Of each figure its value and its yardstick."""
    leader = cluster.leader()
    start_clients(leader, CLIENTS, VALUE)
    watch(leader, WARM_UP)
    before = totals(cluster)
    with Yardstick() as yardstick:
        calls = watch(leader, CALLS)
    after = totals(cluster)
    leader.ask("stop")
    spent = {name: (after[name] - before[name]) / calls for name in after}
    # Of a kibibyte, four times its value.
    return {"write_cpu": (spent["cpu"], yardstick.seconds() / 1024),
            "write_wire_bytes": (spent["wire"], float(VALUE * (MEMBERS - 1))),
            "write_file_bytes": (spent["files"], float(VALUE * MEMBERS))}


def measure_catchup(program, folder):
    words = [program, "bench", "catchup", "--strategy", "snapshot", "--entries", str(ENTRIES),
             "--value-size", str(VALUE), "--batch", "50", "--load", "0", "--folder", str(folder),
             "--quiet", "--json", "-"]
    with Yardstick() as yardstick:
        done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    run = json.loads(done.stdout)["runs"][0]
    mebibytes = run["bytes"] / MEBIBYTE
    spent = (run["joiner_cpu_seconds"] + run["sources_cpu_seconds"]) / mebibytes
    return {"catchup_cpu": (spent, yardstick.seconds())}


def commit_of(folder):
    """The tree's commit, if there is one and git to ask."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        words = ["git", "-c", "safe.directory=*", "-C", str(folder), "rev-parse", "--short", "HEAD"]
        return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=True).stdout.strip()
    return "unknown"


def measure(options):
    """Of each figure what every round gave: value and yardstick."""
    rounds = {name: [] for name in BASELINES}
    with tempfile.TemporaryDirectory(prefix="tessera-guard-", dir=options.folder) as folder:
        with Cluster(options.program, folder, MEMBERS) as cluster:
            for number in range(options.rounds):
                say(f"round {number + 1} of {options.rounds}: writes, then a snapshot")
                found = measure_writes(cluster)
                found.update(measure_catchup(options.program, folder))
                for name, each in found.items():
                    rounds[name].append(each)
            cluster.digest()
    return rounds


def judge(rounds):
    """A line for each figure, and what is wrong."""
    lines, wrong = [], []
    for name, found in rounds.items():
        ratio = statistics.median(value / yardstick for value, yardstick in found)
        baseline = BASELINES[name]
        lines.append({"figure": name, "value": statistics.median(value for value, _ in found),
                      "yardstick": statistics.median(yardstick for _, yardstick in found),
                      "ratio": round(ratio, 3), "baseline": baseline,
                      "rounds": [round(value / yardstick, 3) for value, yardstick in found]})
        if ratio > MARGIN * baseline:
            wrong.append(f"{name}: {ratio:.2f} yardsticks, more than {MARGIN:g} times the "
                         f"{baseline:g} that it was")
        elif ratio * MARGIN < baseline:
            say(f"{name}: {ratio:.2f} yardsticks; it was {baseline:g}: time to set it anew")
    return lines, wrong


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/bin/tessera", help="tessera's")
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--folder", default="/tmp", help="where the members keep their data")
    parser.add_argument("--json", help="append the lines to this file, too")
    return parser.parse_args()


def main():
    options = read_options()
    if options.rounds < 1:
        raise Failure("--rounds must be at least 1")
    lines, wrong = judge(measure(options))
    commit = commit_of(pathlib.Path(__file__).resolve().parent)
    text = "".join(json.dumps({"commit": commit, **line}) + "\n" for line in lines)
    print(text, end="")
    if options.json:
        with open(options.json, "a", encoding="utf-8") as file:
            file.write(text)
    if wrong:
        raise Failure("; ".join(wrong))


if __name__ == "__main__":
    try:
        main()
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        sys.exit(f"error: {failure}")
