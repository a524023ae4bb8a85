#!/usr/bin/env python3
"""Three members under a steady load for a long time, one of which keeps going away.

    bench/soak.py --program build/release/bin/tessera --minutes 30
    bench/soak.py --minutes 4 --rate-share 0.5 --json soak.json

Finds out what 64 clients in the leader's process write at most, and has them write --rate-share of
that. Every --every seconds a follower is killed (SIGKILL; the two of them in turns), stays away for
--away seconds, is started again and catches up. Members are processes with durable stores and
encrypted links. Says PASS or FAIL, and what was seen, for each of:

memory    each process in the last third of the time: its median at most a quarter and 32 MiB above
          that of the middle third, and never more than twice that median and 128 MiB
disk      the folder of each process, likewise, with 256 and 512 MiB: files come and go in steps
stalls    writes succeed all the time: never none for two election timeouts
catch-up  each follower that came back had caught up with the others before the next was killed
states    the digests of all members' states at the end are equal
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

from members import Cluster, Failure, longest, say, start_clients, successes

CLIENTS = 64
MIB = 1 << 20
FIRST_KILL = 5.0  # seconds after the start
TICK = 0.05  # seconds between two looks at what the clients have done
# Of memory and disk: what the last third may have beyond a quarter, and the peak beyond twice.
SLACK = {"memory": (32 * MIB, 128 * MIB), "disk": (256 * MIB, 512 * MIB)}
NOTABLE_STALL = 0.2  # seconds; shorter ones are not in the JSON
GIVEN_UP = 30.0  # seconds without a write: it will not become better
ELECTION_TIMEOUT = 1.0  # seconds; GroupSettings has it by default, and with it these members


def find_peak(cluster, options):
    """Writes a second, each client making its next when the last has ended."""
    leader = cluster.leader()
    start_clients(leader, CLIENTS, options.value_size, options.keys)
    time.sleep(min(2.0, options.peak_seconds))
    leader.ask("reading")
    time.sleep(options.peak_seconds)
    reading = leader.ask("reading")
    leader.ask("stop")
    return successes(reading) / reading["seconds"]


def folder_bytes(folder):
    """What it takes on the disk; files may go away meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(parent, name)).st_blocks * 512
    return total


class Faults(threading.Thread):
    """Kills the followers in turns. Nobody else asks them meanwhile."""

    def __init__(self, cluster, options):
        super().__init__(daemon=True)
        self.cluster, self.options = cluster, options
        self.target = 0  # what was committed when it was last looked at, a second ago at most
        self.leads = None  # the peer that led then
        self.ended = threading.Event()
        self.catchups = []
        self.failure = None

    def run(self):
        try:
            due = time.monotonic() + FIRST_KILL
            number = 0
            while not self.ended.wait(max(0.0, due - time.monotonic())):
                self._round(self._victim(number))
                number, due = number + 1, due + self.options.every
        except (Failure, OSError) as failure:
            self.failure = failure

    def _victim(self, number):
        """The process with the clients is never one, and who leads is not if that can be."""
        followers = self.cluster.members[1:]
        for each in (number, number + 1):
            victim = followers[each % len(followers)]
            if victim.ask("status")["peer"] != self.leads:
                return victim
        return victim

    def _round(self, victim):
        victim.kill()
        self.ended.wait(self.options.away)
        started, patience = time.monotonic(), self.options.every - self.options.away
        self.cluster.start(victim, patience)
        while True:
            status = victim.ask("status")
            lasted = time.monotonic() - started
            if status["online"] and status["applied_index"] >= self.target:
                break
            if lasted > patience:
                raise Failure(f"{victim.name} has {status['applied_index']} of {self.target} "
                              f"entries {lasted:.0f} s after its start")
            time.sleep(0.02)
        self.catchups.append({"member": victim.name, "seconds": lasted,
                              "wire_bytes": status["wire_received"],
                              "sessions": status["sync_totals"]["sessions"]})


class Watch:
    """What the clients did, a sample a second, and how long no write succeeded at a time."""

    def __init__(self, cluster, faults, rate):
        self.cluster, self.faults = cluster, faults
        self.interval = CLIENTS / rate  # seconds between two calls of one client
        self.samples, self.stalls = [], []
        self.failed = self.elections = 0
        self.problem = ""
        self.term = None
        self.empty = self.before = self.longest_stall = 0.0

    def follow(self, seconds):
        began = time.monotonic()
        sample, due = self._new_sample(), 1.0
        while (now := time.monotonic() - began) < seconds:
            time.sleep(TICK)
            if self.faults.failure:
                break
            self._read(sample)
            if self.empty > GIVEN_UP:
                break
            if now < due:
                continue
            sample["at"] = round(now, 3)
            self._look(sample)
            self.samples.append(sample)
            sample, due = self._new_sample(), due + 1.0
            if len(self.samples) % 30 == 0:
                self._say(seconds)
        self.longest_stall = max(self.longest_stall, self.empty)

    @staticmethod
    def _new_sample():
        return {"calls": 0, "seconds": 0.0, "longest_seconds": 0.0, "overdue": 0}

    def _read(self, sample):
        reading = self.cluster.members[0].ask("reading")
        calls = successes(reading)
        sample["calls"] += calls
        sample["seconds"] += reading["seconds"]
        sample["longest_seconds"] = max(sample["longest_seconds"], longest(reading))
        sample["overdue"] = reading["overdue"]
        self.failed += reading["failed"]
        self.problem = reading["problem"] or self.problem
        if calls == 0:
            self.empty += reading["seconds"]
        else:
            self._note_stall(reading)
            self.empty, self.before = 0.0, reading["seconds"]

    def _note_stall(self, reading):
        """How long no write can have succeeded at most, before the first one of this reading or
        within it."""
        most = self.before + self.empty + reading["seconds"]
        if not reading["failed"]:
            # Every client's call was under way or due soon when it began, and took as long as it.
            most = min(most, max(self.empty, longest(reading) + self.interval))
        self.longest_stall = max(self.longest_stall, most)
        if most > NOTABLE_STALL:
            self.stalls.append({"second": len(self.samples), "at_least": self.empty,
                                "at_most": most})

    def _look(self, sample):
        status = self.cluster.members[0].ask("status")
        self.faults.target, self.faults.leads = status["committed_index"], status["leader"]
        if self.term is not None and status["term"] != self.term:
            self.elections += 1
        self.term = status["term"]
        sample["memory"], sample["disk"] = [], []
        for member in self.cluster.members:
            memory = None
            with contextlib.suppress(OSError, AttributeError, Failure):  # it is away
                memory = member.memory()
            sample["memory"].append(memory)
            sample["disk"].append(folder_bytes(member.data))

    def _say(self, seconds):
        last = self.samples[-30:]
        calls = sum(each["calls"] for each in last) / sum(each["seconds"] for each in last)
        memory = ", ".join("away" if each is None else f"{each / MIB:.0f}"
                           for each in last[-1]["memory"])
        say(f"  {last[-1]['at']:5.0f} of {seconds:.0f} s: {calls:.0f} writes/s, longest "
            f"{max(each['longest_seconds'] for each in last) * 1e3:.0f} ms; MiB: {memory}; disk: "
            + ", ".join(f"{each / MIB:.0f}" for each in last[-1]["disk"]))


def check_steady(samples, field, name, place):
    """The verdict on what one member took, and the figures behind it."""
    middle_slack, peak_slack = SLACK[field]
    taken = [(each["at"], each[field][place]) for each in samples if each[field][place] is not None]
    third = samples[-1]["at"] / 3

    def median(begin, end):
        found = [value for at, value in taken if begin <= at < end]
        if not found:
            raise Failure(f"{name} was not there from {begin:.0f} to {end:.0f} s: too short a run")
        return statistics.median(found)

    middle, last = median(third, 2 * third), median(2 * third, 4 * third)
    peak = max(value for _, value in taken)
    good = last <= 1.25 * middle + middle_slack and peak <= 2 * middle + peak_slack
    words = f"{name}: {middle / MIB:.0f} MiB, then {last / MIB:.0f}; peak {peak / MIB:.0f}"
    return {"what": field, "good": good, "words": words, "middle": middle, "last": last,
            "peak": peak}


def check_catchups(faults):
    seconds = [each["seconds"] for each in faults.catchups]
    words = "nobody came back: let it run for longer"
    if seconds:
        words = (f"{len(seconds)} times, in {statistics.median(seconds):.2f} s, "
                 f"{max(seconds):.2f} at most")
    if faults.failure:
        words = f"{words}; then: {faults.failure}"
    return {"what": "catch-up", "good": bool(seconds) and not faults.failure, "words": words}


def judge(cluster, watch, faults):
    checks = [check_steady(watch.samples, field, member.name, place)
              for field in ("memory", "disk") for place, member in enumerate(cluster.members)]
    slowest = max(each["longest_seconds"] for each in watch.samples)
    checks.append({"what": "stalls", "good": watch.longest_stall <= 2 * ELECTION_TIMEOUT,
                   "words": f"no write for {watch.longest_stall * 1e3:.0f} ms at most; the slowest "
                            f"took {slowest * 1e3:.0f} ms from when it was due; {watch.elections} "
                            f"elections, {watch.failed} writes failed {watch.problem}".rstrip()})
    checks.append(check_catchups(faults))
    try:
        digest = cluster.digest()
        checks.append({"what": "states", "good": True, "words": f"all have {digest}"})
    except Failure as failure:
        checks.append({"what": "states", "good": False, "words": str(failure)})
    return checks


def soak(cluster, options):
    # The clients are in the first member's process, which shall lead.
    leader = cluster.leader()
    cluster.members.sort(key=lambda member: member is not leader)
    peak = find_peak(cluster, options)
    rate = peak * options.rate_share
    say(f"{peak:.0f} writes/s at most; {rate:.0f}/s for {options.minutes:g} minutes")
    faults = Faults(cluster, options)
    watch = Watch(cluster, faults, rate)
    start_clients(leader, CLIENTS, options.value_size, options.keys, rate)
    leader.ask("reading")
    faults.start()
    try:
        watch.follow(options.minutes * 60)
    finally:
        faults.ended.set()
        faults.join()
    leader.ask("stop")
    for member in cluster.members:
        if not member.runs:
            cluster.start(member)
    if not watch.samples:
        raise faults.failure or Failure("--minutes must be a few seconds at least")
    return {"peak": peak, "rate": rate, "checks": judge(cluster, watch, faults),
            "catchups": faults.catchups, "stalls": watch.stalls, "failed": watch.failed,
            "elections": watch.elections, "samples": watch.samples}


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/bin/tessera", help="tessera's")
    parser.add_argument("--minutes", default=30, type=float)
    parser.add_argument("--rate-share", default=0.7, type=float, help="of the peak rate")
    parser.add_argument("--peak-seconds", default=8, type=float, help="the peak is measured for")
    parser.add_argument("--every", default=60, type=float, help="seconds from one kill to the next")
    parser.add_argument("--away", default=15, type=float, help="seconds from a kill to the start")
    parser.add_argument("--value-size", default=256, type=int)
    parser.add_argument("--keys", default=100_000, type=int, help="cells that are written to")
    parser.add_argument("--folder", default="/tmp", help="where the members keep their data")
    parser.add_argument("--json", help="write every sample to this file; -: print it")
    options = parser.parse_args()
    if not 0 < options.rate_share <= 1 or options.minutes <= 0:
        parser.error("--rate-share must be above 0, 1 at most, and --minutes above 0")
    if not 0 < options.away < options.every:
        parser.error("--away must be above 0 and less than --every")
    return options


def main():
    options = read_options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tessera-soak-", dir=options.folder) as folder:
        with Cluster(options.program, pathlib.Path(folder)) as cluster:
            result = soak(cluster, options)
    made = sum(each["calls"] for each in result["samples"])
    print(f"{made} writes in {time.monotonic() - began:.0f} s: "
          f"{made / sum(each['seconds'] for each in result['samples']):.0f}/s of "
          f"{result['rate']:.0f}/s that were due; {result['peak']:.0f}/s at most before")
    for check in result["checks"]:
        print(f"{'PASS' if check['good'] else 'FAIL'}  {check['what']:<9} {check['words']}")
    if options.json == "-":
        print(json.dumps(result))
    elif options.json:
        pathlib.Path(options.json).write_text(json.dumps(result) + "\n", encoding="utf-8")
    return 0 if all(check["good"] for check in result["checks"]) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, OSError) as failure:
        sys.exit(f"error: {failure}")
