"""Golden tensors for the transformer layers, DiT and AVDiT.

Source:    github.com/facebookresearch/DiT, models.py, revision given by --models
           (written against ed81ce2229091fd4ecc9a223645f95cf379d582b)
Versions:  torch 2.13.0 (CPU), timm 1.x, numpy 2.x
Tolerance: 1e-4 relative to the largest value (float32 sums in another order differ by about 1e-6)

Usage: git -C DiT show ed81ce2:models.py > models.py
       python goldens/dit.py --models models.py --out core/src/test/resources/goldens/dit

AVDiT has no public code. Its reference is composed here from DiT's and timm's parts (Attention, Mlp,
TimestepEmbedder.timestep_embedding) with one scale and shift per token and written for clarity:
conditions are repeated for every token, where the Java code broadcasts over segments.
"""

import argparse
import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest.mock

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F


def load_models(path):
    # timm imports torchvision for image utilities that are not needed here.
    for name in ["", ".models", ".models.feature_extraction", ".ops", ".ops.misc", ".transforms",
                 ".transforms.functional", ".datasets"]:
        stub = unittest.mock.MagicMock()
        stub.__spec__ = importlib.machinery.ModuleSpec("torchvision" + name, None)
        stub.__path__ = []
        sys.modules["torchvision" + name] = stub
    spec = importlib.util.spec_from_file_location("dit_models", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def randomise(module, generator, scale=0.08):
    """Every parameter away from its zero or symmetric start, in the order of the state dict."""
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.requires_grad:
                p.copy_(torch.randn(p.shape, generator=generator) * scale)


def with_weights(module, tensors):
    result = {"weights." + k: v.detach().clone().contiguous() for k, v in module.state_dict().items()}
    result.update({k: v.detach().clone().contiguous() for k, v in tensors.items()})
    return result


class AvDiTBlock(nn.Module):
    """Scale and shift per token, no gate."""

    def __init__(self, dit, width, heads):
        super().__init__()
        self.attn = dit.Attention(width, num_heads=heads, qkv_bias=True)
        self.mlp = dit.Mlp(in_features=width, hidden_features=4 * width, act_layer=nn.GELU, drop=0)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 4 * width))

    def forward(self, x, c):
        shift1, scale1, shift2, scale2 = self.adaLN_modulation(c).chunk(4, dim=-1)
        width = (x.shape[-1],)
        x = x + self.attn(F.layer_norm(x, width, eps=1e-6) * (1 + scale1) + shift1)
        return x + self.mlp(F.layer_norm(x, width, eps=1e-6) * (1 + scale2) + shift2)


class Position(nn.Module):
    def __init__(self, positions, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, positions, width))


class Projection(nn.Module):
    def __init__(self, channels, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, stride=patch)


class Final(nn.Module):
    def __init__(self, width, video, audio):
        super().__init__()
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))
        self.video = nn.Linear(width, video)
        self.audio = nn.Linear(width, audio)


class AvDiT(nn.Module):
    """Picture (B, T, H, W, C), sound (B, L, C); self-conditioning on channels."""

    def __init__(self, dit, depth=2, width=32, heads=2, frames=3, size=4, channels=2, patch=2,
                 length=7, audio_channels=3):
        super().__init__()
        self.dit, self.width, self.patch = dit, width, patch
        spatial = (size // patch) ** 2
        self.video_embedder = Projection(2 * channels, width, patch)
        self.audio_embedder = nn.Linear(2 * audio_channels, width)
        self.pos_embed = Position(frames * spatial + length, width)
        self.time_embed = Position(frames + length, width // 2)
        self.t_embedder = nn.Module()
        self.t_embedder.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))
        self.blocks = nn.ModuleList([AvDiTBlock(dit, width, heads) for _ in range(depth)])
        self.final_layer = Final(width, patch * patch * channels, audio_channels)

    def forward(self, video, audio, t_video, t_audio, video_estimate, audio_estimate):
        b, frames, size, _, channels = video.shape
        p, side = self.patch, video.shape[2] // self.patch
        spatial = side * side
        x = torch.cat([video, video_estimate], dim=-1).flatten(0, 1).permute(0, 3, 1, 2)
        x = self.video_embedder.proj(x).flatten(2).transpose(1, 2).reshape(b, frames * spatial, -1)
        y = self.audio_embedder(torch.cat([audio, audio_estimate], dim=-1))
        x = torch.cat([x, y], dim=1) + self.pos_embed.weight

        t = torch.cat([t_video, t_audio], dim=1)
        waves = torch.stack([
            self.dit.TimestepEmbedder.timestep_embedding(row, self.width // 2) for row in t])
        c = self.t_embedder.mlp(torch.cat(
            [waves, self.time_embed.weight.expand(b, -1, -1)], dim=-1))
        c = torch.cat([c[:, :frames].repeat_interleave(spatial, dim=1), c[:, frames:]], dim=1)
        for block in self.blocks:
            x = block(x, c)

        shift, scale = self.final_layer.adaLN_modulation(c).chunk(2, dim=-1)
        x = F.layer_norm(x, (self.width,), eps=1e-6) * (1 + scale) + shift
        v = self.final_layer.video(x[:, :frames * spatial])
        v = v.reshape(b, frames, side, side, p, p, channels)
        v = torch.einsum("bthwpqc->bthpwqc", v).reshape(video.shape)
        return v, self.final_layer.audio(x[:, frames * spatial:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    dit = load_models(args.models)
    out = args.out
    out.mkdir(parents=True, exist_ok=True)
    g = torch.Generator().manual_seed(7)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    width, heads = 32, 2
    t = torch.tensor([0.0, 1.0, 250.0, 999.0, 1000.0])
    embedder = dit.TimestepEmbedder(width, 64)
    randomise(embedder, g)
    save_file(with_weights(embedder, {
        "t": t,
        "waves": embedder.timestep_embedding(t, 64),
        "expected": embedder(t)}), out / "timestep.safetensors")

    save_file({"expected": torch.from_numpy(dit.get_2d_sincos_pos_embed(width, 5)).float()},
              out / "sincos.safetensors")

    x, c = normal(2, 6, width), normal(2, width)
    block = dit.DiTBlock(width, heads)
    randomise(block, g)
    save_file(with_weights(block, {"x": x, "c": c, "expected": block(x, c)}),
              out / "block.safetensors")

    final = dit.FinalLayer(width, 2, 8)
    randomise(final, g)
    save_file(with_weights(final, {"x": x, "c": c, "expected": final(x, c)}),
              out / "final.safetensors")

    net = dit.DiT(input_size=8, patch_size=2, in_channels=4, hidden_size=width, depth=2,
                  num_heads=heads, class_dropout_prob=0.1, num_classes=3, learn_sigma=True).eval()
    randomise(net, g)
    image, labels = normal(2, 4, 8, 8), torch.tensor([1, 3])
    steps = torch.tensor([0, 700])
    save_file(with_weights(net, {
        "x": image, "t": steps, "y": labels, "expected": net(image, steps, labels)}),
        out / "dit.safetensors")

    tokens, conditions = normal(2, 3 * 4 + 7, width), normal(2, 3 + 7, width)
    av_block = AvDiTBlock(dit, width, heads)
    randomise(av_block, g)
    per_token = torch.cat(
        [conditions[:, :3].repeat_interleave(4, dim=1), conditions[:, 3:]], dim=1)
    save_file(with_weights(av_block, {
        "x": tokens, "c": conditions, "expected": av_block(tokens, per_token)}),
        out / "avdit-block.safetensors")

    av = AvDiT(dit)
    randomise(av, g, 0.15)
    video, audio = normal(2, 3, 4, 4, 2), normal(2, 7, 3)
    video_estimate, audio_estimate = normal(2, 3, 4, 4, 2), normal(2, 7, 3)
    t_video = torch.tensor([[0, 0, 1000], [1, 500, 37]])
    t_audio = torch.tensor([[0, 1, 2, 3, 1000, 0, 9], [600, 600, 600, 600, 600, 600, 600]])
    v, a = av(video, audio, t_video, t_audio, video_estimate, audio_estimate)
    save_file(with_weights(av, {
        "video": video, "audio": audio, "t_video": t_video, "t_audio": t_audio,
        "video_estimate": video_estimate, "audio_estimate": audio_estimate,
        "expected_video": v, "expected_audio": a}), out / "avdit.safetensors")


if __name__ == "__main__":
    main()
