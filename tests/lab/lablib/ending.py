"""Checks of the ways to end: on request, by a death, by the network. Each must be clean two seconds after it was noticed."""
import os
import re
import signal
import time

from .attempt import Attempt, Watch
from .connecting import clean_end, ping, up
from .env import SERVER_IP
from .lab import scenario
from .sysx import netns_id, procs, read, sh, spawn, wait_for

NOTICED = 5.0


def alive(pids):
    return [pid for pid in pids if os.path.exists(f"/proc/{pid}") and read(f"/proc/{pid}/stat").rsplit(")", 1)[-1].split()[:1] != ["Z"]]


def again(lab, check):
    """A connection right after: nothing of the last one may stand in its way."""
    lab.ensure_server()
    a = Attempt(lab, timeout=40)
    ok = a.rc == 0 and ping(lab)
    lab.check(f"{check}_UpAgain", ok, f"nmcli: {a.text}", **a.summary())
    lab.down()


def midsession(lab, check, action, noticed=NOTICED, profile=None, failures=(0, 1), repair=None, server=None, cut=False):
    """Brings the VPN up, does something to it: NM must know within "noticed" seconds, and two seconds later all is gone."""
    if server:
        lab.start_server(**server)
    else:
        lab.ensure_server()
    base = lab.env.snapshot()
    before = lab.env.client_procs()
    if not up(lab, check, **(profile or {})):
        lab.clean(before)
        return
    pp = lab.vpn_procs(before)
    w = Watch(lab.env)
    action(pp)
    t = time.monotonic()
    gone = wait_for(lambda: lab.active() is None, noticed + 10, 0.05)
    known = time.monotonic() - t
    left = lab.env.leftovers(base, 2)
    if cut:
        # Across a cut the server cannot know.
        left.pop("server_ppp", None)
    wrong = []
    if not gone or known > noticed * lab.env.slowness:
        wrong.append(f"NetworkManager knew after {known:.1f} s of {noticed} (x {lab.env.slowness:.1f})" if gone else "NetworkManager never knew")
    if alive(pp):
        wrong.append(f"still running: {[pp[p].name for p in alive(pp)]}")
    if left:
        wrong.append(f"left: {left}")
    if len(w.failures()) not in failures:
        wrong.append(f"Failure signals {w.failures()}")
    lab.check(check, not wrong, "; ".join(wrong), noticed_s=round(known, 2), failures=w.failures(), states=w.states(), reasons=w.reasons(), said=w.said()[-10:], leftovers=left)
    if lab.active():
        lab.down()
    lab.clean(before)
    if repair:
        repair()
    again(lab, check)


def killer(pattern, sig):
    def act(pp):
        hit = [pid for pid, p in pp.items() if re.search(pattern, p.name)]
        for pid in hit:
            os.kill(pid, sig)
        if not hit:
            raise RuntimeError(f"no process matches {pattern}: {[p.name for p in pp.values()]}")
    return act


SERVICE = r"^nm-(sstp|pptp|vpn)"


@scenario("suite", "kills")
def down_started(lab):
    """T-51, T-55: nmcli down, and deleting the active profile."""
    lab.ensure_server()
    base = lab.env.snapshot()
    if up(lab, "T51_Down_EndsTheCallInOrder"):
        w = Watch(lab.env)
        clean_end(lab, "T51_Down_LeavesNothing", base)
        lab.check("T51_Down_States5Then6", w.states() == [5, 6] and not w.failures(), f"{w.states()} {w.failures()}")
        if lab.proto == "sstp":
            lab.check("T51_Down_EndsTheCallInOrder", re.search("client sent Call Disconnect|terminated|PPP peer ended in state Connected", lab.server.text()), lab.server.text()[-500:])
    if up(lab, "T55_DeleteActiveProfile"):
        sh("nmcli", "connection", "delete", "vpn0")
        gone = wait_for(lambda: lab.active() is None, 5)
        left = {k: v for k, v in lab.env.leftovers(base, 2).items()}
        lab.check("T55_DeleteActiveProfile", gone and not left, f"left: {left}")


@scenario("suite", "kills")
def down_starting(lab):
    """T-52: nmcli down in every phase of connecting."""
    phases = {"sstp": (("Tcp", None), ("Tls", "silent-after-accept"), ("Http", "http-silent"), ("Sstp", "sstp-silent"), ("Ppp", "ack-then-silent")),
              "pptp": (("Tcp", None), ("Start", "silent"), ("Call", "call-silent"), ("Ppp", "no-gre"))}
    for phase, behaviour in phases[lab.proto]:
        if behaviour:
            lab.start_server(behaviour=behaviour)
        else:
            lab.start_server()
            lab.env.netem("server", "loss", "100%")
        lab.env.profile("vpn0", lab.proto)
        base = lab.env.snapshot()
        before = lab.env.client_procs()
        w = Watch(lab.env)
        p = spawn("nmcli", "--wait", "40", "connection", "up", "vpn0", log="/run/lab/cancel.log")
        wait_for(lambda: w.first("VPN.Plugin.StateChanged", 0) and 3 in w.states(), 10)
        time.sleep(0.7)
        t = time.monotonic()
        lab.down()
        left = lab.env.leftovers(base, 2)
        gone = time.monotonic() - t
        p.wait(20)
        late = w.first("VPN.Plugin.Config")
        lab.check(f"T52_DownWhile{phase}", not left and len(w.failures()) <= 1 and not late and w.states()[-1:] == [6],
                  f"left {left}; Failure {w.failures()}; states {w.states()}; Config {late}", gone_s=round(gone, 2), states=w.states(), failures=w.failures(), said=w.said()[-8:])
        lab.env.netem("server")
        lab.clean(before)
    lab.start_server()
    again(lab, "T52_Cancelled")


@scenario("suite", "kills")
def kills(lab):
    """T-56, T-60, T-61, T-64: service, pppd, interface."""
    midsession(lab, "T56_ServiceSigkill", killer(SERVICE, signal.SIGKILL), failures=(0,))
    midsession(lab, "T64_ServiceSigterm", killer(SERVICE, signal.SIGTERM))
    if any(p.name == "pppd" for p in procs().values()) or lab.job["where"] != "host":
        midsession(lab, "T60_PppdSigterm", killer("^pppd$", signal.SIGTERM))
        midsession(lab, "T60_K19_PppdSigkill", killer("^pppd$", signal.SIGKILL))
    midsession(lab, "T61_LinkDeleted", lambda pp: sh("ip", "link", "del", lab.env.tunnel_interfaces()[-1], ns="client", check=True))


@scenario("suite", "kills")
def server_ends(lab):
    """T-62: the server ends the call in each of the ways there are."""
    for action, check in () if lab.proto != "sstp" else (("abort", "S062_AbortConnected"), ("disconnect", "S066_DisconnectConnected"), ("close-notify", "S071_CloseNotifyConnected"),
                          ("fin", "S071_FinConnected"), ("reset", "S071_ResetConnected")):
        # The timer starts with the crypto binding, the action below only waits for it.
        midsession(lab, check, lambda pp: time.sleep(max(0.0, 4.0 - 0.5)), noticed=8, server={"after_connected": action, "after": 5})
    lab.stop_server()
    midsession(lab, "ServerSigkill", lambda pp: lab.server.kill(signal.SIGKILL))
    lab.stop_server()
    # Only the server itself: its pppd must not outlive it.
    own = {"sstp": "TestServers", "pptp": "pptpctrl"}[lab.proto]
    midsession(lab, "ServerAloneSigkill", lambda pp: [os.kill(p.pid, signal.SIGKILL) for p in procs(netns_id("server")).values() if p.name == own])
    if lab.proto == "sstp":
        orphans = wait_for(lambda: not [p for p in procs(netns_id("server")).values() if p.name == "pppd"], 5)
        lab.check("server-leaves-no-pppd", orphans, lab.server.all_pids() if lab.server else "")
    lab.stop_server()
    midsession(lab, "ServerSigterm", lambda pp: lab.server.kill(signal.SIGTERM), noticed=8)
    lab.stop_server()


@scenario("suite", "kills")
def network_cut(lab):
    """T-62: packets vanish; LCP echo finds out. And the base connection goes away."""
    def cut(pp):
        lab.env.netem("server", "loss", "100%")
        lab.env.netem("client", "loss", "100%")

    def mend():
        lab.env.netem("server")
        lab.env.netem("client")
        lab.stop_server()
    midsession(lab, "T62_NetworkCut_LcpEcho", cut, noticed=14, profile={"data": {"lcp-echo-interval": "2", "lcp-echo-failure": "3"}}, repair=mend, cut=True)

    def wired():
        sh("nmcli", "connection", "up", "wired", timeout=40)
        wait_for(lambda: sh("ping", "-c1", "-W1", SERVER_IP, ns="client")[0] == 0, 15)
        lab.stop_server()
    lab.ensure_server()
    before = lab.env.client_procs()
    if up(lab, "T65_BaseDown"):
        pp = lab.vpn_procs(before)
        w = Watch(lab.env)
        sh("nmcli", "device", "disconnect", "cl0")
        gone = wait_for(lambda: lab.active() is None and not alive(pp), 7, 0.05)
        lab.check("T65_BaseDown", gone and not lab.env.tunnel_interfaces(), f"{lab.active()} {[pp[p].name for p in alive(pp)]} {lab.env.tunnel_interfaces()}",
                  reasons=w.reasons(), states=w.states())
        lab.clean(before)
        wired()
        again(lab, "T65_BaseDown")


@scenario("suite", "kills")
def networkmanager_dies(lab):
    """T-57, T-58: NetworkManager stops or is killed under a running VPN; the same bus name must work again at once."""
    for check, sig in (("T57_NmSigterm", signal.SIGTERM), ("T57_NmSigkill", signal.SIGKILL)):
        lab.ensure_server()
        before = lab.env.client_procs()
        base = lab.env.snapshot()
        if not up(lab, check):
            continue
        pp = lab.vpn_procs(before)
        t = time.monotonic()
        lab.env.stop_nm(sig)
        stopped = time.monotonic()
        gone = wait_for(lambda: not alive(pp), 10, 0.02)
        seconds = time.monotonic() - stopped
        links = lab.env.tunnel_interfaces()
        lab.check(check, gone and seconds < 2 * lab.env.patience() and not links, f"after {seconds:.1f} s: {[pp[p].name for p in alive(pp)]} {links}",
                  gone_s=round(seconds, 2), nm_stop_s=round(stopped - t, 2))
        lab.clean(before)
        lab.env.start_nm()
        wait_for(lambda: "cl0:connected" in sh("nmcli", "-t", "-f", "DEVICE,STATE", "device")[1], 30, 0.2)
        base["nm_fds"] = None
        again(lab, check.replace("T57", "T58"))
        left = lab.env.leftovers({**base, "procs": {**base["procs"], lab.env.nm.pid: "NetworkManager"}}, 2)
        left.pop("routes", None)
        lab.check(f"{check}_LeavesNothing", not left, left)
