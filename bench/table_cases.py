"""What bench/table.py measures: each case is one run of one thing, and gives a dict of figures."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import etcd
from members import Failure

HERE = pathlib.Path(__file__).resolve().parent
VALUE = 256
CLIENTS = 64
ENTRIES = 200_000
DIFF_CELLS = 200_000
MANY_GROUPS = 1000


class Cases:
    """`measure` runs a case by its name."""

    once = ("soak",)  # long enough by itself

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.client = options.client
        self.scale = 10 if options.quick else 1
        # As bench/peers/etcd.py is told on its command line.
        self.work_options = argparse.Namespace(
            program=options.program, plain_etcd=False, connections=CLIENTS, keys=1000, warm_up=1.0,
            seconds=options.seconds)

    def measure(self, name):
        return getattr(self, "run_" + name)()

    def bench(self, *words):
        self._must_know(words)
        done = subprocess.run([self.options.program, "bench", *words, "--folder", str(self.folder),
                               "--quiet", "--json", "-"], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def _must_know(self, words):
        """An older program does not have everything."""
        command = [self.options.program, "bench", words[0], "--help"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=False)
        missing = [word for word in words if word.startswith("--") and word.encode()
                   not in done.stdout]
        if done.returncode != 0 or missing:
            what = f" with {', '.join(missing)}" if done.returncode == 0 else ""
            raise Failure(f"this program has no `tessera bench {words[0]}`{what}")

    def _calls(self, do="write", clients=CLIENTS, size=VALUE, at="leader"):
        work = {"do": do, "clients": clients, "value_size": size, "at": at}
        return etcd.measure_tessera(self.work_options, work, self.folder)

    def run_etcd(self):
        if not self.client:
            self.client = etcd.build_client(self.folder)
        work = {"do": "write", "clients": CLIENTS, "value_size": VALUE, "at": "leader"}
        with tempfile.TemporaryDirectory(dir=self.folder) as data:
            return etcd.measure_etcd(self.client, self.work_options, work, pathlib.Path(data))

    def run_write(self):
        return self._calls()

    def run_write_follower(self):
        return self._calls(at="follower")

    def run_write_one(self):
        return self._calls(clients=1)

    def run_write_1k(self):
        return self._calls(size=1024)

    def run_write_16k(self):
        return self._calls(size=16384)

    def run_read_strong(self):
        return self._calls("strong", at="spread")

    def run_read_weak(self):
        return self._calls("weak", at="spread")

    def run_log(self):
        return self.bench("catchup", "--strategy", "log", "--entries", str(ENTRIES // self.scale),
                          "--value-size", str(VALUE), "--load", "0")["runs"][0]

    def run_snapshot(self):
        cells = self.options.state_mib * (1 << 20) // VALUE
        # Put while the member is away: one without a store would first wait for ten heartbeats to
        # be made a learner, which is not what the row is about.
        return self.bench("catchup", "--strategy", "snapshot", "--entries", str(cells), "--batch",
                          "64", "--value-size", str(VALUE), "--load", "0")["runs"][0]

    def run_diff(self):
        """Of a hundredth and of a tenth."""
        found = {}
        for name, share in (("hundredth", "0.01"), ("tenth", "0.1")):
            run = self.bench("catchup", "--strategy", "diff", "--state",
                             str(DIFF_CELLS // self.scale), "--changed", share, "--value-size",
                             str(VALUE), "--load", "0")["runs"][0]
            found[name] = {"bytes": run["wire_received"], "seconds": run["seconds"],
                           "of_state": run["wire_received"] / (DIFF_CELLS // self.scale * VALUE)}
        return found

    def run_failover(self):
        return self.bench("failover", "--how", "kill,transfer", "--repeat", "5")["outcomes"]

    def run_groups(self):
        groups = MANY_GROUPS // self.scale
        return self.bench("write", "--groups", str(groups), "--clients", str(CLIENTS),
                          "--value-size", str(VALUE), "--seconds",
                          str(self.options.seconds))["runs"][0]

    def run_soak(self):
        minutes = self.options.soak_minutes
        every = min(60.0, minutes * 60 / 9)  # each follower is there in each third of the time
        done = subprocess.run([sys.executable, "-B", str(HERE / "soak.py"), "--program",
                               self.options.program, "--minutes", str(minutes), "--every",
                               str(every), "--away", str(every / 4), "--folder",
                               str(self.folder), "--json", "-"], stdout=subprocess.PIPE,
                              check=False)
        lines = done.stdout.decode().splitlines()
        if not lines or not lines[-1].startswith("{"):
            raise Failure(f"bench/soak.py ended with {done.returncode}")
        return json.loads(lines[-1])
