"""The lab as scenarios see it: server, connecting, measuring, checks and their count."""
import json
import os
import signal
import statistics
import time

from . import servers
from .env import TUNNEL_GW, PingWatch
from .sysx import netns_id, procs, read, sh, spawn, wait_for

GROUPS = {}
ALL = {}
ONLY = {}


def scenario(*groups, proto=None):
    """Registers a function (Lab) under its name with dashes, and in groups that --scenario takes too; for one protocol or both."""
    def deco(f):
        name = f.__name__.replace("_", "-")
        ALL[name] = f
        ONLY[name] = proto
        for g in groups:
            GROUPS.setdefault(g, []).append(name)
        return f
    return deco


class Lab:
    def __init__(self, env, job):
        self.env, self.job = env, job
        self.proto, self.runs, self.seconds = job["proto"], job["runs"], job["seconds"]
        self.server = None
        self.iperf = None
        self.current = ""
        self.checks = 0

    def check(self, name, ok, why="", **details):
        """One assertion: a line "ok NAME" or "not ok NAME: why", and a JSON result with the details."""
        self.checks += 1
        ok = bool(ok)
        if ok:
            print(f"ok {name}", flush=True)
        else:
            why = " | ".join(str(why).split("\n"))[:1500]
            print(f"not ok {name}: {why}", flush=True)
        self.emit(check=name, ok=ok, why="" if ok else why, **details)
        return ok

    def skip(self, name, why):
        """A check that this backend or machine has no place for."""
        self.checks += 1
        print(f"skip {name}: {why}", flush=True)
        self.emit(skip=name, why=why)

    def emit(self, **kw):
        r = {"backend": self.job["backend"], "proto": self.proto, "where": self.job["where"],
             "server": self.server.name if self.server else None, "scenario": self.current}
        r.update(kw)
        line = json.dumps(r, sort_keys=False, default=str)
        if not self.job.get("quiet"):
            print("RESULT " + line, flush=True)
        with open(os.path.join(self.env.out, "results.jsonl"), "a") as f:
            f.write(line + "\n")

    @property
    def port(self):
        """Of a server of this protocol."""
        return servers.SERVERS[servers.DEFAULT[self.proto]].port

    def start_server(self, **options):
        self.stop_server()
        self.server = servers.make(self.env, self.proto, self.job.get("server"), **options)
        self.server.start()
        return self.server

    def stop_server(self):
        if self.server:
            self.server.stop()
        self.server = None

    def ensure_server(self):
        if self.server is None or self.server.special or not self.server.all_pids():
            self.start_server()

    def up(self, name="vpn0", timeout=100, ping=True):
        """nmcli connection up; returns a dict of timings and what was said."""
        mark = self.env.nm_log_mark()
        watch = PingWatch(self.server.tunnel_ip if self.server else TUNNEL_GW, timeout)
        if ping:
            watch.start()
        bmark = self.env.bus_mark()
        t0, w0 = time.monotonic(), time.time()
        rc, text, dt = sh("nmcli", "--wait", str(timeout - 10), "connection", "up", name, timeout=timeout)
        if ping:
            watch.join(10 if rc == 0 else 0.1)
            watch.stop = True
        rel = lambda x: None if x is None else round(x - t0, 4)
        r = {"rc": rc, "text": text.strip(), "nmcli_s": round(dt, 4), "first_link_s": rel(watch.first_link),
             "first_ping_s": rel(watch.first_reply)}
        r["nm_log"] = self.env.nm_log_since(mark)
        # Phases: what NM and the plugin said to each other, relative to the nmcli start.
        time.sleep(0.1)
        phases = self.env.bus_since(bmark, w0)
        r["phases"] = phases
        return r

    def up_until(self, name="vpn0", attempts=4, **kw):
        """up(), again when it fails: for cases that need a running tunnel to start from."""
        for i in range(attempts):
            before = self.env.client_procs()
            r = self.up(name, **kw)
            r["attempts"] = i + 1
            if r["rc"] == 0:
                break
            if i + 1 < attempts:
                self.clean(before)
                time.sleep(1)
        return r

    def diagnose(self, before):
        """What each of the backend's processes waits for (used when a connection hangs)."""
        out = {}
        for pid, p in self.vpn_procs(before).items():
            d = {"state": p.state, "wchan": read(f"/proc/{pid}/wchan").strip(), "syscall": read(f"/proc/{pid}/syscall").strip(), "epoll": [], "fds": {}}
            try:
                for fd in sorted(os.listdir(f"/proc/{pid}/fd"), key=int):
                    target = os.readlink(f"/proc/{pid}/fd/{fd}")
                    d["fds"][fd] = target
                    if "eventpoll" in target:
                        d["epoll"] += [x.strip() for x in read(f"/proc/{pid}/fdinfo/{fd}").splitlines() if x.startswith("tfd")]
            except OSError:
                pass
            rc, text, _ = sh("timeout", "-s", "INT", "1.5", "strace", "-f", "-p", str(pid), timeout=6)
            d["strace"] = text.splitlines()[:12]
            out[f"{p.name}({pid})"] = d
        out["sockets"] = sh("ss", "-Htanp", ns="client")[1].splitlines()
        return out

    def clean(self, before):
        """Ends what a case left running, so that the next case starts from nothing."""
        for pid in self.vpn_procs(before):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for link in self.env.tunnel_interfaces():
            sh("ip", "link", "del", link, ns="client")
        sh("sh", "-c", "rm -rf /run/pptp /run/sstpc /var/run/sstpc /var/run/pptp")

    def down(self, name="vpn0"):
        rc, text, dt = sh("nmcli", "--wait", "30", "connection", "down", name, timeout=60)
        return {"rc": rc, "text": text.strip(), "s": round(dt, 4)}

    def active(self, name="vpn0"):
        out = sh("nmcli", "-t", "-f", "NAME,STATE", "connection", "show", "--active")[1]
        for line in out.splitlines():
            n, _, st = line.partition(":")
            if n == name:
                return st
        return None

    def vpn_procs(self, before):
        """The backend's processes: everything new in the client namespace."""
        # What NetworkManager and the bus start by themselves is not the backend's.
        skip = ("nm-dispatcher", "ModemManager", "polkitd", "dbus-daemon-lau", "systemd", "busctl", "nmcli", "ip", "ping", "iperf3", "ss", "strace", "dbus-daemon", "NetworkManager", "nm-priv-helper")
        return {p.pid: p for p in self.env.client_procs().values() if p.pid not in before and p.name not in skip}

    def ensure_iperf(self):
        if self.iperf is None or self.iperf.poll() is not None:
            self.iperf = spawn("iperf3", "-s", ns="server", log="/run/lab/iperf3.log")
        # It closes its listener between two tests.
        wait_for(servers.listening(5201), 10)

    def iperf_run(self, target, seconds, reverse=False, extra=()):
        self.ensure_iperf()
        # What came through is known to who receives: a sender's intervals are those of its own buffer.
        args = ["iperf3", "-c", target, "-J", "-t", str(seconds), "-R" if reverse else "--get-server-output", *extra]
        rc, text, dt = sh(*args, ns="client", timeout=seconds + 40)
        try:
            j = json.loads(text)
            e = j["end"]
            intervals = (j.get("server_output_json") or j).get("intervals", [])
            if "sum_received" in e:
                return {"mbps": round(e["sum_received"]["bits_per_second"] / 1e6, 2), "bytes": e["sum_received"]["bytes"],
                        "lost_percent": e.get("sum", {}).get("lost_percent"), "packets": e.get("sum", {}).get("packets"),
                        "retransmits": e.get("sum_sent", {}).get("retransmits"), "intervals": [i["sum"]["bytes"] for i in intervals]}
            return {"mbps": round(e["sum"]["bits_per_second"] / 1e6, 2), "bytes": e["sum"]["bytes"],
                    "lost_percent": e["sum"].get("lost_percent"), "packets": e["sum"].get("packets")}
        except (ValueError, KeyError):
            return {"mbps": None, "bytes": 0, "error": text[-400:]}


def med(v):
    v = [x for x in v if x is not None]
    return round(statistics.median(v), 4) if v else None


def summary(v):
    v = [x for x in v if x is not None]
    return {"n": len(v), "median": med(v), "min": min(v) if v else None, "max": max(v) if v else None}
