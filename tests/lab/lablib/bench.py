"""Measurements: what they print is numbers, not verdicts."""
import os
import re
import signal
import time

from .env import SERVER_IP, SERVER_IP2
from .lab import scenario, summary
from .sysx import Proc, cpu_total, ip_json, netns_id, procs, read, set_offload, sh, spawn


@scenario("bench")
def raw_limits(lab):
    """The same machine without a VPN: TCP and TLS over the veth pair."""
    lab.ensure_iperf()
    for i in range(max(1, min(lab.runs, 3))):
        for rev in (False, True):
            lab.emit(metric="veth_tcp_" + ("down" if rev else "up"), run=i, unit="Mbit/s", **lab.iperf_run(SERVER_IP, lab.seconds / 2, rev))
    # With the MSS a tunnel of MTU 1400 leaves, and segmentation offload switched off on both ends.
    offload = lambda on: [e for d, n in (("cl0", "client"), ("sv0", "server")) for e in set_offload(n, d, on)]
    errors = offload(False)
    if errors:
        lab.emit(metric="offload", error=errors)
    for i in range(max(1, min(lab.runs, 3))):
        lab.emit(metric="veth_tcp_nooffload_mss1348", run=i, unit="Mbit/s", **lab.iperf_run(SERVER_IP, lab.seconds / 2, False, ("-M", "1348")))
    offload(True)
    pump = os.path.join(lab.job["bin"], "tlspump")
    if os.path.exists(pump):
        s = spawn(pump, "server", "4433", "/run/lab/good.pem", ns="server", log="/run/lab/tlspump.log")
        time.sleep(1)
        for record in (16384, 1408):
            for i in range(max(1, min(lab.runs, 3))):
                rc, text, _ = sh(pump, "client", SERVER_IP, "4433", str(lab.seconds / 2), str(record), ns="client")
                f = text.split()
                lab.emit(metric=f"veth_tls_record{record}", run=i, unit="Mbit/s", mbps=float(f[2]) if rc == 0 else None,
                         bytes=int(f[0]) if rc == 0 else 0, cipher=f[3] if rc == 0 else text)
        s.kill()
        s.wait()
    # Cost of one system call and one context switch, to read the guest's numbers with.
    t = time.perf_counter()
    for _ in range(20000):
        os.getppid()
    lab.emit(metric="getppid_us", unit="us", value=round((time.perf_counter() - t) / 20000 * 1e6, 3))
    a, b = os.pipe()
    c, d = os.pipe()
    if os.fork() == 0:
        os.close(b)
        try:
            while os.read(a, 1):
                os.write(d, b"x")
        finally:
            os._exit(0)
    os.close(d)
    t = time.perf_counter()
    for _ in range(3000):
        os.write(b, b"x")
        os.read(c, 1)
    lab.emit(metric="pipe_pingpong_us", unit="us", value=round((time.perf_counter() - t) / 3000 * 1e6, 3))
    os.close(b)
    os.wait()


@scenario("bench")
def connect_time(lab):
    """nmcli up to activated and to the first echo reply; nmcli down."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto)
    # nmcli's own cost, to subtract when reading.
    lab.emit(metric="nmcli_startup_s", **summary([sh("nmcli", "-t", "general")[2] for _ in range(3)]))
    ups = []
    for i in range(lab.runs):
        base = lab.env.snapshot()
        r = lab.up()
        d = lab.down()
        left = lab.env.leftovers(base, 5)
        lab.emit(metric="connect", run=i, rc=r["rc"], nmcli_s=r["nmcli_s"], first_link_s=r["first_link_s"], first_ping_s=r["first_ping_s"],
                 down_s=d["s"], phases=r["phases"], leftovers=left, **({"text": r["text"], "nm_log": r["nm_log"]} if r["rc"] else {}))
        ups.append((r, d))
        time.sleep(1)
    lab.emit(metric="connect_summary", nmcli_s=summary([r["nmcli_s"] for r, _ in ups]), first_link_s=summary([r["first_link_s"] for r, _ in ups]),
             first_ping_s=summary([r["first_ping_s"] for r, _ in ups]), down_s=summary([d["s"] for _, d in ups]))


def lost_inside(link):
    """Packets lost on this machine: those that found the raw sockets full, and those that pppd's end of the line could not read."""
    raw = sum(int(line.split()[-1]) for line in sh("cat", "/proc/net/raw", ns="client")[1].splitlines()[1:])
    stats = ip_json("client", "-s", "link", "show", "dev", link)
    rx = stats[0]["stats64"]["rx"] if stats else {"errors": 0, "dropped": 0}
    return raw, rx["errors"] + rx["dropped"]


@scenario("bench")
def throughput(lab):
    """iperf3 both ways, CPU time of each process per megabyte, memory of each process."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto)
    before = lab.env.client_procs()
    r = lab.up_until()
    if r["rc"]:
        lab.emit(error=r["text"], nm_log=r["nm_log"])
        return
    time.sleep(1)
    pp = lab.vpn_procs(before)
    lab.emit(metric="memory_idle_kb", processes={f"{p.name}": p.memory() for p in pp.values()}, fds={p.name: p.fds() for p in pp.values()},
             cmdlines={p.name: p.cmdline for p in pp.values()})
    link = lab.env.tunnel_interfaces()[-1]
    lab.emit(metric="link", link=ip_json("client", "-d", "link", "show", "dev", link))
    # Latency through the tunnel and beside it.
    for name, dst in (("tunnel", lab.server.tunnel_ip), ("veth", SERVER_IP)):
        _, text, _ = sh("ping", "-q", "-c", "200", "-i", "0.02", dst, ns="client")
        m = re.search(r"= ([\d.]+)/([\d.]+)/([\d.]+)", text)
        lab.emit(metric=f"rtt_{name}_ms", **(dict(zip(("min", "avg", "max"), map(float, m.groups()))) if m else {"text": text}))
    all_rates = {}
    for rev in (False, True):
        for i in range(lab.runs):
            b0, i0 = cpu_total()
            p0 = {pid: Proc(pid) for pid in pp if os.path.exists(f"/proc/{pid}")}
            s0 = {p.pid: p for p in procs(netns_id("server")).values()}
            lost = lost_inside(link)
            t = time.monotonic()
            f = lab.iperf_run(lab.server.tunnel_ip, lab.seconds, rev)
            wall = time.monotonic() - t
            lost = [b - a for a, b in zip(lost, lost_inside(link))]
            f.pop("intervals", None)
            b1, i1 = cpu_total()
            mb = f["bytes"] / 1e6
            cpu = {}
            for pid, p in p0.items():
                if os.path.exists(f"/proc/{pid}"):
                    q = Proc(pid)
                    cpu[p.name] = {"user_s": round(q.user - p.user, 3), "sys_s": round(q.system - p.system, 3),
                                   "sched_s": round(q.ran_since(p), 3),
                                   "ms_per_mb": round((q.cpu - p.cpu) * 1000 / mb, 3) if mb else None,
                                   "sched_ms_per_mb": round(q.ran_since(p) * 1000 / mb, 3) if mb else None}
            server_cpu = {}
            for q in procs(netns_id("server")).values():
                if q.pid in s0 and q.ran_since(s0[q.pid]) > 0.02:
                    server_cpu[f"{q.name}"] = round(q.ran_since(s0[q.pid]) * 1000 / mb, 3) if mb else None
            lab.emit(metric="iperf3_" + ("down" if rev else "up"), run=i, unit="Mbit/s", **f, cpu=cpu, server_cpu_ms_per_mb=server_cpu,
                     machine_busy_ms_per_mb=round((b1 - b0) * 1000 / mb, 3) if mb else None,
                     lost_in_socket=lost[0], lost_in_line=lost[1], wall_s=round(wall, 2),
                     idle_s=round(i1 - i0, 2))
            all_rates.setdefault(rev, []).append(f["mbps"])
    for rev, v in all_rates.items():
        lab.emit(metric="iperf3_summary_" + ("down" if rev else "up"), unit="Mbit/s", **summary(v))
    for rev in (False, True):
        f = lab.iperf_run(lab.server.tunnel_ip, lab.seconds / 2, rev, ("-u", "-b", "20M", "-l", "1200"))
        lab.emit(metric="iperf3_udp20M_" + ("down" if rev else "up"), **f)
    lab.emit(metric="memory_after_kb", processes={p.name: Proc(pid).memory() for pid, p in pp.items() if os.path.exists(f"/proc/{pid}")})
    still = lab.active()
    lab.emit(metric="still_active", value=still, dead=[p.name for pid, p in pp.items() if not os.path.exists(f"/proc/{pid}")])
    lab.down()


@scenario("bench")
def syscalls(lab):
    """strace -c on every backend process during echo requests and a bulk transfer."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto)
    before = lab.env.client_procs()
    r = lab.up_until()
    if r["rc"]:
        lab.emit(error=r["text"])
        return
    pp = lab.vpn_procs(before)
    link = lab.env.tunnel_interfaces()[-1]

    def stats():
        d = ip_json("client", "-s", "link", "show", "dev", link)[0]["stats64"]
        return d["rx"]["packets"], d["tx"]["packets"], d["rx"]["bytes"], d["tx"]["bytes"]

    def run(kind, load):
        tracers = {}
        for pid, p in pp.items():
            if not os.path.exists(f"/proc/{pid}"):
                continue
            tracers[pid] = spawn("strace", "-f", "-c", "-o", f"/run/lab/strace.{pid}", "-p", str(pid), log="/run/lab/strace.log")
        time.sleep(1.5)
        a = stats()
        load()
        b = stats()
        for t in tracers.values():
            t.send_signal(signal.SIGINT)
        for t in tracers.values():
            try:
                t.wait(10)
            except Exception:
                t.kill()
        rx, tx = b[0] - a[0], b[1] - a[1]
        res = {}
        for pid in tracers:
            calls = {}
            for line in read(f"/run/lab/strace.{pid}").splitlines():
                f = line.split()
                if len(f) >= 5 and re.match(r"[\d.]+$", f[0]) and f[-1] != "total":
                    calls[f[-1]] = int(f[3])
            total = sum(calls.values())
            res[pp[pid].name] = {"calls": calls, "total": total, "per_packet": round(total / max(1, rx + tx), 3)}
        lab.emit(metric="syscalls_" + kind, rx_packets=rx, tx_packets=tx, processes=res,
                 per_packet_all=round(sum(x["total"] for x in res.values()) / max(1, rx + tx), 3))

    run("ping", lambda: sh("ping", "-q", "-c", "300", "-i", "0.01", lab.server.tunnel_ip, ns="client"))
    run("bulk_up", lambda: lab.iperf_run(lab.server.tunnel_ip, 4))
    run("bulk_down", lambda: lab.iperf_run(lab.server.tunnel_ip, 4, True))
    lab.down()


@scenario("bench")
def default_route(lab):
    """Full tunnel: default route and DNS through the VPN, host route to the gateway."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto, never_default=False)
    base = lab.env.snapshot()
    r = lab.up_until()
    lab.emit(rc=r["rc"], text=r["text"], nmcli_s=r["nmcli_s"], first_ping_s=r["first_ping_s"],
             routes=sh("ip", "route", ns="client")[1].splitlines(),
             addr=sh("ip", "-br", "addr", ns="client")[1].splitlines(),
             resolv=read("/etc/resolv.conf").splitlines(),
             vpn_fields=[x for x in sh("nmcli", "-f", "IP4,VPN", "connection", "show", "vpn0")[1].splitlines() if x.strip()],
             ping_outside=sh("ping", "-c2", "-W2", "-I", (lab.env.tunnel_interfaces() or ["lo"])[-1], SERVER_IP2, ns="client")[0])
    lab.down()
    lab.emit(leftovers=lab.env.leftovers(base))


