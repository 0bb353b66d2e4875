"""Seconds per sample of MDSGen's released Python code over ours: same weights, noise, steps, threads.

Twice: with the authors' attention code, which writes the matrix of attention and gathers the bias by distance
anew in every block of every step; and with the same code whose attention is PyTorch's fused kernel
(scaled_dot_product_attention) and whose bias was gathered once. The second row says what our language and
runtime cost or gain, the first what one gains by leaving that code as it is.

Reference: github.com/triton99/MDSGen, masked_diffusion/{models,dpm_solver_pytorch}.py, revision f51ce3d,
           as its inference.py calls them: DPM-Solver++(2M), time_uniform, forward_with_cfg with scale 5
           and power 0.01, batch 1, float32 (its autocast to bfloat16 is for CUDA only)
Versions:  torch 2.13.0 (CPU), timm 1.0.29, numpy 2.4.6, safetensors 0.8.0

Usage: git clone https://github.com/triton99/MDSGen && git -C MDSGen checkout f51ce3d
       python goldens/bench/mdsgen_speed.py --mdsgen MDSGen [--size T --size S --size B]

Random weights go from here to `kinetone bench mdsgen --compare`; all three denoise the same noise in turn,
reference, fused, ours, reference, fused, ours, in the same environment (OMP_WAIT_POLICY=passive for
all), and medians are compared, of seconds and of CPU seconds (user and system, of all threads: they depend
less on what else runs). What each made is compared too, and a
difference above 1e-3 of the largest value is an error. Starting, loading and a first run of two steps do not
count in the seconds of either side. Nothing else should run on the machine; the load is printed.
"""

import argparse
import copy
import importlib
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import types

# Read by libgomp as it loads, here and in our process, whose launcher leaves alone what is set.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy  # noqa: E402
import torch  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import mdsgen as goldens  # noqa: E402

SIZES = {"T": (12, 192, 3), "S": (12, 384, 6), "B": (12, 768, 12), "L": (24, 1024, 16)}
CHANNELS, LENGTH, FREQUENCIES = 8, 204, 16
FRAMES, FEATURES = 32, 512
TOLERANCE = 1e-3


class Mlp(torch.nn.Module):
    """Our stand-in for timm's, with its names."""

    def __init__(self, in_features, hidden_features, act_layer, drop):
        assert drop == 0
        super().__init__()
        self.fc1 = torch.nn.Linear(in_features, hidden_features)
        self.act = act_layer()
        self.fc2 = torch.nn.Linear(hidden_features, in_features)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def provide_imports():
    """What the reference imports; of what is not installed, the names that it takes."""
    if importlib.util.find_spec("tqdm") is None:
        sys.modules["tqdm"] = types.ModuleType("tqdm")
        sys.modules["tqdm"].__spec__ = importlib.machinery.ModuleSpec("tqdm", None)
        sys.modules["tqdm"].tqdm = lambda steps: steps
    if importlib.util.find_spec("timm") is not None:
        goldens.stub_image_libraries()
        return
    for name, member, value in [("timm.models.vision_transformer", "Mlp", Mlp),
                                ("timm.models.layers", "trunc_normal_", torch.nn.init.trunc_normal_)]:
        for package in ["timm", "timm.models"]:
            sys.modules.setdefault(package, types.ModuleType(package))
        sys.modules[name] = types.ModuleType(name)
        setattr(sys.modules[name], member, value)


class FusedAttention(torch.nn.Module):
    """The released attention without masking, over the same weights."""

    def __init__(self, attention):
        super().__init__()
        self.heads, self.qkv, self.proj = attention.num_heads, attention.qkv, attention.proj
        self.bias = attention.rel_pos_bias()

    def forward(self, x, ids_keep=None):
        assert ids_keep is None
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=self.bias)
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Reference:
    """The released code with the weights and the start in a folder that ours reads too."""

    def __init__(self, checkout, size, folder):
        depth, width, heads = SIZES[size]
        models = goldens.load_mdsgen(checkout / "masked_diffusion" / "models.py")
        self.net = models.MDSGen(
            depth=depth, hidden_size=width, num_heads=heads, decode_layer=4).eval()
        generator = torch.Generator().manual_seed(1)
        goldens.randomise(self.net, generator, 0.05)
        self.noise = torch.randn(1, CHANNELS, LENGTH, FREQUENCIES, generator=generator)
        self.features = torch.randn(1, FRAMES, FEATURES, generator=generator)
        save_file({k: v.contiguous() for k, v in self.net.state_dict().items()},
                  folder / "weights.safetensors")
        save_file({"noise": self.noise.permute(0, 2, 3, 1).contiguous(), "features": self.features},
                  folder / "start.safetensors")

    def fused(self):
        """The same with fused attention and the bias gathered once."""
        other = copy.copy(self)
        other.net = copy.deepcopy(self.net)
        for block in [m for m in other.net.modules() if hasattr(m, "attn")]:
            block.attn = FusedAttention(block.attn)
        return other

    def sample(self, dpm, steps):
        # Linear betas of 1000 steps, the only part of gaussian_diffusion.py that sampling uses.
        betas = torch.from_numpy(numpy.linspace(1e-4, 0.02, 1000))
        schedule = dpm.NoiseScheduleVP(schedule="discrete", betas=betas)

        def predict(x, t, **told):
            return torch.split(self.net.forward_with_cfg(x, t, **told), CHANNELS, dim=1)[0]

        told = dict(cfg_scale=5.0, scale_pow=0.01, mix_video_feat=self.features)
        wrapped = dpm.model_wrapper(predict, schedule, model_type="noise", model_kwargs=told)
        return dpm.DPM_Solver(wrapped, schedule, algorithm_type="dpmsolver++").sample(
            self.noise, steps=steps, order=2, skip_type="time_uniform", method="multistep")


def theirs(reference, dpm, steps):
    """Seconds and CPU seconds of one sample, and the sample."""
    start, cpu = time.perf_counter(), time.process_time()
    made = reference.sample(dpm, steps).permute(0, 2, 3, 1)
    return time.perf_counter() - start, time.process_time() - cpu, made


def ours(args, size, folder):
    command = [str(args.kinetone), "bench", "mdsgen", "--compare", str(folder), "--size", size,
               "--num-inference-steps", str(args.steps), "--repeats", "1", "--threads", str(args.threads), "--json"]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = json.loads(answer.strip().splitlines()[-1])
    made = load_file(folder / "latents.safetensors")["latents"]
    return figures["denoiserSeconds"], figures["denoiserCpuSeconds"], made


def compare(args, dpm, size, folder):
    reference = Reference(args.mdsgen, size, folder)
    fused = reference.fused()
    sides = {"reference": lambda: theirs(reference, dpm, args.steps),
             "fused": lambda: theirs(fused, dpm, args.steps),
             "ours": lambda: ours(args, size, folder)}
    reference.sample(dpm, 2)
    fused.sample(dpm, 2)
    seconds, cpu = {side: [] for side in sides}, {side: [] for side in sides}
    worst = 0
    for _ in range(args.rounds):
        expected = None
        for side, sample in sides.items():
            took, used, made = sample()
            seconds[side].append(took)
            cpu[side].append(used)
            expected = made if expected is None else expected
            worst = max(worst, ((made - expected).abs().max() / expected.abs().max()).item())
    medians = {side: (statistics.median(seconds[side]), statistics.median(cpu[side])) for side in sides}
    own = medians["ours"]
    for side, (took, used) in medians.items():
        print(f"{size}  {side:9}  {took:8.3f} s  over ours {took / own[0]:.3f}   "
              f"{used:8.3f} CPU s  over ours {used / own[1]:.3f}", flush=True)
    print(f"{size}  largest difference {worst:.1e}; load {os.getloadavg()[0]:.1f}", flush=True)
    if not worst <= TOLERANCE:
        sys.exit(f"{size}: the sides disagree by {worst}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mdsgen", required=True, type=pathlib.Path, help="checkout of the reference")
    parser.add_argument("--kinetone", default=HERE.parent.parent / "kinetone", type=pathlib.Path)
    parser.add_argument("--size", action="append", choices=SIZES)
    parser.add_argument("--steps", default=25, type=int)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--threads", default=2, type=int)
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(args.threads)
    provide_imports()
    sys.path.insert(0, str(args.mdsgen / "masked_diffusion"))
    dpm = importlib.import_module("dpm_solver_pytorch")
    print(f"{args.steps} steps with guidance, {args.threads} threads, {args.rounds} rounds, "
          f"torch {torch.__version__}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
    for size in args.size or ["T", "S", "B"]:
        with tempfile.TemporaryDirectory() as folder:
            compare(args, dpm, size, pathlib.Path(folder))


if __name__ == "__main__":
    main()
