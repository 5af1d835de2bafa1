"""Where a row runs: a client's network with a server's behind a veth pair, and private /run, /dev, /etc/hosts and pppd."""
import contextlib
import ctypes
import os
import socket
import subprocess

CLIENT, SERVER, SILENT = "10.9.0.2", "10.9.0.1", "10.9.0.3"      # nobody listens at the third, which is the server's machine, too
SERVER6 = "fd09::1"
HOSTS = f"127.0.0.1 localhost\n{SERVER6} two.test\n{SERVER} two.test\n{SILENT} first.test\n{SERVER} first.test\n{SERVER} canonical.test alias.test\n"
LIBC = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWNET, SUBREAPER = 0x20000, 0x40000000, 36


def call(name, *args):
    if getattr(LIBC, name)(*args) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def sh(*words, text=None):
    r = subprocess.run(words, input=text, capture_output=True, text=True)
    if r.returncode:
        raise RuntimeError(f"{' '.join(words)}: {r.stderr}")
    return r.stdout


class Place:
    """Of this process alone, from now on."""

    def __init__(self, pppd):
        call("unshare", NEWNS | NEWNET)
        sh("mount", "--make-rprivate", "/")
        self._files(pppd)
        self._server = os.open("/proc/self/ns/net", os.O_RDONLY)
        call("unshare", NEWNET)
        self._client = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = f"/proc/{os.getpid()}/fd/{self._server}"
        sh("ip", "-b", "-", text=f"link set lo up\nlink add client type veth peer name server netns {there}\naddr add {CLIENT}/24 dev client\n"
           "addr add fd09::2/64 dev client nodad\nlink set client up\n")
        sh("nsenter", f"--net={there}", "ip", "-b", "-", text=f"link set lo up\naddr add {SERVER}/24 dev server\naddr add {SILENT}/24 dev server\n"
           f"addr add {SERVER6}/64 dev server nodad\nlink set server up\n")
        # Whatever a program leaves behind becomes our child, so that we see how it ends.
        call("prctl", SUBREAPER, 1, 0, 0, 0)

    @contextlib.contextmanager
    def at_server(self):
        """Sockets made meanwhile by this thread are the server's."""
        call("setns", self._server, NEWNET)
        try:
            yield
        finally:
            call("setns", self._client, NEWNET)

    @staticmethod
    def tidy():
        """Takes away what a program has left: the next one starts from nothing."""
        subprocess.run(["ip", "route", "del", SERVER], capture_output=True, check=False)
        for d in ("/run/record", "/run/sstpc", "/run/pptp"):
            for file in os.listdir(d):
                os.unlink(f"{d}/{file}")

    @staticmethod
    def routes():
        return sh("ip", "route")

    @staticmethod
    def _files(pppd):
        sh("mount", "-t", "tmpfs", "tmpfs", "/run")
        for d in ("dev", "sstpc", "pptp", "record"):
            os.mkdir("/run/" + d)
        with open("/run/hosts", "w") as f:
            f.write(HOSTS)
        sh("mount", "--bind", "/run/hosts", "/etc/hosts")
        sh("mount", "--bind", pppd, "/usr/sbin/pppd")
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            open("/run/dev/" + name, "w").close()
            sh("mount", "--bind", "/dev/" + name, "/run/dev/" + name)
        os.mkdir("/run/dev/pts")
        sh("mount", "--bind", "/dev/pts", "/run/dev/pts")
        os.symlink("pts/ptmx", "/run/dev/ptmx")
        os.symlink("/proc/self/fd", "/run/dev/fd")
        sh("mount", "--rbind", "/run/dev", "/dev")


class Syslog:
    """What the programs say to /dev/log."""

    def __init__(self, path="/dev/log"):
        with contextlib.suppress(OSError):
            os.unlink(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        self._socket.setblocking(False)
        self.lines = []

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.lines.append(self._socket.recv(65536))
        return self.lines

    def close(self):
        self._socket.close()
