"""Checks of connections that work."""
import os
import re
import socket
import struct
import time

from .attempt import Attempt, Watch
from .env import ODD_PASSWORD, ODD_USER, SERVER_IP, SERVER_NAME, TUNNEL_GW
from .lab import scenario, summary
from .sysx import Proc, read, sh, spawn, wait_for

NATIVE_U32 = lambda ip: str(struct.unpack("=I", socket.inet_aton(ip))[0])


def up(lab, check, name="vpn0", timeout=60, **profile):
    """Writes the profile and connects; a failure is a failed check of that name. Returns the attempt or None."""
    lab.env.profile(name, lab.proto, **profile)
    a = Attempt(lab, name, timeout)
    if a.rc != 0:
        lab.check(check, False, f"nmcli: {a.text}", **a.summary())
        return None
    return a


def ping(lab, device=None, count=3):
    """Echoes come back. On a busy machine the server's pppd may open its side seconds after ours: then once more, after a while."""
    extra = ("-I", device) if device else ()
    echo = lambda: sh("ping", "-q", "-c", str(count), "-i", "0.2", "-W", "2", *extra, lab.server.tunnel_ip, ns="client")[0] == 0
    return echo() or (count > 1 and lab.env.patience() > 1.5 and echo())


def clean_end(lab, check, base, name="vpn0", settle=2.0):
    """Takes the connection down: in two seconds there must be nothing left."""
    t = time.monotonic()
    d = lab.down(name)
    left = lab.env.leftovers(base, settle)
    return lab.check(check, d["rc"] == 0 and not left, f"nmcli: {d['text']}; left: {left}", down_s=d["s"], gone_s=round(time.monotonic() - t, 2), leftovers=left)


@scenario("suite")
def smoke(lab):
    """Up, address, ping, bulk data both ways, down, nothing left."""
    lab.ensure_server()
    base = lab.env.snapshot()
    a = up(lab, "smoke-up")
    if not a:
        return
    lab.check("smoke-up", True, **a.summary())
    lab.check("smoke-ping", ping(lab), "no echo reply through the tunnel")
    for direction in ("up", "down"):
        r = lab.iperf_run(lab.server.tunnel_ip, 2, direction == "down")
        lab.check(f"smoke-bulk-{direction}", r["bytes"] > 500_000, r, **r)
    if lab.proto == "sstp":
        lab.check("smoke-binding", "verified" in lab.server.text(), "the server did not verify the crypto binding")
    clean_end(lab, "smoke-down", base)


@scenario("suite")
def good_connect(lab):
    """T-5, T-20, T-30, T-39 to T-42, T-47: the order and content of what the service says."""
    lab.ensure_server()
    base = lab.env.snapshot()
    a = up(lab, "T39_GoodConnect_IsActivated")
    if not a:
        return
    events = [e for e in a.events() if e[1].startswith("VPN.Plugin.")]
    names = [e[1][11:] + ("" if "State" not in e[1] else e[2][0]) for e in events]
    wanted = [n for n in names if n in ("StateChanged3", "Config", "Ip4Config", "StateChanged4")]
    lab.check("T39_GoodConnect_IsActivated", True, **a.summary())
    lab.check("T39_Order_Config_Ip4Config_Started", wanted == ["StateChanged3", "Config", "Ip4Config", "StateChanged4"], names)
    config = (a.first("VPN.Plugin.Config") or [0, 0, 0, {}])[3]
    ip4 = (a.first("VPN.Plugin.Ip4Config") or [0, 0, 0, {}])[3]
    device = (lab.env.tunnel_interfaces() or ["none"])[-1]
    lab.check("T39_Config_HasItsKeys", config.get("tundev") == device and config.get("has-ip4") == "true" and int(config.get("mtu", 0)) >= 1280, config)
    lab.check("T40_Gateway_IsInNetworkByteOrder", config.get("gateway") == NATIVE_U32(SERVER_IP), config)
    lab.check("T42_Ip6Disabled_HasIp6False", config.get("has-ip6", "false") == "false", config)
    lab.check("T39_Ip4Config_Prefix32AndPeer", ip4.get("prefix") == "32" and ip4.get("ptp") == NATIVE_U32(TUNNEL_GW) and "address" in ip4, ip4)
    lab.check("T41_Dns_IsTheServers", set(ip4.get("dns") or []) == {NATIVE_U32(TUNNEL_GW)}, ip4)
    address = sh("ip", "-4", "addr", "show", "dev", device, ns="client")[1]
    lab.check("T39_Address_IsPointToPoint", re.search(rf"inet 10\.77\.0\.\d+ peer {re.escape(TUNNEL_GW)}/32", address), address)
    need = a.first("VPN.Plugin.NeedSecrets")
    lab.check("T05_NameOwned_InOneSecond", need and need[0] < 1.2 * lab.env.patience(), f"NeedSecrets after {need and need[0]} s (with nmcli's own start)", seconds=need and need[0])
    lab.check("T20_StoredPassword_NeedSecretsOnce", names.count("NeedSecrets") == 1 and "ConnectInteractive" in names, names)
    interactive, starting = a.first("VPN.Plugin.ConnectInteractive"), next((e for e in events if e[1].endswith("StateChanged") and e[2] == ["3"]), None)
    lab.check("T30_Connect_AnsweredAtOnce", interactive and starting and starting[0] - interactive[0] < 0.1 * lab.env.slowness, f"{interactive} {starting}")
    lab.check("T47_Device_ExistsBeforeConfig", "failed to look up VPN interface index" not in a.everything(), "NM did not find the interface")
    lab.check("T29_Log_HasNoPassword", "Lab-Secret-1" not in a.everything(), "the password is in a log")
    cmdlines = " ".join(p.cmdline for p in lab.env.client_procs().values())
    environs = " ".join(open(f"/proc/{p}/environ", errors="replace").read() for p in lab.env.client_procs() if os.path.exists(f"/proc/{p}/environ"))
    lab.check("T29_ArgvAndEnvironment_HaveNoPassword", "Lab-Secret-1" not in cmdlines + environs, "the password is visible in /proc")
    clean_end(lab, "T39_Down_LeavesNothing", base)


@scenario("suite")
def profiles(lab):
    """T-38, T-41, T-43, T-45, T-46, T-48: profile settings that change what NetworkManager sets up."""
    lab.ensure_server()
    base = lab.env.snapshot()
    if up(lab, "T39_FullTunnel_DefaultRoute", never_default=False):
        routes = sh("ip", "-4", "route", ns="client")[1]
        lab.check("T39_FullTunnel_DefaultRoute", re.search(r"default .*dev \w*(ppp|tun|sstp)\w*.* metric 50", routes), routes)
        lab.check("T39_FullTunnel_CarriesData", ping(lab), "no echo reply")
        clean_end(lab, "T39_FullTunnel_LeavesNothing", base)
    if up(lab, "T48_Name_GatewayIsItsAddress", gateway=SERVER_NAME):
        config = (lab.env.bus_since(0, 0)[-1:] or [[]])[0]
        lab.check("T48_Name_GatewayIsItsAddress", True, config)
        lab.down()
    a = up(lab, "T46_RoutesMetricAndTable", ipv4={"route1": "10.99.0.0/16", "route-metric": "77", "route-table": "100", "ignore-auto-dns": "true"})
    if a:
        routes = sh("ip", "-4", "route", "show", "table", "100", ns="client")[1]
        lab.check("T46_RoutesMetricAndTable", re.search(r"10\.99\.0\.0/16 .*metric 77", routes), routes)
        clean_end(lab, "T46_RoutesMetricAndTable_LeaveNothing", base)
    lab.start_server(pppd_options="+ipv6\n")
    a = up(lab, "T43_Ip6cpUp_Ip6Config", ipv6={"method": "auto"})
    if a:
        ip6 = a.first("VPN.Plugin.Ip6Config")
        lab.check("T43_Ip6cpUp_Ip6Config", lab.active() == "activated" and ping(lab), f"{ip6}", ip6=ip6)
        lab.down()
    # A PPTP service takes IPv4 whatever the profile says, as ever (P33); NetworkManager leaves it out of its own.
    a = lab.proto == "sstp" and up(lab, "T45_Ip4Disabled_StillActivated", ipv4={"method": "disabled", "never-default": None}, ipv6={"method": "auto"})
    if a:
        device = lab.env.tunnel_interfaces()[-1]
        address = sh("ip", "addr", "show", "dev", device, ns="client")[1]
        lab.check("T45_Ip4Disabled_StillActivated", lab.active() == "activated" and "inet6 fe80" in address and "inet 10." not in address, address)
        lab.down()
    lab.start_server(pppd_options="noipv6\n")
    a = up(lab, "T44_Ip6cpRefused_NeverHangs", ipv6={"method": "auto"})
    if a:
        lab.check("T44_Ip6cpRefused_NeverHangs", a.seconds < 15, f"took {a.seconds:.1f} s")
        lab.down()
    left = lab.env.leftovers(base, 2)
    lab.check("profiles-leave-nothing", not left, left)
    lab.stop_server()


@scenario("suite", proto="sstp")
def peer_is_server(lab):
    """A server that calls itself in the tunnel by its public address: the tunnel's own packets must not go into the tunnel."""
    lab.start_server(pool=f"{SERVER_IP}:10.77.0.100-200")
    base = lab.env.snapshot()
    if up(lab, "peer-is-server", never_default=False):
        device = lab.env.tunnel_interfaces()[-1]
        route = sh("ip", "route", "get", SERVER_IP, ns="client")[1]
        echo = sh("ping", "-q", "-c", "3", "-i", "0.2", "-W", "2", "-I", device, SERVER_IP, ns="client")
        lab.check("peer-is-server", "dev cl0" in route and echo[0] == 0, f"{route} {echo[1]}")
        clean_end(lab, "peer-is-server-leaves-nothing", base)
    lab.stop_server()


@scenario("suite", proto="sstp")
def server_variants(lab):
    """TLS versions, hash functions, a CA that vouches, odd names and passwords."""
    strict = {"ignore-cert-warn": None, "ca-cert": "/run/lab/ca.pem"}
    cases = (("tls-1.2", {"tls": "1.2"}, {}), ("tls-1.3", {"tls": "1.3"}, {}), ("sha1", {"hash": "sha1"}, {}), ("sha256", {"hash": "sha256"}, {}),
             ("S019_trusted-name", {}, {"gateway": SERVER_NAME, "data": strict}), ("S020_trusted-address", {}, {"data": strict}),
             ("host-name", {"host_name": SERVER_NAME}, {"gateway": SERVER_NAME}),
             ("odd-secrets", {}, {"user": ODD_USER, "password": ODD_PASSWORD}))
    for label, server, profile in cases:
        lab.start_server(**server)
        a = up(lab, f"variant-{label}", **profile)
        if a:
            ok = ping(lab)
            lab.check(f"variant-{label}", ok and "verified" in lab.server.text(), "no echo reply, or the binding was not verified", **a.summary())
            lab.check(f"variant-{label}-secret", ODD_PASSWORD not in a.everything(), "the password is in a log") if label == "odd-secrets" else None
            lab.down()
    lab.stop_server()


@scenario()
def connects(lab):
    """40 connects (LAB_CONNECTS) without any delay: how many work, and how long they take."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto)
    n, times, bad, late = int(lab.job.get("connects") or 40), [], [], 0
    for i in range(n):
        before = lab.env.client_procs()
        a = Attempt(lab, timeout=40)
        # The server's pppd opens its side after its ip-pre-up script: the very first packet may come too early for it.
        first = a.rc == 0 and ping(lab, count=1)
        late += a.rc == 0 and not first
        if a.rc == 0 and (first or ping(lab, count=1)):
            times.append(round(a.seconds, 3))
        else:
            bad.append({"i": i, **a.summary()})
        lab.down()
        if a.rc:
            lab.clean(before)
    lab.check("connects-all", not bad, f"{len(bad)} of {n} failed", connects=n, first_echo_lost=late, nmcli_up_s=summary(times), bad=bad[:5])


@scenario("suite")
def cycles(lab):
    """20 times up and down: no process, link, route, socket or file left, and NetworkManager does not grow."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto)
    n = int(lab.job.get("cycles") or 20)
    a = Attempt(lab)         # NetworkManager's own caches
    lab.down()
    base = lab.env.snapshot()
    rss = Proc(lab.env.nm.pid).memory()["VmRSS"]
    bad, ups, downs = [], [], []
    for i in range(n):
        before = lab.env.client_procs()
        a = Attempt(lab, timeout=40)
        if a.rc:
            bad.append({"i": i, **a.summary()})
        ups.append(round(a.seconds, 3))
        downs.append(lab.down()["s"])
        if a.rc:
            lab.clean(before)
    left = lab.env.leftovers(base, 2)
    grown = Proc(lab.env.nm.pid).memory()["VmRSS"] - rss
    lab.check("cycles-all", not bad, f"{len(bad)} of {n} failed", bad=bad[:5], nmcli_up_s=summary(ups), down_s=summary(downs))
    lab.check("cycles-leave-nothing", not left, left)
    lab.check("cycles-nm-does-not-grow", grown < 1024, f"{grown} KiB", grown_kib=grown)


@scenario("suite")
def two_connections(lab):
    """T-72: two profiles at once, to two servers, independent of each other."""
    from .env import SERVER_IP2
    both_ways(lab, "T72_TwoConnections", SERVER_IP2)


@scenario("suite", proto="pptp")
def two_to_one_server(lab):
    """G38: the same to one server, whose packets for both come from one address."""
    both_ways(lab, "G38_TwoToOneServer", SERVER_IP)


def both_ways(lab, check, gateway):
    """One after the other, and at the same moment."""
    lab.ensure_server()
    base = lab.env.snapshot()
    before = lab.env.client_procs()
    if not up(lab, f"{check}_BothUp") or not up(lab, f"{check}_BothUp", "vpn1", gateway=gateway, user="labuser2"):
        return
    links = lab.env.tunnel_interfaces()
    services = [p for p in lab.vpn_procs(before).values() if "Connection_" in p.cmdline and "--bus-name" in p.cmdline]
    lab.check(f"{check}_BothUp", len(links) == 2 and len(services) == 2, f"{links} {[p.cmdline for p in services]}")
    lab.check(f"{check}_BothPass", all(ping(lab, device) for device in links), links)
    lab.down("vpn0")
    wait_for(lambda: len(lab.env.tunnel_interfaces()) == 1, 2 * lab.env.patience())
    rest = lab.env.tunnel_interfaces()
    lab.check(f"{check}_SecondSurvives", len(rest) == 1 and ping(lab, rest[0]), rest)
    clean_end(lab, f"{check}_LeaveNothing", base, "vpn1")
    starters = [spawn("nmcli", "--wait", "40", "connection", "up", n, log=f"/run/lab/{n}.log") for n in ("vpn0", "vpn1")]
    codes = [p.wait(60) for p in starters]
    links = lab.env.tunnel_interfaces()
    lab.check(f"{check}_AtTheSameMoment", codes == [0, 0] and all(ping(lab, device) for device in links), [read(f"/run/lab/{n}.log") for n in ("vpn0", "vpn1")])
    lab.down("vpn0")
    lab.down("vpn1")
    sh("nmcli", "connection", "delete", "vpn1")


@scenario("suite", proto="sstp")
def pptp_beside_sstp(lab):
    """One connection of each protocol at once, independent of each other."""
    from . import servers
    if not os.path.exists("/usr/lib/NetworkManager/VPN/nm-pptp-service.name"):
        lab.skip("pptp-beside-sstp", "the backend has no PPTP")
        return
    lab.ensure_server()
    other = servers.make(lab.env, "pptp", None, pool="150-160")
    other.start()
    base = lab.env.snapshot()
    try:
        if not up(lab, "PptpBesideSstp_BothUp"):
            return
        first = lab.env.tunnel_interfaces()
        lab.env.profile("vpn1", "pptp", user="labuser2")
        a = Attempt(lab, "vpn1")
        links = lab.env.tunnel_interfaces()
        lab.check("PptpBesideSstp_BothUp", a.rc == 0 and len(links) == 2, f"{a.text} {links}", **a.summary())
        lab.check("PptpBesideSstp_BothPass", all(ping(lab, device) for device in links), links)
        lab.down("vpn0")
        wait_for(lambda: len(lab.env.tunnel_interfaces()) == 1, 2 * lab.env.patience())
        rest = lab.env.tunnel_interfaces()
        lab.check("PptpBesideSstp_PptpSurvives", rest != first and len(rest) == 1 and ping(lab, rest[0]), rest)
        a = Attempt(lab, "vpn0")
        lab.down("vpn1")
        lab.check("PptpBesideSstp_SstpSurvives", a.rc == 0 and ping(lab, (lab.env.tunnel_interfaces() or ["none"])[-1]), a.text)
        clean_end(lab, "PptpBesideSstp_LeaveNothing", base)
    finally:
        sh("nmcli", "connection", "delete", "vpn1")
        lab.stop_server()
        other.stop()


@scenario()
def soak(lab):
    """N minutes (--minutes) under load both ways: memory and descriptors stay flat, and no packet loses its meaning."""
    lab.ensure_server()
    before = lab.env.client_procs()
    if not up(lab, "soak-up"):
        return
    w = Watch(lab.env)
    end = time.monotonic() + max(lab.seconds, 60)
    lab.iperf_run(lab.server.tunnel_ip, 5)
    lab.iperf_run(lab.server.tunnel_ip, 5, True)
    pp = lab.vpn_procs(before)
    sample = lambda: {p.name: (Proc(pid).memory().get("VmRSS"), Proc(pid).fds()) for pid, p in pp.items() if os.path.exists(f"/proc/{pid}")}
    first, rates, samples = sample(), [], []
    while time.monotonic() < end:
        for reverse in (False, True):
            rates.append(lab.iperf_run(lab.server.tunnel_ip, 10, reverse)["mbps"])
        samples.append(sample())
    last = samples[-1]
    lab.check("soak-alive", len(last) == len(pp) and lab.active() == "activated" and None not in rates, f"{last} {lab.active()} {rates}", rates=rates)
    lab.check("soak-memory-flat", all(last[n][0] <= first[n][0] * 1.1 + 512 for n in last), f"{first} -> {last}", first=first, last=last, samples=samples)
    lab.check("soak-descriptors-flat", all(last[n][1] <= first[n][1] for n in last), f"{first} -> {last}")
    wrong = w.garbled()
    lab.check("soak-packets-keep-their-meaning", not wrong, wrong[:5])
    lab.down()
