"""One "nmcli connection up" and everything that was said about it, by everybody."""
import os
import re
import time

from .sysx import ask, sh, wait_for


class Watch:
    """What bus, NetworkManager, the service and syslog say from now on."""

    def __init__(self, env):
        self.env = env
        self.nm, self.bus = env.nm_log_mark(), env.bus_mark()
        self.sys = os.stat(env.syslog_path).st_size if os.path.exists(env.syslog_path) else 0
        self.t0, self.w0 = time.monotonic(), time.time()

    def events(self):
        return self.env.bus_since(self.bus, self.w0)

    def nm_lines(self):
        return self.env.nm_log_since(self.nm, vpn_only=False)

    def syslog(self):
        with open(self.env.syslog_path, errors="replace") as f:
            f.seek(self.sys)
            return f.read().splitlines()

    def failures(self):
        """Codes of the plugin's Failure signals: 0 login, 1 connect, 2 IP configuration."""
        return [int(e[2][0]) for e in self.events() if e[1] == "VPN.Plugin.Failure"]

    def states(self):
        """States that the plugin announced: 1 init, 3 starting, 4 started, 5 stopping, 6 stopped."""
        return [int(e[2][0]) for e in self.events() if e[1] == "VPN.Plugin.StateChanged"]

    def reasons(self):
        """[(state, reason)] of NetworkManager's VpnStateChanged."""
        return [tuple(int(x) for x in e[2]) for e in self.events() if e[1] == "VPN.Connection.VpnStateChanged" and len(e[2]) == 2]

    def first(self, member, since=0.0):
        """The first event of that name, or None."""
        return next((e for e in self.events() if e[1] == member and e[0] >= since), None)

    def said(self):
        """What the service (and whatever it started) wrote: NM's own lines start with '<'."""
        service = [x for x in self.nm_lines() if not x.startswith("<")]
        return [x for x in self.syslog() if re.search(r"nm-(sstp|pptp)|nm-vpn-plugin|pppd|sstpc", x)] + service

    def garbled(self):
        """What pppd says about packets that it could not make sense of, on either side: a lost step of MPPE shows so."""
        return [x for x in self.syslog() + self.nm_lines() if re.search(r"Protocol-Reject|Unsupported protocol|MPPE.*(error|desync)|Lost compression sync", x)]

    def everything(self):
        return "\n".join(self.nm_lines() + self.syslog())


class Attempt(Watch):
    """nmcli connection up, to its end; with an answer, on a terminal where nmcli asks for the password."""

    def __init__(self, lab, name="vpn0", timeout=95, after=(), answer=None, think=0):
        super().__init__(lab.env)
        command = ("nmcli", "--wait", str(timeout), *(("--ask",) if answer else ()), "connection", "up", name, *after)
        self.rc, self.text, self.seconds = (ask(*command, prompt="(vpn.secrets.password): ", answer=answer, timeout=timeout + 10 + think, think=think) if answer
                                            else sh(*command, timeout=timeout + 10))
        self.text = self.text.strip()
        # dbus-monitor may be behind nmcli: until it has seen the attempt end one way or the other (5 = up, 6 and 7 = ended).
        wait_for(lambda: any(state >= 5 for state, _ in self.reasons()), 3, 0.05)
        time.sleep(0.15)

    def reason(self):
        """The reason of the first end that NM announced (a second one follows when the service has quit)."""
        r = [x for x in self.reasons() if x[0] >= 6]
        return r[0][1] if r else None

    def summary(self):
        return {"rc": self.rc, "text": self.text, "seconds": round(self.seconds, 3), "failures": self.failures(), "states": self.states(),
                "reasons": self.reasons(), "said": self.said()[-12:]}
