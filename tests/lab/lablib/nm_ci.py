"""NetworkManager's own three PPTP tests (NetworkManager-ci, pptp.feature): server and client on one machine, over the loopback."""
import contextlib
import os
import re

from .lab import scenario
from .servers import PRIVATE_RUN, listening
from .sysx import sh, spawn, wait_for

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
