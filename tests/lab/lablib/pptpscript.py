"""A PPTP server that goes wrong in one way: pptpscript.py BEHAVIOUR PORT. Speaks the control connection of RFC 2637, and no PPP."""
import random
import socket
import struct
import sys
import threading
import time

MAGIC = 0x1A2B3C4D


def message(kind, body):
    return struct.pack(">HHIHH", len(body) + 12, 1, MAGIC, kind, 0) + body


def start_reply(result=1, error=0, version=0x0100):
    return message(2, struct.pack(">HBBIIHH64s64s", version, result, error, 3, 3, 10, 1, b"script", b"script"))


def call_reply(request, result=1, error=0):
    return message(8, struct.pack(">HHBBHIHHI", 4711, request, result, error, 0, 100_000_000, 64, 0, 0))


def read(connection):
    """The next message: (type, body), or None at the end."""
    head = connection.recv(12, socket.MSG_WAITALL)
    if len(head) < 12:
        return None
    length, _, _, kind, _ = struct.unpack(">HHIHH", head)
    return kind, connection.recv(length - 12, socket.MSG_WAITALL)


def converse(connection, starting, calling):
    """Answers a start with one function and a call with the other, everything else as a server should."""
    while (got := read(connection)) is not None:
        kind, body = got
        print(f"got message {kind}", flush=True)
        if kind == 1:
            starting(connection)
        elif kind == 7:
            calling(connection, struct.unpack(">H", body[:2])[0])
        elif kind == 3:
            connection.sendall(message(4, struct.pack(">BBH", 1, 0, 0)))
            return
        elif kind == 5:
            connection.sendall(message(6, body[:4] + struct.pack(">BBH", 1, 0, 0)))


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def accept_call(connection, call):
    connection.sendall(call_reply(call))


def garbage(connection):
    connection.sendall(bytes(random.Random(7).randrange(256) for _ in range(5000)))
    time.sleep(60)


disconnect = lambda call, result=3: message(13, struct.pack(">HBBHH128s", call, result, 0, 0, 0, b""))
stop = lambda reason=3: message(3, struct.pack(">BBH", reason, 0, 0))
started = lambda connection: connection.sendall(start_reply())
silent = lambda *_: None
BEHAVIOURS = {
    "silent": lambda c: converse(c, silent, silent),
    "close": lambda c: None,
    "reset": reset,
    "http": lambda c: c.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") or time.sleep(60),
    "garbage": garbage,
    "version": lambda c: converse(c, lambda s: s.sendall(start_reply(version=0x0200)), silent),
    "channel-exists": lambda c: converse(c, lambda s: s.sendall(start_reply(3)), silent),
    "stop": lambda c: converse(c, lambda s: s.sendall(stop()), silent),
    "start-refused": lambda c: converse(c, lambda s: s.sendall(start_reply(2, 4)), silent),
    "not-authorised": lambda c: converse(c, lambda s: s.sendall(start_reply(4)), silent),
    "call-busy": lambda c: converse(c, started, lambda s, call: s.sendall(call_reply(call, 4))),
    "call-disconnect": lambda c: converse(c, started, lambda s, call: s.sendall(disconnect(0))),
    "call-reset": lambda c: converse(c, started, lambda s, call: reset(s)),
    "call-then-disconnect": lambda c: converse(c, started, lambda s, call: (accept_call(s, call), s.sendall(disconnect(4711)))),
    "call-then-stop": lambda c: converse(c, started, lambda s, call: (accept_call(s, call), s.sendall(stop()))),
    "call-silent": lambda c: converse(c, started, silent),
    "call-then-fin": lambda c: converse(c, started, lambda s, call: (accept_call(s, call), s.shutdown(socket.SHUT_RDWR))),
    "no-gre": lambda c: converse(c, started, accept_call),
    "gre-unreachable": lambda c: converse(c, started, accept_call),
}


def serve(connection, act):
    try:
        act(connection)
    except OSError as e:
        print(f"connection ended: {e}", flush=True)
    finally:
        connection.close()


def main(behaviour, port):
    listener = socket.create_server(("0.0.0.0", int(port)))
    # With a GRE socket open the kernel drops GRE packets instead of refusing them.
    gre = None if behaviour == "gre-unreachable" else socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
    while True:
        connection, address = listener.accept()
        print(f"connection from {address[0]}, GRE {'open' if gre else 'not open'}", flush=True)
        threading.Thread(target=serve, args=(connection, BEHAVIOURS[behaviour]), daemon=True).start()


main(*sys.argv[1:])
