"""Checks of the D-Bus object, spoken to directly: T-2 to T-6, T-26, T-33, T-53, T-54, T-59, T-74 to T-76."""
import re
import signal
import time

from .attempt import Watch
from .connecting import ping, up
from .ending import alive
from .lab import scenario
from .sysx import read, sh, spawn, wait_for

PLUGIN = "org.freedesktop.NetworkManager.VPN.Plugin"
PATH = "/org/freedesktop/NetworkManager/VPN/Plugin"
SERVICE_NAME = "org.freedesktop.NetworkManager.sstp"


def call(name, member, *args, interface=PLUGIN, path=PATH, user=None):
    """busctl call; (exit code, text)."""
    prefix = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups") if user else ()
    rc, text, _ = sh(*prefix, "busctl", "--system", "--timeout=5", "call", name, path, interface, member, *args, ns="client", timeout=15)
    return rc, text.strip()


def connection(proto):
    """A minimal a{sa{sv}} in busctl's words."""
    return ("a{sa{sv}}", "1", "vpn", "1", "service-type", "s", f"org.freedesktop.NetworkManager.{proto}")


class Service:
    """The service started by hand, as NetworkManager would start it."""

    def __init__(self, lab, number):
        self.name = f"org.freedesktop.NetworkManager.{lab.proto}.Connection_{number}"
        program = re.search(r"(?m)^program=(.*)$", read(f"/usr/lib/NetworkManager/VPN/nm-{lab.proto}-service.name")).group(1)
        t = time.monotonic()
        self.p = spawn(program, "--bus-name", self.name, ns="client", log="/run/lab/by-hand.log")
        self.owned = wait_for(lambda: self.name in sh("busctl", "--system", "list", "--acquired", "--no-legend")[1], 5, 0.02)
        self.seconds = time.monotonic() - t

    def ended(self, seconds):
        return wait_for(lambda: self.p.poll() is not None, seconds, 0.02)

    def kill(self):
        if self.p.poll() is None:
            self.p.kill()
        self.p.wait()


@scenario("suite", "host")
def bus_object(lab):
    """The object without any connection."""
    s = Service(lab, 901)
    lab.check("T01_BusName_IsOwned", s.owned, f"not in 5 s: {read('/run/lab/by-hand.log')[-500:]}", seconds=round(s.seconds, 3))
    rc, text, _ = sh("busctl", "--system", "--xml-interface", "introspect", s.name, PATH, ns="client")
    lab.check("T74_Introspect", rc == 0 and PLUGIN in text and "NeedSecrets" in text and "Ip4Config" in text, text)
    rc, text = call(s.name, "Get", "ss", PLUGIN, "State", interface="org.freedesktop.DBus.Properties")
    lab.check("T74_GetState_IsInit", rc == 0 and text == "v u 1", text)
    rc, text = call(s.name, "GetAll", "s", PLUGIN, interface="org.freedesktop.DBus.Properties")
    lab.check("T74_GetAll", rc == 0 and '"State"' in text, text)
    rc, text = call(s.name, "Set", "ssv", PLUGIN, "State", "u", "4", interface="org.freedesktop.DBus.Properties")
    lab.check("T74_Set_IsRefused", rc != 0, text)
    rc, text = call(s.name, "NoSuchMethod")
    lab.check("T75_UnknownMethod", rc != 0 and re.search("unknown method|no such|doesn't exist", text, re.I), text)
    rc, text = call(s.name, "Connect", "s", "x")
    lab.check("T75_WrongSignature", rc != 0 and not re.search("timed out|no reply|NoReply", text, re.I), text)
    rc, text = call(s.name, "Disconnect", path="/no/such/object")
    lab.check("T75_UnknownPath", rc != 0 and not re.search("timed out|NoReply", text, re.I), text)
    rc, text = call(s.name, "NewSecrets", *connection(lab.proto))
    lab.check("T26_NewSecretsInInit_WrongState", rc != 0 and not re.search("timed out|NoReply", text, re.I), text)
    rc, text = call(s.name, "NeedSecrets", *connection(lab.proto))
    lab.check("T13_NeedSecrets_NonePresent", rc != 0 or text == 's "vpn"', text)
    rc, text = call(s.name, "Disconnect", user=65534)
    lab.check("T76_OtherUser_AccessDenied", rc != 0 and re.search("denied|not allowed", text, re.I), text)
    rc, text, seconds = sh(f"/usr/lib/NetworkManager/nm-{lab.proto}-service", "--bus-name", s.name, ns="client", timeout=10)
    lab.check("T06_NameTaken_ExitsAtOnce", rc not in (0, -1) and seconds < 2 * lab.env.patience(), f"rc {rc} after {seconds:.1f} s", text=text[-300:])
    lab.check("T75_StillAlive", s.p.poll() is None, "the service is gone")
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        s.p.send_signal(number)
    rc, text = call(s.name, "Get", "ss", PLUGIN, "State", interface="org.freedesktop.DBus.Properties")
    lab.check("K18_UserSignals_EndNothing", s.p.poll() is None and text == "v u 1", text)
    w = Watch(lab.env)
    rc, text = call(s.name, "Disconnect")
    ended = s.ended(2 * lab.env.patience())
    lab.check("T53_DisconnectInInit_Stops", rc == 0 and ended and s.p.returncode == 0, f"rc {rc} {text}, exit {s.p.returncode}", states=w.states())
    s.kill()
    rc, text, _ = sh(f"/usr/lib/NetworkManager/nm-{lab.proto}-service", "--no-such-option", ns="client", timeout=10)
    lab.check("T03_UnknownOption_Exit1", rc == 1, f"exit {rc}", text=text[-300:])
    s = Service(lab, 902)
    s.p.send_signal(signal.SIGTERM)
    ended = s.ended(2 * lab.env.patience())
    lab.check("T64_SigtermInInit_Exit0", ended and s.p.returncode == 0, f"exit {s.p.returncode}")
    s.kill()


@scenario("suite")
def bus_states(lab):
    """T-33, T-54: calls that do not fit the state."""
    lab.ensure_server()
    base = lab.env.snapshot()
    before = lab.env.client_procs()
    if not up(lab, "T33_SecondConnect_WrongState"):
        return
    service = next((p for p in lab.vpn_procs(before).values() if "--bus-name" in p.cmdline), None)
    name = service.cmdline.split("--bus-name")[1].split()[0] if service else ""
    rc, text = call(name, "Connect", *connection(lab.proto))
    lab.check("T33_SecondConnect_WrongState", rc != 0 and lab.active() == "activated" and ping(lab), text, answer=text)
    rc, text = call(name, "Get", "ss", PLUGIN, "State", interface="org.freedesktop.DBus.Properties")
    lab.check("T74_GetState_IsStarted", rc == 0 and text == "v u 4", text)
    rc, text = call(name, "NeedSecrets", *connection(lab.proto))
    lab.check("T18_NeedSecretsStarted_Answered", not re.search("timed out|NoReply", text) and lab.active() == "activated", text)
    w = Watch(lab.env)
    rc, text = call(name, "Disconnect")
    gone = wait_for(lambda: lab.active() is None and not alive(lab.vpn_procs(before)), 5, 0.05)
    left = lab.env.leftovers(base, 2)
    lab.check("T51_DisconnectByBus_Ends", rc == 0 and gone and not left, f"rc {rc} {text} left {left}", states=w.states(), failures=w.failures())


@scenario("suite", "host")
def bus_nm_gone(lab):
    """T-59: NetworkManager dies before it called Connect."""
    s = Service(lab, 903)
    lab.env.stop_nm(signal.SIGKILL)
    ended = s.ended(2 * lab.env.patience())
    lab.check("T59_NmDiesBeforeConnect_ServiceEnds", s.owned and ended, "still running")
    s.kill()
    lab.env.start_nm()
    wait_for(lambda: "cl0:connected" in sh("nmcli", "-t", "-f", "DEVICE,STATE", "device")[1], 30, 0.2)
