#!/usr/bin/env python3
"""The same networks in PyTorch and in VkGAN, interleaved in one run: medians, spreads, ratios, memory.
SPDX-License-Identifier: MIT

Usage: bench/compare_pytorch.py [VKGAN] [--only NAME...] [--pairs 5] [--width 64] [--batch 32] [--device NAME] [--threads N]
                                [--json FILE] [--no-memory]
VKGAN: the program, build/release/vkgan if not given. Needs PyTorch (Debian: python3-torch).

Debian's PyTorch takes whatever BLAS the system has, and the reference one is six times slower than OpenBLAS here: install
libopenblas0-pthread. The script refuses to compare on a CPU without an optimised one.

Workloads (--only takes their names):
  dcgan-train     a training step of DCGAN-64 (ngf = ndf = --width) at --batch
  dcgan-1         its generator, 1 image a call
  dcgan-16        its generator, 16 images a call
  wgan-gp-critic  a critic step of WGAN-GP at 64x64 and --batch, with a second-order gradient (bench/models/wgan_gp64.json)
  resnet-1        a CycleGAN-like generator with instance norms and six residual blocks, one 64x64 image (.../resnet64.json)
  convs-1         ten 1x1 and 3x3 convolutions, one 64x64 image (.../convs64.json)
PyTorch builds its networks from the same JSON as VkGAN; tools/check_bench_models.py compares their numbers.

Each pair times every workload in PyTorch, in each of its modes, and then in VkGAN, and takes the median of its repetitions. On a CPU
PyTorch runs eager in float32, with one thread and with --threads (all processors if not given) beside its BLAS's --threads, and the
quicker of the two counts; llvmpipe has --threads. On a CUDA device PyTorch runs eager, compiled and as CUDA graphs, each in float32, TF32
and AMP (bfloat16). Always in NCHW or channels_last, whichever is quicker here. VkGAN computes in float32. Times are the caller's: a call
ends with its result in the host's memory, a training step when its last kernel has. A ratio is PyTorch's time divided by VkGAN's: above
1, VkGAN is quicker; "best" is that of the smallest times. Machines are shared: only ratios within one run mean anything, and the load
average says how busy it was (the run alone makes about as much as there are threads). Other work on the processors slows threads that
wait for one another, PyTorch's most of all: a goal counts as met or missed only where the median and the best agree, and with --threads 1
nothing waits. GFLOP are those of one step or call as VkGAN's plan counts them: two for each multiply and add of a contraction, and the
little that surrounds them.

Memory: a process that trains DCGAN-64 and nothing else, for each side.
"""
import argparse
import ctypes
import datetime
import json
import os
import resource
import statistics
import subprocess
import sys
import time

import torch

import pytorch_nets as nets

HERE = os.path.dirname(os.path.abspath(__file__))
LAYOUTS = {"NCHW": torch.contiguous_format, "channels_last": torch.channels_last}
GOALS = {"dcgan-train": 0.7, "dcgan-1": 0.7, "dcgan-16": 0.7, "wgan-gp-critic": 0.6, "resnet-1": 0.6, "convs-1": 0.6}


def model_file(name):
    return os.path.join(HERE, "models", name + ".json")


class Workload:
    def __init__(self, kind, build, model, arguments, batch):
        self.kind, self.build, self.model, self.arguments, self.batch = kind, build, model, arguments, batch
        self.repetitions = 3 if kind == "train" else 20
        self.pytorch, self.layouts, self.threads, self.vkgan, self.gflop = {}, {}, {}, [], 0

    def prepare(self, modes, skipped):
        """The quicker layout in each mode."""
        for mode in modes:
            if mode.execution == "compile" and not self.build.compiles:
                skipped["compile, of the critic step"] = "torch.compile takes no second-order gradients"
                continue
            works = {name: self.build(self.model, self.batch, mode, layout) for name, layout in LAYOUTS.items()}
            times = {name: milliseconds(work, self.repetitions) for name, work in works.items()}
            best = min(times, key=times.get)
            self.pytorch[mode], self.layouts[mode.name()] = (works[best], []), best

    def time_pair(self, a):
        for mode, (work, times) in self.pytorch.items():
            trials = {}
            for threads in sorted({1, a.threads}) if mode.device == "cpu" else [a.threads]:
                torch.set_num_threads(threads)
                trials[threads] = milliseconds(work, self.repetitions)
            best = min(trials, key=trials.get)
            self.threads[best] = self.threads.get(best, 0) + 1
            times.append(trials[best])
        result = run_vkgan(a, ["bench", self.kind, *self.arguments, "--batch", str(self.batch), "--repetitions", str(self.repetitions)])
        self.vkgan.append(result["median_ms"])
        self.gflop = result["gflop"]
        return result["device"]


def milliseconds(work, repetitions, uncounted=2):
    times = []
    for _ in range(uncounted + repetitions):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[uncounted:])


def run_vkgan(a, arguments):
    command = [a.program, *arguments, "--json"] + (["--device", a.device] if a.device else [])
    threads = {"LP_NUM_THREADS": str(a.threads)}  # llvmpipe's; other devices do not read it
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **threads})
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout)


def dcgan_settings(a):
    return ["image=64", f"ngf={a.width}", f"ndf={a.width}", "ema=0"]


def dcgan_model(a):
    text = subprocess.run([a.program, "recipe", "dcgan", "--set", *dcgan_settings(a)], check=True, capture_output=True, text=True).stdout
    return json.loads(text)


def workloads(a):
    dcgan, settings = dcgan_model(a), ["dcgan", "--set", *dcgan_settings(a)]
    read = lambda name: json.load(open(model_file(name)))
    network = lambda name: [model_file(name), "--network", "G"]
    every = {
        "dcgan-train": lambda: Workload("train", nets.DcganStep, dcgan, settings, a.batch),
        "dcgan-1": lambda: Workload("infer", nets.Call, dcgan, settings, 1),
        "dcgan-16": lambda: Workload("infer", nets.Call, dcgan, settings, 16),
        "wgan-gp-critic": lambda: Workload("train", nets.CriticStep, read("wgan_gp64"), [model_file("wgan_gp64")], a.batch),
        "resnet-1": lambda: Workload("infer", nets.Call, read("resnet64"), network("resnet64"), 1),
        "convs-1": lambda: Workload("infer", nets.Call, read("convs64"), network("convs64"), 1),
    }
    for name in a.only:
        if name not in every:
            raise SystemExit(f"--only: there is no workload {name}; there are {', '.join(every)}")
    return {name: make() for name, make in every.items() if not a.only or name in a.only}


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def train_for_memory(a):
    """The whole life of a process of its own: its peaks as JSON."""
    start = peak_mib()
    mode = nets.Mode(device="cuda" if torch.cuda.is_available() else "cpu")
    step = nets.DcganStep(dcgan_model(a), a.batch, mode, LAYOUTS[a.memory_of])
    for _ in range(10):
        step()
    device = torch.cuda.max_memory_reserved() / 2**20 if mode.device == "cuda" else 0
    print(json.dumps({"started_mib": start, "peak_mib": peak_mib(), "device_mib": device, "layout": a.memory_of}))


def memory(a):
    pytorch = []
    for layout in LAYOUTS:
        command = [sys.executable, os.path.abspath(__file__), a.program, "--memory-of", layout, "--width", str(a.width), "--batch",
                   str(a.batch), "--threads", str(a.threads)]
        pytorch.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    vkgan = run_vkgan(a, ["bench", "memory", "dcgan", "--set", *dcgan_settings(a), "--batch", str(a.batch), "--repetitions", "10"])
    return {"pytorch": pytorch, "vkgan": vkgan}


def print_memory(m, batch):
    ours = m["vkgan"]
    print(f"\nMemory of a process that trains DCGAN-64 with a batch of {batch}, 10 steps; MiB")
    for each in m["pytorch"]:
        device = f", CUDA memory reserved {each['device_mib']:.0f}" if each["device_mib"] else ""
        print(f"  PyTorch, {each['layout']:14} peak {each['peak_mib']:.0f}, of which {each['started_mib']:.0f} once it is imported{device}")
    mib = lambda count: count / 2**20
    print(f"  VkGAN {'':16} peak {ours['peak_process_mib']:.0f}, the data set's images included; device memory "
          f"{mib(ours['arena']['buffer_bytes']):.0f} in buffers, {mib(ours['arena']['reserved_bytes']):.0f} reserved")
    least = min(each["peak_mib"] for each in m["pytorch"])
    print(f"  PyTorch's smaller peak / VkGAN's: {least / ours['peak_process_mib']:.2f}")


def blas():
    """The optimised BLAS that this process has loaded, or an empty string."""
    torch.ones(8, 8) @ torch.ones(8, 8)
    maps = open("/proc/self/maps").read()
    return next((name for name in ("openblas", "mkl", "blis") if name in maps), "")


def limit_blas(threads):
    """OpenBLAS has threads of its own, which torch.set_num_threads does not reach."""
    paths = {line.split()[-1] for line in open("/proc/self/maps") if "libopenblas" in line}
    for path in paths:
        ctypes.CDLL(path).openblas_set_num_threads(threads)


def span(values, digits=1):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def ratios(pytorch, vkgan):
    return [p / v for p, v in zip(pytorch, vkgan)]


def verdict(median, best, goal):
    return "met" if min(median, best) >= goal else "missed" if max(median, best) < goal else "unclear"


def print_times(chosen):
    print(f"{'':16}{'PyTorch mode':18}{'PyTorch ms':>28}{'VkGAN ms':>28}{'ratio':>22}{'best':>7}{'goal':>6}{'':9}{'GFLOP':>6}")
    for name, w in chosen.items():
        for mode, (_, times) in w.pytorch.items():
            r, goal = ratios(times, w.vkgan), GOALS[name]
            best = min(times) / min(w.vkgan)
            print(f"{name:16}{mode.name():18}{span(times):>28}{span(w.vkgan):>28}{span(r, 2):>22}{best:>7.2f}{goal:>6} "
                  f"{verdict(statistics.median(r), best, goal):7}{w.gflop:>7.2f}")


def write_json(a, chosen, told):
    rows = {name: {"kind": w.kind, "batch": w.batch, "goal": GOALS[name], "gflop": w.gflop, "vkgan_ms": w.vkgan,
                   "pytorch_threads": w.threads,
                   "pytorch": {mode.name(): {"layout": w.layouts[mode.name()], "ms": times, "ratios": ratios(times, w.vkgan)}
                               for mode, (_, times) in w.pytorch.items()}} for name, w in chosen.items()}
    with open(a.json, "w") as file:
        json.dump({"date": datetime.date.today().isoformat(), "torch": torch.__version__, "threads": a.threads, "pairs": a.pairs,
                   "width": a.width, **told, "workloads": rows}, file, indent=1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default="build/release/vkgan")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--width", type=int, default=64, help="ngf and ndf of DCGAN")
    parser.add_argument("--batch", type=int, default=32, help="of training steps")
    parser.add_argument("--device", default="", help="of VkGAN, as `vkgan devices` names it")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of PyTorch and, where its device is a CPU, of VkGAN")
    parser.add_argument("--no-memory", action="store_true", help="leave the comparison of memory out")
    parser.add_argument("--json", help="also write every time here")
    parser.add_argument("--memory-of", choices=list(LAYOUTS), help=argparse.SUPPRESS)
    a = parser.parse_args()
    if not os.access(a.program, os.X_OK):
        parser.error(f"{a.program} is no program; build it with cmake --build --preset release")
    for name in ("pairs", "width", "batch", "threads"):
        if getattr(a, name) < 1:
            parser.error(f"--{name}: {getattr(a, name)} is not 1 or more")
    return a


def main():
    a = arguments()
    torch.set_num_threads(a.threads)
    limit_blas(a.threads)
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    if a.memory_of:
        return train_for_memory(a)
    on_cuda = torch.cuda.is_available()
    if not on_cuda and not blas():
        raise SystemExit("PyTorch runs on the reference BLAS; apt-get install libopenblas0-pthread")
    used_memory = {} if a.no_memory else memory(a)
    modes, skipped = nets.modes()
    chosen = workloads(a)
    for work in chosen.values():
        work.prepare(modes, skipped)
    device, load = "", [os.getloadavg()[0]]
    for _ in range(a.pairs):
        for work in chosen.values():
            device = work.time_pair(a)
        load.append(os.getloadavg()[0])
    host = torch.cuda.get_device_name() if on_cuda else f"the CPU, {blas()}, {a.threads} threads"
    print(f"{datetime.date.today()}: PyTorch {torch.__version__} on {host}; VkGAN on {device}")
    print(f"medians of {a.pairs} interleaved pairs (smallest to largest); ratio: PyTorch's time / VkGAN's; "
          f"load average {min(load):.1f} to {max(load):.1f}\n")
    print_times(chosen)
    print()
    for name, w in chosen.items():
        threads = ", ".join(f"{count} times with {threads}" for threads, count in sorted(w.threads.items()))
        print(f"{name}: quicker in {', '.join(f'{layout} ({mode})' for mode, layout in w.layouts.items())}; by threads: {threads}")
    for what, why in skipped.items():
        print(f"skipped: {what}: {why}")
    if used_memory:
        print_memory(used_memory, a.batch)
    if a.json:
        write_json(a, chosen, {"pytorch_on": host, "vkgan_on": device, "load_average": load, "skipped": skipped, "memory": used_memory})


if __name__ == "__main__":
    main()
