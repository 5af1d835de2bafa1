"""Checks of persistent connections: the tunnel is lost, and comes back (T-65 to T-70)."""
import contextlib
import os
import re
import signal
import time

from .attempt import Attempt, Watch
from .connecting import ping, up
from .ending import alive
from .env import PASSWORD, SERVER_IP
from .lab import scenario
from .sysx import ip_json, procs, read, sh, wait_for

PERSISTENT = {"vpn": {"persistent": "true"}}
# Two seconds and two echos instead of ten and three: these checks are about what happens afterwards.
QUICK_ECHO = {"lcp-echo-interval": "2", "lcp-echo-failure": "2"}


def vpn_state(name="vpn0"):
    """NetworkManager's words: "VPN connected", "VPN connecting", ..."""
    return (re.search(r"VPN\.VPN-STATE:\d+ - (.*)", sh("nmcli", "-t", "connection", "show", name)[1]) or [None, None])[1]


def addresses(name="vpn0"):
    return re.findall(r"IP4\.ADDRESS\[\d+\]:(\S+)", sh("nmcli", "-t", "connection", "show", name)[1])


def active_path(name="vpn0"):
    out = sh("nmcli", "-t", "-f", "NAME,ACTIVE-PATH", "connection", "show", "--active")[1]
    return next((line.split(":", 1)[1] for line in out.splitlines() if line.startswith(f"{name}:")), None)


def passes(lab):
    """Echo replies come from the tunnel, not from anywhere else."""
    links = lab.env.tunnel_interfaces()
    return bool(links) and ping(lab, links[-1])


def survives(lab, check, lose, restore, back=20.0, profile=None, never_default=True, states=(3, 4), moves=False):
    """Up, then something happens: NetworkManager must keep the connection, and the tunnel must be back in time."""
    lab.ensure_server()
    base = lab.env.snapshot()
    before = lab.env.client_procs()
    if not up(lab, check, never_default=never_default, **{**PERSISTENT, **(profile or {})}):
        lab.clean(before)
        return None
    path, old = active_path(), addresses()
    w = Watch(lab.env)
    lose()
    lost = time.monotonic()
    restore()
    restored = time.monotonic()
    came = wait_for(lambda: vpn_state() == "VPN connected" and w.states()[-1:] in ([4], []) and passes(lab), back * lab.env.patience(), 0.2)
    seconds = time.monotonic() - restored
    ok = came and active_path() == path and not w.failures() and tuple(w.states()) in (states if isinstance(states, list) else [states])
    lab.check(check, ok, f"state {vpn_state()}, states {w.states()}, Failure {w.failures()}, {path} {active_path()}, links {lab.env.tunnel_interfaces()}",
              back_s=round(seconds, 2), away_s=round(restored - lost, 2), states=w.states(), reasons=w.reasons(), before=old, after=addresses(), said=w.said()[-25:])
    routes = sh("ip", "-4", "route", ns="client")[1]
    device = (lab.env.tunnel_interfaces() or ["none"])[-1]
    # As after the first connect: the way to the server outside the tunnel, and what the profile wants inside.
    wanted = [rf"{re.escape(SERVER_IP)} .*dev cl", rf"10\.77\.0\.1 dev {device}"] + ([rf"default .*dev {device} .*metric 50"] if not never_default else [])
    lab.check(f"{check}_Routes", came and all(re.search(x, routes) for x in wanted), routes, wanted=wanted)
    new = addresses()
    lab.down()
    left = lab.env.leftovers({**base, "resolv": read("/etc/resolv.conf")}, 3)
    for what in ("server_ppp", *(("routes", "routes_missing", "nm_fds") if moves else ())):
        left.pop(what, None)
    lab.check(f"{check}_LeavesNothing", not left, left)
    lab.clean(before)
    return old, new


@scenario("suite", "persist")
def server_restart(lab):
    """T-67: the server is killed, and is back after a while. The password was asked for: only the service still has it."""
    with open("/run/lab/passwd", "w") as f:
        f.write(f"vpn.secrets.password:{PASSWORD}\n")
    survives(lab, "T67_ServerRestart", lambda: lab.server.kill(signal.SIGKILL), lambda: (time.sleep(4), lab.start_server()))
    survives(lab, "T67_ServerRestart_FullTunnel", lambda: lab.server.kill(signal.SIGKILL), lambda: (time.sleep(1), lab.start_server()), never_default=False)
    survives(lab, "T67_ServerSaysGoodbye", lambda: lab.server.stop(), lambda: lab.start_server())
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": "2"}, vpn={"persistent": "true"})
    a = Attempt(lab, timeout=40, after=("passwd-file", "/run/lab/passwd"))
    os.unlink("/run/lab/passwd")
    w = Watch(lab.env)
    lab.server.kill(signal.SIGKILL)
    lab.start_server()
    came = a.rc == 0 and wait_for(lambda: w.states()[-1:] == [4] and passes(lab), 20 * lab.env.patience(), 0.2)
    lab.check("T67_ServerRestart_PasswordWasAskedFor", came, f"{a.text} states {w.states()} Failure {w.failures()}", states=w.states(), said=w.said()[-10:])
    lab.down()


def copies(pid, secret):
    """How often a secret stands in the memory of a process: (as UTF-8, as the runtime's strings)."""
    utf8 = utf16 = 0
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in read(f"/proc/{pid}/maps").splitlines():
            span, rights, *_ = line.split()
            start, end = (int(x, 16) for x in span.split("-"))
            if not rights.startswith("rw") or end - start > 1 << 30:
                continue
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except OSError:
                continue
            utf8 += data.count(secret.encode())
            utf16 += data.count(secret.encode("utf-16-le"))
    return utf8, utf16


@scenario("persist")
def secrets_in_memory(lab):
    """The service keeps the password for the next login, and no attempt leaves another copy of it in its memory."""
    lab.ensure_server()
    pid = lambda: next((p.pid for p in lab.env.client_procs().values() if p.name.startswith(f"nm-{lab.proto}-s")), None)
    if not up(lab, "T67_SecretsInMemory", **PERSISTENT):
        return
    time.sleep(1)
    counts = [copies(pid(), PASSWORD)]
    for _ in range(3):
        w = Watch(lab.env)
        lab.server.kill(signal.SIGKILL)
        lab.start_server()
        came = wait_for(lambda: w.states()[-1:] == [4] and passes(lab), 20 * lab.env.patience(), 0.2)
        time.sleep(1)
        counts.append(copies(pid(), PASSWORD) if came else (99, 99))
    lab.check("T67_SecretsInMemory", counts[0][0] >= 1 and all(later[0] <= counts[0][0] and later[1] <= counts[0][1] for later in counts[1:]),
              f"(as bytes, as strings) after each login: {counts}", copies=counts)
    lab.down()


@scenario("suite", "persist")
def pppd_dies(lab):
    """The engine or its interface is taken away: also a loss, also repaired."""
    def kill(sig):
        for p in procs().values():
            if p.name == "pppd" and p.netns == os.stat("/run/netns/client").st_ino:
                os.kill(p.pid, sig)
    survives(lab, "T67_PppdKilled", lambda: kill(signal.SIGKILL), lambda: None)
    survives(lab, "T67_LinkDeleted", lambda: sh("ip", "link", "del", lab.env.tunnel_interfaces()[-1], ns="client", check=True), lambda: None)


def cut(lab, on):
    for side in ("server", "client"):
        lab.env.netem(side, *(("loss", "100%") if on else ()))


def wired(name, device, address):
    sh("nmcli", "connection", "up", name, timeout=40)
    wait_for(lambda: address in sh("ip", "-4", "addr", "show", "dev", device, ns="client")[1], 15)


@scenario("suite", "persist")
def network_lost(lab):
    """T-67: packets vanish for a while; the base connection goes and comes back; sooner than the tunnel notices, and later."""
    survives(lab, "T67_NetworkCut", lambda: (cut(lab, True), time.sleep(9 * lab.env.patience())), lambda: cut(lab, False), back=40, profile={"data": QUICK_ECHO})
    survives(lab, "T67_NetworkCut_Short", lambda: (cut(lab, True), time.sleep(2)), lambda: cut(lab, False), states=())
    off = lambda seconds: (sh("nmcli", "device", "disconnect", "cl0"), time.sleep(seconds))
    survives(lab, "T67_BaseDownAndUp", lambda: off(10), lambda: wired("wired", "cl0", "192.0.2.2"), back=40)
    survives(lab, "T67_BaseDownAndUp_Short", lambda: off(0.5), lambda: wired("wired", "cl0", "192.0.2.2"), back=40, states=[(), (3, 4)])
    lab.stop_server()


@contextlib.contextmanager
def second_network(lab):
    """Another device with other addresses that leads to the same server."""
    sh("ip", "link", "add", "cl1", "netns", "client", "type", "veth", "peer", "name", "sv1", "netns", "server", check=True)
    sh("ip", "addr", "add", "203.0.113.1/24", "dev", "sv1", ns="server", check=True)
    sh("ip", "link", "set", "sv1", "up", ns="server", check=True)
    sh("ip", "link", "set", "cl1", "up", ns="client", check=True)
    lab.env.own_links.add("cl1")
    sh("nmcli", "connection", "add", "type", "ethernet", "con-name", "wired2", "ifname", "cl1", "ipv4.method", "manual", "ipv4.addresses", "203.0.113.2/24",
       "ipv4.gateway", "203.0.113.1", "ipv6.method", "disabled", "connection.autoconnect", "no", check=True)
    sh("nmcli", "device", "set", "cl1", "managed", "yes")
    try:
        yield
    finally:
        sh("nmcli", "connection", "delete", "wired2")
        sh("ip", "link", "del", "cl1", ns="client")
        lab.env.own_links.discard("cl1")
        wired("wired", "cl0", "192.0.2.2")


@scenario("suite", "persist")
def network_changes(lab):
    """T-67: from one network to another: other device, other address."""
    with second_network(lab):
        def move():
            sh("nmcli", "device", "disconnect", "cl0")
            wired("wired2", "cl1", "203.0.113.2")
        survives(lab, "T67_OtherNetwork", move, lambda: None, back=40, moves=True)
    lab.stop_server()


@scenario("suite", "persist")
def another_address(lab):
    """T-68: the server gives another address than before."""
    result = survives(lab, "T68_AnotherAddress", lambda: lab.server.kill(signal.SIGKILL), lambda: lab.start_server(pool="150-200"))
    if result:
        old, new = result
        lab.check("T68_AnotherAddress_IsTheOnlyOne", len(old) == len(new) == 1 and old != new and "10.77.0.150" in new[0], f"{old} {new}")
    lab.stop_server()


@scenario("suite", "persist", proto="pptp")
def kernel_path_comes_back(lab):
    """T-67 where the kernel carries the packets: it does so again afterwards, whatever has ended the tunnel."""
    kernel = {"data": {"data-path": "kernel", **QUICK_ECHO}}
    over = lambda w: sum("The kernel carries the packets" in x for x in w.said())
    for check, lose, restore in (
        ("T67_KernelPath_ServerRestart", lambda: lab.server.kill(signal.SIGKILL), lambda: lab.start_server()),
        ("T67_KernelPath_NetworkCut", lambda: (cut(lab, True), time.sleep(9 * lab.env.patience())), lambda: cut(lab, False)),
    ):
        w = Watch(lab.env)
        if survives(lab, check, lose, restore, back=40, profile=kernel):
            lab.check(f"{check}_IsTheKernels", over(w) >= 2 and not any("does not carry" in x for x in w.said()), f"{over(w)} times", said=w.said()[-20:])
    lab.stop_server()


def ends(lab, check, happens, failure, limit, profile=None, said="."):
    """A persistent connection that cannot come back: one Failure, then STOPPED, nothing left."""
    lab.ensure_server()
    base = lab.env.snapshot()
    before = lab.env.client_procs()
    if not up(lab, check, **{**PERSISTENT, **(profile or {})}):
        lab.clean(before)
        return
    w = Watch(lab.env)
    happens()
    t = time.monotonic()
    gone = wait_for(lambda: lab.active() is None, limit * lab.env.patience(), 0.1)
    seconds = time.monotonic() - t
    left = lab.env.leftovers(base, 3)
    left.pop("server_ppp", None)
    words = "\n".join(w.said())
    ok = gone and w.failures() == [failure] and w.states() == [3, 5, 6] and not left and re.search(said, words, re.I)
    lab.check(check, ok, f"after {seconds:.1f} s: {lab.active()}, Failure {w.failures()}, states {w.states()}, left {left}", seconds=round(seconds, 2), reasons=w.reasons(), said=w.said()[-15:])
    lab.clean(before)


@scenario("suite", "persist")
def no_way_back(lab):
    """T-66, T-69, T-70: the server stays away, or takes the password no more; or the profile wants no reconnect."""
    ends(lab, "T69_ServerStaysAway", lambda: (lab.server.kill(signal.SIGKILL), lab.stop_server()), 1, 16, {"data": {"reconnect-timeout": "6"}}, r"giving up after \d+ s")

    def other_password():
        lab.server.kill(signal.SIGKILL)
        lab.start_server(password="another-one")
    ends(lab, "T70_WrongPasswordOnReconnect", other_password, 0, 15, said="refused user name or password")
    lab.start_server()
    if up(lab, "T66_NoReconnect_NetworkManagerStartsItAgain", data={"reconnect-timeout": "0"}, **PERSISTENT):
        w = Watch(lab.env)
        lab.server.kill(signal.SIGKILL)
        lab.start_server()
        came = wait_for(lambda: w.states()[-1:] == [4] and lab.active() == "activated", 20 * lab.env.patience(), 0.2)
        # The server may not be back yet when NetworkManager tries its one time.
        tried = w.states()[:3] == [5, 6, 3]
        lab.check("T66_NoReconnect_NetworkManagerStartsItAgain", tried, f"states {w.states()} {lab.active()}", came=bool(came), states=w.states())
        lab.down()
    lab.stop_server()
