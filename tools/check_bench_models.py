#!/usr/bin/env python3
"""Whether bench/models/*.json compute the same in VkGAN as the networks that bench/pytorch_nets.py builds of them, and their FLOPs.
SPDX-License-Identifier: MIT

Usage: check_bench_models.py VKGAN      (Debian: python3-torch)
Errors are largest entries, relative to a float64 run in PyTorch, beside those of PyTorch's own float32 run: VkGAN's must lie within 10
times those. The networks of resnet64 and convs64 run forward; wgan_gp64 makes a critic step, whose gradients take a second-order one.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(os.path.dirname(HERE), "bench")
sys.path[:0] = [HERE, BENCH]
import pytorch_nets as nets
import reference_dcgan as reference

BATCH = 2


def model_file(name):
    return os.path.join(BENCH, "models", name + ".json")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def weights(net):
    return {net.vkgan_names()[key]: value.detach() for key, value in net.state_dict().items()}


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        blob = file.read()
    header.pop("__metadata__", None)
    return {k: torch.frombuffer(bytearray(blob[slice(*v["data_offsets"])]), dtype=torch.float32).reshape(v["shape"])
            for k, v in header.items() if v["dtype"] == "F32"}


def complain(what, exact, single, ours):
    own, error = ((x.double() - exact).abs().max().item() for x in (single, ours))
    far = error > 10 * own
    print(f"  {what:20} {own:12.3g} {error:12.3g}{'  TOO FAR' if far else ''}")
    return far


def contraction_gflop(net, x):
    """Two for each multiply and add, counted from the shapes that pass through."""
    counted = []
    def count(module, inputs, output):
        transposed = isinstance(module, nn.ConvTranspose2d)
        pixels, weight = (inputs[0] if transposed else output), module.weight
        counted.append(2e-9 * pixels.numel() * weight.numel() / weight.shape[0])
    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d))]
    net(x)
    for hook in hooks:
        hook.remove()
    return sum(counted)


def check_call(program, name, folder):
    at = lambda file: os.path.join(folder, file)
    model = json.load(open(model_file(name)))
    net = nets.Net(model, "G").eval()
    for parameter in net.parameters():
        nn.init.normal_(parameter, 0, 0.05)
    x = torch.randn(BATCH, 3, 64, 64)
    with torch.no_grad():
        single, gflop = net(x), contraction_gflop(net, x) / BATCH
        reference.save(at("model.vkgan"), weights(net), {"vkgan": "model 1", "model": json.dumps(model), "steps": "0"})
        exact = net.double()(x.double())
    numpy.save(at("x.npy"), x.numpy())
    run(program, "run", at("model.vkgan"), "--network", "G", "--in", "image=" + at("x.npy"), "--out", "output=" + at("y.npy"))
    counted = json.loads(run(program, "bench", "infer", model_file(name), "--network", "G", "--repetitions", "1", "--json"))["gflop"]
    print(f"{name}: contractions {gflop:.4f} GFLOP an image, the plan counts {counted:.4f}")
    fits = gflop <= counted <= 1.1 * gflop
    return complain("output", exact, single, torch.from_numpy(numpy.load(at("y.npy")))) + (not fits)


def critic_gradients(g, d, feed):
    with torch.no_grad():
        fake = g(feed["z"][0])
    # The casts to float in the loss that is timed would make a float64 run no exact one.
    between = (fake + feed["penalty.share"][0] * (feed["real"][0] - fake)).requires_grad_()
    gradient = torch.autograd.grad(d(between).sum(), between, create_graph=True)[0]
    loss = d(fake).mean() - d(feed["real"][0]).mean() + 10 * ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()
    d.zero_grad()
    loss.backward()
    return {d.vkgan_names()[key]: p.grad.clone() for key, p in d.named_parameters()}


def check_critic(program, name, folder):
    at = lambda file: os.path.join(folder, file)
    model = json.load(open(model_file(name)))
    g, d = nets.Net(model, "G"), nets.Net(model, "D")
    for net in (g, d):
        for module in net.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.normal_(module.weight, 0, 0.05)
    feed = {"real": torch.rand(1, BATCH, 3, 64, 64) * 2 - 1, "z": torch.randn(1, BATCH, 100, 1, 1),
            "penalty.share": torch.rand(1, BATCH, 1, 1, 1)}
    reference.save(at("init.safetensors"), {**weights(g), **weights(d)}, {})
    reference.save(at("feed.safetensors"), feed, {})
    single = critic_gradients(g, d, feed)
    timed = nets.critic_loss(d, feed["real"][0], g(feed["z"][0]).detach(), feed["penalty.share"][0])
    exact = critic_gradients(g.double(), d.double(), {k: v.double() for k, v in feed.items()})
    run(program, "train", model_file(name), "--out", at("run"), "--weights", at("init.safetensors"), "--feed", at("feed.safetensors"),
        "--gradients", at("gradients.safetensors"))
    ours = read(at("gradients.safetensors"))
    print(f"{name}: gradients of a critic step")
    log = json.loads(open(at("run/log.jsonl")).readline())
    print(f"  loss: PyTorch's {timed.item():.6f}, VkGAN's {log['loss_d']:.6f}")
    return sum(complain(key, exact[key], single[key], ours[key]) for key in exact)


def main():
    torch.manual_seed(1)
    print(f"  {'largest error of':20} {'PyTorch':>12} {'VkGAN':>12}")
    failures = 0
    for check, name in ((check_call, "resnet64"), (check_call, "convs64"), (check_critic, "wgan_gp64")):
        with tempfile.TemporaryDirectory() as folder:
            failures += check(sys.argv[1], name, folder)
    print(f"{failures} too far")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
