"""The decompositions of benches/svd.rs in numpy, and the comparison of the two; run by scripts/bench-svd.

    bench-svd.py time --rows 512 --columns 64 --seconds 1    how long one takes in numpy, as a JSON object
    bench-svd.py compare --program BENCH                     both, taking turns
"""

import argparse
import json
import os
import statistics
import sys
import time

import numpy
from bench_turns import spread, told

SHAPES = "8x8,16x16,32x32,64x64,128x128,256x256,512x512,1024x1024,512x64,4096x32,64x512,720x1280"
# At most so many times as long as numpy; small ones should be faster.
GOAL, GOAL_SMALL, SMALL = 1.1, 1.0, 64
# A round does not count if others took more of the processors than this.
OTHERS = 0.1


def matrix(rows, columns):
    """As benches/svd.rs makes it."""
    z = numpy.arange(1, rows * columns + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z = (z ^ (z >> numpy.uint64(31))) >> numpy.uint64(11)
    return (z.astype(numpy.float64) / 2.0**52 - 1.0).reshape(rows, columns)


def measure(args):
    m = matrix(args.rows, args.columns)

    def decompose():
        if args.values:
            return numpy.linalg.svd(m, compute_uv=False)
        return numpy.linalg.svd(m, full_matrices=False)[1]

    def run(seconds):
        began, taken = time.perf_counter(), []
        while not taken or time.perf_counter() - began < seconds:
            one = time.perf_counter()
            decompose()
            taken.append(time.perf_counter() - one)
        return sorted(taken)

    run(args.seconds / 3)
    taken = run(args.seconds)
    print(json.dumps({"least": taken[0], "median": taken[len(taken) // 2], "times": len(taken),
                      "sum": float(decompose().sum())}))


def compare(args):
    print(f"numpy {numpy.__version__}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("shape      which    side   ms: min median max of the rounds' medians")
    differences = []
    for shape in args.shapes.split(","):
        rows, columns = map(int, shape.split("x"))
        for which in ("vectors", "values"):
            how = ["--rows", str(rows), "--columns", str(columns), "--seconds", str(args.seconds)]
            how += ["--values"] if which == "values" else []
            kept, disturbed = [], []
            while len(kept) < args.rounds and len(disturbed) < 2 * args.rounds:
                sides = ([args.program], [sys.executable, __file__, "time"])
                one = [told([*side, *how]) for side in sides]
                (kept if max(side["others"] for side in one) < OTHERS else disturbed).append(one)
            busy = len(kept) < args.rounds
            ours, theirs = zip(*(kept or disturbed))
            differences += [abs(x["sum"] / y["sum"] - 1) for x, y in zip(ours, theirs)]
            for name, side in (("salon", ours), ("numpy", theirs)):
                print(f"{shape:10} {which:8} {name:6} {spread([one['median'] * 1e3 for one in side], '.4f')}")
            ratios = [x["median"] / y["median"] for x, y in zip(ours, theirs)]
            ratio, goal = statistics.median(ratios), GOAL_SMALL if max(rows, columns) < SMALL else GOAL
            met = "not judged: busy" if busy else "met" if ratio <= goal else "missed"
            print(f"figure svd_{shape}_{which}_time_vs_numpy {ratio:.2f} x goal <= {goal} {met}"
                  f" (rounds: {spread(ratios, '.2f')}; {len(disturbed)} left out)", flush=True)
    worst = max(differences)
    print(f"figure svd_sum_of_values_vs_numpy {worst:.1e} relative goal <= 1e-13 {'met' if worst <= 1e-13 else 'missed'}")


def main():
    parser = argparse.ArgumentParser()
    tasks = parser.add_subparsers(required=True)
    task = tasks.add_parser("time")
    task.add_argument("--rows", type=int, required=True)
    task.add_argument("--columns", type=int, required=True)
    task.add_argument("--values", action="store_true")
    task.add_argument("--seconds", type=float, default=0.5)
    task.set_defaults(run=measure)
    task = tasks.add_parser("compare")
    task.add_argument("--program", required=True)
    task.add_argument("--rounds", type=int, default=5)
    task.add_argument("--seconds", type=float, default=0.3)
    task.add_argument("--shapes", default=SHAPES)
    task.set_defaults(run=compare)
    args = parser.parse_args()
    args.run(args)


main()
