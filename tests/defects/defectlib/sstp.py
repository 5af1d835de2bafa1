"""A scripted SSTP server: TLS, HTTP and SSTP packets, each step of a script one write."""
import base64
import contextlib
import socket
import ssl
import struct
import time

from .server import Server, fact, pause

REQUEST, ACK, NAK, CONNECTED, ABORT, DISCONNECT, DISCONNECT_ACK, ECHO, ECHO_REPLY = range(1, 10)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"


# --- packets ----------------------------------------------------------------------------------------
def control(kind, *attributes, flags=0, version=0x10):
    body = struct.pack(">HH", kind, len(attributes)) + b"".join(attributes)
    return struct.pack(">BBH", version, 1, flags | 4 + len(body)) + body


def data(frame, version=0x10):
    return struct.pack(">BBH", version, 0, 4 + len(frame)) + frame


def attribute(kind, body):
    return struct.pack(">BBH", 0, kind, 4 + len(body)) + body


def binding(mask=3):
    return attribute(4, bytes((0, 0, 0, mask)) + bytes(range(32)))


def status_info(about, code):
    return attribute(2, bytes((0, 0, 0, about)) + struct.pack(">I", code))


GOOD_ACK = control(ACK, binding())


# --- server -----------------------------------------------------------------------------------------
class SstpServer(Server):
    """more: certificate ("server", "other"); "at once": no answer takes longer than the program's own call"""

    def __init__(self, place, row, certificates):
        self.certificate = certificates[row.more.get("certificate", "server")]
        self.heads, self.sent = [], []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate)
        super().__init__(place, row, 0)

    def open_talk(self, raw):
        return Talk(self, raw)


class Talk:
    def __init__(self, server, raw):
        self.server, self.raw, self.stream, self.o = server, raw, raw, server.observed
        self.rest = b""

    def send(self, bytes_):
        self.stream.sendall(bytes_)

    def fill(self, enough):
        while not enough():
            more = self.stream.recv(65536)
            if not more:
                raise EOFError("end of the stream")
            self.rest += more

    def head(self):
        """Up to its blank line, also one that a broken line ending stands before."""
        self.fill(lambda: b"\n\r\n" in self.rest)
        head, self.rest = self.rest.split(b"\n\r\n", 1)
        self.server.heads.append(head.decode("latin1"))

    def packet(self):
        """Reads one; control messages are kept by their number, others by their frame."""
        self.fill(lambda: len(self.rest) >= 4)
        version, kind, length = struct.unpack(">BBH", self.rest[:4])
        if version != 0x10 or not 4 <= length <= 4095:
            self.o.facts["broken stream"] = self.rest[:8].hex()
            raise EOFError("broken stream")
        self.fill(lambda: len(self.rest) >= length)
        packet, self.rest = self.rest[:length], self.rest[length:]
        if kind & 1:
            self.server.heard.append(struct.unpack(">H", packet[4:6])[0])
            return self.server.heard[-1]
        self.server.sent.append(packet[4:])
        return None


# --- steps ------------------------------------------------------------------------------------------
def tls_at_once(t):
    t.stream = t.server.context.wrap_socket(t.raw, server_side=True)


def tls(t):
    """The old program loses its read event when a server answers at once (defect 2)."""
    time.sleep(0.05)
    tls_at_once(t)


def read_head(t):
    t.head()


def reply(text):
    return lambda t: t.send(text)


def http(t):
    t.head()
    time.sleep(0.05)
    t.send(OK)


def request(t):
    while t.packet() != REQUEST:
        pass


def send(*packets):
    """In one record."""
    return lambda t: t.send(b"".join(packets))


def listen(t):
    """Reads until the client ends; a Disconnect is acknowledged."""
    while True:
        if t.packet() == DISCONNECT:
            t.send(control(DISCONNECT_ACK))


START = (tls, http, request)
UP = (*START, send(GOOD_ACK), pause(0.1), fact("up"))


# --- steps of pppd's side ---------------------------------------------------------------------------
def keys(o):
    """What sstp-pppd-plugin.so sends when the login is over."""
    message = struct.pack("<IHH", 0x73737470, 40, 1) + struct.pack("<HH", 1, 16) + bytes(16) + struct.pack("<HH", 2, 16) + bytes(16)
    end = time.monotonic() + 10
    while time.monotonic() < end and not o.stop.is_set():
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect("/run/sstpc/sstpc-defect")
            s.sendall(message)
            o.facts["key answer"] = s.recv(8).hex()
            return
        time.sleep(0.02)


def basic(head):
    """User and password of a request, when its header is one that HTTP knows."""
    for line in (head + "\n").split("\r\n"):
        if line.startswith("Proxy-Authorization: Basic ") and "\n" not in line:
            return base64.b64decode(line.split(" ")[2]).decode()
    return None
