"""Golden tensors for STDiT3 and its blocks, public files of it and of PixArt, and its loss.

Source:    github.com/hpcaitech/Open-Sora, tag v1.2.0 (opensora/models/stdit/stdit3.py,
           opensora/models/layers/blocks.py, opensora/schedulers/iddpm and reparameter() of
           opensora/utils/ckpt_utils.py), unchanged; what is stubbed is named below
           github.com/PixArt-alpha/PixArt-alpha, revision cac2fd3b4544cf7620d8fbbf8b19d97ffcb85892,
           diffusion/model/nets/PixArt.py and PixArt_blocks.py
Versions:  torch 2.13.0 (CPU), timm 1.0.29, einops 0.8.2,
           rotary-embedding-torch 0.9.1 (Open-Sora pins 0.5.3, whose rotations are the same)
Tolerance: 1e-4 relative to the largest value

Usage: git -C Open-Sora archive v1.2.0 opensora | tar x -C SOURCE
       mkdir pixart && for f in PixArt PixArt_blocks; do
         git -C PixArt-alpha show cac2fd3b:diffusion/model/nets/$f.py > pixart/$f.py; done
       python goldens/stdit3.py --source SOURCE --pixart pixart \
           --out core/src/test/resources/goldens/stdit3

stdit3  a network with two pairs of blocks, and what it says
block   what the blocks of its second pair make of tokens
public  a network with one pair under the names of public files, and what it says
pixart  PixArt under the names of public files, and its null caption as Open-Sora lengthens it
iddpm   Open-Sora's loss where some frames are conditions, for what a network might have said

Stubbed: xformers' memory_efficient_attention with a block-diagonal mask is one softmax per example
over its own tokens; parallel training, the registry and
the base classes of transformers are absent.
"""

import argparse
import ast
import importlib.machinery
import importlib.util
import os
import pathlib
import sys
import types
import unittest.mock

import torch
from safetensors.torch import save_file


class BlockDiagonalMask:
    def __init__(self, queries, keys):
        self.queries, self.keys = queries, keys

    @classmethod
    def from_seqlens(cls, queries, keys):
        return cls(queries, keys)


def memory_efficient_attention(q, k, v, p=0.0, attn_bias=None):
    queries = attn_bias.queries if attn_bias else [q.shape[1]]
    keys = attn_bias.keys if attn_bias else [k.shape[1]]
    out, i, j = [], 0, 0
    for n, m in zip(queries, keys):
        own = [x.transpose(1, 2) for x in (q[:, i:i + n], k[:, j:j + m], v[:, j:j + m])]
        scores = own[0] @ own[1].transpose(-2, -1) * q.shape[-1] ** -0.5
        out.append((scores.softmax(-1) @ own[2]).transpose(1, 2))
        i, j = i + n, j + m
    return torch.cat(out, 1)


def load(source):
    sys.path.insert(0, str(source))

    def stub(name, **members):
        module = types.ModuleType(name)
        module.__dict__.update(members)
        module.__path__ = []
        sys.modules[name] = module
        return module

    fmha = types.SimpleNamespace(BlockDiagonalMask=BlockDiagonalMask)
    ops = stub("xformers.ops", fmha=fmha, memory_efficient_attention=memory_efficient_attention)
    stub("xformers", ops=ops)

    class Model(torch.nn.Module):
        def __init__(self, config):
            super().__init__()
            self.config = config

    stub("transformers", PretrainedConfig=type("PretrainedConfig", (), {"__init__": lambda self: None}),
         PreTrainedModel=Model)
    registry = unittest.mock.MagicMock()
    registry.register_module = lambda *a, **k: (lambda f: f)
    any_ = unittest.mock.MagicMock()
    stub("opensora").__path__ = [str(source / "opensora")]
    stub("opensora.models").__path__ = [str(source / "opensora/models")]
    stub("opensora.models.layers").__path__ = [str(source / "opensora/models/layers")]
    stub("opensora.models.stdit").__path__ = [str(source / "opensora/models/stdit")]
    stub("opensora.registry", MODELS=registry)
    stub("opensora.utils")
    stub("opensora.utils.ckpt_utils", load_checkpoint=any_)
    stub("opensora.acceleration")
    stub("opensora.acceleration.communications", all_to_all=any_,
         split_forward_gather_backward=any_, gather_forward_split_backward=any_)
    stub("opensora.acceleration.parallel_states", get_sequence_parallel_group=any_)
    stub("opensora.acceleration.checkpoint",
         auto_grad_checkpoint=lambda module, *args: module(*args))
    # timm imports torchvision for image utilities that are not needed here.
    for name in ["", ".models", ".models.feature_extraction", ".ops", ".ops.misc", ".transforms",
                 ".transforms.functional", ".datasets"]:
        absent = unittest.mock.MagicMock()
        absent.__spec__ = importlib.machinery.ModuleSpec("torchvision" + name, None)
        absent.__path__ = []
        sys.modules["torchvision" + name] = absent
    import timm.layers
    sys.modules.setdefault("timm.models.layers", timm.layers)
    from opensora.models.stdit import stdit3
    return stdit3


def load_pixart(folder):
    builder = unittest.mock.MagicMock()
    builder.MODELS.register_module = lambda *a, **k: (lambda f: f)
    for name in ["diffusion", "diffusion.model", "diffusion.model.nets", "diffusion.model.utils",
                 "diffusion.utils", "diffusion.utils.logger"]:
        sys.modules[name] = unittest.mock.MagicMock()
    sys.modules["diffusion.model.builder"] = builder
    sys.modules["diffusion.model.utils"].to_2tuple = lambda x: (x, x)
    modules = []
    for name in ["PixArt_blocks", "PixArt"]:
        spec = importlib.util.spec_from_file_location(f"diffusion.model.nets.{name}",
                                                      folder / f"{name}.py")
        modules.append(importlib.util.module_from_spec(spec))
        sys.modules[spec.name] = modules[-1]
        spec.loader.exec_module(modules[-1])
    return modules[-1]


def reparameter(source):
    """The function alone, because its module imports all that trains."""
    path = source / "opensora/utils/ckpt_utils.py"
    tree = ast.parse(path.read_text())
    tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "reparameter"]
    scope = {"os": os, "torch": torch, "dist": unittest.mock.MagicMock(),
             "get_logger": unittest.mock.MagicMock()}
    exec(compile(tree, str(path), "exec"), scope)
    return scope["reparameter"]


def load_iddpm():
    registry = sys.modules["opensora.registry"]
    registry.SCHEDULERS = unittest.mock.MagicMock()
    registry.SCHEDULERS.register_module = lambda *a, **k: (lambda f: f)
    for name in ["colossalai", "colossalai.utils"]:
        sys.modules[name] = unittest.mock.MagicMock()
    sys.modules["colossalai.utils"].get_current_device = lambda: "cpu"
    root = pathlib.Path(sys.modules["opensora"].__path__[0])
    package = types.ModuleType("opensora.schedulers")
    package.__path__ = [str(root / "schedulers")]
    sys.modules["opensora.schedulers"] = package
    from opensora.schedulers import iddpm
    return iddpm


def masked_loss(normal):
    """Terms for given answers; a timestep is drawn inside, so the draw is replaced."""
    iddpm = load_iddpm()
    # It puts its tables on a GPU.
    with unittest.mock.patch.object(torch.cuda, "current_device", lambda: 0), \
            unittest.mock.patch.object(torch, "device", lambda name: "cpu"):
        scheduler = iddpm.IDDPM()
    clean, noise, said = normal(3, 2, 4, 2, 3) * 0.5, normal(3, 2, 4, 2, 3), normal(3, 4, 4, 2, 3)
    t = torch.tensor([0, 1, 640])
    mask = torch.tensor([[True, True, False, True], [True, False, False, False],
                         [True, True, True, True]])
    with unittest.mock.patch.object(torch, "randint", lambda *a, **k: t):
        terms = scheduler.training_losses(lambda x, t, **k: said, clean, noise=noise, mask=mask)
    last = lambda v: v.permute(0, 2, 3, 4, 1).contiguous()
    return {"clean": last(clean), "noise": last(noise), "said": last(said), "t": t,
            "mask": mask.to(torch.int64), "mse": terms["mse"], "vb": terms["vb"],
            "loss": terms["loss"]}


def randomise(module, generator, scale=0.15):
    with torch.no_grad():
        for name, p in module.named_parameters():
            if not name.endswith("rope.freqs"):
                offset = 1.0 if "_norm.weight" in name else 0.0
                p.copy_(torch.randn(p.shape, generator=generator) * scale + offset)
        for name, b in module.named_buffers():
            if name.endswith("y_embedding"):
                b.copy_(torch.randn(b.shape, generator=generator) * 0.3)


def with_weights(module, tensors):
    result = {}
    for k, v in module.state_dict().items():
        if k != "rope.freqs":
            # The kernel has an axis of time, which is 1 long.
            result["weights." + k] = v.squeeze(2) if k == "x_embedder.proj.weight" else v
    result = {k: v.detach().clone().contiguous() for k, v in result.items()}
    result.update({k: v.detach().clone().contiguous() for k, v in tensors.items()})
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--pixart", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    stdit3 = load(args.source)
    args.out.mkdir(parents=True, exist_ok=True)
    g = torch.Generator().manual_seed(12)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    config = stdit3.STDiT3Config(
        input_sq_size=512, in_channels=3, hidden_size=24, depth=2, num_heads=2,
        caption_channels=10, model_max_length=7)
    net = stdit3.STDiT3(config).eval()
    randomise(net, g)
    batch, frames, height, width = 2, 5, 4, 6
    x = normal(batch, 3, frames, height, width)
    t = torch.tensor([37.0, 901.0])
    fps = torch.tensor([17.0])
    y = normal(batch, 1, 7, 10)
    mask = torch.tensor([[1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 0]])
    x_mask = torch.tensor([[True, False, True, True, False], [True, True, True, True, True]])
    size = torch.tensor([256.0])
    common = dict(fps=fps, height=size, width=size)
    with torch.no_grad():
        plain = net(x, t, y, mask=mask, **common)
        masked = net(x, t, y, mask=mask, x_mask=x_mask, **common)
        # The fixed caption in the place of the second example's.
        dropped = torch.stack([y[0], net.y_embedder.y_embedding[None]])
        without = net(x, t, dropped, mask=mask, **common)
    channels_last = lambda v: v.permute(0, 2, 3, 4, 1)
    save_file(with_weights(net, {
        "x": channels_last(x), "t": t, "fps": fps, "y": y.squeeze(1), "mask": mask,
        "x_mask": x_mask.to(torch.int64),
        "expected": channels_last(plain), "expected_masked": channels_last(masked),
        "expected_without": channels_last(without)}), args.out / "stdit3.safetensors")

    tokens, caption = normal(batch, frames * 6, 24), normal(1, 9, 24)
    six, six0 = normal(batch, 6 * 24), normal(batch, 6 * 24)
    rows = lambda v: v.unflatten(-1, (6, 24))
    padded = torch.zeros(batch, 7, 24)
    padded[0, :3], padded[1, :6] = caption[0, :3], caption[0, 3:]
    block = {"x": tokens.view(batch, frames, 2, 3, 24), "caption": padded, "now": rows(six),
             "clean": rows(six0)}
    with torch.no_grad():
        for name, stack in [("spatial", net.spatial_blocks), ("temporal", net.temporal_blocks)]:
            for kind, seen in [("", None), ("_masked", x_mask)]:
                made = stack[1](tokens, caption, six, [3, 6], seen, six0, frames, 6)
                block[name + kind] = made.view(batch, frames, 2, 3, 24)
    flat = lambda tensors: {k: v.detach().clone().contiguous() for k, v in tensors.items()}
    save_file(flat(block), args.out / "block.safetensors")

    config.depth = 1
    public = stdit3.STDiT3(config).eval()
    randomise(public, g)
    with torch.no_grad():
        expected = channels_last(public(x, t, y, mask=mask, **common))
    save_file(flat({"weights." + k: v for k, v in public.state_dict().items()}
                   | {"x": channels_last(x), "t": t, "fps": fps, "y": y.squeeze(1), "mask": mask,
                      "expected": expected}), args.out / "public.safetensors")

    pixart = load_pixart(args.pixart).PixArt(
        input_size=4, in_channels=3, hidden_size=24, depth=1, num_heads=2, caption_channels=10,
        model_max_length=4)
    randomise(pixart, g)
    theirs = flat({"weights." + k: v for k, v in pixart.state_dict().items()})
    mapped = reparameter(args.source)(
        {"state_dict": dict(pixart.state_dict())}, "PixArt-XL-2-256x256.pth", public)
    theirs["lengthened"] = mapped["y_embedder.y_embedding"].clone()
    save_file(theirs, args.out / "pixart.safetensors")
    print("PixArt:", sum(p.numel() for p in load_pixart(args.pixart).PixArt().parameters()))

    save_file(flat(masked_loss(normal)), args.out / "iddpm.safetensors")


if __name__ == "__main__":
    main()
