"""How every contestant in Python is spoken to: see ../contest/contestant.ts."""

import json
import sys
import time

WARM_UP = 3


def serve(prepare, versions):
    """`prepare(task)` gives a step that returns the characters it read or wrote."""
    step = prepare(json.loads(sys.argv[1]))
    for _ in range(WARM_UP):
        step()
    print(json.dumps({"ready": versions}), flush=True)
    for line in sys.stdin:
        seconds = json.loads(line)["seconds"]
        step()
        amount = 0
        begin = time.perf_counter()
        while True:
            amount += step()
            taken = time.perf_counter() - begin
            if taken >= seconds:
                break
        print(json.dumps({"amount": amount, "seconds": taken}), flush=True)
