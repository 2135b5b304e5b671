#!/usr/bin/env python3
"""Trains a DCGAN-64 for a few fed steps in PyTorch and in vkgan, and compares gradients, weights and statistics.
SPDX-License-Identifier: MIT

Usage: check_pytorch_step.py VKGAN [WIDTH [BATCH [STEPS]]]     (Debian: python3-torch; defaults 32, 8, 5)
Gradients of the first step must lie within 10 times PyTorch's own float32-float64 difference (of the tensor, largest entry);
weights after all steps are compared by quantile, because Adam's first step is about lr * sign(gradient).
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

import torch
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import reference_dcgan as reference

WIDTH, BATCH, STEPS = (int(a) for a in (sys.argv[2:] + ["32", "8", "5"][len(sys.argv) - 2:])[:3])


def generator():
    layers, channels = [], 100
    for i, width in enumerate((8, 4, 2, 1)):
        layers += [nn.ConvTranspose2d(channels, WIDTH * width, 4, 2 if i else 1, 1 if i else 0, bias=False),
                   nn.BatchNorm2d(WIDTH * width), nn.ReLU()]
        channels = WIDTH * width
    return reference.Net(layers + [nn.ConvTranspose2d(channels, 3, 4, 2, 1, bias=False), nn.Tanh()])


def discriminator():
    layers, channels = [], 3
    for i, width in enumerate((1, 2, 4, 8)):
        layers += [nn.Conv2d(channels, WIDTH * width, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(WIDTH * width)] if i else []
        layers += [nn.LeakyReLU(0.2)]
        channels = WIDTH * width
    return reference.Net(layers + [nn.Conv2d(channels, 1, 4, 1, 0, bias=False)])


def start(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(m.weight, 0, 0.02)
        if isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.weight, 1, 0.02)


def read(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header, blob = json.loads(f.read(size)), f.read()
    types = {"F32": torch.float32, "I64": torch.int64}
    header.pop("__metadata__", None)
    return {k: torch.frombuffer(bytearray(blob[v["data_offsets"][0]:v["data_offsets"][1]]), dtype=types[v["dtype"]])
            .reshape(v["shape"]) for k, v in header.items()}


def main():
    reference.generator, reference.discriminator, reference.start = generator, discriminator, start
    reference.STEPS, reference.BATCH, reference.CHANNELS, reference.IMAGE, reference.NZ = STEPS, BATCH, 3, 64, 100
    torch.use_deterministic_algorithms(True)
    single, double = reference.run(torch.float32), reference.run(torch.float64)
    part = lambda run, kind: {k[len(kind):]: v for k, v in run.items() if k.startswith(kind)}
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        reference.save(at("init.safetensors"), part(single, "init."), {})
        reference.save(at("feed.safetensors"), part(single, "feed."), {})
        subprocess.run([sys.argv[1], "train", "dcgan", "--out", at("run"), "--set", f"ngf={WIDTH}", f"ndf={WIDTH}",
                        "--weights", at("init.safetensors"), "--feed", at("feed.safetensors"), "--gradients",
                        at("grad.safetensors"), "--save", at("after.safetensors")], check=True)
        grad, after = read(at("grad.safetensors")), read(at("after.safetensors"))
    failures = 0
    print(f"{'gradient of the first step':34} {'float32-float64':>16} {'vkgan-float64':>14} {'ratio':>6}")
    for name, exact in part(double, "grad.").items():
        own = (single["grad." + name].double() - exact).abs().max().item()
        ours = (grad[name].double() - exact).abs().max().item()
        failures += ours > 10 * own
        print(f"{name:34} {own:16.3g} {ours:14.3g} {ours / own:6.2f}{'  TOO FAR' if ours > 10 * own else ''}")
    print(f"{'after ' + str(STEPS) + ' steps':34} {'float32-float64':>16} {'vkgan-float64':>14}   (99 % quantiles)")
    for name, exact in part(double, "after.").items():
        if "num_batches" in name:
            failures += after[name].item() != exact.item()
            continue
        quantile = lambda t: (t.double() - exact).abs().flatten().kthvalue(max(1, int(0.99 * exact.numel()))).values.item()
        own, ours = quantile(single["after." + name]), quantile(after[name])
        failures += ours > 10 * own
        print(f"{name:34} {own:16.3g} {ours:14.3g}{'  TOO FAR' if ours > 10 * own else ''}")
    print(f"{failures} too far")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
