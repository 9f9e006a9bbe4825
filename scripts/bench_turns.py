"""Two programs that take turns: each run, and which part of the machine others took meanwhile."""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import time

def busy_seconds():
    """What all processors have been busy for; none where the system does not tell."""
    stat = pathlib.Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, system, _, _, *interrupts = map(int, stat.read_text().split("\n")[0].split()[1:9])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def told(command):
    """Runs a program, reads the JSON object that it prints and adds which part of the machine others took meanwhile.

    Nothing in the environment tunes either side.
    """
    tuning = ("OPENBLAS_", "OMP_", "MKL_", "RAYON_", "KMP_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(tuning)}
    began, busy, own = time.perf_counter(), busy_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    result["others"] = 0.0
    if busy is not None:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
        result["others"] = (busy_seconds() - busy - own) / (time.perf_counter() - began) / os.cpu_count()
    return result


def spread(values, form):
    low, middle, high = min(values), statistics.median(values), max(values)
    return " ".join(format(value, form) for value in (low, middle, high))
