"""NetworkManager's own tests (NetworkManager-ci): the three of PPTP as they are, over the loopback, and those of other VPNs that fit any."""
import contextlib
import os
import re
import time

from .attempt import Attempt, Watch
from .connecting import ping
from .env import PASSWORD, TUNNEL_GW, USER
from .lab import scenario
from .servers import PRIVATE_RUN, listening
from .sysx import read, sh, spawn, wait_for

# pptpd's options as Debian ships them, and what the tests add.
OPTIONS = """name pptpd
refuse-pap
refuse-chap
refuse-mschap
require-mschap-v2
require-mppe-128
proxyarp
nodefaultroute
lock
nobsdcomp
novj
novjccomp
nologfd
ms-dns 8.8.8.8
ms-dns 8.8.4.4
"""
ADDRESS = r"IP4\.ADDRESS\[1\]:172\.31\.66\.\d+/32"


@contextlib.contextmanager
def server(lab):
    """pptpd in the client's own namespace."""
    lab.stop_server()
    with open("/run/lab/nm-ci-options", "w") as f:
        f.write(OPTIONS)
    with open("/run/lab/nm-ci.conf", "w") as f:
        f.write("option /run/lab/nm-ci-options\nlocalip 172.31.66.6\nremoteip 172.31.66.60-69\n")
    with open("/etc/ppp/chap-secrets", "a") as f:
        os.chmod(f.fileno(), 0o600)
        f.write("budulinek pptpd passwd *\n")
    p = spawn("unshare", "-m", "sh", "-c", PRIVATE_RUN + "exec pptpd --fg --conf /run/lab/nm-ci.conf", ns="client", log="/run/lab/nm-ci.log")
    try:
        if not wait_for(listening(1723, "client"), 20):
            raise RuntimeError("pptpd does not listen")
        yield
    finally:
        sh("nmcli", "connection", "delete", "pptp")
        p.terminate()
        p.wait(10)


def profile(flags):
    data = f"password-flags={flags}, user=budulinek, gateway=127.0.0.1, require-mppe-128=yes"
    sh("nmcli", "connection", "add", "type", "vpn", "ifname", "*", "con-name", "pptp", "autoconnect", "no", "vpn-type", "pptp", check=True)
    sh("nmcli", "connection", "modify", "pptp", "vpn.data", data, check=True)
    if flags == 0:
        sh("nmcli", "connection", "modify", "pptp", "vpn.secrets", "password=passwd", check=True)


def show():
    return sh("nmcli", "-t", "connection", "show", "pptp")[1]


def connected(lab, check, *after):
    rc, text, seconds = sh("nmcli", "--wait", "60", "connection", "up", "pptp", *after, timeout=70)
    shown = show()
    return lab.check(check, rc == 0 and "VPN connected" in shown and re.search(ADDRESS, shown), f"{text} {shown}", seconds=round(seconds, 2))


@scenario("suite", "nm-ci", proto="pptp")
def nm_ci_pptp_add_profile(lab):
    """The password is in the profile."""
    with server(lab):
        profile(0)
        connected(lab, "pptp_add_profile")


@scenario("suite", "nm-ci", proto="pptp")
def nm_ci_pptp_passwd_file(lab):
    """nmcli gets the password from a file, under each of the names it knows for it."""
    with server(lab):
        profile(2)
        for word in ("vpn.secret.password", "vpn.secrets.password"):
            with open("/run/lab/passwd", "w") as f:
                f.write(f"{word}:passwd\n")
            connected(lab, f"pptp_passwd_file_{word}", "passwd-file", "/run/lab/passwd")
            sh("nmcli", "connection", "down", "pptp", timeout=30)


@scenario("suite", "nm-ci", proto="pptp")
def nm_ci_pptp_terminate(lab):
    """A persistent VPN whose pppd is killed from outside, found by the name of its plugin, is not connected any more."""
    with server(lab):
        profile(0)
        sh("nmcli", "connection", "modify", "pptp", "vpn.persistent", "true", check=True)
        if connected(lab, "pptp_terminate_up"):
            rc, _, _ = sh("pkill", "-f", "nm-pptp-pppd-plugin", ns="client")
            noticed = wait_for(lambda: "VPN connected" not in show(), 5 * lab.env.patience(), 0.05)
            lab.check("pptp_terminate", rc == 0 and noticed, f"pkill {rc}: {show()}")


def vpn(lab, check, *settings, **profile):
    """The lab's usual profile with further settings, brought up; None after a failed check."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto, **profile)
    if settings:
        sh("nmcli", "connection", "modify", "vpn0", *settings, check=True)
    a = Attempt(lab, timeout=60)
    return a if lab.check(check, a.rc == 0 and lab.active() == "activated", a.text, **a.summary()) else None


def gone(lab, seconds):
    return wait_for(lambda: lab.active() is None and not lab.env.tunnel_interfaces(), seconds * lab.env.patience(), 0.1)


@scenario("suite", "nm-ci")
def nm_ci_persistent(lab):
    """openvpn_terminate, openvpn_delete_active_connection: what the user ends does not come back, persistent or not."""
    if vpn(lab, "persistent_up", "vpn.persistent", "true"):
        lab.down()
        ended = gone(lab, 15)
        time.sleep(2)
        lab.check("terminate", ended and lab.active() is None, f"{lab.active()} {lab.env.tunnel_interfaces()}")
    before = sh("ip", "-4", "route", ns="client")[1]
    if vpn(lab, "delete_active_connection_up", "vpn.persistent", "true"):
        sh("nmcli", "connection", "delete", "vpn0", check=True)
        ended = gone(lab, 5)
        after = sh("ip", "-4", "route", ns="client")[1]
        lab.check("delete_active_connection", ended and after == before, f"{lab.active()} {lab.env.tunnel_interfaces()} {after}")


@scenario("suite", "nm-ci")
def nm_ci_default_route(lab):
    """openvpn_ipv4, openvpn_ipv4_neverdefault: prefix 32, no IPv6, the default route through the tunnel or not."""
    for check, never in (("ipv4", False), ("ipv4_neverdefault", True)):
        if not vpn(lab, f"{check}_up", never_default=never):
            continue
        device = lab.env.tunnel_interfaces()[-1]
        shown = sh("nmcli", "-t", "-f", "IP4,IP6", "connection", "show", "vpn0")[1]
        default = f"dev {device}" in "".join(x for x in sh("ip", "-4", "route", ns="client")[1].splitlines() if x.startswith("default"))
        lab.check(check, re.search(r"IP4\.ADDRESS\[1\]:10\.77\.0\.\d+/32", shown) and "IP6.ADDRESS" not in shown and default != never, f"{shown} {default}")
        lab.down()


@scenario("suite", "nm-ci")
def nm_ci_dns(lab):
    """libreswan_dns: the server's name server while the VPN is up, the network's own again afterwards."""
    named = lambda: re.findall(r"(?m)^nameserver (\S+)", read("/etc/resolv.conf"))
    before = named()
    if vpn(lab, "dns_up", never_default=False):
        lab.check("dns_pushed", wait_for(lambda: named()[:1] == [TUNNEL_GW], 5), named())
        sh("nmcli", "connection", "delete", "vpn0", check=True)
        lab.check("dns_restored", wait_for(lambda: named() == before, 10), f"{before} {named()}")


@scenario("suite", "nm-ci")
def nm_ci_secondary(lab):
    """libreswan_start_as_secondary: a VPN that comes with the network."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto)
    identity = sh("nmcli", "-g", "connection.uuid", "connection", "show", "vpn0")[1].strip()
    sh("nmcli", "connection", "modify", "wired", "connection.secondaries", identity, check=True)
    try:
        sh("nmcli", "connection", "down", "wired", timeout=40)
        rc, text, _ = sh("nmcli", "--wait", "60", "connection", "up", "wired", timeout=70)
        both = wait_for(lambda: lab.active() == "activated" and lab.active("wired") == "activated", 60, 0.2)
        lab.check("start_as_secondary", rc == 0 and both, f"{text} {lab.active()} {lab.active('wired')}")
        lab.down()
    finally:
        sh("nmcli", "connection", "modify", "wired", "connection.secondaries", "", check=True)
        if lab.active("wired") != "activated":
            sh("nmcli", "connection", "up", "wired", timeout=40)


@contextlib.contextmanager
def secondary(lab, **profile):
    """The wired connection brings vpn0 along."""
    lab.env.profile("vpn0", lab.proto, **profile)
    identity = sh("nmcli", "-g", "connection.uuid", "connection", "show", "vpn0")[1].strip()
    sh("nmcli", "connection", "modify", "wired", "connection.secondaries", identity, check=True)
    try:
        yield
    finally:
        sh("nmcli", "connection", "modify", "wired", "connection.secondaries", "", check=True)
        if lab.active("wired") != "activated":
            sh("nmcli", "connection", "up", "wired", timeout=40)
        wait_for(lambda: "cl0:connected" in sh("nmcli", "-t", "-f", "DEVICE,STATE", "device")[1], 20, 0.2)


@scenario("nm-ci", "long")
def secondary_fails(lab):
    """T-71: the network comes with a VPN that refuses the password: the network's activation fails with it, at each of its attempts, and no longer."""
    lab.ensure_server()
    base = lab.env.snapshot()
    with secondary(lab, password="not-the-password"):
        sh("nmcli", "connection", "down", "wired", timeout=40)
        w = Watch(lab.env)
        rc, text, _ = sh("nmcli", "--wait", "60", "connection", "up", "wired", timeout=70)
        # NetworkManager tries by itself until its retries are used up; then it is silent.
        def settled():
            before = len(w.failures())
            time.sleep(6 * lab.env.patience())
            return len(w.failures()) == before and lab.active("wired") is None
        quiet = wait_for(settled, 120, 0.1)
        tries, states = len(w.failures()), w.states()
        lab.check("T71_SecondaryFails_TakesTheNetworkAlong", rc != 0 and quiet and lab.active() is None, f"{text} {lab.active('wired')} {lab.active()}", tries=tries)
        lab.check("T71_SecondaryFails_OneFailureForEachAttempt", 1 <= tries <= 5 and set(w.failures()) == {0} and states == [3, 5, 6] * tries,
                  f"{w.failures()} {states}", tries=tries, reasons=w.reasons())
    left = lab.env.leftovers(base, 3)
    lab.check("T71_SecondaryFails_LeavesNothing", not left, left)


@scenario("suite", "nm-ci")
def secondary_at_boot(lab):
    """T-71: NetworkManager starts, and the network that it connects by itself brings the VPN along."""
    lab.ensure_server()
    with secondary(lab):
        lab.env.stop_nm()
        w = Watch(lab.env)
        t = time.monotonic()
        lab.env.start_nm()
        both = wait_for(lambda: lab.active() == "activated" and lab.active("wired") == "activated", 60 * lab.env.patience(), 0.2)
        lab.check("T71_AtBoot_BothComeUp", both and ping(lab) and not w.failures(), f"{lab.active()} {lab.active('wired')} {w.failures()}", seconds=round(time.monotonic() - t, 2),
                  states=w.states(), said=w.said()[-10:])
        lab.down()


@scenario("suite", "nm-ci")
def nm_ci_slow_user(lab):
    """libreswan_activate_asking_for_password_with_delay: no clock runs while the user looks for the password."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": "2"})
    a = Attempt(lab, timeout=110, answer=PASSWORD, think=40)
    lab.check("asking_for_password_with_delay", a.rc == 0 and a.seconds > 40 and lab.active() == "activated", a.text, **a.summary())
    lab.down()


@scenario("suite", "nm-ci")
def nm_ci_profile_texts(lab):
    """vpn_list_args, vpn_keep_username_from_data: what nmcli offers, and a user name in two places."""
    offered = sh("nmcli", "--complete-args", "connection", "add", "type", "vpn", "vpn-type", "")[1].split()
    lab.check("list_args", lab.proto in offered, offered)
    lab.env.profile("vpn0", lab.proto)
    sh("nmcli", "connection", "modify", "vpn0", "vpn.user-name", "somebody", check=True)
    kept = read("/etc/NetworkManager/system-connections/vpn0.nmconnection")
    lab.check("keep_username_from_data", "\nuser-name=somebody\n" in kept and f"\nuser={USER}\n" in kept, kept)
    sh("nmcli", "connection", "delete", "vpn0")


@scenario("nm-ci", "long")
def nm_ci_renewal(lab):
    """libreswan_connection_renewal: up for 130 s without a packet of the user's, the addresses as they were."""
    if not vpn(lab, "connection_renewal_up"):
        return
    device = lab.env.tunnel_interfaces()[-1]
    address = sh("ip", "-4", "-o", "addr", "show", "dev", device, ns="client")[1]
    lost = wait_for(lambda: lab.active() != "activated", 130, 1)
    lab.check("connection_renewal", not lost and sh("ip", "-4", "-o", "addr", "show", "dev", device, ns="client")[1] == address and ping(lab), f"{lab.active()} {address}")
    lab.down()
