"""Checks of the programs sstpc and pptp without NetworkManager: pon and poff, launch modes, restarts; and below other services."""
import os
import pwd
import re
import signal
import time

from .connecting import up
from .env import PASSWORD, SERVER_IP, SERVER_NAME, TUNNEL_GW, USER
from .lab import med, scenario
from .sysx import Proc, read, sh, spawn, wait_for

COMMON = "noauth\nnobsdcomp\nnodeflate\nnoipdefault\nnodefaultroute\nname {user}\nremotename {name}\nipparam {name}\nlinkname {name}\n"
SECRETS = {"sstp": "refuse-eap\nrefuse-pap\nrefuse-chap\nrefuse-mschap\n", "pptp": "refuse-eap\nrefuse-pap\nrefuse-chap\nrefuse-mschap\nrequire-mppe-128\n"}
PLUGIN = "plugin sstp-pppd-plugin.so\nsstp-sock /var/run/sstpc/sstpc-{name}\n"


def program(lab):
    return "sstpc" if lab.proto == "sstp" else "pptp"


def peer(lab, name, pty="", extra="", user=USER, plugin=True):
    """A peers file as the manual pages have it."""
    text = COMMON + SECRETS[lab.proto] + (PLUGIN if lab.proto == "sstp" and plugin else "") + extra
    os.makedirs("/etc/ppp/peers", exist_ok=True)
    with open(f"/etc/ppp/peers/{name}", "w") as f:
        f.write((f'pty "{pty}"\n' if pty else "") + text.format(name=name, user=user))
    with open("/etc/ppp/chap-secrets", "w") as f:
        os.chmod(f.fileno(), 0o600)
        f.write(f'{USER} * "{PASSWORD}" *\nwrong * "not-the-password" *\n')


def pty(lab, name, *extra):
    if lab.proto == "sstp":
        return " ".join(("sstpc", "--ipparam", name, "--nolaunchpppd", "--ca-cert", "/run/lab/ca.pem", "--log-level", "3", *extra, SERVER_IP))
    return " ".join(("pptp", SERVER_IP, "--nolaunchpppd", *extra))


def device(lab, timeout=20):
    """The tunnel's interface once it has an address."""
    def look():
        for link in lab.env.tunnel_interfaces():
            if "inet " in sh("ip", "-4", "addr", "show", "dev", link, ns="client")[1]:
                return link
        return None
    return wait_for(look, timeout, 0.05)


def ours(lab):
    """Pids of the program; the shell of pppd's pty option has its name in the command line, too."""
    return [p.pid for p in lab.env.client_procs().values()
            if p.cmdline.split(" ")[0].rsplit("/", 1)[-1] == program(lab) and os.path.realpath(f"/proc/{p.pid}/exe").endswith("vpn-tunnel")]


def status(pid):
    """Whom a process runs as, every thread of it."""
    found = {"root": os.path.realpath(f"/proc/{pid}/root")}
    for task in os.listdir(f"/proc/{pid}/task"):
        for line in read(f"/proc/{pid}/task/{task}/status").splitlines():
            key, _, value = line.partition(":")
            if key in ("Uid", "Gid", "Groups", "CapEff", "CapPrm"):
                if found.setdefault(key, value.split()) != value.split():
                    found[key] = ["threads differ"]
    return found


def reaches(lab, link):
    return sh("ping", "-q", "-c", "3", "-i", "0.2", "-W", "2", "-I", link, TUNNEL_GW, ns="client")[0] == 0


def mark(lab):
    return len(read(lab.env.syslog_path))


def said(lab, since):
    return read(lab.env.syslog_path)[since:]


def nothing_left(lab, check, base, settle=3.0, **details):
    left = lab.env.leftovers(base, settle)
    return lab.check(check, not left, f"left: {left}", leftovers=left, **details)


def started(lab, check, since, since_time):
    link = device(lab)
    took = time.monotonic() - since_time
    ok = link is not None and reaches(lab, link)
    lab.check(check, ok, "no echo reply" if link else "no interface: " + said(lab, since)[-1500:], up_s=round(took, 2))
    return link if ok else None


@scenario("programs")
def pon_poff(lab):
    """The pty form of the manual page: pon, traffic, poff; both the peers file and the program end without a trace."""
    lab.ensure_server()
    peer(lab, "lab", pty(lab, "lab"))
    base = lab.env.snapshot()
    since, t = mark(lab), time.monotonic()
    rc, text, _ = sh("pon", "lab", ns="client")
    lab.check("pon", rc == 0, text)
    if not started(lab, "pon-traffic", since, t):
        sh("poff", "lab", ns="client")
        return
    if lab.proto == "sstp":
        lab.check("pon-binding", "verified" in lab.server.text(), "the server did not verify the crypto binding")
        who = {k: v for pid in ours(lab) for k, v in status(pid).items()}
        uid = str(pwd.getpwnam("sstpc").pw_uid)
        lab.check("pon-privileges", who.get("Uid", []) == [uid] * 4 and not who.get("Groups") and set("".join(who.get("CapEff", []))) == {"0"}
                  and set("".join(who.get("CapPrm", []))) == {"0"} and who["root"].endswith("/run/sstpc"), who)
    for direction in ("up", "down"):
        r = lab.iperf_run(TUNNEL_GW, 2, direction == "down")
        lab.check(f"pon-bulk-{direction}", r["bytes"] > 500_000, r, **r)
    routes = sh("ip", "route", ns="client")[1]
    if lab.proto == "pptp":
        lab.check("pon-route-to-server", re.search(rf"^{re.escape(SERVER_IP)} dev cl0", routes, re.M), routes)
    since = mark(lab)
    rc, text, _ = sh("poff", "lab", ns="client")
    lab.check("poff", rc == 0, text)
    nothing_left(lab, "poff-leaves-nothing", base)
    log = said(lab, since)
    lab.check("poff-goodbye", "LCP terminated" in log or "Connection terminated" in log, log[-1500:])
    lab.check("log-without-password", PASSWORD not in read(lab.env.syslog_path), "the password is in the log")


@scenario("programs")
def launch(lab):
    """Launch mode: the program starts pppd with the rest of its command line."""
    lab.ensure_server()
    peer(lab, "lab", plugin=False)
    base = lab.env.snapshot()
    since, t = mark(lab), time.monotonic()
    log = "/run/lab/launch.log"
    if lab.proto == "sstp":
        p = spawn("sstpc", "--ca-cert", "/run/lab/ca.pem", "--log-stderr", "--log-level", "2", SERVER_IP, "call", "lab", ns="client", log=log)
    else:
        p = spawn("pptp", SERVER_IP, "call", "lab", "nodetach", ns="client", log=log)
    if not started(lab, "launch-traffic", since, t):
        lab.check("launch-log", False, read(log)[-1500:])
        p.terminate()
        return
    p.send_signal(signal.SIGTERM)
    ended = wait_for(lambda: p.poll() is not None, 5, 0.05)
    wanted = (0,) if lab.proto == "sstp" else (5,)          # pptp has become pppd, whose status for SIGTERM is 5
    lab.check("launch-sigterm", ended and p.returncode in wanted, f"status {p.returncode}: {read(log)[-800:]}")
    nothing_left(lab, "launch-leaves-nothing", base)
    if lab.proto == "sstp":
        p = spawn("sstpc", "--ca-cert", "/run/lab/ca.pem", "--ipparam", "lab", "--log-stderr", "--log-level", "2", "--user", USER, "--password", PASSWORD,
                  SERVER_IP, "noauth", "noipdefault", "refuse-eap", "nobsdcomp", "nodeflate", ns="client", log=log)
        since, t = mark(lab), time.monotonic()
        link = started(lab, "launch-password", since, t)
        visible = " ".join(x.cmdline for x in lab.env.client_procs().values())
        lab.check("launch-password-hidden", PASSWORD not in visible, visible)
        p.terminate()
        wait_for(lambda: p.poll() is not None, 5, 0.05)
        lab.check("launch-password-log", PASSWORD not in read(log) + read(lab.env.syslog_path), read(log)[-500:])
        nothing_left(lab, "launch-password-leaves-nothing", base)
    else:
        since, t = mark(lab), time.monotonic()
        rc, text, took = sh("pptp", SERVER_IP, "call", "lab", "updetach", ns="client", timeout=40)
        lab.check("launch-updetach", rc == 0 and device(lab, 1), f"rc={rc} {text[-800:]}", took_s=round(took, 2))
        sh("poff", "-a", ns="client")
        nothing_left(lab, "launch-updetach-leaves-nothing", base)


@scenario("programs")
def wrong_password(lab):
    """A refused login ends everything, and says so."""
    lab.ensure_server()
    peer(lab, "wrong", pty(lab, "wrong"), user="wrong")
    base = lab.env.snapshot()
    since = mark(lab)
    rc, text, took = sh("pppd", "call", "wrong", "nodetach", "maxfail", "1", ns="client", timeout=60)
    lab.check("wrong-password-status", rc == 19, f"rc={rc} {text[-600:]}", took_s=round(took, 2))
    log = said(lab, since)
    lab.check("wrong-password-sentence", "refused user name or password" in log, log[-1500:])
    nothing_left(lab, "wrong-password-leaves-nothing", base)
    peer(lab, "wrong", plugin=False, user="wrong")
    if lab.proto == "sstp":
        rc, text, took = sh("sstpc", "--ca-cert", "/run/lab/ca.pem", SERVER_IP, "call", "wrong", ns="client", timeout=60)
        lab.check("wrong-password-launch", rc == 255 and "[login.failed]" in text, f"rc={rc} {text}", took_s=round(took, 2))
        nothing_left(lab, "wrong-password-launch-leaves-nothing", base)


@scenario("programs")
def program_killed(lab):
    """The program dies: pppd notices at once, and the route to the server goes all the same."""
    lab.ensure_server()
    extra = ("--save-server-route",) if lab.proto == "sstp" else ()
    peer(lab, "lab", pty(lab, "lab", *extra))
    base = lab.env.snapshot()
    for sig in (signal.SIGTERM, signal.SIGKILL):
        since, t = mark(lab), time.monotonic()
        sh("pon", "lab", ns="client")
        if not started(lab, f"killed-{sig.name}-up", since, t):
            continue
        routes = sh("ip", "route", ns="client")[1]
        lab.check(f"killed-{sig.name}-route", f"{SERVER_IP} dev cl0" in routes, routes)
        victims = ours(lab)
        for pid in victims:
            os.kill(pid, sig)
        lab.check(f"killed-{sig.name}", victims and wait_for(lambda: not lab.env.tunnel_interfaces(), 5), "the interface is still there")
        nothing_left(lab, f"killed-{sig.name}-leaves-nothing", base)
        sh("poff", "-a", ns="client")


@scenario("programs")
def server_restarts(lab):
    """pppd's persist over restarts of the server: nothing accumulates."""
    lab.ensure_server()
    peer(lab, "lab", pty(lab, "lab"), extra="persist\nmaxfail 0\nholdoff 1\nlcp-echo-interval 2\nlcp-echo-failure 2\n")
    base = lab.env.snapshot()
    since, t = mark(lab), time.monotonic()
    sh("pon", "lab", ns="client")
    if not started(lab, "restarts-up", since, t):
        sh("poff", "lab", ns="client")
        return
    size = lambda: (len(lab.env.client_procs()), sum(p.fds() or 0 for p in lab.env.client_procs().values()))
    sizes, failed = [], 0
    for i in range(int(lab.job["connects"])):
        lab.start_server()
        back = wait_for(lambda: (link := device(lab, 0.1)) and sh("ping", "-q", "-c", "1", "-W", "1", "-I", link, TUNNEL_GW, ns="client")[0] == 0, 30)
        failed += not back
        sizes.append(size())
    lab.check("restarts-come-back", not failed, f"{failed} times not", sizes=sizes)
    # pppd's scripts run on a little after the last connect.
    settled = wait_for(lambda: (now := size())[0] <= sizes[0][0] and now[1] <= sizes[0][1] + 2, 10)
    lab.check("restarts-accumulate-nothing", settled, f"{sizes} {size()}")
    sh("poff", "lab", ns="client")
    nothing_left(lab, "restarts-leave-nothing", base, 5)


@scenario("programs-rates")
def upload_rtt(lab):
    """Upload where a round trip takes 50 ms, beside plain TCP on the same way: nothing but the network may limit it."""
    lab.ensure_server()
    peer(lab, "lab", pty(lab, "lab"))
    since, t = mark(lab), time.monotonic()
    sh("pon", "lab", ns="client")
    if not started(lab, "upload-rtt-up", since, t):
        sh("poff", "lab", ns="client")
        return
    # Below what the guest's one CPU carries with pptpd on it.
    rate = "40mbit" if lab.proto == "sstp" else "8mbit"
    for side in ("client", "server"):
        lab.env.netem(side, "delay", "25ms", "rate", rate)
    plain, inside = ([lab.iperf_run(target, 8)["mbps"] or 0 for _ in range(lab.runs)] for target in (SERVER_IP, TUNNEL_GW))
    for side in ("client", "server"):
        lab.env.netem(side)
    ratio = med(inside) / max(med(plain), 0.1)
    lab.check("upload-rtt-80-percent", ratio >= 0.8, f"{inside} of {plain} Mbit/s", plain_mbps=plain, tunnel_mbps=inside, ratio=round(ratio, 3))
    sh("poff", "lab", ns="client")


@scenario("programs")
def other_service(lab):
    """The program below another VPN service (a stage with our programs only): connect, transfer, wrong password, kill, cycles."""
    lab.ensure_server()
    data = {} if lab.proto == "pptp" else {"ca-cert": "/run/lab/ca.pem"}
    base = lab.env.snapshot()
    if not up(lab, "other-service-up", data=data):
        return
    lab.check("other-service-uses-ours", ours(lab), [p.cmdline for p in lab.env.client_procs().values()])
    lab.check("other-service-up", reaches(lab, lab.env.tunnel_interfaces()[-1]), "no echo reply")
    for direction in ("up", "down"):
        r = lab.iperf_run(TUNNEL_GW, 2, direction == "down")
        lab.check(f"other-service-bulk-{direction}", r["bytes"] > 500_000, r, **r)
    for pid in ours(lab):
        os.kill(pid, signal.SIGKILL)
    lab.check("other-service-killed", wait_for(lambda: lab.active() is None, 10), "NetworkManager never knew")
    lab.env.profile("vpn0", lab.proto, data=data, password="not-the-password")
    r = lab.up(timeout=60, ping=False)
    lab.check("other-service-wrong-password", r["rc"] != 0, r["text"])
    lab.env.profile("vpn0", lab.proto, data=data)
    time.sleep(3)
    worked, times, texts = 0, [], set()
    for i in range(20):
        r = lab.up(timeout=60)
        worked += r["rc"] == 0 and r["first_ping_s"] is not None
        times.append(r["nmcli_s"])
        texts.add(r["text"] if r["rc"] else "")
        lab.down()
    lab.check("other-service-cycles", worked == 20, f"{worked} of 20: {texts}", times=times)
    left = {k: v for k, v in lab.env.leftovers(base, 5).items() if k in ("links", "sockets", "procs", "routes")}
    lab.check("other-service-leaves-nothing", not left, left)
