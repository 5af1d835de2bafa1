"""Test servers, all in the "server" namespace."""
import os
import re
import signal
import subprocess
import time

from .env import ODD_PASSWORD, ODD_USER, PASSWORD, POOL_FIRST, POOL_LAST, TUNNEL_GW, USER
from .sysx import netns_id, procs, read, sh, spawn, wait_for

PREFIX = TUNNEL_GW.rsplit(".", 1)[0]


# A private /run: both sides run pppd and would share pid files and the multilink database.
PRIVATE_RUN = ("mount --make-rprivate /; mount --bind /run/lab /mnt; mount -t tmpfs tmpfs /run;"
               "mkdir -p /run/lab /run/lock; mount --move /mnt /run/lab;")


def listening(port, ns="server"):
    return lambda: f":{port} " in sh("ss", "-Hltn", ns=ns)[1]


class Server:
    """Base: a main process plus whatever it starts in the server namespace."""
    name = ""
    port = 0
    tunnel_ip = TUNNEL_GW

    def __init__(self, env, **options):
        self.env, self.options, self.p = env, options, None
        self.mark = os.stat(self.log()).st_size if os.path.exists(self.log()) else 0

    def log(self):
        return os.path.join(self.env.out, f"server-{self.name}-{self.env.tag}.log")

    def text(self):
        """What this server has written so far."""
        with open(self.log(), errors="replace") as f:
            f.seek(self.mark)
            return f.read()

    def wait_ready(self):
        if not wait_for(listening(self.port), 30):
            raise RuntimeError(f"{self.name} does not listen: " + read(self.log())[-3000:])

    def all_pids(self):
        keep = ("iperf3",)
        return [p.pid for p in procs(netns_id("server")).values() if p.name not in keep]

    def kill(self, sig=signal.SIGKILL):
        for pid in self.all_pids():
            try:
                os.kill(pid, sig)
            except OSError:
                pass

    def stop(self):
        self.kill(signal.SIGTERM)
        if not wait_for(lambda: not self.all_pids(), 5):
            self.kill()
        if self.p:
            try:
                self.p.wait(5)
            except subprocess.TimeoutExpired:
                pass
        self.p = None


# pppd's options for each login that a server may insist on.
AUTH = {
    "mschap-v2": "refuse-pap\nrefuse-chap\nrefuse-mschap\nrequire-mschap-v2\n",
    "chap": "refuse-pap\nrequire-chap\nrefuse-mschap\nrefuse-mschap-v2\n",
    "pap": "require-pap\nrefuse-chap\nrefuse-mschap\nrefuse-mschap-v2\n",
    "eap-tls": "require-eap\nrefuse-pap\nrefuse-chap\nrefuse-mschap\nrefuse-mschap-v2\n",
}


def set_password(password):
    """USER's, as the server's pppd checks it."""
    for name in ("chap-secrets", "pap-secrets"):
        path = f"/etc/netns/server/ppp/{name}"
        users = re.sub(rf"(?m)^({USER} \* ).*$", lambda m: f'{m[1]}"{password}" *', read(path))
        with open(path, "w") as f:
            f.write(users)


class Pptpd(Server):
    """The distribution's pptpd + pppd: MS-CHAPv2, MPPE-128 (user-space GRE, pty).

    Options: auth (mschap-v2, chap, pap), mppe (128, none), pool (FIRST-LAST of the clients' addresses), pppd_options, password (of USER). With behaviour=NAME it is a script instead: no PPP, one way
    of going wrong (pptpscript.py).
    """
    name, port = "pptpd", 1723

    def start(self):
        o = self.options
        if "behaviour" in o:
            script = os.path.join(os.path.dirname(__file__), "pptpscript.py")
            self.p = spawn("python3", "-u", script, o["behaviour"], str(self.port), ns="server", log=self.log())
            self.wait_ready()
            return
        mppe = {"128": "require-mppe-128\n", "none": "nomppe\n"}[o.get("mppe", "128" if o.get("auth", "mschap-v2") == "mschap-v2" else "none")]
        with open("/run/lab/pptpd-options", "w") as f:
            f.write("name labsrv\nauth\n" + AUTH[o.get("auth", "mschap-v2")] + mppe +
                    f"ms-dns {TUNNEL_GW}\nnodefaultroute\nlock\nnobsdcomp\nnodeflate\nnovj\nnovjccomp\nnologfd\nmtu 1400\nmru 1400\n"
                    "lcp-echo-interval 20\nlcp-echo-failure 3\n" + o.get("pppd_options", ""))
        with open("/run/lab/pptpd.conf", "w") as f:
            f.write(f"option /run/lab/pptpd-options\nlocalip {TUNNEL_GW}\nremoteip {PREFIX}.{o.get('pool', f'{POOL_FIRST}-{POOL_LAST}')}\n")
        set_password(o.get("password", PASSWORD))
        self.p = spawn("unshare", "-m", "sh", "-c", PRIVATE_RUN + "exec pptpd --fg --conf /run/lab/pptpd.conf", ns="server", log=self.log())
        self.wait_ready()


class SstpServer(Server):
    """The project's own SSTP server with a real pppd behind it; it verifies the crypto binding.

    Options: cert (good, selfsigned, ...: a pair under /run/lab), tls (1.2, 1.3), hash (sha1, sha256, both),
    auth (mschap-v2, pap, eap, eap-tls), pool (FIRST-LAST, or whole: OWN:FIRST-LAST), pppd_options, password (of USER), proxy (a login, see HttpProxy: then an HTTP proxy listens on 3128 beside it), proxy_password (of USER there),
    and any option of "TestServers sstp" (host_name, hello, binding, after_connected, after).
    With behaviour=NAME it is one of the scripted servers instead: no PPP, one way of going wrong.
    """
    name, port = "sstp", 443
    def start(self):
        o = dict(self.options)
        cert = f"/run/lab/{o.pop('cert', 'good')}.pem"
        program = os.path.join(self.env.job["bin"], "testservers", "TestServers")
        command = [program] if os.path.exists(program) else ["dotnet", program + ".dll"]
        if "proxy" in o:
            with open("/run/lab/proxy-users", "w") as f:
                f.write(f"{USER}:{o.pop('proxy_password', ODD_PASSWORD)}\n")
            spawn(*command, "proxy", "--listen", "0.0.0.0:3128", "--login", o.pop("proxy"), "--users", "/run/lab/proxy-users", ns="server", log=self.log())
            if not wait_for(listening(3128), 30):
                raise RuntimeError("the proxy does not listen: " + read(self.log())[-3000:])
        common = ["--listen", f"0.0.0.0:{self.port}", "--cert", cert]
        if "behaviour" in o:
            self.p = spawn(*command, "script", *common, "--behaviour", o["behaviour"], ns="server", log=self.log())
            self.wait_ready()
            return
        auth = o.pop("auth", "mschap-v2")
        if auth == "eap-tls":
            # Where the server's pppd finds its certificate, and which clients it takes; its keys, for the binding.
            with open("/etc/netns/server/ppp/eaptls-server", "w") as f:
                f.write("* labsrv - /run/lab/good.crt /run/lab/ca.pem /run/lab/good.key *\n")
            command = ["env", f"LD_PRELOAD={self.env.job['bin']}/eapkeys.so", "EAP_KEYS=/run/lab/eap-keys", *command]
            o["eap_keys"] = "/run/lab/eap-keys"
        with open("/run/lab/sstp-options", "w") as f:
            f.write("name labsrv\nauth\n" + AUTH[auth] +
                    f"ms-dns {TUNNEL_GW}\nnodefaultroute\nnobsdcomp\nnodeflate\nnovj\nnovjccomp\nnomppe\nnologfd\nmtu 1400\nmru 1400\n"
                    "lcp-echo-interval 20\nlcp-echo-failure 3\nlcp-restart 1\nipcp-restart 1\n" + o.pop("pppd_options", ""))
        password = o.pop("password", PASSWORD)
        set_password(password)
        with open("/run/lab/sstp-users", "w") as f:
            os.chmod(f.fileno(), 0o600)
            f.write("".join(f"{u}:{p}\n" for u, p in ((USER, password), ("labuser2", PASSWORD), (ODD_USER, ODD_PASSWORD))))
        pool = o.pop("pool", f"{POOL_FIRST}-{POOL_LAST}")
        pool = pool if ":" in pool else f"{TUNNEL_GW}:{PREFIX}.{pool}"
        args = [x for k, v in o.items() for x in ("--" + k.replace("_", "-"), str(v))]
        self.p = spawn("unshare", "-m", "sh", "-c", PRIVATE_RUN + 'exec "$@"', "sh", *command, "sstp", *common, "--pppd-options", "/run/lab/sstp-options",
                       "--users", "/run/lab/sstp-users", "--pool", pool, *args, ns="server", log=self.log())
        self.wait_ready()


SERVERS = {"pptpd": Pptpd, "sstp": SstpServer}
DEFAULT = {"pptp": "pptpd", "sstp": "sstp"}


def make(env, proto, name, **options):
    name = name or DEFAULT[proto]
    s = SERVERS[name](env, **dict(env.job.get("server_options") or {}, **options))
    s.special = bool(options)          # not what the other scenarios expect
    return s
