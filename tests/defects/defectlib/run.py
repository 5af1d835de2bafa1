"""One program between a server and pppd's end of a pty, and everything that can be seen of it."""
import contextlib
import os
import pty
import select
import signal
import subprocess
import threading
import time
import traceback
import tty

from . import hdlc
from .place import Syslog

SETTLE = 1.0


class Observed:
    def __init__(self, place, row, command, server, deaf=False, synchronous=False):
        self.place, self.row, self.server, self.synchronous = place, row, server, synchronous
        self.status = self.ended = None
        self.orphans, self.line, self.facts, self.errors = [], bytearray(), {}, []
        self.stop, self.deaf = threading.Event(), threading.Event()
        if deaf:
            self.deaf.set()
        self.syslog = Syslog()
        self.output = f"/run/output.{time.monotonic_ns()}"
        master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        server.begin(self)
        self.begun = time.monotonic()
        with open(self.output, "wb") as out:
            self.child = subprocess.Popen(command, stdin=master if not row.words else subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        os.close(master)
        self.threads = [threading.Thread(target=self._listen, daemon=True), threading.Thread(target=self._play, daemon=True)]
        for t in self.threads:
            t.start()

    # --- what was seen --------------------------------------------------------------------------
    @property
    def heard(self):
        return self.server.heard

    @property
    def frames(self):
        return hdlc.decode(bytes(self.line))[0]

    @property
    def torn(self):
        return hdlc.decode(bytes(self.line))[1]

    @property
    def printed(self):
        with open(self.output, "rb") as f:
            return f.read()

    @property
    def text(self):
        return (self.printed + b"\n" + b"\n".join(self.syslog.read())).decode("latin1")

    def summary(self):
        end = "still there" if self.status is None else f"signal {signal.Signals(-self.status).name}" if self.status < 0 else f"status {self.status}"
        orphans = f", its children {self.orphans}" if self.orphans else ""
        return f"{end}{orphans}, {self.server.talks} connections, server heard {self.heard}, {len(self.frames)} frames, {self.torn} torn, { {k: str(v)[:60] for k, v in self.facts.items()} } {'; '.join(self.errors)}"

    # --- what pppd's side does ------------------------------------------------------------------
    def write(self, data):
        while data and not self.stop.is_set():
            if select.select([], [self.slave], [], 0.2)[1]:
                data = data[os.write(self.slave, data):]

    def hang_up(self):
        self.stop.set()
        self.threads[0].join(2)
        with contextlib.suppress(OSError):
            os.close(self.slave)

    def _listen(self):
        with contextlib.suppress(OSError):
            while not self.stop.is_set():
                if self.deaf.is_set():
                    time.sleep(0.02)
                elif select.select([self.slave], [], [], 0.1)[0]:
                    self.line += os.read(self.slave, 65536)

    def _play(self):
        try:
            for step in self.row.play:
                step(self)
        except OSError as e:
            self.facts["line"] = str(e)         # the program has gone
        except Exception:
            self.errors.append(traceback.format_exc())

    # --- the run --------------------------------------------------------------------------------
    def poll(self):
        if self.status is None and (status := self.child.poll()) is not None:
            self.status, self.ended = status, time.monotonic()
        if self.status is not None:
            with contextlib.suppress(ChildProcessError):
                while (found := os.waitpid(-1, os.WNOHANG))[0]:
                    self.orphans.append(os.waitstatus_to_exitcode(found[1]))

    def watch(self, want):
        """Until the expectation is met or cannot be met any more, or the time is over. Whether it is met."""
        while True:
            self.poll()
            now = time.monotonic()
            if (want.lasts and want.test(self)) or want.over(self) or now - self.begun > self.row.limit:
                break
            if self.ended and now - self.ended > SETTLE:
                break
            time.sleep(0.02)
        return want.test(self)

    def close(self):
        self.hang_up()
        self.server.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        if self.status is None:
            self.child.kill()
            self.child.wait()
        # Those that have left its group.
        for _ in range(50):
            left = children()
            for p in left:
                with contextlib.suppress(ProcessLookupError, ChildProcessError):
                    os.kill(p, signal.SIGKILL)
                    os.waitpid(p, 0)
            if not left:
                break
        for t in self.threads:
            t.join(2)
        self.syslog.close()
        os.unlink(self.output)


def children():
    found = []
    for task in os.listdir("/proc/self/task"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/self/task/{task}/children") as f:
            found += map(int, f.read().split())
    return found


# --- steps of pppd's side and of the user ------------------------------------------------------------
def put(data):
    return lambda o: o.write(data)


def frame(data, bad=False):
    return put(hdlc.encode(data, bad))


def hang_up(o):
    o.hang_up()


def kill(number):
    return lambda o: os.kill(o.child.pid, number)


def read_again(o):
    o.deaf.clear()


def until(fact, seconds=10):
    """Waits until the other side has come that far."""
    def wait(who):
        o = getattr(who, "o", who)
        end = time.monotonic() + seconds
        while fact not in o.facts and time.monotonic() < end and not o.stop.is_set():
            time.sleep(0.01)
    return wait
