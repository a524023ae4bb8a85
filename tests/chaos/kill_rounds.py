#!/usr/bin/env python3
"""Kills members of a running group at random and looks for what was lost.

Three `tessera node` processes with durable stores take writes without a pause. In each round one,
two or all three are killed with SIGKILL, each at a random moment, and started again; with `--all` it
is always all three. At the end every acknowledged entry must be there, on every member, the digests
must be equal, and the log must not hold more commands than were sent.

    kill_rounds.py TESSERA [--rounds N] [--seed S] [--all]
"""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

from member import PATIENCE, Member, exchange, online, wait_for
from network import Loopback

MEMBERS = 3


class Writer(threading.Thread):
    """Puts one key after the other through whichever member answers."""

    def __init__(self, members, name, stop):
        super().__init__(daemon=True)
        self.members, self.prefix, self.stop = members, name, stop
        self.acknowledged = []
        self.uncertain = 0

    def run(self):
        count = 0
        turn = random.Random(self.prefix)
        while not self.stop.is_set():
            member = turn.choice(self.members)
            try:
                with member.connect() as stream:
                    while not self.stop.is_set():
                        count += 1
                        self.put(stream, f"{self.prefix}-{count}")
            except OSError:
                time.sleep(0.02)

    def put(self, stream, key):
        self.uncertain += 1  # until it is answered
        answer = exchange(stream, {"op": "put", "key": key, "value": "of " + key})
        if answer["ok"]:
            self.acknowledged.append(key)
            self.uncertain -= 1


def run_rounds(members, rounds, dice, counts):
    """`counts`: how many may die in a round, to choose from."""
    for number in range(1, rounds + 1):
        time.sleep(dice.uniform(0.05, 0.6))
        victims = dice.sample(members, dice.choice(counts))
        for victim in victims:
            time.sleep(dice.choice([0.0, dice.uniform(0.0, 0.05)]))
            victim.kill()
        time.sleep(dice.uniform(0.0, 0.3))
        for victim in victims:
            victim.start([member for member in members if member is not victim])
        if len(victims) == MEMBERS or number % 5 == 0:
            wait_for("all members to be online again", lambda: all(map(online, members)))
        if number % 10 == 0:
            print(f"{number} rounds of {rounds}", file=sys.stderr)
    wait_for("all members to be online", lambda: all(map(online, members)))


def judge(members, writers):
    acknowledged = [key for writer in writers for key in writer.acknowledged]
    uncertain = sum(writer.uncertain for writer in writers)
    digests = {}
    for number, member in enumerate(members):
        wait_for("a digest", lambda: (member.ask(op="digest") or {}).get("ok"))
        digests[number] = member.ask(op="digest")["digest"]
    if len(set(digests.values())) != 1:
        return f"the digests differ: {digests}"
    for number, member in enumerate(members):
        with member.connect() as stream:
            for key in acknowledged:
                found = exchange(stream, {"op": "get", "key": key, "consistency": "weak"})
                if not found.get("found") or found["value"] != "of " + key:
                    return f"member {number} lost the acknowledged entry {key}: {found}"
    held = members[0].ask(op="digest")["size"]
    if not len(acknowledged) <= held <= len(acknowledged) + uncertain:
        return (f"{held} keys are held, but {len(acknowledged)} were acknowledged and {uncertain} more "
                f"may have been written")
    status = members[0].ask(op="status")
    print(f"{len(acknowledged)} acknowledged entries, all there on every member; {uncertain} "
          f"uncertain; {status['committed_index']} entries committed in {status['term']} terms")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="all members die in every round")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tessera-kill-"))
    network = Loopback(MEMBERS)
    flags = ["--founders", str(MEMBERS)]
    members = [Member(options.program, folder, number, network, flags)
               for number in range(MEMBERS)]
    failure = "it did not get to the end"
    try:
        for member in members:
            member.start([other for other in members if other is not member])
        wait_for("the group to form", lambda: all(map(online, members)))
        stop = threading.Event()
        writers = [Writer(members, f"writer-{number}", stop) for number in range(4)]
        for writer in writers:
            writer.start()
        counts = [MEMBERS] if options.all else [1, 1, 2, 3]
        run_rounds(members, options.rounds, random.Random(options.seed), counts)
        stop.set()
        for writer in writers:
            writer.join(PATIENCE)
        failure = judge(members, writers)
    finally:
        for member in members:
            if member.alive:
                member.kill()
        if failure is None:
            shutil.rmtree(folder)
        else:
            print(f"the members' folders and logs are kept in {folder}", file=sys.stderr)
    if failure is not None:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
