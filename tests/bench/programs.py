#!/usr/bin/env python3
"""Measures sstpc and pptp beside the distribution's own, each alone between a scripted server and a pty, so that no server limits them.

    programs.py [--ours DIR] [--theirs DIR] [--packets N] [--size BYTES] [--runs N] [--strace]

DIR holds sstpc and pptp. Needs root (raw sockets, /var/run/sstpc). Each figure is the median of the runs; what connecting costs is not
counted. Prints a table in markdown.
"""
import argparse
import ctypes
import multiprocessing as mp
import os
import pty
import re
import select
import signal
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import tty

CONTROL = lambda kind, *attributes: struct.pack(">BBHHH", 0x10, 1, 8 + sum(map(len, attributes)), kind, len(attributes)) + b"".join(attributes)
FCS = []
for i in range(256):
    v = i
    for _ in range(8):
        v = (v >> 1) ^ 0x8408 if v & 1 else v >> 1
    FCS.append(v)


def hdlc(frame):
    fcs = 0xFFFF
    for b in frame:
        fcs = (fcs >> 8) ^ FCS[(fcs ^ b) & 0xFF]
    body = frame + struct.pack("<H", fcs ^ 0xFFFF)
    out = bytearray(b"\x7e")
    for b in body:
        out += bytes((0x7D, b ^ 0x20)) if b < 0x20 or b in (0x7D, 0x7E) else bytes((b,))
    return bytes(out + b"\x7e")


def frame_of(size, seed):
    """An IP packet's worth of random bytes behind a PPP header."""
    state, body = seed, bytearray()
    while len(body) < size:
        state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        body += struct.pack("<Q", state)
    return b"\xff\x03\x00\x21" + bytes(body[:size])


# --- servers, each in a process of its own --------------------------------------------------------
def sstp_server(port, cert, frames, coalesce, pipe):
    listener = socket.create_server(("127.0.0.1", port))
    pipe.send("listening")
    raw, _ = listener.accept()
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # sstp-client loses its read event when a server answers at once.
    time.sleep(0.05)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert)
    tls = context.wrap_socket(raw, server_side=True)
    head = b""
    while b"\r\n\r\n" not in head:
        head += tls.recv(4096)
    time.sleep(0.05)
    tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n")
    rest = head.split(b"\r\n\r\n", 1)[1]
    while len(rest) < 14:
        rest += tls.recv(4096)
    tls.sendall(CONTROL(2, struct.pack(">BBHBBBB", 0, 4, 40, 0, 0, 0, 3) + bytes(32)))
    rest = rest[14:]
    pipe.send("acked")
    while len(rest) < 112:
        rest += tls.recv(4096)
    pipe.send("connected")
    received = len(rest) - 112
    while True:
        order = pipe.recv() if pipe.poll(0) else None
        if isinstance(order, int):
            packets = [struct.pack(">BBH", 0x10, 0, 4 + len(f)) + f for f in frames]
            block = [b"".join(packets[i % len(packets)] for i in range(j, j + coalesce)) for j in range(0, 64 * coalesce, coalesce)]
            for i in range(order // coalesce):
                tls.sendall(block[i % 64])
            pipe.send("sent")
        elif order == "count":
            pipe.send(received)
        elif order == "end":
            return
        try:
            if tls.pending() or select.select([tls], [], [], 0.01)[0]:
                data = tls.recv(65536)
                if not data:
                    return
                received += len(data)
        except (OSError, ssl.SSLError):
            return


def pptp_server(address, frames, pipe):
    listener = socket.create_server((address, 1723))
    gre = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
    gre.bind((address, 0))
    gre.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
    pipe.send("listening")
    control, (client, _) = listener.accept()
    head = lambda kind, size: struct.pack(">HHIHH", size, 1, 0x1A2B3C4D, kind, 0)
    control.recv(156, socket.MSG_WAITALL)
    control.sendall(head(2, 156) + struct.pack(">HBBIIHH", 0x100, 1, 0, 3, 3, 1, 1) + b"srv".ljust(64, b"\0") + b"bench".ljust(64, b"\0"))
    request = control.recv(168, socket.MSG_WAITALL)
    call = struct.unpack(">H", request[12:14])[0]
    control.sendall(head(8, 32) + struct.pack(">HHBBHIHHI", 0x1234, call, 1, 0, 0, 10 ** 8, 64, 0, 0))
    pipe.send("acked")
    pipe.send("connected")
    packets, octets = 0, 0
    gre.setblocking(False)
    while True:
        order = pipe.recv() if pipe.poll(0) else None
        if isinstance(order, int):
            due = time.monotonic()
            for i in range(order):
                f = frames[i % len(frames)]
                gre.sendto(struct.pack(">BBHHHI", 0x30, 1, 0x880B, len(f), call, i) + f, (client, 0))
                if i % 20 == 19:
                    # 10000 packets a second: neither program's socket may overflow.
                    due += 0.002
                    time.sleep(max(0, due - time.monotonic()))
            pipe.send("sent")
        elif order == "count":
            pipe.send(octets)
        elif order == "end":
            return
        for _ in range(200):
            try:
                data = gre.recv(65536)
                if data[20] & 0x10:
                    packets, octets = packets + 1, octets + struct.unpack(">H", data[24:26])[0]
            except BlockingIOError:
                select.select([gre], [], [], 0.005)
                break


# --- one run ----------------------------------------------------------------------------------------
def plugin_says_keys(path):
    """What sstp-pppd-plugin sends when the login is over."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(path)
                s.sendall(struct.pack("<IHH", 0x73737470, 40, 1) + struct.pack("<HH", 1, 16) + bytes(16) + struct.pack("<HH", 2, 16) + bytes(16))
                return s.recv(8)
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("no callback socket")


def drain(slave, wanted, limit):
    """Reads from pppd's side until that many bytes have come."""
    got, quiet = 0, time.monotonic()
    while got < wanted and time.monotonic() - quiet < limit:
        if select.select([slave], [], [], 0.2)[0]:
            got += len(os.read(slave, 65536))
            quiet = time.monotonic()
    return got


def expect(pipe, word, child=None):
    """Waits for the server's word; the program must not end meanwhile."""
    end = time.monotonic() + 30
    while not pipe.poll(0.2):
        if child is not None and child.poll() is not None:
            raise RuntimeError(f"{child.args[0]} ended with status {child.returncode} before the server said '{word}'")
        if time.monotonic() > end:
            raise RuntimeError(f"the server never said '{word}'")
    said = pipe.recv()
    assert said == word, said


def pids_of(child, program):
    """The program and what it has left behind to work for it (pptp's call manager)."""
    found = {child.pid}
    for words in (["-P", str(child.pid)], ["-f", f"^{re.escape(program)} "]):
        found |= {int(x) for x in subprocess.run(["pgrep", *words], capture_output=True, text=True).stdout.split()}
    return found


def cpu_of(child, program):
    """Seconds so far: all, and those in the program's own code (sampled by the kernel's clock, hence coarse)."""
    cpu = own = 0
    for pid in pids_of(child, program):
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                    cpu += int(f.read().split()[0]) / 1e9
                with open(f"/proc/{pid}/task/{task}/stat") as f:
                    own += int(f.read().rsplit(")", 1)[1].split()[11]) / os.sysconf("SC_CLK_TCK")
        except OSError:
            pass
    return cpu, own


def run(program, proto, direction, count, options, trace=None):
    """CPU seconds that the packets took, those of them in the program's own code, packets carried."""
    frames = [frame_of(options.size, i + 1) for i in range(16)]
    here, there = mp.Pipe()
    port = 40000 + os.getpid() % 10000
    address = "127.77.0.1"
    if proto == "sstp":
        server = mp.Process(target=sstp_server, args=(port, options.cert, frames, options.coalesce, there))
        command = [program, "--nolaunchpppd", "--cert-warn", "--ipparam", "bench", f"127.0.0.1:{port}"]
    else:
        server = mp.Process(target=pptp_server, args=(address, frames, there))
        command = [program, address, "--nolaunchpppd", "--nohostroute"]
    server.start()
    expect(here, "listening")
    master, slave = pty.openpty()
    tty.setraw(slave)
    child = subprocess.Popen(command, stdin=master, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(master)
    expect(here, "acked", child)
    os.write(slave, hdlc(bytes.fromhex("ff03c02101010004")))          # pppd speaks first
    if proto == "sstp":
        plugin_says_keys("/var/run/sstpc/sstpc-bench")
    expect(here, "connected", child)
    time.sleep(1.5)                                                     # the old pptp's fixed sleeps
    lines = [hdlc(f) for f in frames]
    tracer = None
    if trace:
        # From here on: what connecting takes is not counted.
        attach = [word for pid in pids_of(child, program) for word in ("-p", str(pid))]
        tracer = subprocess.Popen(["strace", "-f", "-c", "-o", trace, *attach], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
    carried, before = 0, cpu_of(child, program)
    if count and direction == "down":
        here.send(count)
        size = sum(map(len, lines)) / len(lines)
        got = drain(slave, int(count * size * 0.98), 3)
        carried = round(got / size)
    elif count:
        os.set_blocking(slave, False)
        for i in range(count):
            data = lines[i % len(lines)]
            while data:
                try:
                    data = data[os.write(slave, data):]
                except BlockingIOError:
                    select.select([], [slave], [], 1)
        octets, last, end = -1, -2, time.monotonic() + 20
        while octets != last and time.monotonic() < end:
            time.sleep(0.5)
            last = octets
            here.send("count")
            while isinstance(octets := here.recv(), str):
                pass
        carried = round(octets / (len(frames[0]) + (4 if proto == "sstp" else 0)))
    cpu, own = (now - then for now, then in zip(cpu_of(child, program), before))
    if tracer:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    os.close(slave)
    for end in (signal.SIGTERM, signal.SIGKILL):
        try:
            child.wait(5)
            break
        except subprocess.TimeoutExpired:
            os.kill(child.pid, end)
    server.terminate()
    server.join()
    return cpu, own, carried


def calls(path):
    with open(path) as f:
        return sum(int(x.split()[3]) for x in f if re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+\d+", x) and not x.rstrip().endswith("total"))


def enter_namespaces():
    """A network of our own, with an address beside loopback's (getaddrinfo does not count those), and a /run of our own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x40000000 | 0x20000) != 0:
        sys.exit("programs.py: root is needed")
    for command in ("mount --make-rprivate /", "mount -t tmpfs tmpfs /run", "ip link set lo up", "ip link add d0 type veth peer name d1", "ip addr add 10.99.99.1/24 dev d0", "ip link set d0 up"):
        subprocess.run(command.split(), check=True)
    for d in ("sstpc", "pptp"):
        os.mkdir("/run/" + d)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ours", default=os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../build/stage/usr/sbin"))
    p.add_argument("--theirs", default="/usr/sbin")
    p.add_argument("--packets", type=int, default=40000)
    p.add_argument("--size", type=int, default=1400)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--coalesce", type=int, default=1, help="SSTP packets in one TLS record of the server")
    p.add_argument("--protocols", default="sstp,pptp")
    p.add_argument("--directions", default="down,up")
    p.add_argument("--strace", action="store_true")
    options = p.parse_args()
    enter_namespaces()
    options.cert = tempfile.mktemp(suffix=".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", options.cert, "-out", options.cert + "c",
                    "-days", "2", "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)
    with open(options.cert, "a") as f, open(options.cert + "c") as c:
        f.write(c.read())
    print("| | theirs | ours | ours / theirs |\n|---|---|---|---|", flush=True)
    for proto in options.protocols.split(","):
        name = {"sstp": "sstpc", "pptp": "pptp"}[proto]
        for direction in options.directions.split(","):
            programs = [os.path.join(where, name) for where in (options.theirs, options.ours)]
            # One after the other, again and again: what else the machine does hits both.
            costs, owns = [[], []], [[], []]
            for _ in range(options.runs):
                for i, program in enumerate(programs):
                    cpu, own, carried = run(program, proto, direction, options.packets, options)
                    costs[i].append(cpu / max(carried, 1) * 1e6)
                    owns[i].append(own / max(carried, 1) * 1e6)
            rows = [("CPU per packet, µs", [statistics.median(c) for c in costs]), ("of it in its own code, µs", [statistics.median(c) for c in owns])]
            per = []
            for program in programs if options.strace else ():
                with tempfile.NamedTemporaryFile() as trace:
                    carried = run(program, proto, direction, options.packets // 4, options, trace.name)[2]
                    per.append(calls(trace.name) / max(carried, 1))
            for what, (a, b) in [*rows, *([("system calls per packet", per)] if per else [])]:
                print(f"| `{name}`, {direction}: {what} | {a:.2f} | {b:.2f} | {b / max(a, 0.01):.2f} |", flush=True)
    os.unlink(options.cert)
    os.unlink(options.cert + "c")


if __name__ == "__main__":
    mp.set_start_method("fork")
    main()
