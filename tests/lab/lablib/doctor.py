"""vpn-doctor beside the service: the same profile, the same server (option --doctor of "run", as it doubles the time that failures take)."""
import json
import re

from .sysx import ask, sh

PROMPTS = r"Password of vpn0: "
LINE = re.compile(r"nm-(?:sstp|pptp)\[\d+\] <warn>  (.*) \[([\w.-]+)\]$")


def told(said):
    """(sentence, code) of the service's last failure, from the lines of its log."""
    found = [m.groups() for m in map(LINE.search, said) if m]
    return found[-1] if found else ("", "")


def examine(lab, password=None, name="vpn0"):
    """Looks at a profile as root in the client's network; with a password, up to the login. The step that ended the walk, and its words."""
    command = ("ip", "netns", "exec", "client", "vpn-doctor", name, "--json")
    if password is None:
        rc, text, seconds = sh(*command, timeout=120)
    else:
        rc, text, seconds = ask(*command, "--login", prompt=PROMPTS, answer=password, timeout=120)
    steps = [json.loads(line) for line in re.findall(r"(?m)^\{.*\}", text.replace("\r", ""))]
    # The server's steps come last, and the first of them that fails is the last of all.
    failed = [s for s in steps if s["result"] == "fail"]
    end = failed[-1] if failed else {}
    return {"rc": rc, "step": end.get("step", ""), "code": end.get("code", ""), "sentence": end.get("text", ""), "seconds": round(seconds, 3),
            "steps": [f"{s['result']} {s['step']}" for s in steps], **({} if steps else {"text": text[-1000:]})}
