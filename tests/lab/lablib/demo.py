"""What demo.sh shows: one connection, as a user sees it."""
from .attempt import Attempt
from .env import SERVER_NAME
from .lab import scenario
from .sysx import sh


def say(text):
    for line in text.rstrip().splitlines() or [""]:
        print(f"demo: {line}", flush=True)


def show(*command, ns=None):
    say("$ " + " ".join(command))
    rc, text, _ = sh(*command, ns=ns)
    say(text)
    say("")
    return rc == 0, text


@scenario()
def demo(lab):
    """Certificate and name checked, password from the profile, ping, nmcli's view, down, nothing left."""
    say("starting the SSTP server (TLS, with a pppd of its own behind it)")
    lab.ensure_server()
    base = lab.env.snapshot()
    lab.env.profile("vpn0", lab.proto, gateway=SERVER_NAME, data={"ca-cert": "/run/lab/ca.pem", "ignore-cert-warn": "no"})
    say("")
    show("nmcli", "-f", "vpn.service-type,vpn.data", "connection", "show", "vpn0")
    say("$ nmcli connection up vpn0")
    attempt = Attempt(lab)
    say(attempt.text)
    say(f"(took {attempt.seconds:.2f} s)")
    say("")
    say("What the service wrote to the journal:")
    for line in attempt.said():
        if "nm-sstp[" in line:
            say("  " + line)
    say("")
    if not lab.check("demo-up", attempt.rc == 0, attempt.text):
        return
    show("nmcli", "-f", "GENERAL.STATE,GENERAL.VPN,VPN,IP4.ADDRESS,IP4.ROUTE,IP4.DNS", "connection", "show", "vpn0")
    show("ip", "-brief", "address", "show", "dev", "ppp0", ns="client")
    ok, text = show("ping", "-c", "3", "-i", "0.3", "-W", "5", lab.server.tunnel_ip, ns="client")
    lab.check("demo-ping", ok, text)
    lab.check("demo-binding", "verified" in lab.server.text(), "the server did not verify the crypto binding")
    ok, text = show("nmcli", "connection", "down", "vpn0")
    left = lab.env.leftovers(base, 2)
    lab.check("demo-down", ok and not left, f"{text}; left: {left}")
    say("nothing is left: no process, interface, route, socket or file" if not left else f"left behind: {left}")
