#!/usr/bin/env python3
"""A table of the failures in runs of the lab: what nmcli, the journal and vpn-doctor say, and after how long.   usage: failures.py OUT...

Of a case that several runs have, the first one counts. The column of vpn-doctor is of runs with --doctor.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from lablib.doctor import told  # noqa: E402


def rows(out):
    with open(os.path.join(out, "results.jsonl")) as f:
        for r in map(json.loads, f):
            # Attempts that failed, and that were to fail.
            if r.get("check") and r.get("rc") not in (None, 0) and "said" in r:
                yield r


def nmcli(text):
    """Its reason: the rest is the same in each case."""
    first = text.splitlines()[0] if text else ""
    return re.sub(r"^(Error: )?(Connection activation failed: )?(The VPN service )?", "", first).strip()


def doctor(seen, sentence):
    """The step that ended the walk, and its words where they are not the service's."""
    if not seen:
        return ""
    words = "the same" if seen["sentence"] == sentence else f"{seen['sentence']} `{seen['code']}`"
    return f"{seen['step']}: {words}, {seen['seconds']:.1f} s"


def main():
    cell = lambda text: text.replace("|", "\\|")
    print("| Case | Over | nmcli | The journal says | Code | After | vpn-doctor says, after |\n|---|---|---|---|---|---|---|")
    seen = set()
    for out in sys.argv[1:]:
        for r in rows(out):
            if (r["check"], r["proto"]) in seen:
                continue
            seen.add((r["check"], r["proto"]))
            sentence, code = told(r["said"])
            print(f"| {r['check']}{'' if r['ok'] else ' (not as expected)'} | {r['proto']} | {cell(nmcli(r['text']))} | {cell(sentence)} | `{code}` | {r['seconds']:.1f} s "
                  f"| {cell(doctor(r.get('doctor'), sentence))} |")


main()
