#!/usr/bin/env python3
"""The comparison table from results of the lab.   usage: table.py RESULTS.jsonl...

Each number is the median of its runs; the distribution's backend is called "peers" in the results.
"""
import json
import statistics
import sys

rows = []
for name in sys.argv[1:]:
    with open(name) as f:
        rows += [json.loads(x) for x in f]
backends = sorted({r["backend"] for r in rows}, key=lambda b: b != "peers")


def of(backend, **match):
    return [r for r in rows if r["backend"] == backend and all(r.get(k) == v for k, v in match.items())]


def median(values, digits=2):
    values = [v for v in values if isinstance(v, (int, float))]
    return f"{statistics.median(values):.{digits}f}" if values else "-"


def connect(backend, field):
    return median([r[field] for r in of(backend, metric="connect") if r["rc"] == 0])


def cpu(backend, direction):
    """The backend's own processes: ms of CPU per MB."""
    return median([sum(p["sched_ms_per_mb"] or 0 for p in r["cpu"].values()) for r in of(backend, metric=f"iperf3_{direction}")], 1)


def memory(backend, field):
    r = of(backend, metric="memory_idle_kb")
    return f'{sum(p.get(field, 0) for p in r[0]["processes"].values()) / 1024:.1f}' if r else "-"


def share(backend):
    r = of(backend, check="connects-all")
    return f'{r[0]["nmcli_up_s"]["n"]} of {r[0]["connects"]}' if r else "-"


def by_server(backend, direction):
    """The backend's CPU in shares of what the server's own GRE process takes for the same packets: the same guest, the same moment."""
    return median([sum(p["sched_ms_per_mb"] or 0 for p in r["cpu"].values()) / r["server_cpu_ms_per_mb"]["pptpctrl"]
                   for r in of(backend, metric=f"iperf3_{direction}") if r["server_cpu_ms_per_mb"].get("pptpctrl")])


LINES = (
    ("connects that work, server on a fast link", share),
    ("`nmcli connection up`, s", lambda b: connect(b, "nmcli_s")),
    ("first echo reply, s", lambda b: connect(b, "first_ping_s")),
    ("`nmcli connection down`, s", lambda b: connect(b, "down_s")),
    ("TCP up, Mbit/s", lambda b: median([r["mbps"] for r in of(b, metric="iperf3_up")], 1)),
    ("TCP down, Mbit/s", lambda b: median([r["mbps"] for r in of(b, metric="iperf3_down")], 1)),
    ("CPU of the backend, up, ms per MB", lambda b: cpu(b, "up")),
    ("CPU of the backend, down, ms per MB", lambda b: cpu(b, "down")),
    ("CPU of the backend / CPU of the server's pptpctrl, up", lambda b: by_server(b, "up")),
    ("CPU of the backend / CPU of the server's pptpctrl, down", lambda b: by_server(b, "down")),
    ("CPU of the whole guest, up, ms per MB", lambda b: median([r["machine_busy_ms_per_mb"] for r in of(b, metric="iperf3_up")], 1)),
    ("CPU of the whole guest, down, ms per MB", lambda b: median([r["machine_busy_ms_per_mb"] for r in of(b, metric="iperf3_down")], 1)),
    ("system calls per packet, echo", lambda b: median([r["per_packet_all"] for r in of(b, metric="syscalls_ping")])),
    ("system calls per packet, TCP up", lambda b: median([r["per_packet_all"] for r in of(b, metric="syscalls_bulk_up")])),
    ("system calls per packet, TCP down", lambda b: median([r["per_packet_all"] for r in of(b, metric="syscalls_bulk_down")])),
    ("round trip through the tunnel, ms", lambda b: median([r.get("avg") for r in of(b, metric="rtt_tunnel_ms")])),
    ("1 % loss, 20 ms each way, reordering: TCP up, Mbit/s", lambda b: median([r["mbps"] for r in of(b, metric="bad_network_up")])),
    ("1 % loss, 20 ms each way, reordering: TCP down, Mbit/s", lambda b: median([r["mbps"] for r in of(b, metric="bad_network_down")])),
    ("packets lost in the GRE socket, TCP down, per run", lambda b: median([r["lost_in_socket"] for r in of(b, metric="iperf3_down")], 0)),
    ("packets that pppd's end could not read, TCP down, per run", lambda b: median([r["lost_in_line"] for r in of(b, metric="iperf3_down")], 0)),
    ("20 Mbit/s of UDP down, lost, %", lambda b: median([r.get("lost_percent") for r in of(b, metric="iperf3_udp20M_down")])),
    ("resident memory of all processes, MB", lambda b: memory(b, "VmRSS")),
    ("proportional memory of all processes, MB", lambda b: memory(b, "Pss")),
)

names = {b: "Debian's client" if b == "peers" else "NmVpnPlugin" for b in backends}
print("| | " + " | ".join(names[b] for b in backends) + " |")
print("|---|" + "---|" * len(backends))
for label, value in LINES:
    values = [value(b) for b in backends]
    if any(v != "-" for v in values):
        print(f"| {label} | " + " | ".join(values) + " |")
