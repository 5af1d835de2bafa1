"""A scripted PPTP server: the control connection and the packets of IP protocol 47."""
import contextlib
import os
import socket
import struct
import threading
import time

from .place import CLIENT, SERVER
from .server import Server, pause

SCCRQ, SCCRP, STOP, STOP_REPLY, ECHO, ECHO_REPLY, OCRQ, OCRP, CLEAR, CDN = 1, 2, 3, 4, 5, 6, 7, 8, 12, 13
CALL = 0x1234


# --- messages ---------------------------------------------------------------------------------------
def message(kind, body, size):
    return (struct.pack(">HHIHH", size, 1, 0x1A2B3C4D, kind, 0) + body).ljust(size, b"\0")


def start_reply(result=1, error=0, host=b"srv", vendor=b"test"):
    return message(SCCRP, struct.pack(">HBBIIHH", 0x100, result, error, 3, 3, 1, 1) + host.ljust(64, b"\0") + vendor.ljust(64, b"\0"), 156)


def call_reply(own, result=1, cause=0, server=CALL):
    return message(OCRP, struct.pack(">HHBBHIHHI", server, own, result, 0, cause, 10 ** 8, 64, 0, 0), 32)


def disconnect(call, result=3, cause=0):
    return message(CDN, struct.pack(">HBBHH", call, result, 0, cause, 0), 148)


# --- server -----------------------------------------------------------------------------------------
class PptpServer(Server):
    """more: answers (echo requests are answered)"""

    def __init__(self, place, row, certificates):
        self.gre, self.last, self.times = [], b"", {}
        with place.at_server():
            self.raw47 = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
            self.raw47.bind((SERVER, 0))
            self.icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        super().__init__(place, row, 1723)
        self.own = 0
        threading.Thread(target=self._receive, daemon=True).start()

    def open_talk(self, raw):
        return Talk(self, raw)

    def close(self):
        super().close()
        for s in (self.raw47, self.icmp):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()

    @property
    def payloads(self):
        return [p for _, p in self.gre if p]

    def _receive(self):
        with contextlib.suppress(OSError):
            while packet := self.raw47.recv(65536):
                self.last = packet
                body = packet[20:]
                length = struct.unpack(">H", body[4:6])[0]
                at = 8 + (4 if body[0] & 0x10 else 0) + (4 if body[1] & 0x80 else 0)
                self.times.setdefault("gre", time.monotonic())
                self.gre.append((body[0] & 0x10, body[at:at + length]))


class Talk:
    def __init__(self, server, raw):
        self.server, self.raw, self.o = server, raw, server.observed
        server.times.setdefault("accept", time.monotonic())

    def read(self):
        head = self.exact(12)
        size, kind = struct.unpack(">H", head[:2])[0], struct.unpack(">H", head[8:10])[0]
        body = self.exact(size - 12)
        self.server.heard.append(kind)
        self.server.times.setdefault(kind, time.monotonic())
        return kind, head + body

    def exact(self, count):
        got = b""
        while len(got) < count:
            more = self.raw.recv(count - len(got))
            if not more:
                raise EOFError("end of the connection")
            got += more
        return got

    def send(self, data):
        self.raw.sendall(data)


# --- steps ------------------------------------------------------------------------------------------
def start(t):
    t.read()
    t.send(start_reply())


def read_call(t):
    while True:
        kind, m = t.read()
        if kind == OCRQ:
            t.server.own = struct.unpack(">H", m[12:14])[0]
            return


def call(t):
    read_call(t)
    t.send(call_reply(t.server.own))


def send(make):
    """Bytes, or what makes them from the client's call ID."""
    return lambda t: t.send(make(t.server.own) if callable(make) else make)


def listen(t):
    """Reads until the client ends, and answers its farewell."""
    try:
        while True:
            kind, m = t.read()
            if kind == CLEAR:
                t.send(disconnect(t.server.own, 4))
            elif kind == STOP:
                t.send(message(STOP_REPLY, b"\1", 16))
                t.raw.shutdown(socket.SHUT_WR)
            elif kind == OCRQ:
                # A second call of the same client.
                t.send(call_reply(struct.unpack(">H", m[12:14])[0], server=CALL + 1))
            elif kind == ECHO and t.server.row.more.get("answers"):
                t.send(message(ECHO_REPLY, m[12:16] + b"\1\0", 20))
    finally:
        t.server.times.setdefault("end", time.monotonic())


def gre(sequence, payload, length=None):
    """A packet of data; its header claims another length than it has where one is given."""
    return lambda t: t.server.raw47.sendto(struct.pack(">BBHHHI", 0x30, 1, 0x880B, len(payload) if length is None else length, t.server.own, sequence & 0xFFFFFFFF)
                                           + payload, (CLIENT, 0))


def acknowledge(number):
    return lambda t: t.server.raw47.sendto(struct.pack(">BBHHHI", 0x20, 0x81, 0x880B, 0, t.server.own, number), (CLIENT, 0))


def await_gre(t):
    end = time.monotonic() + 5
    while not t.server.last and time.monotonic() < end:
        time.sleep(0.01)


def icmp(kind, code, mtu=0):
    """About the last packet of the client's."""
    def step(t):
        m = struct.pack(">BBHHH", kind, code, 0, 0, mtu) + t.server.last[:64].ljust(64, b"\0")
        total = sum(struct.unpack(f">{len(m) // 2}H", m))
        total = (total & 0xFFFF) + (total >> 16)
        total = ~(total + (total >> 16)) & 0xFFFF
        t.server.icmp.sendto(m[:2] + struct.pack(">H", total) + m[4:], (CLIENT, 0))
    return step


UP = (start, call, pause(0.4))


# --- steps of the user ------------------------------------------------------------------------------
def manager_socket(o):
    """Joins the old program's call manager as a process without rights of root's but its group, and names a process that is to end."""
    path = f"/run/pptp/255.255.255.255:{SERVER}"
    victim = os.fork()
    if victim == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
    o.facts["victim"] = victim
    if os.path.exists(path):
        helper = os.fork()
        if helper == 0:
            try:
                os.setgroups([])
                os.setuid(65534)
                with socket.socket(socket.AF_UNIX) as s:
                    s.settimeout(5)
                    s.connect(path)
                    s.sendall(struct.pack("ii", victim, victim))
                    s.recv(4)
                    time.sleep(0.3)
            finally:
                os._exit(0)
    o.facts["joined"] = os.path.exists(path)
