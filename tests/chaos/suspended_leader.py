#!/usr/bin/env python3
"""Suspends a leader without telling anybody and looks what it answers when it goes on.

In each round the leading process is stopped where it stands, with its connections open; the others
elect another and acknowledge a new value. A strong read that waits at the old leader when it is
resumed must not bring the old value, whether the others can be reached then or are suspended in
their turn.

    suspended_leader.py TESSERA [--rounds N]
"""
import argparse
import json
import pathlib

from group import fail, leader_of, others, run_group
from member import online, wait_for


def put(members, value):
    """Puts until somebody acknowledges it."""
    def acknowledged():
        return any((member.ask(op="put", key="key", value=value) or {}).get("ok")
                   for member in members)
    wait_for("a put to be acknowledged", acknowledged)


def begin(stream, **request):
    stream.write(json.dumps(dict(request, id=1)).encode() + b"\n")
    stream.flush()


def suspend(member):
    """It stands still when this returns."""
    member.pause()
    status = pathlib.Path(f"/proc/{member.process.pid}/stat")
    wait_for("a process to stop", lambda: status.read_text().rsplit(")", 1)[1].split()[0] == "T",
             pause=0.001)


def suspended_leader(members, rounds):
    refused = 0
    for number in range(rounds):
        alone = number % 2 == 0
        old = leader_of(members)
        rest = others(members, old)
        put([old], f"old {number}")
        suspend(old)
        wait_for("another leader", lambda: leader_of(rest))
        put(rest, f"new {number}")
        if alone:
            for member in rest:
                suspend(member)
        with old.connect() as stream:
            begin(stream, op="get", key="key")
            old.resume()
            answer = json.loads(stream.readline())
        if answer["ok"] and answer["value"] != f"new {number}":
            fail(f"the old leader answered {answer} after \"new {number}\" had been put")
        if alone and answer["ok"]:
            fail(f"the old leader answered though it could ask nobody: {answer}")
        refused += not answer["ok"]
        if alone:
            weak = old.ask(op="get", key="key", consistency="weak")
            if not weak or not weak["ok"]:
                fail(f"the old leader refused a weak read: {weak}")
            for member in rest:
                member.resume()
        wait_for("all to be online", lambda: all(map(online, members)))
        for member in members:
            found = member.ask(op="get", key="key")
            if not found["ok"] or found["value"] != f"new {number}":
                fail(f"a strong read found {found} instead of \"new {number}\"")
    print(f"{rounds} rounds; the resumed leader refused {refused} times")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    run_group(options.program, [], lambda members: suspended_leader(members, options.rounds))


if __name__ == "__main__":
    main()
