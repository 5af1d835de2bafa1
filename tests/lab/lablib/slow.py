"""Checks of what takes its time: a path whose round trip takes longer than a second, and a file system that does not answer."""
import contextlib
import os
import re
import subprocess
import time

from .attempt import Watch
from .connecting import clean_end, up
from .lab import scenario
from .sysx import sh, spawn, wait_for

# A server on such a line waits longer itself than the lab's usual one, as pppd does when nobody tells it otherwise.
PATIENT = "lcp-restart 3\nipcp-restart 3\n"


def echo(lab):
    return sh("ping", "-q", "-c", "2", "-W", "9", lab.server.tunnel_ip, ns="client")[0] == 0


def over(lab, milliseconds, limit):
    """Up and an echo over a round trip of so many milliseconds, on each data path."""
    lab.start_server(pppd_options=PATIENT)
    base = lab.env.snapshot()
    for path in {"pptp": ("kernel", "user"), "sstp": ("tls",)}[lab.proto]:
        check = f"RoundTrip_{milliseconds}ms_{path}"
        lab.env.netem("server", "delay", f"{milliseconds}ms")
        try:
            a = up(lab, check, timeout=100, data={"data-path": path} if lab.proto == "pptp" else None, vpn={"timeout": "90"})
            if a:
                lab.check(check, a.seconds < limit * lab.env.slowness and echo(lab), f"{a.seconds:.1f} s", **a.summary())
        finally:
            lab.env.netem("server")
        if a:
            clean_end(lab, f"{check}_LeavesNothing", base)
    lab.stop_server()


@scenario("suite")
def slow_path(lab):
    """A round trip of 1.2 s. A request that is repeated sooner never lets PPP come to its end."""
    over(lab, 1200, 35)


@scenario("long")
def very_slow_path(lab):
    """A round trip of 2.5 s: a satellite, and a queue in front of it."""
    over(lab, 2500, 58)


@scenario("suite")
def lossy_path(lab):
    """Every fourth packet from the server is lost: what is lost is asked for again soon."""
    lab.ensure_server()
    slowest = 0
    for i in range(4):
        lab.env.netem("server", "delay", "20ms", "loss", "25%")
        try:
            a = up(lab, "LossyPath")
        finally:
            lab.env.netem("server")
        if not a:
            return
        slowest = max(slowest, a.seconds)
        lab.down()
    # TCP's own repetitions take their time, too, and double it each time.
    lab.check("LossyPath", slowest < 20 * lab.env.slowness, f"{slowest:.1f} s", slowest_s=round(slowest, 2))


MOUNT = """
import ctypes, os, sys
path, fd = sys.argv[1:]
os.makedirs(path, exist_ok=True)
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"silent", path.encode(), b"fuse", 0, f"fd={fd},rootmode=40000,user_id=0,group_id=0,allow_other".encode()):
    sys.exit(os.strerror(ctypes.get_errno()))
"""


@contextlib.contextmanager
def silent_file_system(lab, path):
    """A file system in user space whose server never says a word: whoever looks into it waits. Mounted where NetworkManager and its services see it."""
    there = ("nsenter", "-t", str(lab.env.nm.pid), "-m", "-r")
    if not os.path.exists("/dev/fuse"):
        sh("mknod", "/dev/fuse", "c", "10", "229")
    fd = os.open("/dev/fuse", os.O_RDWR)
    try:
        subprocess.run([*there, "python3", "-c", MOUNT, path, str(fd)], pass_fds=[fd], check=True, timeout=20)
        yield
    finally:
        os.close(fd)          # whoever waits gets an error
        sh(*there, "umount", "-l", path)


def state_of(service):
    """The plugin's State by its own word, and how long that took."""
    rc, text, seconds = sh("dbus-send", "--system", "--print-reply", f"--dest={service}", "/org/freedesktop/NetworkManager/VPN/Plugin",
                           "org.freedesktop.DBus.Properties.Get", "string:org.freedesktop.NetworkManager.VPN.Plugin", "string:State", timeout=20)
    return (int(m[1]) if (m := re.search(r"uint32 (\d+)", text)) else None), seconds


def service_names():
    text = sh("dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames")[1]
    return re.findall(r'"(org\.freedesktop\.NetworkManager\.(?:sstp|pptp)[\w.]*)"', text)


@scenario("suite", "host", proto="sstp")
def silent_files(lab):
    """The private key lies on a file system that does not answer: the reply waits, the service does not, and nothing hangs for longer than ten seconds."""
    lab.start_server()
    keys = "/run/lab/silent"
    data = {"connection-type": "tls", "user": None, "refuse-eap": None, "tls-subject-name": "alice",
            "tls-user-cert": f"{keys}/alice.crt", "tls-user-key": f"{keys}/alice.key"}
    before = lab.env.client_procs()
    base = lab.env.snapshot()
    cases = (("SilentFiles_Fail", "NeedSecrets", False), ("SilentFiles_DownWhileAsking", "NeedSecrets", True), ("SilentFiles_DownWhileConnecting", "ConnectInteractive", True))
    try:
        with silent_file_system(lab, keys):
            for check, call, stops in cases:
                lab.env.profile("vpn0", lab.proto, password=None, data=data)
                w = Watch(lab.env)
                p = spawn("nmcli", "--wait", "60", "connection", "up", "vpn0", log="/run/lab/silent.log")
                t = time.monotonic()
                came = wait_for(lambda: w.first(f"VPN.Plugin.{call}"), 20, 0.05)
                names = service_names()
                state, took = state_of(names[0]) if names else (None, 99)
                lab.check(f"{check}_ServiceAnswersMeanwhile", came and state in (1, 3) and took < 2 * lab.env.patience() and p.poll() is None, f"{names} {state} after {took:.1f} s")
                t = time.monotonic()
                if stops:
                    d = lab.down()
                    ended = wait_for(lambda: not service_names(), 4 * lab.env.patience(), 0.1)
                    lab.check(check, d["rc"] == 0 and ended, f"{d} {service_names()}", seconds=round(time.monotonic() - t, 2), said=w.said()[-10:])
                else:
                    ended = wait_for(lambda: p.poll() is not None and not service_names(), 40, 0.1)
                    said = "\n".join(w.said())
                    # Four seconds for the question, as NetworkManager waits ten, and ten for the login's own files.
                    lab.check(check, ended and p.returncode != 0 and "not read within 10 s" in said and time.monotonic() - t < 18 * lab.env.patience(),
                              f"{p.poll()} {said[-800:]}", seconds=round(time.monotonic() - t, 2), said=w.said()[-10:])
                p.kill()
                p.wait()
    finally:
        left = lab.env.leftovers(base, 3)
        lab.check("SilentFiles_LeaveNothing", not left, left)
        lab.clean(before)
        lab.stop_server()
