"""Networks of VkGAN models in PyTorch, and the training steps and calls that bench/compare_pytorch.py times.
SPDX-License-Identifier: MIT

A network is built from the model's own JSON, so that both sides run the same layers; tools/check_bench_models.py compares their
numbers.
"""
import contextlib
from dataclasses import dataclass

import torch
from torch import nn


class Net(nn.Module):
    """One network of a model: a chain of layers, with skips where a layer names what it reads."""

    def __init__(self, model, name):
        super().__init__()
        network = next(n for n in model["networks"] if n["name"] == name)
        source = network["inputs"][0]
        self.name, self.input = name, source["name"]
        named = {word for layer in network["layers"] for word in layer.get("from", [])}
        channels, before = {source["name"]: source["shape"][0]}, source["name"]
        self.layers, self.reads = nn.ModuleList(), []
        for layer in network["layers"]:
            sources = layer.get("from", [])
            # Overwriting is safe where only this layer reads what is overwritten.
            overwrite = before not in named and before != source["name"]
            module, channels[layer["name"]] = build(layer, channels[(sources or [before])[0]], overwrite)
            self.layers.append(module)
            self.reads.append((layer["name"], sources, layer["name"] in named))
            before = layer["name"]

    def forward(self, x):
        kept = {self.input: x}
        for module, (name, sources, keep) in zip(self.layers, self.reads):
            x = module(*[kept[s] for s in sources]) if sources else module(x)
            if keep:
                kept[name] = x
        return x

    def vkgan_names(self):
        """VkGAN's name of every entry of the state: layers.3.weight -> G.main.3.weight."""
        return {key: f"{self.name}.{self.reads[int(key.split('.')[1])][0]}.{key.split('.')[2]}" for key in self.state_dict()}


class Add(nn.Module):
    def forward(self, a, b):
        return a + b


def build(layer, channels, overwrite):
    """A layer and the channels of its result."""
    o, kind = {"stride": 1, "pad": 0, "bias": 1, **layer.get("options", {})}, layer["type"]
    if kind == "conv":
        mode = {"zero": "zeros"}.get(o.get("pad_mode", "zero"), o.get("pad_mode"))
        return nn.Conv2d(channels, o["filters"], o["kernel"], o["stride"], o["pad"], bias=bool(o["bias"]), padding_mode=mode), o["filters"]
    if kind == "conv_transposed":
        return nn.ConvTranspose2d(channels, o["filters"], o["kernel"], o["stride"], o["pad"], o.get("output_padding", 0),
                                  bias=bool(o["bias"])), o["filters"]
    simple = {"batch_norm": lambda: nn.BatchNorm2d(channels), "instance_norm": lambda: nn.InstanceNorm2d(channels),
              "relu": lambda: nn.ReLU(overwrite), "leaky_relu": lambda: nn.LeakyReLU(o.get("slope", 0.01), overwrite),
              "tanh": nn.Tanh, "add": Add}
    if kind not in simple:
        raise SystemExit(f"layer {layer['name']}: this script has no {kind}; it has conv, conv_transposed, {', '.join(simple)}")
    return simple[kind](), channels


@dataclass(frozen=True)
class Mode:
    execution: str = "eager"  # eager, compile, graphs
    precision: str = "float32"  # float32, tf32, amp
    device: str = "cpu"

    def name(self):
        return f"{self.execution} {self.precision}"

    def switch(self):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = self.precision == "tf32"

    def cast(self):
        if self.precision != "amp":
            return contextlib.nullcontext()
        # bfloat16 has float32's range and needs no loss scaling, whose test on the host no CUDA graph can hold.
        return torch.autocast(self.device, torch.bfloat16, cache_enabled=self.execution != "graphs")


def modes():
    """What this machine can run, and why not the rest."""
    if not torch.cuda.is_available():
        skipped = {"CUDA graphs, TF32, AMP": "PyTorch sees no CUDA device"}
        if not hasattr(torch, "compile"):
            skipped["compile"] = f"PyTorch {torch.__version__} has no torch.compile"
            return [Mode()], skipped
        return [Mode(), Mode("compile")], skipped
    executions = ["eager", "compile", "graphs"] if hasattr(torch, "compile") else ["eager", "graphs"]
    skipped = {} if hasattr(torch, "compile") else {"compile": f"PyTorch {torch.__version__} has no torch.compile"}
    return [Mode(e, p, "cuda") for e in executions for p in ("float32", "tf32", "amp")], skipped


class Work:
    """Something to time: `feed` brings in what comes from outside, `body` computes, `result` brings out what the caller gets."""

    compiles = True  # whether torch.compile knows its gradients

    def __init__(self, mode, layout):
        self.mode, self.layout, self.replay = mode, layout, None

    def net(self, model, name):
        net = Net(model, name).to(self.mode.device, memory_format=self.layout)
        return torch.compile(net) if self.mode.execution == "compile" else net

    def adam(self, net, rate, betas):
        capturable = {"capturable": True} if self.mode.execution == "graphs" else {}
        return torch.optim.Adam(net.parameters(), rate, betas, **capturable)

    def from_host(self, *shape):
        """Values in the host's memory and where they go: the same tensor on a CPU."""
        host = torch.rand(*shape) * 2 - 1
        if self.mode.device == "cpu":
            host = host.contiguous(memory_format=self.layout) if len(shape) == 4 else host
            return host, host
        return host.pin_memory(), host.to(self.mode.device, memory_format=self.layout)

    def feed(self):
        if self.values[0] is not self.values[1]:
            self.values[1].copy_(self.values[0], non_blocking=True)

    def result(self):
        pass

    def __call__(self):
        self.mode.switch()
        self.feed()
        if self.mode.execution == "graphs" and self.replay is None:
            self.capture()
        (self.replay or self.body)()
        self.result()
        if self.mode.device == "cuda":
            torch.cuda.synchronize()

    def capture(self):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.body()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.body()
        self.replay = graph.replay


class DcganStep(Work):
    """Real and fake past D, D's step, the fakes past D again, G's step."""

    def __init__(self, model, batch, mode, layout):
        super().__init__(mode, layout)
        self.g, self.d, self.batch = self.net(model, "G"), self.net(model, "D"), batch
        self.g_adam, self.d_adam = (self.adam(net, 2e-4, (0.5, 0.999)) for net in (self.g, self.d))
        self.values = self.from_host(batch, 3, 64, 64)
        self.one, self.zero = (make(batch, device=mode.device) for make in (torch.ones, torch.zeros))
        self.bce = nn.BCEWithLogitsLoss()

    def judge(self, images, target):
        return self.bce(self.d(images).flatten().float(), target)

    def body(self):
        with self.mode.cast():
            fake = self.g(torch.randn(self.batch, 100, 1, 1, device=self.mode.device))
            loss_d = self.judge(self.values[1], self.one) + self.judge(fake.detach(), self.zero)
        self.d_adam.zero_grad(set_to_none=True)
        loss_d.backward()
        self.d_adam.step()
        with self.mode.cast():
            loss_g = self.judge(fake, self.one)
        self.g_adam.zero_grad(set_to_none=True)
        loss_g.backward()
        self.g_adam.step()


def critic_loss(d, real, fake, share):
    """Gulrajani et al. 2017, the loss of Alg. 1; its gradient takes a second-order one."""
    between = (fake + share * (real - fake)).requires_grad_()
    gradient = torch.autograd.grad(d(between).float().sum(), between, create_graph=True)[0]
    penalty = ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return d(fake).float().mean() - d(real).float().mean() + 10 * penalty


class CriticStep(Work):
    compiles = False

    def __init__(self, model, batch, mode, layout):
        super().__init__(mode, layout)
        self.g, self.d, self.batch = self.net(model, "G"), self.net(model, "D"), batch
        self.d_adam = self.adam(self.d, 1e-4, (0.0, 0.9))
        self.values = self.from_host(batch, 3, 64, 64)

    def body(self):
        device = self.mode.device
        with self.mode.cast():
            with torch.no_grad():
                fake = self.g(torch.randn(self.batch, 100, 1, 1, device=device))
            loss = critic_loss(self.d, self.values[1], fake, torch.rand(self.batch, 1, 1, 1, device=device))
        self.d_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.d_adam.step()


class Call(Work):
    """One network forward, from values in the host's memory to values there."""

    def __init__(self, model, batch, mode, layout):
        super().__init__(mode, layout)
        self.g = self.net(model, "G").eval()
        self.values = self.from_host(batch, *next(n for n in model["networks"] if n["name"] == "G")["inputs"][0]["shape"])

    def body(self):
        with torch.no_grad(), self.mode.cast():
            self.out = self.g(self.values[1])

    def result(self):
        self.out.float().cpu()
