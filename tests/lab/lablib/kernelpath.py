"""PPTP over the kernel's data path (AF_PPPOX) and the ways back to user space: cases P01 to P12, and what a megabyte costs on each."""
import ctypes
import os
import re
import signal
import socket
import struct
import threading
import time

from .attempt import Attempt, Watch
from .connecting import clean_end, ping, up
from .ending import alive, killer, midsession
from .env import CLIENT_IP, SERVER_IP
from .failing import expect_failure
from .lab import scenario
from .sysx import Proc, cpu_total, enter_netns, ip_json, netns_id, procs, read, sh, spawn, wait_for

CARRIES = "The kernel carries the packets"
USER_PATH = "The kernel does not carry the packets, this process does: "
AF_PPPOX, PX_PROTO_PPTP = 24, 2
MODULES = ("pptp", "pppox", "gre")
_libc = ctypes.CDLL(None, use_errno=True)


def pppox_address(ip, call_id):
    return struct.pack("=HIHH4s16x", AF_PPPOX, PX_PROTO_PPTP, call_id, 0, socket.inet_aton(ip))


class ForeignCall:
    """A call of some other program on this kernel: it holds our call ID, and with a server given, the server's."""

    def __init__(self, call_id=0, server=None, server_call_id=0, ns="client"):
        def work():
            enter_netns(ns)
            self.fd = _libc.socket(AF_PPPOX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC, PX_PROTO_PPTP)
            self.errno = ctypes.get_errno() if self.fd < 0 else self.call(_libc.bind, CLIENT_IP, call_id)
            if not self.errno and server:
                self.errno = self.call(_libc.connect, server, server_call_id)
        t = threading.Thread(target=work)
        t.start()
        t.join()

    def call(self, function, ip, call_id):
        address = pppox_address(ip, call_id)
        return ctypes.get_errno() if function(self.fd, address, len(address)) < 0 else 0

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)


def path_of(attempt):
    """Who carries the packets, by the service's own word: "kernel", or the reason why not."""
    said = "\n".join(attempt.said())
    if CARRIES in said:
        return "kernel"
    m = re.search(re.escape(USER_PATH) + "(.*)", said)
    return m.group(1).strip() if m else None


def up_by(lab, check, path, **data):
    a = up(lab, check, data={"data-path": path, **data})
    if a:
        lab.check(f"{check}_Path", (path_of(a) == "kernel") == (path != "user"), f"{path_of(a)}", path=path_of(a))
    return a


def descriptors_of_pppd():
    fds = [os.readlink(f"/proc/{p.pid}/fd/{fd}") for p in procs(netns_id("client")).values() if p.name == "pppd"
           for fd in os.listdir(f"/proc/{p.pid}/fd")]
    return fds


@scenario("suite", proto="pptp")
def kernel_path(lab):
    """P02, P03, P12: a whole session with MS-CHAPv2 and MPPE-128 over the kernel; the server's first call ID is 0."""
    lab.start_server()
    base = lab.env.snapshot()
    a = up_by(lab, "P02_KernelPath_Up", "auto")
    if not a:
        return
    lab.check("P02_KernelPath_IsUpIn1.5s", a.seconds < 1.5 * lab.env.patience(), f"{a.seconds:.2f} s", seconds=round(a.seconds, 3))
    # Without a pty: nothing but the kernel can have carried the login.
    fds = descriptors_of_pppd()
    lab.check("P02_KernelPath_HasNoTerminal", not [x for x in fds if "/pts/" in x] and [x for x in fds if x.endswith("/ppp")], fds)
    lab.check("P12_ServerCallIdZero", re.search(r"server's call ID 0\b", "\n".join(a.said())), "the server's first call ID is another one today")
    lab.check("P02_KernelPath_Ping", ping(lab), "no echo reply")
    mppe = [x for x in a.syslog() + a.said() if "MPPE" in x and "128" in x]
    lab.check("P02_KernelPath_Mppe128", mppe, "pppd says nothing about MPPE 128-bit", said=mppe[:3])
    before = ip_json("client", "-s", "link", "show", "dev", lab.env.tunnel_interfaces()[-1])[0]["stats64"]
    for direction in ("up", "down"):
        r = lab.iperf_run(lab.server.tunnel_ip, 2, direction == "down")
        lab.check(f"P02_KernelPath_Bulk_{direction}", r["bytes"] > 500_000, r, **r)
    after = ip_json("client", "-s", "link", "show", "dev", lab.env.tunnel_interfaces()[-1])[0]["stats64"]
    lab.check("P02_KernelPath_NoPacketIsWrong", after["rx"]["errors"] == before["rx"]["errors"] and after["tx"]["errors"] == before["tx"]["errors"], f"{before} {after}")
    clean_end(lab, "P02_KernelPath_LeavesNothing", base)
    lab.stop_server()
    # A server whose first LCP packet is there before its call reply has been read.
    lab.start_server()
    lab.env.netem("client", "delay", "60ms")
    a = up_by(lab, "P03_ServerSpeaksFirst", "kernel")
    lab.check("P03_ServerSpeaksFirst", a and a.seconds < 3.0 * lab.env.patience() and ping(lab), f"{a and a.seconds:.2f} s", seconds=a and round(a.seconds, 3))
    lab.env.netem("client")
    lab.down()


@scenario("suite", proto="pptp")
def kernel_path_fallback(lab):
    """P01, P04: the kernel cannot or must not: the same connection through user space, and one line that says why."""
    lab.start_server()
    base = lab.env.snapshot()
    if up_by(lab, "P11_DataPathUser", "user"):
        lab.check("P11_DataPathUser_Ping", ping(lab), "no echo reply")
        clean_end(lab, "P11_DataPathUser_LeavesNothing", base)
    # The server's pptpd gives 0 to its first client, then 128 more to each: all of them are taken.
    calls = [ForeignCall(0, SERVER_IP, number << 7) for number in range(64)]
    lab.check("P04_ForeignCalls", not any(c.errno for c in calls), [c.errno for c in calls])
    a = up(lab, "P04_ServerCallIdTaken", data={"data-path": "auto"})
    why = a and path_of(a)
    lab.check("P04_ServerCallIdTaken", a and why and "server's call ID" in why and ping(lab), f"{why}", path=why)
    if a:
        for direction in ("up", "down"):
            r = lab.iperf_run(lab.server.tunnel_ip, 1, direction == "down")
            lab.check(f"P04_ServerCallIdTaken_Bulk_{direction}", r["bytes"] > 200_000, r, **r)
        clean_end(lab, "P04_ServerCallIdTaken_LeavesNothing", base)
    expect_failure(lab, "P04_KernelDemanded", r"kernel cannot carry the PPTP call.*server's call ID", 5, data={"data-path": "kernel"})
    for c in calls:
        c.close()
    # An ID that is taken in another namespace is taken here, too: the kernel has one table.
    first = ForeignCall(4711, ns="server")
    second = ForeignCall(4711)
    lab.check("P05_OneTableForAllNamespaces", first.errno == 0 and second.errno == 16, f"{first.errno} {second.errno}")
    first.close()
    second.close()
    if sh("modprobe", "-r", *MODULES)[0] == 0:
        with open("/etc/modprobe.d/lab-no-pptp.conf", "w") as f:
            f.write("install pptp /bin/false\n")
        try:
            a = up(lab, "P01_NoModule", data={"data-path": "auto"})
            why = a and path_of(a)
            lab.check("P01_NoModule", a and why and "no kernel module pptp" in why and ping(lab), f"{why}", path=why, seconds=a and round(a.seconds, 3))
            if a:
                clean_end(lab, "P01_NoModule_LeavesNothing", base)
            expect_failure(lab, "P01_KernelDemanded", r"kernel cannot carry the PPTP call.*no kernel module pptp", 5, data={"data-path": "kernel"})
        finally:
            os.unlink("/etc/modprobe.d/lab-no-pptp.conf")
        # Nothing is loaded: the service has it loaded.
        if up_by(lab, "P01_ModuleIsLoaded", "kernel"):
            lab.check("P01_ModuleIsLoaded_Ping", ping(lab), "no echo reply")
            lab.down()
    else:
        lab.skip("P01_NoModule", "the modules cannot be removed here")
    sh("modprobe", "-a", *MODULES)
    lab.stop_server()


@scenario("suite", "kills", proto="pptp")
def kernel_path_ends(lab):
    """P06, P07, P08, G30: every way to end, with the packets in the kernel."""
    kernel = {"profile": {"data": {"data-path": "kernel"}}}
    service = r"^nm-(pptp|vpn)"
    midsession(lab, "P08_ServiceSigkill_KernelPath", killer(service, signal.SIGKILL), failures=(0,), noticed=2, **kernel)
    midsession(lab, "P08_ServiceSigterm_KernelPath", killer(service, signal.SIGTERM), **kernel)
    midsession(lab, "P07_PppdSigkill_KernelPath", killer("^pppd$", signal.SIGKILL), noticed=2, **kernel)
    midsession(lab, "P07_PppdSigterm_KernelPath", killer("^pppd$", signal.SIGTERM), **kernel)
    midsession(lab, "T61_LinkDeleted_KernelPath", lambda pp: sh("ip", "link", "del", lab.env.tunnel_interfaces()[-1], ns="client", check=True), **kernel)
    lab.stop_server()
    # Only the control connection: the server's pppd stays silent, so it is the FIN that ends us.
    def fin(pp):
        server = [p for p in procs(netns_id("server")).values() if p.name in ("pptpctrl", "pppd")]
        for p in server:
            os.kill(p.pid, signal.SIGSTOP if p.name == "pppd" else signal.SIGKILL)
    midsession(lab, "P06_ControlFin_KernelPath", fin, noticed=3, cut=True, **kernel)
    lab.stop_server()
    midsession(lab, "ServerSigkill_KernelPath", lambda pp: lab.server.kill(signal.SIGKILL), **kernel)
    lab.stop_server()
    lab.start_server(behaviour="no-gre")
    a = expect_failure(lab, "G30_NoGre_KernelPath", r"no GRE packets come from the server \(\d+ packets sent, none received\)", 13, **kernel["profile"])
    lab.check("G30_NoGre_KernelPath_InTime", a.seconds < 10 + 2 * lab.env.slowness, f"{a.seconds:.1f} s", seconds=round(a.seconds, 2))
    lab.start_server()
    expect_failure(lab, "T21_WrongPassword_KernelPath", r"refused user name or password \(wrong user name or password, E=691", 10, 0, password="not-the-password", **kernel["profile"])
    lab.stop_server()


@scenario("suite", proto="pptp")
def kernel_path_reordered(lab):
    """P11: a network that mixes packets up. The kernel drops what comes late, the service puts it in order."""
    lab.start_server()
    results = {}
    for path in ("kernel", "user"):
        if not up_by(lab, f"P11_Reordered_{path}", path):
            return
        # One in ten of the server's packets overtakes the 10 ms that the others take.
        lab.env.netem("server", "delay", "10ms", "reorder", "10%", "50%")
        udp = lab.iperf_run(lab.server.tunnel_ip, 4, True, ("-u", "-b", "2M", "-l", "600"))
        tcp = lab.iperf_run(lab.server.tunnel_ip, 4, True)
        lab.env.netem("server")
        results[path] = {"lost_percent": udp.get("lost_percent"), "tcp_mbps": tcp["mbps"]}
        lab.check(f"P11_Reordered_{path}_StaysUp", lab.active() == "activated" and ping(lab), f"{udp} {tcp}")
        lab.down()
    kernel, user = (results[path]["lost_percent"] for path in ("kernel", "user"))
    lab.check("P11_Reordered_KernelLoses_UserDoesNot", None not in (kernel, user) and kernel > 1 and user < kernel / 5, results, results=results)
    lab.stop_server()


def drops():
    """Packets that the server's GRE socket had no room for."""
    rows = [line.split() for line in sh("cat", "/proc/net/raw", ns="server")[1].splitlines()[1:]]
    return sum(int(r[-1]) for r in rows)


def cost(lab, label, processes, seconds, reverse):
    """iperf3 through the tunnel: CPU of the backend's processes and of the whole machine, and the interface's packets."""
    link = lab.env.tunnel_interfaces()[-1]

    def packets():
        d = ip_json("client", "-s", "link", "show", "dev", link)[0]["stats64"]
        return d["rx"]["packets"] + d["tx"]["packets"]
    p0 = {pid: Proc(pid) for pid in processes if os.path.exists(f"/proc/{pid}")}
    b0, n0 = cpu_total()[0], packets()
    d0 = drops()
    f = lab.iperf_run(lab.server.tunnel_ip, seconds, reverse)
    b1, n1 = cpu_total()[0], packets()
    mb = f["bytes"] / 1e6
    cpu = {p.name: round(Proc(pid).ran_since(p) * 1000 / mb, 4) if mb else None for pid, p in p0.items() if os.path.exists(f"/proc/{pid}")}
    r = {"path": label, "direction": "down" if reverse else "up", "mbps": f["mbps"], "packets": n1 - n0, "retransmits": f.get("retransmits"), "server_socket_drops": drops() - d0, "backend_ms_per_mb": round(sum(v or 0 for v in cpu.values()), 4),
         "processes_ms_per_mb": cpu, "machine_ms_per_mb": round((b1 - b0) * 1000 / mb, 3) if mb else None}
    lab.emit(metric="data_path_cost", **r)
    return r


def calls_under_load(lab, processes, seconds, reverse):
    """System calls of the backend's processes per packet, traced during a bulk transfer."""
    link = lab.env.tunnel_interfaces()[-1]
    tracers = {pid: spawn("strace", "-f", "-c", "-o", f"/run/lab/strace.{pid}", "-p", str(pid), log="/run/lab/strace.log") for pid in processes if os.path.exists(f"/proc/{pid}")}
    wait_for(lambda: all(re.search(r"TracerPid:\t[1-9]", read(f"/proc/{pid}/status")) for pid in tracers), 5)

    def packets():
        d = ip_json("client", "-s", "link", "show", "dev", link)[0]["stats64"]
        return d["rx"]["packets"] + d["tx"]["packets"]
    t0, n0 = time.monotonic(), packets()
    lab.iperf_run(lab.server.tunnel_ip, seconds, reverse)
    n1, took = packets(), time.monotonic() - t0
    for t in tracers.values():
        t.send_signal(signal.SIGINT)
    for t in tracers.values():
        t.wait(10)
    calls = {}
    for pid in tracers:
        for line in read(f"/run/lab/strace.{pid}").splitlines():
            f = line.split()
            if len(f) >= 5 and re.match(r"[\d.]+$", f[0]) and f[-1] != "total":
                calls[f"{processes[pid].name}.{f[-1]}"] = int(f[3])
    return n1 - n0, took, calls


@scenario("bench", proto="pptp")
def data_paths(lab):
    """What a megabyte costs on each data path, in CPU of the backend and of the machine, and in system calls. Beside "peers" in the same run."""
    lab.start_server()
    ours = lab.job["backend"] != "peers"
    for path in ("kernel", "user") if ours else (None,):
        lab.env.profile("vpn0", lab.proto, data={"data-path": path})
        before = lab.env.client_procs()
        if lab.up_until()["rc"]:
            lab.check(f"data-path-{path}-up", False, "it does not connect")
            continue
        processes = lab.vpn_procs(before)
        label = path or "peers"
        rows = [cost(lab, label, processes, lab.seconds, reverse) for reverse in (False, True) for _ in range(lab.runs)]
        for reverse in (False, True):
            n, took, calls = calls_under_load(lab, processes, 4, reverse)
            lab.emit(metric="data_path_calls", path=label, direction="down" if reverse else "up", packets=n, calls=calls, per_packet=round(sum(calls.values()) / max(n, 1), 4))
            if path == "kernel":
                # The timers of both processes go on: some calls per second, however many packets there are.
                lab.check(f"kernel-path-no-calls-per-packet-{'down' if reverse else 'up'}", n > 500 and sum(calls.values()) < max(n / 100, 5 * took), f"{calls} for {n} packets in {took:.1f} s",
                          packets=n, seconds=round(took, 1), calls=calls)
        if path == "kernel":
            # pppd's and the service's timers, in a guest that counts in ticks of 10 ms.
            lab.check("kernel-path-costs-the-service-nothing", sum(r["backend_ms_per_mb"] for r in rows) / len(rows) < 2, rows)
        lab.down()
    lab.stop_server()
