#!/usr/bin/env python3
"""Measures what the system calls of an uplink cost without any program around them: the least that programs.py can find for "up".

    floor.py [--packets N] [--size BYTES] [--runs N]

Needs root (raw sockets) and gcc. CPU per packet is the median of the runs.
"""
import argparse
import multiprocessing as mp
import os
import pty
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tty

sys.dont_write_bytecode = True
from programs import cpu_of, enter_namespaces, frame_of, hdlc  # noqa: E402

ADDRESS = "127.77.0.1"


def sink(kind, port, pipe):
    """Takes what comes and says at the end how many packets, or octets, it was."""
    if kind == "gre":
        source = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
        source.bind((ADDRESS, 0))
        source.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
        pipe.send("ready")
    else:
        listener = socket.create_server(("127.0.0.1", port))
        pipe.send("ready")
        source = listener.accept()[0]
    source.setblocking(False)
    got = 0
    while not pipe.poll(0):
        for _ in range(200):
            try:
                data = source.recv(65536)
                got += 1 if kind == "gre" else len(data)
            except BlockingIOError:
                select.select([source], [], [], 0.005)
                break
    pipe.send(got)


def run(program, kind, options):
    lines = [hdlc(frame_of(options.size, i + 1)) for i in range(16)]
    line = sum(map(len, lines)) // len(lines)
    # GRE header with acknowledgment and PPP header; SSTP header, PPP header and a share of a TLS record's.
    length = options.size + (16 + 4 if kind == "gre" else 4 + 4 + 2)
    here, there = mp.Pipe()
    port = 40000 + os.getpid() % 10000
    server = mp.Process(target=sink, args=(kind, port, there))
    server.start()
    here.recv()
    master, slave = pty.openpty()
    tty.setraw(slave)
    child = subprocess.Popen([program, kind, ADDRESS if kind == "gre" else str(port), str(line), str(length)], stdin=master)
    os.close(master)
    time.sleep(0.5)
    before = cpu_of(child, program)[0]
    os.set_blocking(slave, False)
    for i in range(options.packets):
        data = lines[i % len(lines)]
        while data:
            try:
                data = data[os.write(slave, data):]
            except BlockingIOError:
                select.select([], [slave], [], 1)
    time.sleep(1)
    cpu = cpu_of(child, program)[0] - before
    here.send("end")
    got = here.recv() / (1 if kind == "gre" else length)
    os.close(slave)
    child.wait(5)
    server.join()
    return cpu / max(got, 1) * 1e6


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--packets", type=int, default=40000)
    p.add_argument("--size", type=int, default=1400)
    p.add_argument("--runs", type=int, default=5)
    options = p.parse_args()
    enter_namespaces()
    with tempfile.TemporaryDirectory() as place:
        program = os.path.join(place, "floor")
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, os.path.join(os.path.dirname(os.path.realpath(__file__)), "floor.c")], check=True)
        for name, kind in (("sstpc", "tcp"), ("pptp", "gre")):
            print(f"| `{name}`, up: the system calls alone, µs | {statistics.median(run(program, kind, options) for _ in range(options.runs)):.2f} |", flush=True)


if __name__ == "__main__":
    mp.set_start_method("fork")
    main()
