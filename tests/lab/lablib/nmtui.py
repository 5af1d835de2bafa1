"""NetworkManager's text interface as an agent: nmtui on a terminal of its own asks for the password, and connects (T-19)."""
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from fcntl import ioctl

from .attempt import Watch
from .connecting import ping
from .env import PASSWORD
from .lab import scenario

ESCAPES = re.compile(rb"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78])")


class Screen:
    """A program on a terminal, and what it has drawn so far, without the positions."""

    def __init__(self, *command):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="linux", LANG="C.UTF-8", LC_ALL="C.UTF-8")
            os.execvp(command[0], command)
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
        self.raw, self.status = b"", None

    def text(self):
        return ESCAPES.sub(b" ", self.raw).decode(errors="replace")

    def shows(self, pattern, timeout, since=0):
        """Reads until the pattern has been drawn; where it ends, or None when the program ended or the time was over."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            m = re.search(pattern, self.text()[since:])
            if m:
                return since + m.end()
            if not self.read(0.2):
                break
        return None

    def read(self, timeout):
        """False when the program has ended."""
        if not select.select([self.terminal], [], [], timeout)[0]:
            return True
        try:
            more = os.read(self.terminal, 65536)
        except OSError:
            more = b""
        self.raw += more
        return bool(more)

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def end(self, timeout):
        """The exit status; a program that does not end is killed."""
        end = time.monotonic() + timeout
        while self.read(0.2) and time.monotonic() < end:
            pass
        if time.monotonic() >= end:
            os.kill(self.pid, signal.SIGKILL)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.terminal)
        return self.status


@scenario("suite", "host")
def nmtui(lab):
    """T-19: nmtui asks for a password that is not stored, shows no letter of it, and connects; a cancelled question ends cleanly."""
    lab.ensure_server()
    lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": "2"})
    base = lab.env.snapshot()
    for check, typed in (("T19_Nmtui_Connects", f"{PASSWORD}\r"), ("T19_Nmtui_Cancelled", "\x1b")):
        w = Watch(lab.env)
        screen = Screen("nmtui", "connect", "vpn0")
        asked = screen.shows(r"Password", 30 * lab.env.patience())
        time.sleep(0.5)
        if asked:
            screen.type(typed)
            # From the field to the button where the field does not take Enter for an answer.
            if typed != "\x1b" and not screen.shows(r"Activating|Connecting", 2, asked):
                screen.type("\t\r")
        # An attempt that failed, or was given up, is a message to be confirmed.
        if screen.shows(r"Could not activate|not\s+activate|failed", 40 * lab.env.patience(), asked or 0):
            screen.type("\r")
        status = screen.end(20 * lab.env.patience())
        said = "\n".join(w.said())
        shown = screen.text()
        if typed == "\x1b":
            lab.check(check, asked and status >= 0 and not w.first("VPN.Plugin.Connect") and lab.active() is None, f"{status} {lab.active()}: {shown[-800:]}", status=status)
        else:
            # Without PPP an attempt with a password comes as far as pppd.
            came = status == 0 and ping(lab) if lab.job["where"] != "host" else "never called back" in said
            lab.check(check, asked and came and status >= 0 and PASSWORD not in shown, f"{status}: {shown[-800:]} {said[-500:]}", status=status, said=w.said()[-10:])
            lab.down()
        left = lab.env.leftovers(base, 3)
        lab.check(f"{check}_LeavesNothing", not left, left)
