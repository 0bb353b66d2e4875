#!/usr/bin/env python3
"""Load on a server that runs: bench/serve-load.py http://127.0.0.1:7860 [jobs] [clients]

200 jobs from 16 clients, each asked for until it is accepted and followed until it ends. Tells what was lost, made
twice or refused otherwise than with 429, how long jobs took, and the memory of the server where this machine knows it
(give its process number as PID=... in the environment). Needs Python and nothing else; ends with 1 when a promise broke.
"""
import collections
import concurrent.futures
import json
import os
import statistics
import sys
import time
import urllib.error
import urllib.request

address = sys.argv[1].rstrip("/")
jobs = int(sys.argv[2]) if len(sys.argv) > 2 else 200
clients = int(sys.argv[3]) if len(sys.argv) > 3 else 16
assert address.startswith(("http://127.", "http://localhost")), "a load is for a server on this machine"
assert 0 < jobs <= 10_000 and 0 < clients <= 256
refusals = collections.Counter()


def ask(path, body=None, headers=None):
    request = urllib.request.Request(
        address + path, None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def memory():
    try:
        with open(f"/proc/{os.environ['PID']}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
    except (KeyError, OSError):
        return float("nan")


def one(seed):
    began = time.monotonic()
    while True:
        try:
            job = ask("/v1/videos", {"seed": seed, "num_inference_steps": 4}, {"Idempotency-Key": f"load-{os.getpid()}-{seed}"})
            break
        except urllib.error.HTTPError as e:
            refusals[e.code] += 1
            if e.code != 429:
                raise
            time.sleep(min(2.0, float(e.headers["Retry-After"])))
    while job["status"] in ("queued", "in_progress"):
        time.sleep(0.05)
        job = ask("/v1/videos/" + job["id"])
    return job["id"], job["status"], time.monotonic() - began


def run(seeds):
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, seeds))


first = run(range(20))
early = memory()
rest = run(range(20, jobs))
late = memory()
ids = [job[0] for job in first + rest]
ended = collections.Counter(job[1] for job in first + rest)
print(f"{len(ids)} jobs, {dict(ended)}, {len(ids) - len(set(ids))} twice, refused {dict(refusals)}")
print(f"from asking to the end: median {statistics.median(job[2] for job in rest):.2f} s")
print(f"memory after 20 jobs {early:.0f} MiB, at the end {late:.0f} MiB ({100 * (late / early - 1):+.1f} %)")
sys.exit(0 if ended == {"completed": jobs} and len(set(ids)) == jobs and set(refusals) <= {429} else 1)
