"""Golden tensors for MDSGen: network, masked pass, objective, guidance, names and sizes.

Sources:   github.com/triton99/MDSGen, masked_diffusion/models.py, revision f51ce3d (the network);
           github.com/sail-sg/MDT, masked_diffusion/{models,gaussian_diffusion,diffusion_utils}.py,
           revision 7d26c21 (a block on a square grid, the loss, guidance on 3 of 4 channels)
Versions:  torch 2.13.0 (CPU), timm 1.0.29, numpy 2.4.6, safetensors 0.8.0
Tolerance: 1e-4 relative to the largest value (float32 sums in another order differ by about 1e-6)

Usage: mkdir -p ref/mdt
       git -C MDSGen show f51ce3d:masked_diffusion/models.py > ref/mdsgen_models.py
       for f in models gaussian_diffusion diffusion_utils; do
         git -C MDT show 7d26c21:masked_diffusion/$f.py > ref/mdt/$f.py; done
       python goldens/mdsgen.py --ref ref --out core/src/test/resources/goldens/mdsgen

MDSGen's code holds its sizes as literals. They are replaced in its text to get a small network; nothing
else is changed. The loss is MDT's, because MDSGen's copy stops in a debugger. Its autocast to bfloat16
is for CUDA only, so all is float32 here.
"""

import argparse
import importlib
import importlib.machinery
import json
import pathlib
import sys
import types
import unittest.mock
import warnings

import torch
from safetensors.torch import save_file

warnings.filterwarnings("ignore")


def stub_image_libraries():
    # timm imports them for image utilities that are not needed here.
    for name in ["PIL", "torchvision", "torchvision.models", "torchvision.models.feature_extraction",
                 "torchvision.ops", "torchvision.ops.misc", "torchvision.transforms",
                 "torchvision.transforms.functional", "torchvision.datasets"]:
        stub = unittest.mock.MagicMock()
        stub.__spec__ = importlib.machinery.ModuleSpec(name, None)
        stub.__path__, stub.__version__ = [], "11.0"
        sys.modules[name] = stub


def load_mdsgen(path, rows=102, columns=8, feature_width=512, frames=32, waves=204):
    text = path.read_text()
    for old, new in [
            ("window_size=[102, 8]", f"window_size=[{rows}, {columns}]"),
            ("grid_size_1 = 102", f"grid_size_1 = {rows}"),
            ("grid_size_2 = 8", f"grid_size_2 = {columns}"),
            ("h = 102", f"h = {rows}"),
            ("w = 8", f"w = {columns}"),
            ("in_features=512", f"in_features={feature_width}"),
            ("in_channels=32", f"in_channels={frames}"),
            ("frequency_embedding_size=204", f"frequency_embedding_size={waves}")]:
        assert old in text, old
        text = text.replace(old, new)
    module = types.ModuleType("mdsgen_models")
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module


def randomise(module, generator, scale):
    """Every parameter away from its zero or symmetric start."""
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.randn(p.shape, generator=generator) * scale)


def weights(module):
    return {"weights." + k: v.detach().clone().contiguous() for k, v in module.state_dict().items()}


def counts(net):
    everything = sum(p.numel() for p in net.parameters())
    side = sum(p.numel() for p in net.sideblocks.parameters())
    return [everything - side, everything]


def released(path):
    """Names and shapes of the released network, and sizes of all of the paper's."""
    sizes = {"t": (12, 192, 3), "t5": (7, 192, 3), "s": (12, 384, 6), "b": (12, 768, 12),
             "l": (24, 1024, 16)}
    result = {"counts": {}}
    release = load_mdsgen(path)
    paper = load_mdsgen(path, rows=8, columns=32, waves=256)
    with torch.device("meta"):
        for name, (depth, width, heads) in sizes.items():
            arguments = dict(depth=depth, hidden_size=width, num_heads=heads, mask_ratio=0.3,
                             decode_layer=4)
            net = paper.MDSGen(input_size=(16, 64), in_channels=4, **arguments)
            result["counts"]["mdsgen-" + name] = counts(net)
            if name != "t5":
                net = release.MDSGen(**arguments)
                result["counts"]["mdsgen-" + name + "-audioldm"] = counts(net)
            if name == "b":
                result["tensors"] = {k: list(v.shape) for k, v in net.state_dict().items()}
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ref", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    out = args.out
    out.mkdir(parents=True, exist_ok=True)
    stub_image_libraries()
    sys.path.insert(0, str(args.ref))
    mdt = importlib.import_module("mdt.models")
    diffusion = importlib.import_module("mdt.gaussian_diffusion")
    path = args.ref / "mdsgen_models.py"
    (out / "released.json").write_text(json.dumps(released(path)) + "\n")

    g = torch.Generator().manual_seed(11)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    rows, columns, channels, width = 6, 4, 2, 16
    small = load_mdsgen(path, rows, columns, feature_width=12, frames=5, waves=20)
    net = small.MDSGen(input_size=(2 * rows, 2 * columns), in_channels=channels, hidden_size=width,
                       depth=3, num_heads=2, mask_ratio=0.3, decode_layer=1).eval()
    fresh = {"fresh.pos_embed": net.pos_embed.detach().clone()}
    randomise(net, g, 0.3)
    x = normal(2, channels, 2 * rows, 2 * columns)
    t = torch.tensor([0.0, 700.25])
    features = normal(2, 5, 12)
    reduced = net.conv1d_feat(net.mlp_feat(features)).squeeze(1)
    with torch.no_grad():
        tensors = {
            "x": x, "t": t, "features": features, "reduced": reduced,
            "full": net(x, t, False, features, 0), "unconditional": net(x, t, False, features, 1)}
        torch.manual_seed(5)
        _, mask, _, kept = net.random_masking(torch.zeros(2, rows * columns, width), 0.3)
        tensors.update({"kept": kept, "mask": mask})
        torch.manual_seed(5)
        tensors["masked"] = net(x, t, True, features, 0)
        same = torch.full((2,), 640.0)
        tensors["guided"] = net.forward_with_cfg(x, same, 5.0, 1000, 2.0, features)
        torch.manual_seed(6)
        _, _, _, spatial = mdt.MDTv2.random_masking(None, torch.zeros(3, 24, 2), 0.3)
        tensors["spatial_kept"] = spatial

        process = diffusion.GaussianDiffusion(
            betas=diffusion.get_named_beta_schedule("linear", 1000),
            model_mean_type=diffusion.ModelMeanType.EPSILON,
            model_var_type=diffusion.ModelVarType.LEARNED_RANGE,
            loss_type=diffusion.LossType.MSE)
        steps = torch.tensor([0, 120])
        clean, noise, noise_masked = 0.5 * normal(*x.shape), normal(*x.shape), normal(*x.shape)
        full = process.training_losses(
            net, clean, steps, {"mix_video_feat": features, "prob": 0}, noise)
        torch.manual_seed(5)
        masked = process.training_losses(
            net, clean, steps, {"mix_video_feat": features, "prob": 0, "enable_mask": True},
            noise_masked)
        tensors.update({"clean": clean, "steps": steps, "noise": noise,
                        "noise_masked": noise_masked})
        for name, terms in [("full", full), ("masked", masked)]:
            for part in ["mse", "vb", "loss"]:
                tensors[f"{name}_{part}"] = terms[part].float().mean().reshape(1)
    save_file({**weights(net), **fresh, **{k: v.contiguous() for k, v in tensors.items()}},
              out / "mdsgen.safetensors")

    block = mdt.MDTBlock(width, 2, num_patches=16)
    randomise(block, g, 0.3)
    tokens, c = normal(2, 16, width), normal(2, width)
    some = torch.stack([torch.randperm(16, generator=g)[:7] for _ in range(2)])
    visible = torch.gather(tokens, 1, some.unsqueeze(-1).expand(-1, -1, width))
    save_file({**weights(block), "x": tokens, "c": c, "kept": some, "visible": visible,
               "expected": block(tokens, c).detach(),
               "expected_visible": block(visible, c, ids_keep=some).detach()},
              out / "block.safetensors")

    # Guidance alone: the networks' answers are given.
    conditional, unconditional = normal(1, 8, 3, 2), normal(1, 8, 3, 2)
    level = torch.full((1,), 640.0)
    answers = iter([unconditional, conditional])
    stub = types.SimpleNamespace(forward=lambda *_: next(answers))
    both = types.SimpleNamespace(forward=lambda *_: torch.cat([conditional, unconditional]))
    save_file({
        "conditional": conditional, "unconditional": unconditional,
        "all_channels": small.MDSGen.forward_with_cfg(stub, conditional, level, 5.0, 1000, 1.0),
        "three_channels": mdt.MDTv2.forward_with_cfg(
            both, torch.zeros(2, 4, 3, 2), level.repeat(2), None, 5.0, 1000, 1.0)[:1].contiguous()},
        out / "guidance.safetensors")


if __name__ == "__main__":
    main()
