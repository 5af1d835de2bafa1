#!/usr/bin/env python3
"""Counts the checks of a run's results.jsonl.   usage: count.py OUT"""
import glob
import json
import os
import sys

out = sys.argv[1]
checks, skipped = [], 0
try:
    with open(os.path.join(out, "results.jsonl")) as f:
        results = [json.loads(x) for x in f]
        checks = [r for r in results if "check" in r]
        skipped = sum("skip" in r for r in results)
except OSError as e:
    print(f"not ok results: {e}")
failed = [r for r in checks if not r["ok"]]
unfinished = [j for j in glob.glob(os.path.join(out, "job-*.json")) if not os.path.exists(j.replace("job-", "done-").removesuffix(".json"))]
for j in unfinished:
    print(f"not ok {os.path.basename(j)}: the lab did not come to its end; see {out}")
for r in failed:
    print(f"failed: {r['check']}: {r['why']}")
if failed or unfinished:
    print(f"logs: {out}")
bad = len(failed) + len(unfinished) + (0 if checks or unfinished else 1)
print(f"{len(checks) - len(failed)} passed, {bad} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if bad else 0)
