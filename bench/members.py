"""Members for the scripts of this folder: processes of `tessera bench` on loopback, with durable
stores and encrypted links, started, killed and asked from here.

`tessera bench write` and `tessera bench catchup` start the same processes; what each answers on its
control socket stands in runtime/tool/bench/client_server.cpp and member_server.cpp.
"""

import json
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import time

PATIENCE = 60.0  # seconds; nothing that is waited for may take longer
LOG_TAIL = 8  # lines
SOCKET = "control.sock"  # in a member's folder
SOCKET_PATH_MAX = 100  # bytes, a little less than the system takes


class Failure(Exception):
    """What went wrong, in words."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def wait_for(what, condition, patience=PATIENCE, pause=0.005):
    """What `condition` gives once that is something."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    raise Failure(f"waited {patience:.0f} s for {what}")


class Member:
    """One process. Started again, it listens where it did, on what it has stored."""

    def __init__(self, words, folder, place):
        self.words = list(words)
        self.name = f"member {place + 1}"
        self.data = folder / f"m{place + 1}"
        self.log = folder / f"m{place + 1}.log"
        self.listen = "127.0.0.1:0"
        self.process = None
        self.stream = None

    @property
    def runs(self):
        return self.process is not None

    @property
    def pid(self):
        return self.process.pid

    def start(self, peers, key, patience=PATIENCE):
        """Returns once it answers."""
        words = [*self.words, "--data", str(self.data), "--listen", self.listen]
        for peer in peers:
            words += ["--peer", peer]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, env={**os.environ, "TESSERA_KEY": key},
                                            stdout=log, stderr=log)
        self.stream = wait_for(f"{self.name} to answer", self._connect, patience)
        listens = self.ask("status")["listen"]
        if listens:
            self.listen = listens[0]

    def kill(self):
        """SIGKILL, as a power failure would end it."""
        if self.stream:
            self.stream.close()
        if self.process:
            self.process.kill()
            self.process.wait()
        self.stream = self.process = None

    def _connect(self):
        if self.process.poll() is not None:
            code = self.process.returncode
            raise Failure(f"{self.name} has ended with {code}: {self.last_words()}")
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(PATIENCE)
            connection.connect(str(self.data / SOCKET))
            return connection.makefile("rwb")
        except OSError:
            return None
        finally:
            connection.close()  # the stream keeps it open

    def ask(self, op, **request):
        """Its answer; one that refuses is a failure."""
        if not self.stream:
            raise Failure(f"{self.name} does not run")
        try:
            self.stream.write(json.dumps({**request, "op": op, "id": 1}).encode() + b"\n")
            self.stream.flush()
            line = self.stream.readline()
        except OSError as error:
            raise Failure(f"{self.name}, {op}: {error}; {self.last_words()}") from error
        if not line.endswith(b"\n"):
            raise Failure(f"{self.name} has gone away: {self.last_words()}")
        answer = json.loads(line)
        if not answer.get("ok"):
            raise Failure(f"{self.name}, {op}: {answer.get('message', answer)}")
        return answer

    def last_words(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL:])

    def memory(self):
        """Resident bytes."""
        return self._line_of("status", "VmRSS:") * 1024

    def file_bytes(self):
        """What it has handed to files since its start; its sockets are not counted."""
        return self._line_of("io", "wchar:")

    def _line_of(self, file, name):
        for line in pathlib.Path(f"/proc/{self.pid}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
        raise Failure(f"this machine does not tell {name} of a process")


class Cluster:
    """Members that found a group; gone with the `with` statement. The folder stays."""

    def __init__(self, program, folder, members=3, kind="client-member", extra=()):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if len(str(folder / "m99" / SOCKET)) > SOCKET_PATH_MAX:
            raise Failure(f"{folder}: the path is too long for a socket")
        words = [str(program), "bench", kind, "--founders", str(members), *extra]
        self.key = secrets.token_hex(16)
        self.members = [Member(words, folder, place) for place in range(members)]

    def __enter__(self):
        try:
            for member in self.members:
                self.start(member)
            self.leader()
            self.settle()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for member in self.members:
            member.kill()

    def start(self, member, patience=PATIENCE):
        peers = [other.listen for other in self.members
                 if other is not member and not other.listen.endswith(":0")]
        member.start(peers, self.key, patience)

    def running(self):
        return [member for member in self.members if member.runs]

    def leader(self):
        def leading():
            for member in self.running():
                status = member.ask("status")
                if status["role"] == "leader" and status["online"]:
                    return member
            return None
        return wait_for("a member that leads", leading)

    def settle(self):
        """Every member has what the leader has now."""
        index = self.leader().ask("status")["last_index"]
        for member in self.running():
            member.ask("reached", index=index)

    def digest(self):
        """Of every member's state, once nobody writes any more. They must be equal."""
        def equal():
            self.settle()
            looks = [member.ask("look") for member in self.running()]
            # With the position, if it says one: equal digests of different states would be luck.
            return looks[0]["digest"] if all(look == looks[0] for look in looks) else None
        return wait_for("the members' states to be equal", equal, pause=0.2)


def start_clients(member, clients, value_bytes=256, keys=1000, rate=0.0):
    """Writers in the process of a member; without a rate each writes again when it has written."""
    member.ask("clients", work=0, clients=clients, rate=float(rate), keys=keys,
               value_bytes=value_bytes, edition=1, own_sessions=False)


def successes(reading):
    """Of what a member answered to `reading`: the calls that have succeeded since the last one."""
    return sum(count for _, count in reading["latency"])


def longest(reading):
    """The slowest of these calls in seconds, at most 3 % too long."""
    return percentile(reading, 1.0)


def percentile(reading, share):
    """What `share` of these calls did not take longer than, in seconds; 0 if there were none."""
    left = share * successes(reading)
    for bucket, count in reading["latency"]:
        left -= count
        if left <= 0:
            # 32 buckets to each power of two, of nanoseconds: the upper bound of this one.
            if bucket < 32:
                return bucket / 1e9
            return (((bucket % 32 + 33) << (bucket // 32 - 1)) - 1) / 1e9
    return 0.0
