#!/usr/bin/env python3
"""Lets members fall far behind and looks how they catch up.

Three `tessera node` processes with durable stores, whose leader re-sends nothing: whoever lags
opens a session. First a follower misses 200,000 entries of 256 bytes, fetches them from both others
at once, is killed in the middle and goes on from there. Then one member lags far behind another
that is dead, and the one that is left can commit nothing without it: the leader dies in one round,
a follower in the other, and the group recovers by itself.

    catch_up.py TESSERA [--entries N] [--size BYTES]
"""
import argparse
import subprocess
import time

from group import expect_equal, fail, leader_of, others, run_group, status_of
from member import online, wait_for


UNSYNCED_MAX = 32 << 20  # bytes in a member's log that its disk has not taken yet


def load(member, name, options):
    """Puts lines of `size` bytes, each under its number; a later load overwrites an earlier one."""
    lines = member.data.parent / name
    with lines.open("w") as file:
        for number in range(options.entries):
            file.write(f"{name} {number} ".ljust(options.size, "x") + "\n")
    subprocess.run([member.program, "load", "--data", member.data, lines], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines.unlink()


def sync_of(member):
    return status_of(member).get("sync") or {}


def index_of(position):
    return int(position.split(":")[1])


def kill_in_mid_transfer(member, servers):
    """Kills `member` once a part of what it lacks is on its disk; its status just before."""
    def half_done():
        status = status_of(member)
        sync = status.get("sync") or {}
        if not sync.get("bytes_total"):
            return None
        share = index_of(status["durable"]) / index_of(sync["target"])
        if share > 0.8:
            fail("the transfer was over before the member could be killed")
        return status if share >= 0.2 else None
    status = wait_for("a transfer that is half done", half_done, pause=0.005)
    member.kill()
    expect_fed_by_all(status["sync"], servers)
    return status


def expect_fed_by_all(sync, servers):
    """Each server must have carried a good part of what was fetched."""
    least = 0.03 * sum(sync["received"].values())
    for server in servers:
        sent = sync["received"].get(status_of(server)["peer"], 0)
        if sent < least:
            fail(f"one of the peers sent only {sent} bytes: {sync['received']}")


def watch_session(member):
    """The session's status from its beginning to its end: as it was seen first and last."""
    first = wait_for("the session", lambda: sync_of(member).get("bytes_total") and sync_of(member),
                     pause=0.005)
    last = first
    while sync := (status := status_of(member)).get("sync"):
        last = sync
        unsynced = index_of(status["last"]) - index_of(status["durable"])
        if unsynced * first["bytes_total"] / first["entries_total"] > UNSYNCED_MAX:
            fail(f"the disk lags behind by {unsynced} entries: {status}")
        time.sleep(0.005)
    return first, last


def interrupted_twice(members, options):
    joiner = others(members, leader_of(members))[0]
    servers = others(members, joiner)
    joiner.kill()
    load(leader_of(servers), "first", options)
    joiner.start(servers)
    before = kill_in_mid_transfer(joiner, servers)
    joiner.start(servers)
    first, last = watch_session(joiner)
    wait_for("the member to be online", lambda: online(joiner))
    expect_resumed(before, first, last)
    expect_equal(members)
    print(f"killed at {before['durable']} of {before['sync']['target']}, with "
          f"{list(before['sync']['received'].values())} bytes received from two peers; then "
          f"fetched {first['entries_total']} entries, {list(last['received'].values())} bytes")


def expect_resumed(before, first, last):
    lacked = index_of(first["target"]) - index_of(before["durable"])
    if first["entries_total"] > lacked:
        fail(f"it had {before['durable']} of {first['target']} on its disk and asks "
             f"for {first['entries_total']} entries")
    fetched = sum(last["received"].values())
    if fetched > 1.2 * first["bytes_total"]:
        fail(f"it fetched {fetched} bytes though {first['bytes_total']} were missing")


def recovers_without_a_majority_ahead(members, options, leader_dies):
    """One dead, one far behind, one up to date: the two must find together on their own."""
    laggard = others(members, leader_of(members))[0]
    ahead = others(members, laggard)
    laggard.kill()
    load(leader_of(ahead), "later" if leader_dies else "last", options)
    dead = leader_of(ahead) if leader_dies else others(ahead, leader_of(ahead))[0]
    dead.kill()
    laggard.start(others(members, laggard))
    left = others(members, dead)
    wait_for("the two that are left to be online", lambda: all(map(online, left)))
    put = laggard.ask(op="put", key="recovered", value="yes")
    if not put or not put["ok"]:
        fail(f"the recovered group takes no command: {put}")
    expect_equal(left)
    dead.start(left)
    wait_for("the dead one to be back", lambda: online(dead))
    expect_equal(members)
    print(f"recovered with the {'leader' if leader_dies else 'follower'} dead")


def catch_up(members, options):
    interrupted_twice(members, options)
    options.entries //= 10
    for leader_dies in (True, False):
        recovers_without_a_majority_ahead(members, options, leader_dies)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--size", type=int, default=256)
    options = parser.parse_args()
    run_group(options.program, ["--inline-catch-up", "0"],
                     lambda members: catch_up(members, options))


if __name__ == "__main__":
    main()
