"""Golden tensors for STDiT3, its block and its last layer.

Source:    github.com/hpcaitech/Open-Sora, tag v1.2.0 (opensora/models/stdit/stdit3.py and
           opensora/models/layers/blocks.py), unchanged; what is stubbed is named below
Versions:  torch 2.13.0 (CPU), timm 1.0.29, einops 0.8.2,
           rotary-embedding-torch 0.9.1 (Open-Sora pins 0.5.3, whose rotations are the same)
Tolerance: 1e-4 relative to the largest value

Usage: git -C Open-Sora archive v1.2.0 opensora | tar x -C SOURCE
       python goldens/stdit3.py --source SOURCE --out core/src/test/resources/goldens/stdit3

Stubbed: xformers' memory_efficient_attention with a block-diagonal mask is one softmax per example
over its own tokens; parallel training, the registry and
the base classes of transformers are absent.
"""

import argparse
import importlib.machinery
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


if __name__ == "__main__":
    main()
