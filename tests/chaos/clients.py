"""Clients of a group that write down what they asked and what they were told.

The format is that of docs/history-format.md. A client asks one thing at a time and waits for as
long as the member lives: whatever is asked must be answered.
"""
import collections
import json
import random
import threading
import time

from member import exchange

# Errors of tessera/primitives/error.h after which a command certainly did not happen. All others
# leave it open.
CERTAINLY_NOT = {1: "not_committed", 3: "offline", 4: "would_block", 6: "too_large"}
# Seconds: an operation ends by itself after 10, and the member may be paused for 5 before.
ANSWER_WITHIN = 45.0
HOT_KEYS = 8
HOT_SECONDS = 6.0  # then other keys are hot, so that no key's history grows long
KINDS = ("get", "put", "cas", "del", "ledger")
SHARES = (45, 22, 20, 5, 8)


class Recorder:
    """One client's part of the history: a file that is written as answers come. Of one thread."""

    def __init__(self, folder, client):
        self.client = client
        self.path = folder / f"history-{client}.jsonl"
        self.file = open(self.path, "w", encoding="utf-8")
        self.outcomes = collections.Counter()

    def write(self, call, returned, request, outcome, **more):
        line = {"client": self.client, "call": call, "return": returned, **request,
                "outcome": outcome, **more}
        self.outcomes[request["op"], outcome] += 1
        self.file.write(json.dumps(line) + "\n")

    def ask(self, stream, member, request):
        """Sends `request`, writes down what became of it; the answer. `OSError` if none came."""
        call = time.monotonic_ns()
        try:
            answer = exchange(stream, request)
        except TimeoutError as error:
            self.write(call, None, request, "unknown", member=member.number, never_answered=True)
            raise Unanswered(f"member {member.number} did not answer {request} within "
                             f"{ANSWER_WITHIN:.0f} s") from error
        except OSError:
            self.write(call, None, request, "unknown", member=member.number)
            raise
        returned = time.monotonic_ns()
        if not answer["ok"]:
            outcome = "fail" if answer["code"] in CERTAINLY_NOT else "unknown"
            self.write(call, returned, request, outcome, member=member.number,
                       code=answer["code"])
        elif request["op"] == "get":
            value = answer["value"] if answer["found"] else None
            self.write(call, returned, dict(request, value=value), "ok", member=member.number)
        else:
            told = {name: answer[name] for name in ("swapped",) if name in answer}
            self.write(call, returned, request, "ok", member=member.number,
                       position=answer["position"], **told)
        return answer

    def close(self):
        self.file.close()


class Unanswered(Exception):
    """A living member owed an answer."""


class Client(threading.Thread):
    """Reads and writes through whichever member answers, until it is told to stop."""

    def __init__(self, members, recorder, options, stop):
        super().__init__(daemon=True)
        self.members, self.recorder, self.stop_event = members, recorder, stop
        self.reads = options.reads
        self.dice = random.Random(f"{options.seed}/client-{recorder.client}")
        self.count = 0
        self.last_seen = {}  # what this client takes for the value of a key
        self.ledger = {}  # keys written once, and whether that was acknowledged
        self.failure = None

    def run(self):
        while not self.stop_event.is_set() and self.failure is None:
            member = self.dice.choice(self.members)
            try:
                with member.connect(ANSWER_WITHIN) as stream:
                    self._stay(stream, member)
            except Unanswered as error:
                self.failure = str(error)
            except OSError:
                self.stop_event.wait(0.05)
        self.recorder.close()

    def _stay(self, stream, member):
        for _ in range(self.dice.randint(5, 200)):
            if self.stop_event.is_set():
                return
            request = self._draw()
            if request["op"] == "put" and request["key"].startswith("ledger-"):
                self.ledger[request["key"]] = False
            answer = self.recorder.ask(stream, member, request)
            if not answer["ok"]:
                return
            self._learn(request, answer)

    def _draw(self):
        self.count += 1
        kind = self.dice.choices(KINDS, SHARES)[0]
        age = int(time.monotonic() / HOT_SECONDS)
        key = f"hot-{age}-{self.dice.randrange(HOT_KEYS)}"
        value = f"{self.recorder.client}-{self.count}"
        if kind == "ledger":
            return {"op": "put", "key": f"ledger-{value}", "value": value}
        if kind == "put":
            return {"op": "put", "key": key, "value": value}
        if kind == "cas":
            return {"op": "cas", "key": key, "expected": self.last_seen.get(key), "value": value}
        if kind == "get":
            return {"op": "get", "key": key, "consistency": self.reads}
        return {"op": kind, "key": key}

    def _learn(self, request, answer):
        key = request["key"]
        if key in self.ledger:
            self.ledger[key] = True
        elif request["op"] == "get":
            self.last_seen[key] = answer["value"] if answer["found"] else None
        elif request["op"] == "cas" and not answer["swapped"]:
            self.last_seen[key] = answer["before"]
        else:
            self.last_seen[key] = request.get("value")
