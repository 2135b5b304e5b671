#!/usr/bin/env python3
"""DCGAN-64 in PyTorch and in VkGAN, interleaved in one run: medians and ratios.
SPDX-License-Identifier: MIT

Usage: bench/compare_pytorch.py [VKGAN] [--pairs 5] [--width 64] [--batch 32] [--threads N] [--json FILE]
VKGAN: the program, build/release/vkgan if not given. Needs PyTorch (Debian: python3-torch).

Debian's PyTorch takes whatever BLAS the system has, and the reference one is six times slower than OpenBLAS here: install
libopenblas0-pthread. The script refuses to compare without an optimised one.

Each pair times one after the other: training steps at --batch, the generator at batch 1 and at batch 16. PyTorch runs eager, in
float32, on the CPU with --threads threads (all processors if not given), in channels_last where that is quicker. A ratio is PyTorch's
time divided by VkGAN's: above 1, VkGAN is quicker. Machines are shared: only ratios within one run mean anything.
"""
import argparse
import json
import os
import statistics
import subprocess
import time

import torch
from torch import nn


def generator(w, nz=100):
    layers, c = [nn.ConvTranspose2d(nz, w * 8, 4, 1, 0, bias=False), nn.BatchNorm2d(w * 8), nn.ReLU(True)], w * 8
    for o in (w * 4, w * 2, w):
        layers += [nn.ConvTranspose2d(c, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]
        c = o
    return nn.Sequential(*layers, nn.ConvTranspose2d(c, 3, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(w):
    layers, c = [nn.Conv2d(3, w, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)], w
    for o in (w * 2, w * 4, w * 8):
        layers += [nn.Conv2d(c, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.2, True)]
        c = o
    return nn.Sequential(*layers, nn.Conv2d(c, 1, 4, 1, 0, bias=False))


class Torch:
    def __init__(self, width, batch, memory_format):
        self.batch, self.format = batch, memory_format
        self.g = generator(width).to(memory_format=memory_format)
        self.d = discriminator(width).to(memory_format=memory_format)
        self.g_adam, self.d_adam = (torch.optim.Adam(m.parameters(), 2e-4, (0.5, 0.999)) for m in (self.g, self.d))
        self.real = (torch.rand(batch, 3, 64, 64) * 2 - 1).to(memory_format=memory_format)
        self.bce = nn.BCEWithLogitsLoss()

    def step(self):
        one, zero = torch.ones(self.batch), torch.zeros(self.batch)
        fake = self.g(torch.randn(self.batch, 100, 1, 1))
        self.d_adam.zero_grad()
        (self.bce(self.d(self.real).flatten(), one) + self.bce(self.d(fake.detach()).flatten(), zero)).backward()
        self.d_adam.step()
        self.g_adam.zero_grad()
        self.bce(self.d(fake).flatten(), one).backward()
        self.g_adam.step()

    def draw(self, batch):
        self.g.eval()
        with torch.no_grad():
            self.g(torch.randn(batch, 100, 1, 1))
        self.g.train()


def milliseconds(work, repetitions, uncounted=2):
    times = []
    for _ in range(uncounted + repetitions):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[uncounted:])


def vkgan(program, kind, width, batch, repetitions):
    command = [program, "bench", kind, "dcgan", "--json", "--batch", str(batch), "--repetitions", str(repetitions),
               "--set", "image=64", f"ngf={width}", f"ndf={width}", "ema=0"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def blas():
    """The optimised BLAS that this process has loaded, or an empty string."""
    torch.ones(8, 8) @ torch.ones(8, 8)
    maps = open("/proc/self/maps").read()
    return next((name for name in ("openblas", "mkl", "blis") if name in maps), "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default="build/release/vkgan")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--width", type=int, default=64, help="ngf and ndf")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", help="also write every time here")
    a = parser.parse_args()
    if not blas():
        parser.exit(1, "PyTorch runs on the reference BLAS; apt-get install libopenblas0-pthread\n")
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)

    nets = [Torch(a.width, a.batch, f) for f in (torch.contiguous_format, torch.channels_last)]
    best = min(nets, key=lambda net: milliseconds(net.step, 2, 1))
    jobs = {f"training step, batch {a.batch}": ("train", a.batch, 3, best.step)}
    for n in (1, 16):
        draw = min(nets, key=lambda net: milliseconds(lambda: net.draw(n), 5))
        jobs[f"generator, batch {n}"] = ("infer", n, 20, lambda net=draw, n=n: net.draw(n))

    times = {name: {"pytorch": [], "vkgan": []} for name in jobs}
    device = ""
    for _ in range(a.pairs):
        for name, (kind, batch, repetitions, work) in jobs.items():
            times[name]["pytorch"].append(milliseconds(work, repetitions))
            result = vkgan(a.program, kind, a.width, batch, repetitions)
            times[name]["vkgan"].append(result["median_ms"])
            device = result["device"]
    print(f"PyTorch {torch.__version__}, {blas()}, {a.threads} threads, best of NCHW and channels_last; VkGAN on {device}")
    print(f"DCGAN-64, ngf = ndf = {a.width}; medians of {a.pairs} interleaved pairs (smallest to largest)\n")
    print(f"{'':28}{'PyTorch ms':>26}{'VkGAN ms':>26}{'ratio':>22}")
    span = lambda v: f"{statistics.median(v):.1f} ({min(v):.1f} to {max(v):.1f})"
    for name, t in times.items():
        ratios = [p / v for p, v in zip(t["pytorch"], t["vkgan"])]
        middle = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:28}{span(t['pytorch']):>26}{span(t['vkgan']):>26}{middle:>22}")
    if a.json:
        with open(a.json, "w") as file:
            json.dump({"torch": torch.__version__, "threads": a.threads, "device": device, "times_ms": times}, file, indent=1)


if __name__ == "__main__":
    main()
