"""Golden tensors for AV-DiT: a whole small network.

Source:    github.com/facebookresearch/DiT, models.py, revision given by --models
           (written against ed81ce2229091fd4ecc9a223645f95cf379d582b); low-rank updates by peft
Versions:  torch 2.13.0 (CPU), timm 1.x, peft 0.18 or later, numpy 2.x
Tolerance: 1e-4 relative to the largest value (float32 sums in another order differ by about 1e-6)

Usage: git -C DiT show ed81ce2:models.py > models.py
       python goldens/av_dit.py --models models.py --out core/src/test/resources/goldens/avdit

AV-DiT has no public code. Its reference is composed here from DiT's own network, which peft wraps with
two low-rank updates of every attention (one while the sound attends, one while both do), timm's attention
over frames and plain adapters. Nothing of it is at its zero start.
"""

import argparse
import contextlib
import pathlib

import numpy as np
import peft
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from dit import load_models, randomise

WIDTH, HEADS, DEPTH, SIZE, PATCH, CHANNELS, CLASSES = 32, 2, 2, 8, 2, 4, 3
FRAMES, LENGTH, FREQUENCIES, AUDIO_CHANNELS = 3, 6, 4, 2
PLACES = ["video_attention", "audio_attention", "joint_attention", "video_mlp", "audio_mlp"]


class Adapter(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.down = nn.Linear(WIDTH, hidden)
        self.up = nn.Linear(hidden, WIDTH)

    def forward(self, x):
        return self.up(F.gelu(self.down(x)))


class Temporal(nn.Module):
    def __init__(self, dit):
        super().__init__()
        self.attn = dit.Attention(WIDTH, num_heads=HEADS, qkv_bias=True)


class Parts(nn.Module):
    def __init__(self, dit):
        super().__init__()
        self.temporal = Temporal(dit)
        for place in PLACES:
            self.add_module(place + "_adapter", Adapter(8))


class Projection(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(AUDIO_CHANNELS, WIDTH, PATCH, stride=PATCH)


class AvDiT(nn.Module):
    def __init__(self, dit):
        super().__init__()
        self.dit = dit
        self.base = dit.DiT(input_size=SIZE, patch_size=PATCH, in_channels=CHANNELS, hidden_size=WIDTH,
                            depth=DEPTH, num_heads=HEADS, class_dropout_prob=0.1, num_classes=CLASSES,
                            learn_sigma=True).eval()
        config = peft.LoraConfig(r=4, lora_alpha=6, init_lora_weights=False,
                                 target_modules=r"blocks\.\d+\.attn\.(qkv|proj)")
        self.wrapped = peft.get_peft_model(self.base, config, adapter_name="audio")
        self.wrapped.add_adapter("joint", config)
        self.blocks = nn.ModuleList([Parts(dit) for _ in range(DEPTH)])
        self.audio_x_embedder = Projection()
        grid = np.stack(np.meshgrid(np.arange(FREQUENCIES // PATCH, dtype=np.float32),
                                    np.arange(LENGTH // PATCH, dtype=np.float32)))
        self.register_buffer("audio_pos_embed", torch.from_numpy(
            dit.get_2d_sincos_pos_embed_from_grid(WIDTH, grid)).float()[None])
        self.register_buffer("frame_pos_embed", torch.from_numpy(
            dit.get_1d_sincos_pos_embed_from_grid(WIDTH, np.arange(FRAMES, dtype=np.float32))
        ).float()[:, None])
        self.audio_final_layer = nn.Linear(WIDTH, PATCH * PATCH * 2 * AUDIO_CHANNELS)

    @contextlib.contextmanager
    def update(self, name):
        if name is None:
            with self.wrapped.disable_adapter():
                yield
        else:
            self.wrapped.set_adapter(name)
            yield

    def forward(self, video, audio, t, labels):
        b, base, dit = video.shape[0], self.base, self.dit
        side = SIZE // PATCH
        spatial = side * side
        v = video.flatten(0, 1).permute(0, 3, 1, 2)
        v = (base.x_embedder(v) + base.pos_embed).reshape(b, FRAMES * spatial, WIDTH)
        a = self.audio_x_embedder.proj(audio.permute(0, 3, 1, 2)).flatten(2).transpose(1, 2)
        a = a + self.audio_pos_embed
        c = base.t_embedder(t) + base.y_embedder(labels, False)
        for block, own in zip(base.blocks, self.blocks):
            shift1, scale1, gate1, shift2, scale2, gate2 = block.adaLN_modulation(c).chunk(6, dim=1)
            with self.update(None):
                h = dit.modulate(block.norm1(v), shift1, scale1)
                h = block.attn(h.reshape(b * FRAMES, spatial, WIDTH)).reshape(v.shape)
                v = v + gate1.unsqueeze(1) * h + own.video_attention_adapter(h)
            h = block.norm1(v).reshape(b, FRAMES, spatial, WIDTH) + self.frame_pos_embed
            h = own.temporal.attn(h.transpose(1, 2).reshape(b * spatial, FRAMES, WIDTH))
            v = v + h.reshape(b, spatial, FRAMES, WIDTH).transpose(1, 2).reshape(v.shape)
            with self.update("audio"):
                h = block.attn(dit.modulate(block.norm1(a), shift1, scale1))
                a = a + gate1.unsqueeze(1) * h + own.audio_attention_adapter(h)
            both = torch.cat([v, a], dim=1)
            with self.update("joint"):
                h = block.attn(dit.modulate(block.norm1(both), shift1, scale1))
            both = both + own.joint_attention_adapter(h)
            v, a = both[:, :FRAMES * spatial], both[:, FRAMES * spatial:]
            h = block.mlp(dit.modulate(block.norm2(v), shift2, scale2))
            v = v + gate2.unsqueeze(1) * h + own.video_mlp_adapter(h)
            h = block.mlp(dit.modulate(block.norm2(a), shift2, scale2))
            a = a + gate2.unsqueeze(1) * h + own.audio_mlp_adapter(h)
        # The final layer takes one condition per example, and frames are examples to it.
        v = base.final_layer(v.reshape(b * FRAMES, spatial, WIDTH), c.repeat_interleave(FRAMES, dim=0))
        v = base.unpatchify(v).permute(0, 2, 3, 1).reshape(b, FRAMES, SIZE, SIZE, 2 * CHANNELS)
        shift, scale = base.final_layer.adaLN_modulation(c).chunk(2, dim=1)
        a = self.audio_final_layer(dit.modulate(base.final_layer.norm_final(a), shift, scale))
        a = a.reshape(b, LENGTH // PATCH, FREQUENCIES // PATCH, PATCH, PATCH, 2 * AUDIO_CHANNELS)
        a = torch.einsum("blfpqc->blpfqc", a).reshape(b, LENGTH, FREQUENCIES, 2 * AUDIO_CHANNELS)
        return v, a

    def weights(self):
        """By the names of kinetone."""
        result = {}
        for name, tensor in self.state_dict().items():
            if name.startswith("wrapped."):
                continue
            if ".lora_" in name:
                # base.blocks.0.attn.qkv.lora_A.audio.weight
                _, _, number, _, layer, factor, which, _ = name.split(".")
                name = f"blocks.{number}.{which}_attention_update.{layer}.{factor}"
            name = name.replace(".base_layer.", ".")
            result[name] = tensor.detach().clone().contiguous()
        return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    g = torch.Generator().manual_seed(11)
    net = AvDiT(load_models(args.models)).eval()
    for p in net.parameters():
        p.requires_grad_(True)
    net.base.pos_embed.requires_grad_(False)
    randomise(net, g, 0.15)
    video = torch.randn((2, FRAMES, SIZE, SIZE, CHANNELS), generator=g)
    audio = torch.randn((2, LENGTH, FREQUENCIES, AUDIO_CHANNELS), generator=g)
    t, labels = torch.tensor([0, 700]), torch.tensor([1, CLASSES])
    with torch.no_grad():
        v, a = net(video, audio, t, labels)
        tensors = {"video": video, "audio": audio, "t": t, "labels": labels,
                   "expected_video": v, "expected_audio": a}
    tensors.update({"weights." + k: t for k, t in net.weights().items()})
    save_file({k: t.detach().clone().contiguous() for k, t in tensors.items()},
              args.out / "avdit.safetensors")


if __name__ == "__main__":
    main()
