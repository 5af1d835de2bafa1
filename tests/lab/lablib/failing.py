"""Checks of connections that must fail: in time, with one reason, in words, and leaving nothing."""
import contextlib
import os
import re
import time

from .attempt import Attempt
from .doctor import examine, told
from .env import DEAD_IP, PASSWORD, SERVER_IP, SERVER_NAME, WRONG_NAME
from .lab import scenario
from .nameserver import NameServer
from .sysx import ip_json, read, sh

LOGIN, CONNECT, IP = 0, 1, 2
NM_REASON = {LOGIN: 10, CONNECT: 0, IP: 5}
STRICT = {"ignore-cert-warn": None, "ca-cert": "/run/lab/ca.pem"}


def ask_doctor(lab, name, a, limit, base, login, password):
    """vpn-doctor comes to the same cause as the service, in about the same time, and leaves nothing."""
    seen = examine(lab, password if login else None)
    left = lab.env.leftovers(base, 2)
    _, code = told(a.said())
    ok = seen["rc"] != 0 and seen["code"] == code and not left and seen["seconds"] < (limit + 6) * lab.env.slowness
    lab.check(f"{name}_Doctor", ok, f"the service says {code}, the doctor {seen}, left {left}")
    return seen


def expect_failure(lab, name, sentence, limit=10.0, failure=CONNECT, login=None, doctor=True, **profile):
    """The attempt fails within limit seconds: one Failure signal, states 3, 5, 6, the sentence in the log, nothing left."""
    lab.env.profile("vpn0", lab.proto, **profile)
    base = lab.env.snapshot()
    before = lab.env.client_procs()
    a = Attempt(lab, timeout=85)
    left = lab.env.leftovers(base, 2)
    said = "\n".join(a.said())
    wrong = []
    if a.rc == 0:
        wrong.append("it connected")
        lab.down()
    if a.failures() != [failure]:
        wrong.append(f"Failure signals {a.failures()}, expected [{failure}]")
    if a.states()[-3:] != [3, 5, 6]:
        wrong.append(f"states {a.states()}")
    if a.rc != 0 and a.reason() != NM_REASON[failure]:
        wrong.append(f"NetworkManager's reason {a.reason()}, expected {NM_REASON[failure]}")
    if not re.search(sentence, said, re.I):
        wrong.append(f"no sentence /{sentence}/ in the log")
    if a.seconds > limit * lab.env.slowness:
        wrong.append(f"took {a.seconds:.1f} s of {limit} (x {lab.env.slowness:.1f} on this busy machine)")
    if left:
        wrong.append(f"left: {left}")
    seen = None
    if doctor and lab.job.get("doctor"):
        # In namespaces of the machine pppd is a stand-in, which has nothing to say about servers.
        login = lab.job["where"] != "host" if login is None else login
        seen = ask_doctor(lab, name, a, limit, base, login, profile.get("password", PASSWORD))
    lab.check(name, not wrong, "; ".join(wrong), leftovers=left, doctor=seen, **a.summary())
    lab.clean(before)
    return a


# In namespaces of the machine pppd is a stand-in that never speaks, which ends an attempt after this many seconds.
HOST_LIMIT = 10


def with_behaviours(lab, rows, ppp=False):
    for name, behaviour, sentence, limit in rows:
        if lab.job["where"] == "host" and limit > HOST_LIMIT:
            lab.skip(name, "takes longer than the stand-in for pppd lets it")
            continue
        if lab.job["where"] != "host" and limit <= HOST_LIMIT and lab.job.get("doctor") and not ppp:
            lab.skip(name, "shown with vpn-doctor by the run on the machine's own kernel")
            continue
        lab.start_server(behaviour=behaviour)
        expect_failure(lab, name, sentence, limit)
    lab.stop_server()


@scenario("suite", "host")
def failures_network(lab):
    """Name, address, port."""
    names = NameServer()
    lab.stop_server()
    expect_failure(lab, "P06_S001_UnknownName", r"name cannot be found.*no-such-host\.invalid", gateway="no-such-host.invalid")
    expect_failure(lab, "S003_PortClosed", rf"refused the connection.*192\.0\.2\.1:{lab.port}", 5)
    if lab.proto == "sstp":
        expect_failure(lab, "S003_PortClosed_GivenPort", r"refused the connection.*192\.0\.2\.1:8443", 5, gateway=f"{SERVER_IP}:8443")
    expect_failure(lab, "NoArpAnswer", r"cannot be reached.*192\.0\.2\.99|does not answer.*192\.0\.2\.99", 12, gateway=DEAD_IP)
    expect_failure(lab, "NoRoute", r"cannot be reached.*198\.51\.100\.7", 12, gateway="198.51.100.7")
    if lab.job["where"] == "host":
        return
    names.silent = True
    expect_failure(lab, "SilentNameServer", r"name servers do not answer|name cannot be found", 25, gateway="no-such-host.invalid")
    names.silent = False
    # A neighbour entry by hand: the packets leave, and nothing comes back.
    lab.env.netem("server", "loss", "100%")
    sh("ip", "neigh", "replace", SERVER_IP, "lladdr", ip_json("server", "link", "show", "dev", "sv0")[0]["address"], "dev", "cl0", ns="client")
    expect_failure(lab, "S004_SilentAddress", r"does not answer.*192\.0\.2\.1", 14)
    lab.env.netem("server")
    sh("ip", "neigh", "del", SERVER_IP, "dev", "cl0", ns="client")


@scenario("host")
def failures_pppd(lab):
    """pppd cannot do its part: the kernel has no PPP, pppd is missing, pppd never speaks. Only in namespaces of the machine."""
    if lab.job["where"] != "host":
        lab.skip("no-pppd", "the guest has PPP")
        return
    # No pppd of the server's own: it would be the same stand-in. Over PPTP the doctor hears no PPP then, and does not come to the login.
    lab.start_server(**({"behaviour": "ack-then-silent"} if lab.proto == "sstp" else {}))
    look = {"login": True, "doctor": lab.proto == "sstp"}
    if os.path.exists("/dev/ppp"):
        lab.skip("NoPppDevice", "this kernel has PPP")
    else:
        with instead_of_pppd("/usr/sbin/pppd.real"):
            expect_failure(lab, "F05_NoPppDevice", r"no PPP.*/dev/ppp", 5, **look)
    with instead_of_pppd(None):
        expect_failure(lab, "K21_P34_PppdMissing", r"pppd cannot be started", 5, **look)
    with instead_of_pppd("/bin/false"):
        expect_failure(lab, "K21_PppdDies", r"pppd", 5, **look)
    expect_failure(lab, "F07_S081_PppdNeverSpeaks", r"never called back", 14, **look)
    lab.stop_server()


@contextlib.contextmanager
def instead_of_pppd(program):
    """Another program, or none, in the place of pppd."""
    os.rename("/usr/sbin/pppd", "/usr/sbin/pppd.stand-in")
    try:
        if program:
            os.symlink(program, "/usr/sbin/pppd")
        yield
    finally:
        if program:
            os.unlink("/usr/sbin/pppd")
        os.rename("/usr/sbin/pppd.stand-in", "/usr/sbin/pppd")


@scenario("suite", "host", proto="sstp")
def failures_tls(lab):
    """What answers is not a TLS server, or no willing one."""
    with_behaviours(lab, (
        ("S007_AcceptThenSilence", "silent-after-accept", r"TLS handshake timed out", 18),
        ("S008_PlainHttp", "plain-http", r"not a TLS server", 5),
        ("Garbage", "garbage", r"not a TLS server|TLS handshake failed", 5),
        ("S009_CloseInHandshake", "close-after-accept", r"closed.*during the TLS handshake|connection.*(reset|closed)", 5),
        ("ResetInHandshake", "reset-after-accept", r"closed.*during the TLS handshake|reset", 5),
        ("S010_OldTls", "tls-1.1", r"no TLS version", 5),
        ("S011_NoCommonCipher", "tls-handshake-failure", r"no cipher in common|TLS handshake failed", 5),
        ("S025_NameRefused", "tls-unrecognized-name", r"refused this host name", 5),
    ))


@scenario("suite", "host", proto="sstp")
def failures_certificate(lab):
    """Certificates that must not be trusted."""
    lab.start_server(behaviour="http-404", cert="selfsigned")
    expect_failure(lab, "S015_SelfSigned_NoCa", r"signed by itself|not trusted", data={"ignore-cert-warn": None})
    expect_failure(lab, "S015_SelfSigned_OtherCa", r"signed by itself|not trusted", gateway=SERVER_NAME, data=STRICT)
    lab.start_server(behaviour="http-404")
    expect_failure(lab, "S016_UnknownCa", r"not trusted here.*Lab CA", gateway=SERVER_NAME, data={"ignore-cert-warn": None})
    expect_failure(lab, "S016_OtherCa", r"not trusted here", gateway=SERVER_NAME, data={**STRICT, "ca-cert": "/run/lab/otherca.pem"})
    expect_failure(lab, "S018_ValidChainWrongName", rf"for another name.*{re.escape(SERVER_NAME)}", gateway=WRONG_NAME, data=STRICT)
    expect_failure(lab, "S019_GoodCertificate_GoesOn", r"no SSTP service", gateway=SERVER_NAME, data=STRICT)
    expect_failure(lab, "S022_IgnoreWarnings_GoesOn", r"no SSTP service", gateway=WRONG_NAME)
    lab.start_server(behaviour="http-404", cert="expired")
    expect_failure(lab, "S017_Expired", r"has expired", gateway=SERVER_NAME, data=STRICT)
    lab.stop_server()


@scenario("suite", "host", proto="sstp")
def failures_http(lab):
    """The server speaks TLS, but its HTTP answer is no yes."""
    with_behaviours(lab, (
        ("S035_Http401", "http-401", r"asks for authentication.*401", 5),
        ("S035_Http403", "http-403", r"asks for authentication.*403", 5),
        ("S036_Http404", "http-404", r"no SSTP service.*404", 5),
        ("S037_Http503", "http-503", r"busy or does not offer.*503", 5),
        ("S037_Http501", "http-501", r"does not offer.*501", 5),
        ("S037_Http500", "http-500", r"HTTP|500", 5),
        ("S038_Http302", "http-302", r"another address.*elsewhere\.example\.com", 5),
        ("S040_EndlessHeader", "http-endless", r"too large", 8),
        ("S041_NoHttpAnswer", "http-silent", r"no HTTP answer", 24),
        ("S042_CloseAfterRequest", "http-close", r"closed the connection before its HTTP answer", 5),
        ("S043_GarbageAnswer", "http-garbage", r"not HTTP", 8),
    ))


@scenario("suite", "host", proto="sstp")
def failures_sstp(lab):
    """HTTP said yes, SSTP does not work."""
    with_behaviours(lab, (
        ("S049_AckWithoutBinding", "ack-without-binding", r"SSTP", 5),
        ("S050_AckShort", "ack-short", r"SSTP", 5),
        ("S050_AckAttributeOverrun", "ack-attribute-overrun", r"SSTP", 5),
        ("S051_AckBadMask", "ack-bad-mask", r"SSTP", 5),
        ("S053_BadVersion", "bad-version", r"broke the SSTP protocol", 5),
        ("S054_BadLength", "bad-length", r"broke the SSTP protocol", 5),
        ("S060_NakAlways", "nak-always", r"refused the SSTP call", 8),
        ("S061_NoAck", "sstp-silent", r"did not answer the SSTP call", 26),
        ("S062_AbortBare", "abort-bare", r"aborted the SSTP call", 6),
        ("S063_AbortWithStatus", "abort-instead-of-ack", r"aborted the SSTP call|refused", 6),
    ))


@scenario("suite", "host", proto="pptp")
def failures_pptp(lab):
    """The control connection does not come up, or the call, or its packets."""
    with_behaviours(lab, (
        ("C07_CloseAfterAccept", "close", r"closed|broke the PPTP protocol", 5),
        ("C09_ResetAfterAccept", "reset", r"was reset|closed|broke the PPTP protocol", 5),
        ("C10_NoStartReply", "silent", r"does not answer as a PPTP server", 18),
        ("C12_ChannelExists", "channel-exists", r"refused the PPTP connection.*exists already", 6),
        ("C15_OtherVersion", "version", r"broke the PPTP protocol.*version", 5),
        ("C16_StopInsteadOfReply", "stop", r"refused the PPTP connection.*shutting down", 5),
        ("C18_Garbage", "garbage", r"broke the PPTP protocol", 5),
        ("C11_StartRefused", "start-refused", r"refused the PPTP connection", 5),
        ("C13_NotAuthorised", "not-authorised", r"refused the PPTP connection", 5),
        ("C20_HttpAnswer", "http", r"broke the PPTP protocol", 5),
        ("C31_CallBusy", "call-busy", r"refused the PPTP call", 5),
        ("C38_DisconnectInsteadOfReply", "call-disconnect", r"refused the PPTP call.*administrator", 5),
        ("C40_ResetInsteadOfReply", "call-reset", r"refused the PPTP call.*reset", 5),
        ("K08_DisconnectAfterReply", "call-then-disconnect", r"ended.*administrator", 5),
        ("K11_StopAfterReply", "call-then-stop", r"ended.*shutting down", 5),
        ("C32_NoCallReply", "call-silent", r"did not answer the PPTP call", 23),
        ("C40_FinAfterCallReply", "call-then-fin", r"closed", 5),
        ("G28_NoGreAtTheServer", "gre-unreachable", r"no GRE packets come from the server", 14),
        ("G30_NoGre", "no-gre", r"no GRE packets come from the server", 14),
    ))


@scenario("suite", proto="pptp")
def failures_mppe(lab):
    """Encryption that the profile demands and cannot have."""
    lab.start_server(mppe="none")
    expect_failure(lab, "F04_ServerHasNoMppe", r"does not do the encryption \(MPPE\)", 10)
    lab.start_server(auth="chap")
    expect_failure(lab, "F04_LoginMakesNoKeys", r"does not do the encryption \(MPPE\).*MS-CHAP", 10, data={"refuse-chap": "no"})
    sh("modprobe", "-r", "ppp_mppe")
    with open("/etc/modprobe.d/lab-no-mppe.conf", "w") as f:
        f.write("install ppp_mppe /bin/false\n")
    try:
        lab.start_server(mppe="none")
        expect_failure(lab, "F04_NoMppeModule", r"kernel has no MPPE", 10)
    finally:
        os.unlink("/etc/modprobe.d/lab-no-mppe.conf")
        sh("modprobe", "ppp_mppe", check=True)
    lab.start_server()
    lab.env.profile("vpn0", lab.proto, data={"require-mpe": "yes"})
    a = Attempt(lab, timeout=40)
    lab.check("P07_MistypedKey_NeverConnectsInClear", a.rc != 0 and re.search("did you mean 'require-mppe'", "\n".join(a.said())), a.text, **a.summary())
    lab.stop_server()


@scenario("suite")
def failures_ppp(lab):
    """The tunnel is up, PPP does not get there."""
    lab.start_server()
    a = expect_failure(lab, "T21_WrongPassword", r"refused user name or password", 10, LOGIN, password="not-the-password")
    lab.check("T21_WrongPassword_NmcliSaysSo", "secret" in a.text.lower(), a.text)
    expect_failure(lab, "S072_UnknownUser", r"refused user name or password", 10, LOGIN, user="nobody-here")
    lab.start_server(auth="pap")
    expect_failure(lab, "S076_PapOnly", r"login method that the profile forbids|refused|PPP negotiation", 10, LOGIN)
    if lab.proto != "sstp":
        lab.stop_server()
        return
    with_behaviours(lab, (
        ("S062_AbortInAck", "abort-in-ack", r"aborted the SSTP call", 8),
        ("S066_DisconnectInAck", "disconnect-in-ack", r"ended the SSTP call", 8),
        ("S071_FinInAck", "ack-then-fin", r"closed the connection", 8),
        ("S071_CloseNotifyInAck", "ack-then-close", r"closed the connection", 8),
        ("S071_ResetInAck", "ack-then-reset", r"was reset", 8),
        ("SilentPpp", "ack-then-silent", r"does not negotiate PPP|did not finish|timed out|does not answer", 62),
    ), ppp=True)
    lab.start_server(binding="refuse")
    expect_failure(lab, "S064_BindingRefused", r"crypto binding", 10)
    lab.stop_server()


@scenario("suite", "host")
def secrets(lab):
    """T-13, T-19: no stored password; nobody asks, or nmcli does."""
    lab.start_server()
    for flags in ("1", "2"):
        lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": flags})
        base = lab.env.snapshot()
        a = Attempt(lab, timeout=40)
        left = lab.env.leftovers(base, 2)
        lab.check(f"T13_NoPassword_Flags{flags}", a.rc != 0 and a.seconds < 8 * lab.env.slowness and not a.failures() and a.first("VPN.Plugin.NeedSecrets") and not a.first("VPN.Plugin.Connect")
                  and a.reason() in (9, None) and not left, f"{a.text} {a.seconds:.1f} s, left {left}", **a.summary())
    dialog = re.search(r"(?m)^auth-dialog=(.*)$", read(f"/usr/lib/NetworkManager/VPN/nm-{lab.proto}-service.name"))
    if not dialog or not os.path.exists(dialog.group(1)):
        lab.skip("T19", "the backend has no auth-dialog")
        return
    line = f"{dialog.group(1)} -u u -n n -s org.freedesktop.NetworkManager.{lab.proto} --external-ui-mode -i"
    with open("/run/lab/details", "w") as f:
        f.write("DATA_KEY=gateway\nDATA_VAL=g\nDONE\n")
    for name, redirection, expected in (
        ("A10_NoStandardInput", "<&-", (1, 1)),
        ("NoStandardOutput", "</run/lab/details >&-", (1, 1)),
        ("NoStandardInputAndError", "<&- 2>&-", (1, 0)),
        ("NoStandardError", "</run/lab/details 2>&-", (0, 10)),
    ):
        rc, text, seconds = sh("sh", "-c", f"exec {line} {redirection}", timeout=30)
        lab.check(name, (rc, text.count("\n")) == expected and seconds < 2 * lab.env.slowness, f"rc {rc}, {seconds:.1f} s: {text}")
    with open("/run/lab/passwd", "w") as f:
        f.write(f"vpn.secrets.password:{PASSWORD}\n")
    for name, flags, given in (
        ("T19_PasswordFile", "2", {"after": ("passwd-file", "/run/lab/passwd")}),
        ("T19_Ask", "1", {"answer": PASSWORD}),
    ):
        lab.env.profile("vpn0", lab.proto, password=None, data={"password-flags": flags})
        base = lab.env.snapshot()
        a = Attempt(lab, timeout=40, **given)
        needs = sum(e[1] == "VPN.Plugin.NeedSecrets" for e in a.events())
        # Without PPP an attempt with a password comes as far as pppd, and one without would be refused before.
        came = a.rc == 0 or (lab.job["where"] == "host" and re.search("never called back", "\n".join(a.said())))
        shown = [x for x in a.nm_lines() + a.syslog() if PASSWORD in x]
        lab.check(name, came and needs == 3 and not shown and PASSWORD not in a.text,
                  f"{a.text}; NeedSecrets {needs} times; the password in the log: {shown}", **a.summary())
        if a.rc == 0:
            lab.down()
        left = lab.env.leftovers(base, 2)
        lab.check(f"{name}_LeavesNothing", not left, f"left: {left}")


@scenario("suite")
def login_loop(lab):
    """T-63: the reason of a wrong password is never lost."""
    lab.start_server()
    lab.env.profile("vpn0", lab.proto, password="not-the-password")
    n, bad, times = int(lab.job.get("loops") or 20), [], []
    for i in range(n):
        a = Attempt(lab, timeout=40)
        times.append(a.seconds)
        if a.failures() != [LOGIN] or a.reason() != 10:
            bad.append({"i": i, **a.summary()})
    lab.check("T63_WrongPassword_ReasonNeverLost", not bad, f"{len(bad)} of {n}", bad=bad[:3], slowest_s=round(max(times), 2))
    lab.stop_server()


@scenario("suite")
def vpn_timeout(lab):
    """T-37: vpn.timeout=10 and a silent server."""
    lab.start_server(behaviour={"sstp": "http-silent", "pptp": "silent"}[lab.proto])
    base = lab.env.snapshot()
    lab.env.profile("vpn0", lab.proto, vpn={"timeout": "10"})
    a = Attempt(lab, timeout=60)
    left = lab.env.leftovers(base, 2)
    lab.check("T37_VpnTimeout_EndsInTime", a.rc != 0 and 8 < a.seconds < 11 + 2 * lab.env.slowness and not left, f"{a.seconds:.1f} s, left {left}", **a.summary())
    lab.stop_server()


@scenario("suite", "host")
def injection(lab):
    """Profile text that a shell or pppd's option parser would run."""
    lab.start_server(behaviour={"sstp": "http-404", "pptp": "start-refused"}[lab.proto])
    evil = "touch /run/lab/pwned"
    cases = {
        "gateway-semicolon": {"gateway": f"{SERVER_IP}; {evil};"},
        "gateway-substitution": {"gateway": f"$({evil})"},
        "gateway-backtick": {"gateway": f"`{evil}`"},
        "gateway-newline": {"gateway": f"{SERVER_IP}\n{evil}\n"},
        "gateway-option": {"gateway": "--help"},
        "user-quote": {"user": f"a\"'; {evil}; #"},
        "user-newline": {"user": f"a\nconnect '{evil}'\n"},
        "ca-cert": {"data": {"ca-cert": f"/run/lab/ca.pem; {evil}", "ignore-cert-warn": None}},
        "proxy": {"data": {"proxy-server": f"127.0.0.1; {evil}", "proxy-port": "8080"}},
        "unknown-key": {"data": {"pty": evil, "connect": f"'{evil}'"}},
    }
    for label, profile in cases.items():
        sh("rm", "-f", "/run/lab/pwned")
        base = lab.env.snapshot()
        try:
            lab.env.profile("vpn0", lab.proto, **profile)
        except RuntimeError as e:
            lab.check(f"injection-{label}", True, refused_by_networkmanager=str(e))
            continue
        a = Attempt(lab, timeout=40)
        ran = sh("test", "-e", "/run/lab/pwned")[0] == 0
        left = lab.env.leftovers(base, 2)
        lab.check(f"injection-{label}", not ran and a.rc != 0 and a.seconds < 15 * lab.env.slowness and not left, f"ran {ran}, rc {a.rc}, {a.seconds:.1f} s, left {left}", **a.summary())
    lab.stop_server()


@scenario("suite", "host")
def profile_errors(lab):
    """T-32, T-77: profiles that cannot work are refused at once, in words."""
    lab.stop_server()
    for name, profile, sentence in (("T32_NoGateway", {"gateway": None}, r"gateway"),
                                    ("T77_HugeValue", {"gateway": "x" * (1 << 20)}, r".")):
        lab.env.profile("vpn0", lab.proto, **profile)
        base = lab.env.snapshot()
        t = time.monotonic()
        a = Attempt(lab, timeout=40)
        left = lab.env.leftovers(base, 2)
        lab.check(name, a.rc != 0 and a.seconds < 5 * lab.env.slowness and re.search(sentence, "\n".join(a.nm_lines() + a.said())) and not left,
                  f"rc {a.rc}, {a.seconds:.1f} s, left {left}", **{k: str(v)[:2000] for k, v in a.summary().items()})
    lab.env.profile("vpn0", lab.proto, data={f"key-{i}": "v" * 100 for i in range(1000)})
    a = Attempt(lab, timeout=40)
    lab.check("T77_ThousandKeys", a.rc != 0 and a.seconds < 10 * lab.env.slowness and a.reason() in (0, 8), f"rc {a.rc} {a.seconds:.1f} s reason {a.reason()}", seconds=a.seconds)
    left = lab.env.leftovers(base, 2)
    lab.check("T77_LeaveNothing", not left, left)
