"""Checks of secrets: who is asked for them, how often, and that they are seen nowhere (T-19, T-22 to T-24, T-28, T-29)."""
import base64
import contextlib
import os
import re
import threading
import time

from .attempt import Attempt, Watch
from .connecting import up
from .edges import client_certificate
from .env import PASSWORD, SERVER_IP, USER
from .lab import scenario
from .sysx import netns_id, procs, read, sh, spawn, wait_for

ALLOWED_CALLS = ("NeedSecrets", "Connect", "ConnectInteractive", "NewSecrets", "GetSecrets", "SaveSecrets")


def asked(w):
    return [e for e in w.events() if e[1] == "VPN.Plugin.SecretsRequired"]


@scenario("suite")
def asking(lab):
    """T-22, T-23, T-24, T-27: nmcli on a terminal is asked again after a wrong password, three times at most."""
    lab.start_server()
    cases = (
        ("T22_WrongThenRight", "1", {"answer": ["wrong-one", PASSWORD]}, 1, [], None),
        ("T22_WrongThenRight_NotSaved", "2", {"answer": ["wrong-one", "wrong-two", PASSWORD]}, 2, [], None),
        ("T23_ThreeWrongAnswers", "2", {"answer": ["wrong-0", "wrong-1", "wrong-2", "wrong-3"]}, 3, [0], 10),
        ("T23_WrongPasswordFile", "2", {"after": ("passwd-file", "/run/lab/passwd")}, 3, [0], 10),
    )
    with open("/run/lab/passwd", "w") as f:
        f.write("vpn.secrets.password:wrong-in-file\n")
    for name, flags, given, questions, failures, reason in cases:
        lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": flags})
        base = lab.env.snapshot()
        # nmcli proposes what it knows: the line is emptied before the answer.
        given = {**given, "answer": [f"\x15{a}" for a in given["answer"]]} if "answer" in given else given
        a = Attempt(lab, timeout=60, **given)
        events = [e[1][11:] for e in a.events() if e[1].startswith("VPN.Plugin.")]
        order = all(events[i + 1:].index("NewSecrets") >= 0 for i, e in enumerate(events) if e == "SecretsRequired" and "NewSecrets" in events[i + 1:])
        config = "Config" not in events or "NewSecrets" not in events[events.index("Config"):]
        ok = len(asked(a)) == questions and a.failures() == failures and a.reason() == reason and (a.rc == 0) == (reason is None) and order and config
        lab.check(name, ok, f"rc {a.rc}, asked {len(asked(a))}, Failure {a.failures()}, reason {a.reason()}: {events} {a.text}", events=events, **a.summary())
        if a.rc == 0:
            lab.down()
        left = lab.env.leftovers(base, 2)
        lab.check(f"{name}_LeavesNothing", not left, left)
    # Nobody answers: nmcli has no terminal and no file, only the first password, which an agent that then leaves has given.
    lab.env.profile("vpn0", lab.proto, password="wrong-stored", data={"password-flags": "0"})
    a = Attempt(lab, timeout=40)
    lab.check("T21_StoredPassword_IsNotAskedFor", not asked(a) and a.failures() == [0] and a.reason() == 10, f"{a.failures()} {a.reason()}", **a.summary())
    no_agent(lab)
    lab.stop_server()


def no_agent(lab):
    """T-24: the agent that gave the password is gone when it is asked for again."""
    lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": "2"})
    with open("/run/lab/passwd", "w") as f:
        f.write("vpn.secrets.password:wrong-in-file\n")
    # The server's refusal takes a while: by then this nmcli has been killed.
    lab.env.netem("server", "delay", "400ms")
    base = lab.env.snapshot()
    w = Watch(lab.env)
    p = spawn("nmcli", "--wait", "40", "connection", "up", "vpn0", "passwd-file", "/run/lab/passwd", log="/run/lab/agent.log")
    started = wait_for(lambda: w.first("VPN.Plugin.ConnectInteractive"), 20, 0.05)
    p.kill()
    p.wait()
    ended = wait_for(lambda: w.states()[-1:] == [6], 60)
    lab.env.netem("server")
    left = lab.env.leftovers(base, 3)
    # Whether NetworkManager lets the activation of a caller that has gone live on is its own affair: both ends are clean.
    clean = started and ended and not left and len(w.failures()) <= 1
    lab.check("T24_NobodyAnswers_CleanEnd", clean, f"states {w.states()}, Failure {w.failures()}, left {left}", states=w.states(), reasons=w.reasons(),
              asked=len(asked(w)), said=w.said()[-15:])


class ProcessTable(threading.Thread):
    """
    Reads every process's command line and environment, again and again: strace sees what a program is given, this what it makes of it.
    Not without a pause: the guest has one CPU.
    """

    def __init__(self, secrets):
        super().__init__(daemon=True)
        self.secrets, self.seen, self.stop, self.looks = secrets, {}, False, 0

    def run(self):
        own = os.getpid()
        while not self.stop:
            self.looks += 1
            for pid in filter(str.isdigit, os.listdir("/proc")):
                if int(pid) == own:
                    continue
                for what in ("cmdline", "environ"):
                    try:
                        with open(f"/proc/{pid}/{what}", "rb") as f:
                            data = f.read()
                    except OSError:
                        continue
                    for secret in self.secrets:
                        if secret.encode() in data:
                            program = data.split(b"\0")[0].decode(errors="replace")
                            self.seen[f"{what} of {program}"] = secret
            time.sleep(0.05)


class Everything:
    """Records what is said and written while a connection is made: processes, all of the bus, the logs, files."""

    PLACES = ("/etc", "/run", "/tmp", "/var", "/root", "/home", "/dev/shm")
    # The lab's own: what the server knows, what nmcli reads, the profile itself, and what is recorded here.
    OWN = ("/run/lab/", "/etc/netns/server/")
    PROFILE = "/etc/NetworkManager/system-connections/vpn0.nmconnection"

    def __init__(self, lab, secrets, stored=()):
        """stored: what the profile itself holds, which NetworkManager writes anew when an agent has added to it."""
        self.lab, self.secrets, self.stored = lab, secrets, stored
        self.mark = "/run/lab/mark"
        self.bus_path = "/run/lab/bus-all.log"
        self.exec_path = "/run/lab/exec.log"

    def __enter__(self):
        for path in (self.bus_path, self.exec_path):
            if os.path.exists(path):
                os.unlink(path)
        with open(self.mark, "w"):
            pass
        self.watch = Watch(self.lab.env)
        self.table = ProcessTable(self.secrets)
        self.table.start()
        self.bus = spawn("dbus-monitor", "--system", log=self.bus_path)
        # Every program that NetworkManager and its children execute, with arguments and environment, however short it lives.
        self.strace = spawn("strace", "-f", "-qq", "-v", "-s", "65536", "-e", "trace=execve", "-e", "signal=none", "-o", self.exec_path, "-p", str(self.lab.env.nm.pid))
        wait_for(lambda: "TracerPid:\t0" not in read(f"/proc/{self.lab.env.nm.pid}/status"), 5)
        wait_for(lambda: os.path.exists(self.bus_path) and os.stat(self.bus_path).st_size, 5)
        return self

    def __exit__(self, *_):
        self.table.stop = True
        self.table.join()
        for p in (self.strace, self.bus):
            p.terminate()
            p.wait(10)

    def has(self, text):
        return [s for s in self.secrets if s in text]

    def open_files(self):
        """Regular files, unlinked ones too, that the client's processes hold open."""
        found = []
        for p in procs(netns_id("client")).values():
            try:
                fds = os.listdir(f"/proc/{p.pid}/fd")
            except OSError:
                continue
            for fd in fds:
                try:
                    target = os.readlink(f"/proc/{p.pid}/fd/{fd}")
                    if target.startswith("/") and not target.startswith(("/dev/", "/proc/", "/sys/", self.lab.job["out"], *self.OWN)) and os.path.isfile(f"/proc/{p.pid}/fd/{fd}"):
                        with open(f"/proc/{p.pid}/fd/{fd}", "rb") as f:
                            if self.has(f.read(1 << 24).decode(errors="replace")):
                                found.append(f"{target} open in {p.name}")
                except OSError:
                    continue
        return found

    def files(self):
        """Files written since the beginning."""
        out = sh("find", *self.PLACES, "-xdev", "-type", "f", "-newer", self.mark)[1].splitlines()
        return [path for path in out if not path.startswith((self.lab.job["out"], *self.OWN)) and os.path.isfile(path)
                and [s for s in self.has(read(path)) if path != self.PROFILE or s not in self.stored]]

    def messages(self):
        """(head, whole text) of each message on the bus."""
        return [(m.split("\n", 1)[0], m) for m in re.split(r"(?m)^(?=signal |method call |method return |error )", read(self.bus_path)) if m]

    def on_the_bus(self):
        """Messages with a secret in them that are none of those that carry it."""
        calls, wrong, carried = {}, [], 0
        for head, whole in self.messages():
            member = re.search(r"member=(\w+)", head)
            if head.startswith("method call") and member:
                calls[re.search(r"sender=(\S+) .*serial=(\d+)", head).groups()] = member[1]
            if not self.has(whole):
                continue
            reply = re.search(r"destination=(\S+) .*reply_serial=(\d+)", head)
            name = calls.get(reply.groups()) if reply and head.startswith("method return") else member[1] if member and head.startswith("method call") else None
            if name in ALLOWED_CALLS:
                carried += 1
            else:
                wrong.append(head)
        return wrong, carried


@contextlib.contextmanager
def at_trace(lab):
    """NetworkManager, and with it the service, says everything that it can."""
    lab.env.stop_nm()
    lab.env.start_nm("TRACE")
    connected = lambda: "cl0:connected" in sh("nmcli", "-t", "-f", "DEVICE,STATE", "device")[1]
    wait_for(connected, 30, 0.2)
    try:
        yield
    finally:
        lab.stop_server()
        lab.env.stop_nm()
        lab.env.start_nm()
        wait_for(connected, 30, 0.2)


def password_logins(lab, auth):
    """A stored password, and one that is asked for twice."""
    lab.start_server(auth=auth)
    data = {"refuse-pap": "no"} if auth == "pap" else {}
    if auth == "pap" and lab.proto == "pptp":
        data.update({"require-mppe": "no", "require-mppe-128": "no"})
    watch_connect(lab, f"T29_{auth}_Stored", {"data": data}, {}, [PASSWORD])
    wrong = "Wrong-Secret-7"
    watch_connect(lab, f"T29_{auth}_AskedTwice", {"password": None, "data": {**data, "password-flags": "2"}}, {"answer": [wrong, PASSWORD]}, [PASSWORD, wrong])


@scenario("suite")
def secrets_stay_secret(lab):
    """T-29: during connects at the highest log level, no secret in arguments, environments, logs, signals, files."""
    with at_trace(lab):
        password_logins(lab, "mschap-v2")
        one_time_code(lab)


@scenario("suite")
def more_secrets_stay_secret(lab):
    """T-29: the same for PAP, which has pppd send the password itself, and for the passwords of a proxy and of a key."""
    with at_trace(lab):
        password_logins(lab, "pap")
        if lab.proto == "sstp":
            proxy_password(lab, asked_for=False)
            key_password(lab, asked_for=False)


@scenario("long", proto="sstp")
def secrets_asked_for_stay_secret(lab):
    """T-29: the same for a proxy's and a key's password that somebody types."""
    with at_trace(lab):
        proxy_password(lab, asked_for=True)
        key_password(lab, asked_for=True)


def passwords(**secrets):
    """A file for nmcli, as one that asks would be answered."""
    with open("/run/lab/passwd", "w") as f:
        f.writelines(f"vpn.secrets.{name}:{value}\n" for name, value in secrets.items())
    return {"after": ("passwd-file", "/run/lab/passwd")}


def one_time_code(lab):
    """The code that is asked for each time goes behind the stored password."""
    code = "Code-778899"
    lab.start_server(password=PASSWORD + code)
    watch_connect(lab, "T28_T29_OneTimeCode", {"data": {"otp-flags": "2"}}, passwords(otp=code), [PASSWORD, code], stored=[PASSWORD])


def proxy_password(lab, asked_for):
    """In the profile's secrets, or from an agent; also as it travels."""
    word = "Proxy-Secret-3"
    travels = base64.b64encode(f"{USER}:{word}".encode()).decode()
    lab.start_server(proxy="basic", proxy_password=word)
    data = {"proxy-server": SERVER_IP, "proxy-port": "3128", "proxy-user": USER, "proxy-password-flags": "2" if asked_for else "0"}
    watch_connect(lab, f"T29_ProxyPassword_{'AskedFor' if asked_for else 'Stored'}", {"data": data, "secrets": {} if asked_for else {"proxy-password": word}},
                  passwords(**{"proxy-password": word, "password": PASSWORD}) if asked_for else {}, [word, travels, PASSWORD], stored=[PASSWORD])


def key_password(lab, asked_for):
    """Of the private key that logs in."""
    word = "Key-Secret-5"
    client_certificate("alice")
    with open("/run/lab/key-password", "w") as f:
        f.write(word)
    sh("openssl", "rsa", "-in", "/run/lab/alice.key", "-traditional", "-aes256", "-passout", "file:/run/lab/key-password", "-out", "/run/lab/alice-secret.key", check=True)
    lab.start_server(auth="eap-tls")
    data = {"connection-type": "tls", "user": None, "refuse-eap": None, "tls-ca-cert": "/run/lab/ca.pem", "tls-subject-name": "alice",
            "tls-user-cert": "/run/lab/alice.crt", "tls-user-key": "/run/lab/alice-secret.key", "tls-user-key-secret-flags": "2" if asked_for else "0"}
    watch_connect(lab, f"T29_KeyPassword_{'AskedFor' if asked_for else 'Stored'}", {"password": None, "data": data, "secrets": {} if asked_for else {"tls-user-key-secret": word}},
                  passwords(**{"tls-user-key-secret": word}) if asked_for else {}, [word])


def watch_connect(lab, check, profile, given, secrets, stored=()):
    lab.env.profile("vpn0", lab.proto, **profile)
    with Everything(lab, secrets, stored) as e:
        a = Attempt(lab, timeout=90, **given)
        open_files, files = e.open_files(), e.files()
        if a.rc == 0:
            lab.down()
        time.sleep(0.3)
    files += e.files()
    execs = [line[:300] for line in read(e.exec_path).splitlines() if e.has(line)]
    logs = [line[:300] for line in e.watch.nm_lines() + e.watch.syslog() if e.has(line)]
    wrong, carried = e.on_the_bus()
    trace = sum("<trace>" in line or "<debug>" in line for line in e.watch.said())
    lab.check(f"{check}_Connects", a.rc == 0 and carried and trace > 5 and e.table.looks > 10 and "execve(" in read(e.exec_path),
              f"{a.text}; {carried} messages carried it, {trace} detailed lines, {e.table.looks} looks, {len(read(e.exec_path).splitlines())} programs", said=a.said()[-10:])
    lab.check(f"{check}_NoArguments_NoEnvironment", not e.table.seen and not execs, f"{e.table.seen} {execs}", looks=e.table.looks, programs=len(read(e.exec_path).splitlines()))
    lab.check(f"{check}_NoLogLine", not logs, logs)
    lab.check(f"{check}_NoSignal", not wrong, wrong, carried=carried)
    lab.check(f"{check}_NoFile", not files and not open_files, f"{files} {open_files}")
