#!/usr/bin/env python3
"""Two steps of a small DCGAN in PyTorch: writes the fixture of tests/lower/dcgan_step_test.cpp.
SPDX-License-Identifier: MIT

Usage: reference_dcgan.py OUT.safetensors        (Debian: python3-torch)
Keys: init.NAME, feed.real, feed.noise, grad.NAME (first step), after.NAME (after two steps), loss.{d,g},
p.{real,fake}; all from a float64 run, with the largest |float32 - float64| of each tensor in the metadata.
"""
import json
import struct
import sys

import torch
from torch import nn

IMAGE, CHANNELS, NZ, WIDTH, BATCH, STEPS = 16, 3, 8, 4, 3, 2


class Net(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.main = nn.Sequential(*layers)

    def forward(self, x):
        return self.main(x)


def generator():
    up = lambda i, o, s, p: nn.ConvTranspose2d(i, o, 4, s, p, bias=False)
    return Net([up(NZ, 2 * WIDTH, 1, 0), nn.BatchNorm2d(2 * WIDTH), nn.ReLU(),
                up(2 * WIDTH, WIDTH, 2, 1), nn.BatchNorm2d(WIDTH), nn.ReLU(),
                up(WIDTH, CHANNELS, 2, 1), nn.Tanh()])


def discriminator():
    down = lambda i, o, s, p: nn.Conv2d(i, o, 4, s, p, bias=False)
    return Net([down(CHANNELS, WIDTH, 2, 1), nn.LeakyReLU(0.2),
                down(WIDTH, 2 * WIDTH, 2, 1), nn.BatchNorm2d(2 * WIDTH), nn.LeakyReLU(0.2),
                down(2 * WIDTH, 1, 1, 0)])


def start(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(m.weight, 0, 0.2)  # larger than 0.02, so that two steps move something
        if isinstance(m, nn.BatchNorm2d):
            nn.init.normal_(m.weight, 1, 0.1)
            nn.init.normal_(m.bias, 0, 0.1)


def run(dtype):
    torch.manual_seed(7)
    g, d = generator(), discriminator()
    start(g), start(d)
    real = torch.rand(STEPS, BATCH, CHANNELS, IMAGE, IMAGE) * 2 - 1
    noise = torch.randn(STEPS, BATCH, NZ, 1, 1)
    g, d, real, noise = g.to(dtype), d.to(dtype), real.to(dtype), noise.to(dtype)
    out = {"feed.real": real, "feed.noise": noise}
    nets = (("G", g), ("D", d))
    keep = lambda kind: {f"{kind}.{n}.{k}": v.detach().clone()
                         for n, m in nets for k, v in m.state_dict().items()}
    out.update(keep("init"))
    adam_g, adam_d = (torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999), eps=1e-8)
                      for _, m in nets)
    bce = nn.BCEWithLogitsLoss()
    for step in range(STEPS):
        adam_d.zero_grad()
        score_real = d(real[step]).flatten()
        fake = g(noise[step])
        score_fake = d(fake.detach()).flatten()
        loss_d = bce(score_real, torch.ones_like(score_real)) + bce(score_fake, torch.zeros_like(score_fake))
        loss_d.backward()
        if step == 0:
            out.update({f"grad.D.{k}": p.grad.clone() for k, p in d.named_parameters()})
            out.update({"loss.d": loss_d.detach(), "p.real": score_real.detach().sigmoid().mean(),
                        "p.fake": score_fake.detach().sigmoid().mean()})
        adam_d.step()
        adam_g.zero_grad()
        judged = d(fake).flatten()
        loss_g = bce(judged, torch.ones_like(judged))
        loss_g.backward()
        if step == 0:
            out.update({f"grad.G.{k}": p.grad.clone() for k, p in g.named_parameters()})
            out["loss.g"] = loss_g.detach()
        adam_g.step()
    out.update(keep("after"))
    return {k: v for k, v in out.items() if not k.startswith("init") or "num_batches" not in k}


def save(path, tensors, metadata):
    header, blob = {"__metadata__": metadata}, b""
    names = {torch.float64: "F64", torch.int64: "I64", torch.float32: "F32"}
    for name, tensor in sorted(tensors.items()):
        data = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + blob)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    single, double = run(torch.float32), run(torch.float64)
    difference = {k: "%.3g" % (single[k].double() - v.double()).abs().max().item() for k, v in double.items()}
    # What both runs start from is exact in float32 and needs half the bytes.
    exact = {k: v.float() if k.startswith(("init", "feed")) else v for k, v in double.items()}
    save(sys.argv[1], exact, difference)


if __name__ == "__main__":
    main()
