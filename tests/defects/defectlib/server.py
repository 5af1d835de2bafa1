"""What the scripted servers have in common: a script for each connection, step by step."""
import contextlib
import os
import socket
import struct
import threading
import time
import traceback

from .place import SERVER


class Server:
    """Each connection runs the row's steps; a step is called with the talk, a step that is a tuple is several."""

    def __init__(self, place, row, port):
        self.place, self.row = place, row
        self.heard, self.talks = [], 0
        self.observed = None
        with place.at_server():
            self.listener = socket.create_server((SERVER, port))
        self.port = self.listener.getsockname()[1]
        self._open = []

    def begin(self, observed):
        self.observed = observed
        if self.row.more.get("at once"):
            # Where the kernel puts the two is not left to chance: the program, which is started next, shares one CPU with this server.
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for raw in self._open:
            with contextlib.suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)
            raw.close()

    def _accept(self):
        if self.row.more.get("at once"):
            # And whatever it says is answered before it goes on (the threads for its connections inherit this).
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            self._open.append(raw)
            self.talks += 1
            self.observed.facts.setdefault("accepted", round(time.monotonic() - self.observed.begun, 3))
            threading.Thread(target=self._talk, args=(raw,), daemon=True).start()

    def _talk(self, raw):
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            talk = self.open_talk(raw)
            for step in self.row.serve:
                for part in step if isinstance(step, tuple) else (step,):
                    part(talk)
        except (OSError, EOFError) as e:
            self.observed.facts.setdefault("client left", str(e)[:60])
        except Exception:
            self.observed.errors.append(traceback.format_exc())


def pause(seconds):
    """A step of any script: the server's or pppd's side."""
    return lambda who: getattr(who, "o", who).stop.wait(seconds)


def fact(name):
    """Tells pppd's side that the script has come so far."""
    return lambda t: t.o.facts.setdefault(name, True)


def hold(t):
    """Says nothing more, reads nothing more."""
    t.o.stop.wait()


def reset(t):
    t.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    t.raw.close()


def end(t):
    t.raw.shutdown(socket.SHUT_WR)
