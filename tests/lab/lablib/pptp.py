"""Checks that only PPTP needs: its packets travel beside the control connection, open to the path's MTU, to firewalls and to anybody's attacks."""
import contextlib
import hashlib
import os
import socket
import struct
import threading
import time

from .attempt import Watch
from .connecting import clean_end, ping, up
from .env import CLIENT_IP, SERVER_IP
from .failing import expect_failure
from .lab import scenario
from .sysx import inside, ip_json, sh, spawn, wait_for

GRE, ICMP = 47, 1

# What the kernel's data path does not do: wait for packets that come late, and distrust those that claim to be far ahead.
USER_PATH = {"data-path": "user"}


def link_mtu(lab):
    device = lab.env.tunnel_interfaces()[-1]
    return ip_json("client", "link", "show", "dev", device)[0]["mtu"]


def fragments(ns):
    """IP packets that this side had to cut or to put together."""
    names, values = (line.split()[1:] for line in sh("cat", "/proc/net/snmp", ns=ns)[1].splitlines() if line.startswith("Ip:"))
    table = dict(zip(names, map(int, values)))
    return table["FragCreates"] + table["ReasmReqds"]


@contextlib.contextmanager
def path_of(mtu):
    """Another MTU on the way to the server."""
    sh("ip", "link", "set", "cl0", "mtu", str(mtu), ns="client", check=True)
    try:
        yield
    finally:
        sh("ip", "link", "set", "cl0", "mtu", "1500", ns="client", check=True)


def nothing_fragmented(lab, check):
    """The largest packets, echoes and TCP both ways."""
    before = {ns: fragments(ns) for ns in ("client", "server")}
    size = link_mtu(lab)
    whole = sh("ping", "-q", "-M", "do", "-s", str(size - 28), "-c", "3", "-i", "0.2", "-W", "2", lab.server.tunnel_ip, ns="client")[0] == 0
    rates = [lab.iperf_run(lab.server.tunnel_ip, 2, reverse)["mbps"] for reverse in (False, True)]
    cut = {ns: fragments(ns) - before[ns] for ns in before}
    lab.check(check, whole and None not in rates and not any(cut.values()), f"packets of {size} pass: {whole}; fragments {cut}; Mbit/s {rates}", rates=rates)


@scenario("suite", proto="pptp")
def path_mtu(lab):
    """Full-size packets travel whole, over a path of Ethernet's width and over narrower ones, and the tunnel follows the path."""
    lab.ensure_server()
    # 20 IP, 16 GRE, 4 PPP, 4 MPPE; pppd takes the 4 of MPPE from the agreed 1400, or from what the path leaves.
    for path, expected in ((1500, 1396), (1300, 1252)):
        with path_of(path):
            a = up(lab, f"path-mtu-{path}")
            if not a:
                continue
            told = (a.first("VPN.Plugin.Config") or [0, 0, 0, {}])[3].get("mtu")
            link = wait_for(lambda: link_mtu(lab) == expected, 3)
            lab.check(f"path-mtu-{path}", told == str(expected) and link, f"NetworkManager was told {told}; the link has {link_mtu(lab)}")
            nothing_fragmented(lab, f"path-mtu-{path}-nothing-fragmented")
            lab.down()
    if not up(lab, "path-mtu-follows"):
        return
    with path_of(1300):
        lower = wait_for(lambda: link_mtu(lab) == 1300 - 44, 5)
        lab.check("path-mtu-follows-down", lower and lab.active() == "activated", f"{link_mtu(lab)}")
        nothing_fragmented(lab, "path-mtu-follows-nothing-fragmented")
    lab.check("path-mtu-follows-up", wait_for(lambda: link_mtu(lab) == 1396, 5), f"{link_mtu(lab)}")
    lab.down()


def drop_gre(direction, on=True):
    """A firewall on the client that swallows GRE without a word."""
    sh("tc", "qdisc", "del", "dev", "cl0", "clsact", ns="client")
    if on:
        sh("tc", "qdisc", "add", "dev", "cl0", "clsact", ns="client", check=True)
        sh("tc", "filter", "add", "dev", "cl0", direction, "protocol", "ip", "u32", "match", "ip", "protocol", str(GRE), "0xff", "action", "drop",
           ns="client", check=True)


@scenario("suite", proto="pptp")
def gre_blocked(lab):
    """G30: the real server's GRE packets do not arrive."""
    lab.start_server()
    drop_gre("ingress")
    try:
        expect_failure(lab, "G30_FirewallDropsGre", r"no GRE packets come from the server.*protocol 47.*conntrack helper", 12)
    finally:
        drop_gre("ingress", False)
    base = lab.env.snapshot()
    if up(lab, "G30_FirewallOpened_UpAgain"):
        lab.check("G30_FirewallOpened_UpAgain", ping(lab), "no echo reply")
        clean_end(lab, "G30_LeavesNothing", base)


class Wire:
    """The call as somebody sees it who can read the packets between client and server, and send from the server's address."""

    def __init__(self, lab):
        self.call = self.sequence = 0
        self.quoted = b""
        echoes = spawn("ping", "-q", "-i", "0.1", "-c", "40", lab.server.tunnel_ip, ns="client")
        inside("server", self.listen)
        echoes.kill()
        echoes.wait()

    def listen(self):
        # ETH_P_ALL: outgoing packets as well.
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3)) as s:
            s.bind(("sv0", 3))
            s.settimeout(4)
            while not (self.sequence and self.quoted):
                p = s.recv(4096)
                if len(p) < 36 or p[9] != GRE:
                    continue
                gre = p[(p[0] & 15) * 4:]
                if p[12:16] == socket.inet_aton(CLIENT_IP):
                    self.quoted = p
                elif gre[0] & 0x10:
                    self.call, self.sequence = struct.unpack(">HI", gre[6:12])

    def send(self, protocol, *packets):
        def work():
            with socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as s:
                s.bind((SERVER_IP, 0))
                for packet in packets:
                    s.sendto(packet, (CLIENT_IP, 0))
            return True
        return inside("server", work)

    def gre(self, ahead=0, call=None, payload=b"\xff\x03\x00\x21junk", head=(0x30, 0x01), claimed=None):
        return struct.pack(">BBHHHI", *head, 0x880B, len(payload) if claimed is None else claimed, self.call if call is None else call,
                           (self.sequence + ahead) & 0xffffffff) + payload

    def icmp(self, kind, code, rest=0):
        m = struct.pack(">BBHI", kind, code, 0, rest) + self.quoted[:28]
        s = sum(struct.unpack(f">{len(m) // 2}H", m))
        s = (s & 0xffff) + (s >> 16)
        return m[:2] + struct.pack(">H", ~(s + (s >> 16)) & 0xffff) + m[4:]


@scenario("suite", proto="pptp")
def gre_attacks(lab):
    """G09, G13 to G15, G26 to G29: what others send in the server's name, and ICMP of every kind, ends no tunnel."""
    lab.ensure_server()
    base = lab.env.snapshot()
    if not up(lab, "gre-attacks-up", data=USER_PATH):
        return
    wire = Wire(lab)
    attacks = (
        ("G09_FarAhead", GRE, [wire.gre(1_000_000), wire.gre(0x7fff0000), wire.gre(-1_000_000)]),
        ("G10_ManyFarAhead", GRE, [wire.gre(1_000_000 + i) for i in range(3)]),
        ("G13_BadHeaders", GRE, [wire.gre(1, head=h) for h in ((0xb0, 1), (0x70, 1), (0x10, 1), (0x37, 1), (0x30, 0), (0x30, 9))] + [os.urandom(n) for n in range(1, 60)]),
        ("G14_OtherCall", GRE, [wire.gre(1, call=wire.call ^ 1)]),
        ("G15_LengthBeyondTheData", GRE, [wire.gre(1, claimed=n) for n in (9, 20, 108, 65535)]),
        ("G27_G29_IcmpUnreachable", ICMP, [wire.icmp(3, code) for code in (0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)]),
        ("G29_IcmpOthers", ICMP, [wire.icmp(4, 0), wire.icmp(11, 0), wire.icmp(11, 1), wire.icmp(12, 0)]),
    )
    for check, protocol, packets in attacks:
        w = Watch(lab.env)
        for _ in range(3):
            wire.send(protocol, *packets)
        ok = ping(lab, count=5)
        lab.check(check, ok and lab.active() == "activated" and not w.failures(), f"echo {ok}, {lab.active()}, {w.failures()}", said=w.said()[-4:])
    try:
        wire.send(ICMP, wire.icmp(3, 4, 1200))
        lower = wait_for(lambda: link_mtu(lab) == 1200 - 44, 5)
        lab.check("G26_FragmentationNeeded", lower and ping(lab) and lab.active() == "activated", f"the link has {link_mtu(lab)}")
    finally:
        sh("ip", "route", "flush", "cache", ns="client")
    r = lab.iperf_run(lab.server.tunnel_ip, 2, True)
    lab.check("gre-attacks-bulk-after", r["bytes"] > 500_000, r, **r)
    clean_end(lab, "gre-attacks-leave-nothing", base)


BAD_NETWORK = ("delay", "20ms", "loss", "1%", "reorder", "2%", "50%", "duplicate", "1%")


@scenario("bench")
def bad_network_rates(lab):
    """The same disturbances, to compare: Mbit/s in runs of some seconds."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto, data=USER_PATH)
    r = lab.up_until()
    if r["rc"]:
        lab.emit(error=r["text"])
        return
    for side in ("client", "server"):
        lab.env.netem(side, *BAD_NETWORK)
    # All of one direction first: the distribution's client does not outlive the first download.
    for reverse in (False, True):
        for i in range(lab.runs):
            f = lab.iperf_run(lab.server.tunnel_ip, lab.seconds, reverse)
            lab.emit(metric="bad_network_" + ("down" if reverse else "up"), run=i, unit="Mbit/s", stall_s=longest_stall(f.pop("intervals", [0] * 99)), **f)
    for side in ("client", "server"):
        lab.env.netem(side)
    lab.down()


def transfer(lab, reverse, size):
    """Random bytes through the tunnel over TCP: (seconds, whether they arrived as they were)."""
    data = os.urandom(size)
    port = 5999
    done = []

    def server():
        with socket.create_server((lab.server.tunnel_ip, port)) as listener:
            ready.set()
            listener.settimeout(30)
            c, _ = listener.accept()
            with c:
                c.settimeout(60)
                c.sendall(data) if reverse else done.append(receive(c))

    def receive(c):
        digest = hashlib.sha256()
        while block := c.recv(65536):
            digest.update(block)
        return digest.digest()

    def client():
        with socket.create_connection((lab.server.tunnel_ip, port), 30) as c:
            c.settimeout(60)
            if reverse:
                done.append(receive(c))
            else:
                c.sendall(data)
        return True
    ready = threading.Event()
    t = threading.Thread(target=lambda: inside("server", server), daemon=True)
    t.start()
    ready.wait(10)
    start = time.monotonic()
    inside("client", client)
    t.join(90)
    return time.monotonic() - start, done == [hashlib.sha256(data).digest()]


def longest_stall(intervals):
    """Seconds in a row without a byte, of one-second intervals."""
    longest = run = 0
    for bytes_moved in intervals:
        run = 0 if bytes_moved else run + 1
        longest = max(longest, run)
    return longest


@scenario("suite", proto="pptp")
def bad_network(lab):
    """1 % loss, 20 ms each way, reordering and duplicates: no stall, every byte right, no loss of MPPE's step."""
    lab.ensure_server()
    base = lab.env.snapshot()
    if not up(lab, "bad-network-up", data=USER_PATH):
        return
    w = Watch(lab.env)
    try:
        for side in ("client", "server"):
            lab.env.netem(side, *BAD_NETWORK)
        for direction in ("up", "down"):
            reverse = direction == "down"
            r = lab.iperf_run(lab.server.tunnel_ip, max(8, lab.seconds), reverse)
            stall = longest_stall(r.get("intervals") or [0] * 99)
            lab.check(f"bad-network-{direction}-no-stall", stall <= 2, f"{stall} s without a byte: {r}", metric=f"bad_network_{direction}", unit="Mbit/s", stall_s=stall, **r)
            seconds, whole = transfer(lab, reverse, 1_000_000)
            lab.check(f"bad-network-{direction}-intact", whole, f"after {seconds:.1f} s", seconds=round(seconds, 1))
    finally:
        lab.env.netem("client")
        lab.env.netem("server")
    wrong = w.garbled()
    lab.check("bad-network-mppe-in-step", not wrong and lab.active() == "activated" and ping(lab), wrong[:5])
    clean_end(lab, "bad-network-leaves-nothing", base)
