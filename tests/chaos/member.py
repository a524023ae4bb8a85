"""One `tessera node` process, and how to talk to it."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

PATIENCE = 60.0  # seconds; nothing that is waited for may take longer


class Member:
    """Started, killed and paused by one thread; asked by any."""

    def __init__(self, program, folder, number, network, flags=()):
        """`network` tells where it listens and how a process gets there; `flags` go to the node."""
        self.program = program
        self.number = number
        self.data = folder / f"node-{number}"
        self.log_path = folder / f"node-{number}.log"
        self.address = network.address(number)
        self.enter = network.enter(number)
        self.flags = list(flags)
        self.process = None
        self.paused = False
        self.peer = None  # its id, once it is known

    def start(self, others):
        command = self.enter + [self.program, "node", "--data", str(self.data),
                                "--listen", self.address] + self.flags
        for other in others:
            command += ["--peer", other.address]
        environment = dict(os.environ, TESSERA_KEY="chaos")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    @property
    def alive(self):
        return self.process is not None

    def kill(self):
        """Also one that is paused."""
        process, self.process = self.process, None  # so that nobody wonders at its death
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.paused = False

    def lose_disk(self):
        """What it stored is gone, its identity is not; from now on it founds nothing."""
        shutil.rmtree(self.data / "store")
        if "--founders" in self.flags:
            at = self.flags.index("--founders")
            self.flags[at:at + 2] = ["--join"]

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)
        self.paused = True

    def resume(self):
        if self.paused and self.alive:
            self.process.send_signal(signal.SIGCONT)
        self.paused = False

    def death(self):
        """What is to be said if the process ended though nobody killed it; else None."""
        process = self.process
        if process is None or process.poll() is None or process is not self.process:
            return None
        last = self.log_path.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"member {self.number} ended by itself with {process.returncode}:",
                          *last])

    def connect(self, timeout=30.0):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(str(self.data / "control.sock"))
            return connection.makefile("rwb")
        finally:
            connection.close()  # the file keeps it open

    def ask(self, timeout=30.0, **request):
        """The answer, or None if the member is not there or takes longer."""
        try:
            with self.connect(timeout) as stream:
                return exchange(stream, request)
        except OSError:
            return None


def exchange(stream, request):
    stream.write(json.dumps(dict(request, id=1)).encode() + b"\n")
    stream.flush()
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise ConnectionError("the member has gone away")
    return json.loads(line)


def wait_for(what, condition, pause=0.05):
    """What `condition` gives once that is something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    raise SystemExit(f"FAILED: waited {PATIENCE:.0f} s for {what}")


def votes(member):
    """Whether it says that it is a voter with the store it has now."""
    status = member.ask(op="status") or {}
    return any(each["storage"] == status["storage"] and each["voter"]
               for each in status.get("members", []))


def online(member):
    answer = member.ask(op="status")
    if answer is None or not answer.get("ok"):
        return False
    member.peer = answer["peer"]
    return answer["online"]
