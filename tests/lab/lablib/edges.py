"""Checks of what lies between a profile and the server: proxy, certificates, settings files."""
import os

from .attempt import Attempt
from .connecting import clean_end, ping, up
from .env import ODD_PASSWORD, SERVER_IP, USER
from .lab import scenario
from .sysx import sh

SETTINGS = "/etc/nm-vpn-plugin/nm-vpn-plugin.conf"


def settings(text):
    os.makedirs(os.path.dirname(SETTINGS), exist_ok=True)
    with open(SETTINGS, "w") as f:
        f.write(text)


def refused(lab, check, *words, **profile):
    """The profile does not connect, and what NetworkManager or the service says has these words."""
    lab.env.profile("vpn0", lab.proto, **profile)
    a = Attempt(lab, "vpn0", 60)
    said = a.text + "\n" + a.everything()
    lab.check(check, a.rc != 0 and all(w in said for w in words), f"{a.rc} {said[-1200:]}", **a.summary())


@scenario("suite", proto="sstp")
def through_a_proxy(lab):
    """S27, S28, T-49: CONNECT with a login; the gateway is the proxy's address."""
    proxy = {"proxy-server": SERVER_IP, "proxy-port": "3128", "proxy-user": USER, "proxy-password-flags": "0"}
    for login in ("basic", "digest-sha256"):
        lab.start_server(proxy=login)
        base = lab.env.snapshot()
        # As GNOME's and KDE's editors store it: in vpn.data.
        a = up(lab, f"S027_Proxy_{login}_Connects", data={**proxy, "proxy-password": ODD_PASSWORD})
        if a:
            lab.check(f"S027_Proxy_{login}_Connects", ping(lab) and "CONNECT" in lab.server.text(), lab.server.text()[-500:], **a.summary())
            lab.check(f"S027_Proxy_{login}_LogHasNoPassword", ODD_PASSWORD not in a.everything(), "the proxy's password is in a log")
            cmdlines = " ".join(p.cmdline for p in lab.env.client_procs().values())
            lab.check(f"S013_Proxy_{login}_PasswordNotInArgv", ODD_PASSWORD not in cmdlines, "the proxy's password is in a command line")
            clean_end(lab, f"S027_Proxy_{login}_LeavesNothing", base)
    refused(lab, "S027_Proxy_WrongPassword", "refused user name or password", data={**proxy, "proxy-password": "wrong"})
    refused(lab, "S028_Proxy_NoCredentials", "proxy wants credentials", data={k: v for k, v in proxy.items() if k in ("proxy-server", "proxy-port")})
    lab.stop_server()


@scenario("suite", proto="sstp")
def pinned_certificate(lab):
    """A self-signed server: the error prints the fingerprint, the fingerprint pins, in the profile and in the settings file."""
    lab.start_server(cert="selfsigned")
    fingerprint = sh("openssl", "x509", "-in", "/run/lab/selfsigned.crt", "-noout", "-fingerprint", "-sha256")[1].strip().split("=")[1]
    strict = {"ignore-cert-warn": None}
    refused(lab, "S015_SelfSigned_PrintsTheFingerprintThatPins", fingerprint, "server-certificate-pin", data=strict)
    for where in ("profile", "settings"):
        base = lab.env.snapshot()
        uuid = sh("nmcli", "-g", "connection.uuid", "connection", "show", "vpn0")[1].strip()
        settings(f"[connection {uuid}]\nserver-certificate-pin = {fingerprint}\n" if where == "settings" else "")
        # Another name than the certificate's, too.
        if up(lab, f"Pin_FromThe_{where}", data={**strict, **({"server-certificate-pin": fingerprint} if where == "profile" else {})}):
            lab.check(f"Pin_FromThe_{where}", ping(lab), "no echo reply")
            clean_end(lab, f"Pin_FromThe_{where}_LeavesNothing", base)
    settings(f"[sstp]\nserver-certificate-pin={'00' * 32}\n")
    refused(lab, "Pin_OfAnotherCertificate_IsRefusedInSpiteOfIgnoreCertWarn", "another certificate than the pinned one", fingerprint)
    settings("[sstp]\nserver-tls-mni=1.2\n")
    refused(lab, "Settings_MistypedKey_IsNamedWithFileAndLine", f"{SETTINGS}:2", "server-tls-min")
    os.remove(SETTINGS)
    lab.stop_server()


def client_certificate(name):
    d = "/run/lab"
    sh("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{d}/{name}.key", "-out", f"{d}/{name}.csr", "-subj", f"/CN={name}", check=True)
    sh("openssl", "x509", "-req", "-in", f"{d}/{name}.csr", "-CA", f"{d}/ca.pem", "-CAkey", f"{d}/ca.key", "-CAcreateserial", "-days", "100",
       "-out", f"{d}/{name}.crt", check=True)
    sh("openssl", "rsa", "-in", f"{d}/{name}.key", "-traditional", "-aes256", "-passout", "pass:key secret", "-out", f"{d}/{name}-enc.key", check=True)
    sh("openssl", "pkcs12", "-export", "-in", f"{d}/{name}.crt", "-inkey", f"{d}/{name}.key", "-passout", "pass:key secret", "-out", f"{d}/{name}.p12", check=True)


@scenario("suite", proto="sstp")
def certificate_login(lab):
    """S31 to S36, S77: EAP-TLS through pppd, with the crypto binding verified."""
    client_certificate("alice")
    lab.start_server(auth="eap-tls")
    base = {"connection-type": "tls", "user": None, "refuse-eap": None, "tls-ca-cert": "/run/lab/ca.pem", "tls-subject-name": "alice"}
    secret = {"tls-user-key-secret": "key secret", "password": None}
    cases = (("S031_PlainKey", {"tls-user-cert": "/run/lab/alice.crt", "tls-user-key": "/run/lab/alice.key"}, {"password": None}),
             ("S033_EncryptedKey", {"tls-user-cert": "/run/lab/alice.crt", "tls-user-key": "/run/lab/alice-enc.key"}, secret),
             ("S035_Pkcs12", {"tls-user-cert": "/run/lab/alice.p12", "tls-user-key": "/run/lab/alice.p12"}, secret))
    for check, keys, secrets in cases:
        before = lab.env.snapshot()
        a = up(lab, check, data={**base, **keys}, secrets=secrets)
        if a:
            lab.check(check, ping(lab), "no echo reply", **a.summary())
            lab.check(f"S077_{check}_BindingVerified", "crypto binding of 'EAP' verified" in lab.server.text(), lab.server.text()[-1000:])
            lab.check(f"{check}_LogHasNoSecret", "key secret" not in a.everything() and "PRIVATE KEY" not in a.everything(), "a secret is in a log")
            clean_end(lab, f"{check}_LeavesNothing", before)
    refused(lab, "S033_WrongKeyPassword", "password of the private key", data={**base, **cases[1][1]}, secrets={"tls-user-key-secret": "wrong", "password": None})
    client_certificate("mallory")
    sh("openssl", "x509", "-in", "/run/lab/mallory.csr", "-req", "-CA", "/run/lab/otherca.pem", "-CAkey", "/run/lab/otherca.key", "-CAcreateserial",
       "-out", "/run/lab/mallory.crt", check=True)
    refused(lab, "S077_CertificateOfAnotherIssuer", "refused",
            data={**base, "tls-subject-name": "mallory", "tls-user-cert": "/run/lab/mallory.crt", "tls-user-key": "/run/lab/mallory.key"}, secrets={"password": None})
    lab.stop_server()
