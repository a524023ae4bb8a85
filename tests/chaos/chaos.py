#!/usr/bin/env python3
"""Lets everything go wrong under clients that write down what they were told, and judges that.

Real `tessera node` processes with durable stores take reads and writes while processes are killed
and paused and the network between them is cut and made to lose packets: what happens is drawn from
the seed. Then the faults stop. All members must be online again, hold the same, and hold every
entry that was acknowledged; every operation must have been answered; and the history the clients
recorded must be linearizable.

    chaos.py TESSERA CHECK_HISTORY [--minutes N] [--members 3|5] [--seed S] [--history FILE]
             [--faults KIND,KIND...] [--reads strong|weak]

Weak reads show that a run can fail: they may be stale, and it passes only if the checker says so.
"""
import argparse
import collections
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from clients import ANSWER_WITHIN, Client, Recorder, Unanswered
from faults import FAULTS, NETWORK_FAULTS, Faults
from member import Member, exchange, online, votes, wait_for
from network import make_network

CLIENTS_PER_MEMBER = 4
# A member further behind than this catches up in a session; 0: it always does.
CATCH_UP_BYTES = (0, 4096, 1 << 18, 4 << 20)
# A run in which nearly nothing was answered shows nothing.
LEAST_ACKNOWLEDGED = 200


class Failed(Exception):
    """What a run shows to be wrong."""


def draw_settings(seed):
    """A group's settings as the lines of a settings file. Its timeouts are shorter than the default
    ones, so that more elections fit into a run."""
    dice = random.Random(f"{seed}/settings")
    heartbeat = dice.choice((30, 50, 100))
    return ["[group]", f"heartbeat_ms = {heartbeat}",
            f"election_timeout_ms = {heartbeat * dice.choice((8, 12))}",
            f"election_jitter_ms = {heartbeat * dice.choice((5, 10))}",
            f"stall_after_ms = {dice.choice((1000, 30_000))}",
            f"inline_catch_up = {dice.choice(CATCH_UP_BYTES)}"]


class Run:
    """One run from the founding of a group to the verdict."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.network, not_allowed = make_network(options.members)
        self.kinds = [kind for kind in options.faults
                      if NETWORK_FAULTS.get(kind) not in not_allowed]
        self.skipped = {kind: not_allowed[NETWORK_FAULTS[kind]] for kind in options.faults
                        if kind not in self.kinds}
        settings = folder / "node.toml"
        lines = draw_settings(options.seed)
        settings.write_text("\n".join(lines) + "\n")
        print(f"settings: {', '.join(lines[1:])}", flush=True)
        flags = ["--founders", str(options.members), "--config", str(settings)]
        self.members = [Member(str(options.program.resolve()), folder, number, self.network, flags)
                        for number in range(options.members)]
        self.faults = Faults(self.members, self.network, self.kinds, options.seed)
        self.stop = threading.Event()
        self.clients = [Client(self.members, Recorder(folder, number), options, self.stop)
                        for number in range(options.members * CLIENTS_PER_MEMBER)]

    def close(self):
        self.stop.set()
        self.faults.end()
        for member in self.members:
            if member.alive:
                member.kill()
        self.network.close()

    def run(self):
        for member in self.members:
            member.start([other for other in self.members if other is not member])
        self._wait_until_online()
        for client in self.clients:
            client.start()
        self.faults.start()
        self._watch(self.options.minutes * 60)
        self.faults.end()
        self._look_for_failures()
        self._wait_until_online()
        self._end_clients()
        self._write_through_each()
        self._converge()
        self._wait_until_all_vote()
        self._read_everything()
        self._check_ledger()
        self._judge()
        self._look_for_idleness()

    def _wait_until_online(self):
        def all_online():
            self._look_for_failures()
            return all(map(online, self.members))

        wait_for("all members to be online", all_online)

    def _watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(0.2, max(0.0, end - time.monotonic())))
            self._look_for_failures()

    def _look_for_failures(self):
        found = [member.death() for member in self.members]
        found += [client.failure for client in self.clients] + [self.faults.failure]
        found = [each for each in found if each is not None]
        if found:
            raise Failed("\n".join(found))

    def _end_clients(self):
        self.stop.set()
        for client in self.clients:
            client.join(2 * ANSWER_WITHIN)
            if client.is_alive():
                raise Failed(f"client {client.recorder.client} still waits for its last answer")
        self._look_for_failures()

    def _write_through_each(self):
        """Nobody waits for anybody any more: each member takes a write and a strong read."""
        recorder = Recorder(self.folder, "each")
        for member in self.members:
            key = f"through-{member.number}"
            with member.connect(ANSWER_WITHIN) as stream:
                for request in ({"op": "put", "key": key, "value": "x"}, {"op": "get", "key": key}):
                    answer = recorder.ask(stream, member, request)
                    if not answer["ok"]:
                        raise Failed(f"member {member.number} refuses {request} though nothing is "
                                     f"wrong any more: {answer}")
        recorder.close()

    def _converge(self):
        def digests():
            return [member.ask(op="digest", consistency="weak") or {} for member in self.members]

        wait_for("all members to hold the same",
                 lambda: len({(answer.get("digest"), answer.get("position"))
                              for answer in digests()}) == 1)

    def _wait_until_all_vote(self):
        """Also whoever lost its disk has its vote again."""
        wait_for("all members to vote", lambda: all(map(votes, self.members)))

    def _read_everything(self):
        """The last value of every key, so that a lost last write shows too."""
        recorder = Recorder(self.folder, "last")
        keys = {key for client in self.clients for key in client.last_seen}
        dice = random.Random(0)
        streams = [(member, member.connect(ANSWER_WITHIN)) for member in self.members]
        for key in sorted(keys):
            member, stream = dice.choice(streams)
            answer = recorder.ask(stream, member, {"op": "get", "key": key})
            if not answer["ok"]:
                raise Failed(f"member {member.number} cannot read {key}: {answer}")
        for _, stream in streams:
            stream.close()
        recorder.close()

    def _check_ledger(self):
        """What was written once and acknowledged is there, on every member."""
        ledger = {key: acknowledged for client in self.clients
                  for key, acknowledged in client.ledger.items()}
        for member in self.members:
            content = whole_content(member)
            for key, acknowledged in ledger.items():
                value = key.removeprefix("ledger-")
                if acknowledged and key not in content:
                    raise Failed(f"member {member.number} lost the acknowledged {key}")
                if content.get(key, value) != value:
                    raise Failed(f"member {member.number} holds {content[key]!r} under {key}")
        self.acknowledged_entries = sum(ledger.values())

    def _judge(self):
        history = self.options.history or self.folder / "history.jsonl"
        with open(history, "wb") as whole:
            for part in sorted(self.folder.glob("history-*.jsonl")):
                whole.write(part.read_bytes())
        ended = subprocess.run([self.options.checker.resolve(), str(history)], check=False, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(ended.stdout.strip())
        linearizable = {0: True, 1: False}.get(ended.returncode)
        if linearizable is None:
            raise Failed("the history could not be judged")
        if self.options.reads == "weak" and linearizable:
            raise Failed("reads that may be stale went unnoticed")
        if self.options.reads == "strong" and not linearizable:
            raise Failed("the history is not linearizable")

    def _look_for_idleness(self):
        outcomes = self.outcomes()
        acknowledged = sum(count for (_, outcome), count in outcomes.items() if outcome == "ok")
        if acknowledged < LEAST_ACKNOWLEDGED:
            raise Failed(f"only {acknowledged} operations were acknowledged: this shows nothing")
        if self.kinds and not self.faults.count:
            raise Failed("no fault happened: this shows nothing")

    def outcomes(self):
        return sum((client.recorder.outcomes for client in self.clients), collections.Counter())

    def report(self):
        happened = ", ".join(f"{kind} {self.faults.count[kind]}" for kind in self.kinds)
        print(f"faults: {happened or 'none'}")
        for reason in sorted(set(self.skipped.values())):
            kinds = ", ".join(kind for kind, why in self.skipped.items() if why == reason)
            print(f"skipped: {kinds}: {reason}")
        outcomes = self.outcomes()
        for op in sorted({op for op, _ in outcomes}):
            told = ", ".join(f"{outcomes[op, outcome]} {outcome}"
                             for outcome in ("ok", "fail", "unknown"))
            print(f"{op}: {told}")


def whole_content(member):
    content, after = {}, None
    while True:
        request = {"op": "range", "count": 10_000, "consistency": "weak"}
        if after is not None:
            request["after"] = after
        with member.connect() as stream:
            entries = exchange(stream, request)["entries"]
        if not entries:
            return content
        content.update(entries)
        after = entries[-1][0]


def fault_kinds(text):
    kinds = text.split(",")
    for kind in kinds:
        if kind not in FAULTS:
            raise argparse.ArgumentTypeError(f"'{kind}' is none of {', '.join(FAULTS)}")
    return kinds


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("program", type=pathlib.Path, help="tessera")
    parser.add_argument("checker", type=pathlib.Path, help="check_history")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long there are faults")
    parser.add_argument("--members", type=int, choices=(3, 5), default=3)
    parser.add_argument("--seed", type=int, default=None, help="of the faults and the requests")
    parser.add_argument("--history", type=pathlib.Path, help="where to keep the clients' history")
    parser.add_argument("--faults", type=fault_kinds, default=FAULTS, help=", ".join(FAULTS))
    parser.add_argument("--reads", choices=("strong", "weak"), default="strong")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def main():
    options = read_options()
    print(f"seed {options.seed}: {options.members} members, {options.minutes:g} minutes of faults",
          flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tessera-chaos-"))
    run = Run(options, folder)
    passed = False
    try:
        run.run()
        passed = True
    except (Failed, Unanswered, OSError) as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
    except SystemExit as failure:  # of a wait, or of a signal
        print(failure, file=sys.stderr)
    finally:
        run.close()
        run.report()
        if passed:
            shutil.rmtree(folder)
            print(f"PASSED: {run.acknowledged_entries} acknowledged entries on every member")
        else:
            print(f"FAILED with seed {options.seed}; the members' folders and logs and the history "
                  f"are kept in {folder}", file=sys.stderr)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
