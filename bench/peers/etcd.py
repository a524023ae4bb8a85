#!/usr/bin/env python3
"""The same work on etcd and on tessera, in turns: A B A B, medians, ratios.

    apt-get install etcd-server golang-go golang-etcd-server-dev     # all of it from Debian
    bench/peers/etcd.py --program build/release/bin/tessera
    bench/peers/etcd.py --clients 1,64 --at leader,follower --rounds 5 --json result.json

Both run three members as processes on loopback, with a store that is synced before anything is
acknowledged and encrypted links between members, under clients that each make their next call when
the last one has ended. What is not the same: etcd's clients are goroutines of one other process,
over gRPC without TLS, as etcd is made to be used; tessera's are in the process of a member, as it
is made to be used. What the clients take of the machine is in both results.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from members import Failure, say  # noqa: E402

PATIENCE = 60  # seconds for etcd to elect a leader


def find(name, *places):
    for place in (*places, name):
        found = shutil.which(place)
        if found:
            return found
    raise Failure(f"{name} is not installed; the first lines of {HERE / 'etcd.py'} say which "
                  "packages have it")


def build_client(folder):
    """The load generator, from Debian's sources of etcd's client alone."""
    go = find("go", "/usr/lib/go/bin/go")
    binary = folder / "etcd_load"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "go-cache"),
        "GOFLAGS": "",
    }
    say("building the client of etcd; this takes a minute or two")
    subprocess.run([go, "build", "-o", str(binary), "."], cwd=HERE / "etcd_load", env=environment,
                   check=True)
    return binary


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Etcd:
    """Three members of etcd on loopback, gone with the `with` statement."""

    def __init__(self, folder, tls):
        self.folder = folder
        self.scheme = "https" if tls else "http"
        ports = free_ports(6)
        self.client_ports, self.peer_ports = ports[:3], ports[3:]
        self.processes = []

    def __enter__(self):
        server = find("etcd")
        cluster = ",".join(f"m{at}={self.scheme}://127.0.0.1:{port}"
                           for at, port in enumerate(self.peer_ports))
        for at, (client, peer) in enumerate(zip(self.client_ports, self.peer_ports)):
            words = [server, "--name", f"m{at}", "--data-dir", str(self.folder / f"etcd{at}"),
                     "--listen-client-urls", f"http://127.0.0.1:{client}",
                     "--advertise-client-urls", f"http://127.0.0.1:{client}",
                     "--listen-peer-urls", f"{self.scheme}://127.0.0.1:{peer}",
                     "--initial-advertise-peer-urls", f"{self.scheme}://127.0.0.1:{peer}",
                     "--initial-cluster", cluster, "--initial-cluster-state", "new",
                     "--log-level", "error"]
            if self.scheme == "https":
                words.append("--peer-auto-tls")
            log = open(self.folder / f"etcd{at}.log", "wb")
            self.processes.append(subprocess.Popen(words, stdout=log, stderr=log))
            log.close()
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()

    def status(self, port):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v3/maintenance/status", b"{}")
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def endpoints(self, place):
        """Those of the members in which tessera's clients would be, once there is a leader."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for at, process in enumerate(self.processes):
                if process.poll() is not None:
                    log = (self.folder / f"etcd{at}.log").read_text(errors="replace")[-2000:]
                    raise Failure(f"etcd has ended with {process.returncode}:\n{log}")
            with contextlib.suppress(OSError, ValueError):
                states = [self.status(port) for port in self.client_ports]
                leaders = {each.get("leader", "0") for each in states}
                if len(leaders) == 1 and leaders != {"0"}:
                    leads = [each["header"]["member_id"] in leaders for each in states]
                    break
            time.sleep(0.05)
        else:
            raise Failure("etcd has not elected a leader")
        all_of_them = [f"127.0.0.1:{port}" for port in self.client_ports]
        if place == "spread":
            return all_of_them
        chosen = [each for each, leader in zip(all_of_them, leads) if leader == (place == "leader")]
        return chosen[:1]


def measure_etcd(client, options, work, folder):
    with Etcd(folder, not options.plain_etcd) as etcd:
        words = [str(client), "-endpoints", ",".join(etcd.endpoints(work["at"])),
                 "-clients", str(work["clients"]), "-connections", str(options.connections),
                 "-value-size", str(work["value_size"]), "-keys", str(options.keys),
                 "-warm-up", f"{options.warm_up}s", "-for", f"{options.seconds}s"]
        if work["do"] != "write":
            words.append("-read")
        if work["do"] == "weak":
            words.append("-weak")
        done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    if result["failed"]:
        say(f"    {result['failed']} calls of etcd failed: {result['problem']}")
    return result


def measure_tessera(options, work, folder):
    reads = work["do"] != "write"
    words = [options.program, "bench", "read" if reads else "write", "--clients",
             str(work["clients"]), "--value-size", str(work["value_size"]), "--at", work["at"],
             "--keys", str(options.keys), "--seconds", str(options.seconds), "--warm-up",
             str(options.warm_up), "--folder", str(folder), "--quiet", "--json", "-"]
    if reads:
        words += ["--consistency", work["do"]]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["runs"][0]


def row_of(work, runs):
    def median(system, field):
        return statistics.median(run[field] for run in runs[system])

    etcd, tessera = median("etcd", "calls_per_second"), median("tessera", "calls_per_second")
    # Of what was measured next to each other; the machine changes its speed between rounds.
    ratios = [b["calls_per_second"] / a["calls_per_second"]
              for a, b in zip(runs["etcd"], runs["tessera"])]
    name = f"{work['do']}, {work['clients']} clients, {work['value_size']} B, {work['at']}"
    return [name, f"{etcd:.0f}/s", f"{tessera:.0f}/s", f"{statistics.median(ratios):.1f}",
            f"{min(ratios):.1f} to {max(ratios):.1f}",
            *(f"{median(system, field) * 1e3:.2f} ms"
              for field in ("p50_seconds", "p99_seconds") for system in ("etcd", "tessera"))]


HEADINGS = ["work", "etcd", "tessera", "ratio", "of rounds", "p50 etcd", "tessera", "p99 etcd",
            "tessera"]


def table(rows):
    lines = [HEADINGS, ["---"] + ["---:"] * (len(HEADINGS) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def numbers(text):
    return [int(each) for each in text.split(",")]


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/bin/tessera", help="tessera's")
    parser.add_argument("--work", default="write", help="write, strong, weak; a list")
    parser.add_argument("--clients", default="64", type=numbers, help="a list")
    parser.add_argument("--value-size", default="256", type=numbers, help="a list")
    parser.add_argument("--at", default="leader", help="leader, follower, spread; a list")
    parser.add_argument("--rounds", default=3, type=int, help="of each, in turns")
    parser.add_argument("--seconds", default=5, type=float, help="measured in each")
    parser.add_argument("--warm-up", default=1, type=float, help="seconds before")
    parser.add_argument("--keys", default=1000, type=int)
    parser.add_argument("--connections", default=64, type=int, help="of etcd's clients, at most")
    parser.add_argument("--plain-etcd", action="store_true", help="etcd's peers without TLS")
    parser.add_argument("--folder", default="/tmp", help="on the disk that is measured")
    parser.add_argument("--client", help="etcd_load, if it is built already")
    parser.add_argument("--json", help="write every run to this file")
    return parser.parse_args()


def works(options):
    return [{"do": do, "clients": clients, "value_size": size, "at": at}
            for do in options.work.split(",") for clients in options.clients
            for size in options.value_size for at in options.at.split(",")]


def main():
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="tessera-peers-", dir=options.folder) as name:
        folder = pathlib.Path(name)
        client = options.client or build_client(folder)
        results = [(work, {"etcd": [], "tessera": []}) for work in works(options)]
        for round_number in range(options.rounds):
            for work, runs in results:
                say(f"round {round_number + 1} of {options.rounds}: {work}")
                with tempfile.TemporaryDirectory(dir=folder) as data:
                    runs["etcd"].append(measure_etcd(client, options, work, pathlib.Path(data)))
                runs["tessera"].append(measure_tessera(options, work, folder))
    print(table([row_of(work, runs) for work, runs in results]))
    if options.json:
        report = [{"work": work, **runs} for work, runs in results]
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"error: {failure}")
