#!/usr/bin/env python3
"""A table of the failures in runs of the lab: what nmcli says, what the journal says, after how long.   usage: failures.py OUT..."""
import json
import os
import re
import sys

LINE = re.compile(r"nm-(?:sstp|pptp)\[\d+\] <warn>  (.*) \[([\w.-]+)\]$")


def rows(out):
    with open(os.path.join(out, "results.jsonl")) as f:
        for r in map(json.loads, f):
            # Attempts that failed, and that were to fail.
            if r.get("check") and r.get("rc") not in (None, 0) and "said" in r:
                yield r


def journal(r):
    found = [m.groups() for m in map(LINE.search, r["said"]) if m]
    return found[-1] if found else ("", "")


def nmcli(text):
    """Its reason: the rest is the same in each case."""
    m = re.search(r"(?:Connection activation failed|Error): ?(.*)", text)
    return (m[1] if m else text.splitlines()[0] if text else "").strip()


def main():
    cell = lambda text: text.replace("|", "\\|")
    print("| Case | Over | nmcli says | The journal says | Code | After |\n|---|---|---|---|---|---|")
    for out in sys.argv[1:]:
        for r in rows(out):
            sentence, code = journal(r)
            print(f"| {r['check']}{'' if r['ok'] else ' (not as expected)'} | {r['proto']} | {cell(nmcli(r['text']))} | {cell(sentence)} | `{code}` | {r['seconds']:.1f} s |")


main()
