"""The network of benches/trainer.rs in PyTorch, and the comparison of the two; run by scripts/bench-trainer.

    bench-trainer.py rate --batch 128 --threads 2 --seconds 3    images a second in PyTorch, as a JSON object
    bench-trainer.py same FOLDER                                 the largest difference of losses from those kept there
    bench-trainer.py compare --program BENCH                     both, taking turns
"""

import argparse
import gzip
import itertools
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import torch
from bench_turns import spread, told
from torch import nn
from torch.nn import functional as F

DIGITS = pathlib.Path(__file__).parent.parent / "crates/demos/src/demos/rbf/builtin/digits"
LAMBDA, DIMS, CENTRES, CLASSES = 0.1, 16, 10, 10


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.embedding = nn.Linear(64 * 7 * 7, DIMS)
        self.centres = nn.Parameter(torch.randn(CENTRES, DIMS))
        self.metric = nn.Parameter(torch.zeros(DIMS, DIMS))
        self.widths = nn.Parameter(torch.full((CENTRES,), -2.0))
        self.out = nn.Linear(CENTRES, CLASSES)
        self.register_buffer("eye", torch.eye(DIMS))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = self.embedding(x.flatten(1))
        root = self.metric + self.eye
        # Squared distances in the metric root root', by one product each and the cross terms.
        x, c = x @ root, self.centres @ root
        distances = x.square().sum(1, keepdim=True) - 2 * x @ c.t() + c.square().sum(1)
        scaled = F.relu(distances) * F.softplus(self.widths)
        return self.out(1 - scaled), scaled.amin(1).mean()


def loss_of(net, images, labels):
    logits, unsupervised = net(images)
    return F.cross_entropy(logits, labels) + LAMBDA * unsupervised


def adamw(net, fused):
    return torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-4, fused=fused)


def digits():
    def read(name, header):
        data = gzip.open(DIGITS / f"{name}.gz").read()
        return torch.frombuffer(bytearray(data[header:]), dtype=torch.uint8)

    images = read("train-images-idx3-ubyte", 16).view(-1, 1, 28, 28)
    return images, read("train-labels-idx1-ubyte", 8).long()


def rate(args):
    torch.manual_seed(1)
    images, labels = digits()
    mean, spread = images.float().mean(), images.float().std()
    net = Net()
    form = torch.channels_last if args.channels_last else torch.contiguous_format
    net = net.to(memory_format=form)
    optimiser = adamw(net, args.fused)
    order = iter(())

    def run(seconds):
        nonlocal order
        began, cpu, seen = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < seconds:
            places = next(order, None)
            if places is None:
                order = iter(torch.randperm(len(images)).split(args.batch))
                places = next(order)
            batch = ((images[places].float() - mean) / spread).contiguous(memory_format=form)
            loss = loss_of(net, batch, labels[places])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            # The other side looks at each loss too.
            if not loss.isfinite():
                raise SystemExit("diverged")
            seen += len(places)
        return seen / (time.perf_counter() - began), seen / (time.process_time() - cpu)

    run(args.seconds / 3)
    wall, cpu = run(args.seconds)
    print(json.dumps({"images_a_second": wall, "images_a_cpu_second": cpu, "torch": torch.__version__}))


def safetensors(path):
    """The tensors of a file: 8 bytes of length, a JSON header, the numbers."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)

    def tensor(about):
        start, end = (8 + length + at for at in about["data_offsets"])
        return torch.frombuffer(bytearray(data[start:end]), dtype=torch.float32).view(about["shape"])

    return {name: tensor(about) for name, about in header.items()}


def same(args):
    folder = pathlib.Path(args.folder)
    images = torch.frombuffer(bytearray((folder / "images.u8").read_bytes()), dtype=torch.uint8)
    images = images.view(-1, 1, 28, 28).float()
    images = (images - images.mean()) / images.std(correction=0)
    labels = torch.frombuffer(bytearray((folder / "labels.u8").read_bytes()), dtype=torch.uint8).long()
    theirs = safetensors(folder / "checkpoint.safetensors")
    own = {name.removeprefix("backbone."): value for name, value in theirs.items() if name.startswith("backbone.")}
    own |= {name: theirs[f"head.{name}"] for name in ("centres", "widths")}
    own["metric"] = theirs["head.metric"].squeeze(0)
    own["out.weight"], own["out.bias"] = theirs["head.weights"].t(), theirs["head.bias"]
    net = Net()
    net.load_state_dict(own | {"eye": torch.eye(DIMS)})
    optimiser = adamw(net, False)
    worst = 0.0
    for line in (folder / "losses.txt").read_text().split():
        loss = loss_of(net, images, labels)
        worst = max(worst, abs(loss.item() - float(line)) / abs(float(line)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    print(json.dumps({"difference": worst, "first": float((folder / "losses.txt").read_text().split()[0]), "last": loss.item()}))


GOAL = 1.5
BATCHES, THREADS = (128, 64), (2, 1)
# Others may take this part of the machine while one side is measured.
OTHERS = 0.05


def compare(args):
    this = [sys.executable, "-W", "ignore", __file__]
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([args.program, "--same", folder], check=True)
        same = told([*this, "same", folder])
    met = "met" if same["difference"] <= 1e-3 else "missed"
    print(f"20 steps from the same weights: loss {same['first']:.4f} to {same['last']:.4f}")
    print(f"figure trainer_loss_difference_vs_pytorch {same['difference']:.1e} relative goal <= 1e-3 {met}")

    def setting(batch, threads, seconds):
        return ["--batch", str(batch), "--threads", str(threads), "--seconds", str(seconds)]

    ways = [tuple(name for name, on in zip(("--fused", "--channels-last"), chosen) if on)
            for chosen in itertools.product((False, True), repeat=2)]
    tried = [max(told([*this, "rate", *setting(128, max(THREADS), 1), *way])["images_a_second"] for _ in range(3))
             for way in ways]
    best = tuple(ways[tried.index(max(tried))])
    print(f"PyTorch's fastest way here: {' '.join(best) or 'plain'} (images/s:", end=" ")
    print(", ".join(f"{' '.join(way) or 'plain'} {rate:.0f}" for way, rate in zip(ways, tried)) + ")")

    print("batch threads                    min median max")
    for threads, batch in itertools.product(THREADS, BATCHES):
        kept, disturbed = [], []
        while len(kept) < args.rounds and len(disturbed) < 4 * args.rounds:
            one = [told([args.program, *setting(batch, threads, args.seconds)])]
            # As it comes, and by its fastest way.
            for way in dict.fromkeys((ways[0], best)):
                one.append(told([*this, "rate", *setting(batch, threads, args.seconds), *way]))
            (kept if max(side["others"] for side in one) < OTHERS else disturbed).append(one)
        busy = len(kept) < args.rounds
        ours, *theirs = zip(*(kept or disturbed))
        print(f"{batch:5} {threads:7}  {len(kept)} rounds, {len(disturbed)} left out: others took the processors")

        def rates(side, per):
            return [one[per] for one in side]

        a, x = rates(ours, "images_a_second"), rates(ours, "images_a_cpu_second")
        name = f"b{batch}_t{threads}"
        print(f"{batch:5} {threads:7}  salon, images/s    {spread(a, '.0f')}, a second of processor time {spread(x, '.0f')}")
        for side, what, kind in zip((theirs[0], theirs[-1]), ("as it comes", "its fastest way"), ("", "_fastest")):
            b, y = rates(side, "images_a_second"), rates(side, "images_a_cpu_second")
            ratios = [p / q for p, q in zip(a, b)]
            print(f"{batch:5} {threads:7}  PyTorch, images/s  {spread(b, '.0f')}, a second of processor time {spread(y, '.0f')} ({what})")
            ratio = statistics.median(ratios)
            met = "not judged: busy" if busy else "met" if ratio >= GOAL else "missed"
            print(f"figure trainer_ratio_vs_pytorch{kind}_{name} {ratio:.2f} x goal >= {GOAL} {met} (rounds: {spread(ratios, '.2f')})")
        part = [one["gemm_fraction"] for one in ours]
        gemm = statistics.median(one["gemm_flops"] for one in ours) / 1e9
        print(f"figure trainer_gemm_fraction_{name} {statistics.median(part):.2f} of {gemm:.0f} GFLOP/s, info"
              f" (rounds: {spread(part, '.2f')}; {2 * ours[0]['multiply_adds_an_image'] / 1e6:.1f} MFLOP an image)")


def main():
    parser = argparse.ArgumentParser()
    tasks = parser.add_subparsers(required=True)
    task = tasks.add_parser("rate")
    task.add_argument("--batch", type=int, default=128)
    task.add_argument("--threads", type=int, default=2)
    task.add_argument("--seconds", type=float, default=3)
    task.add_argument("--fused", action="store_true")
    task.add_argument("--channels-last", action="store_true")
    task.set_defaults(run=rate)
    task = tasks.add_parser("same")
    task.add_argument("folder")
    task.set_defaults(run=same)
    task = tasks.add_parser("compare")
    task.add_argument("--program", required=True)
    task.add_argument("--rounds", type=int, default=5)
    task.add_argument("--seconds", type=float, default=2)
    task.set_defaults(run=compare)
    args = parser.parse_args()
    torch.set_num_threads(getattr(args, "threads", 2))
    torch.set_num_interop_threads(1)
    args.run(args)


main()
