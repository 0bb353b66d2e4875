"""Golden tensors for Open-Sora's video autoencoder 1.2: pictures one by one, then time.

Sources:   github.com/hpcaitech/Open-Sora, tag v1.2.0 (17cce908b22283acc3c946816c81f46dd442a453):
             opensora/models/vae/vae.py, vae_temporal.py, utils.py and opensora/registry.py
           github.com/huggingface/diffusers, revision 58eb52c0803ea9af3abec60841c2a093bdf1f951: src/diffusers, for
             AutoencoderKL
Versions:  torch 2.13.0 (CPU), transformers 5.18.0, einops 0.8.2, numpy 2.4.6, safetensors 0.8.0
Tolerance: 1e-4 relative to the largest value (float32 sums in another order differ by about 1e-6)

Usage: mkdir src && git -C Open-Sora archive v1.2.0 opensora | tar x -C src
       git -C diffusers archive 58eb52c0803ea9af3abec60841c2a093bdf1f951 src/diffusers | tar x --strip-components 1 -C src
       python goldens/opensora_vae.py --source src --out core/src/test/resources/goldens/opensora

The public class VideoAutoencoderPipeline with small widths and random weights, saved by itself and read again, so that
names are those that public files have. Draws from posteriors are their means. Both normalisations have fewer groups
than 32. Shapes are the reference's: pictures (B, C, T, H, W).
"""

import argparse
import pathlib
import sys
import tempfile
import types
import unittest.mock

import torch
from safetensors.torch import load_file, save_file

SHIFT = (-0.10, 0.34, 0.27, 0.98)
SCALE = (3.85, 2.32, 2.33, 3.06)
LENGTHS = (1, 5, 16, 17, 34)


class Registry:
    """What mmengine's does for these modules."""

    def __init__(self, name, locations=()):
        self.known = {}

    def register_module(self, name=None):
        def register(made):
            self.known[name or made.__name__] = made
            return made
        return register

    def build(self, config):
        config = dict(config)
        return self.known[config.pop("type")](**config)


def reference(source):
    sys.path.insert(0, str(source))
    # Packages whose __init__ would import all of Open-Sora.
    for name in ["opensora", "opensora.models", "opensora.models.vae", "opensora.utils"]:
        package = types.ModuleType(name)
        package.__path__ = [str(source / name.replace(".", "/"))]
        sys.modules[name] = package
    sys.modules["opensora.utils.ckpt_utils"] = unittest.mock.MagicMock()
    sys.modules["mmengine"] = types.ModuleType("mmengine")
    sys.modules["mmengine.registry"] = types.ModuleType("mmengine.registry")
    sys.modules["mmengine.registry"].Registry = Registry
    from opensora.models.vae import utils, vae, vae_temporal
    return utils, vae, vae_temporal


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    utils, vae, temporal = reference(args.source)
    from diffusers.models import AutoencoderKL
    from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
    utils.DiagonalGaussianDistribution.sample = utils.DiagonalGaussianDistribution.mode
    DiagonalGaussianDistribution.sample = lambda self, generator=None: self.mode().clone()
    args.out.mkdir(parents=True, exist_ok=True)
    g = torch.Generator().manual_seed(12)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    def randomise(net):
        with torch.no_grad():
            for name, p in net.named_parameters():
                fan_in = p[0].numel() if p.dim() > 1 else 1
                p.copy_(normal(*p.shape) * (0.3 if p.dim() == 1 else fan_in ** -0.5))
                if "norm" in name and name.endswith("weight"):
                    p.add_(1)

    with tempfile.TemporaryDirectory() as folder:
        levels = 4
        AutoencoderKL(
            block_out_channels=(4, 4, 8, 8), layers_per_block=1, latent_channels=4, norm_num_groups=4,
            down_block_types=("DownEncoderBlock2D",) * levels, up_block_types=("UpDecoderBlock2D",) * levels,
        ).save_pretrained(folder + "/picture")
        config = vae.VideoAutoencoderPipelineConfig(
            vae_2d=dict(type="VideoAutoencoderKL", from_pretrained=folder + "/picture", micro_batch_size=4,
                        local_files_only=True),
            vae_temporal=dict(type="VAE_Temporal", filters=2, num_res_blocks=2, channel_multipliers=(1, 2, 2, 4),
                              temporal_downsample=(False, True, True), num_groups=2),
            micro_frame_size=17, shift=SHIFT, scale=SCALE)
        net = vae.VideoAutoencoderPipeline(config).eval()
        randomise(net)
        save_file({k: v.contiguous() for k, v in net.state_dict().items()}, folder + "/model.safetensors")
        tensors = {"weights." + k: v for k, v in load_file(folder + "/model.safetensors").items()}

    with torch.no_grad():
        x = normal(1, 3, max(LENGTHS), 16, 16)
        latent = normal(1, 4, 10, 2, 2)
        tensors |= {"x": x, "latent": latent}
        for frames in LENGTHS:
            tensors[f"encoded_{frames}"] = net.encode(x[:, :, :frames])
            latents = net.get_latent_size((frames, 16, 16))[0]
            tensors[f"decoded_{frames}"] = net.decode(latent[:, :, :latents], num_frames=frames)
        # The parts for themselves, for a clip of one chunk.
        pictures = net.spatial_vae.encode(x[:, :, :17])
        posterior = net.temporal_vae.encode(pictures)
        tensors |= {"pictures": pictures, "mean": posterior.mean, "log_variance": posterior.logvar}
        # Kept within those of 34.
        assert torch.allclose(tensors.pop("decoded_17"), tensors["decoded_34"][:, :, :17], rtol=0, atol=1e-5)

        # Activations so small that the constant beside the variance counts.
        block = temporal.ResBlock(4, 8, temporal.CausalConv3d, num_groups=2)
        randomise(block)
        small = normal(1, 4, 3, 4, 4) * 3e-3
        save_file({"x": small, "expected": block(small)} | {"weights." + k: v for k, v in block.state_dict().items()},
                  args.out / "block.safetensors")

    whole = temporal.VAE_Temporal_SD()
    print("VAE_Temporal_SD:", sum(p.numel() for p in whole.parameters()), "numbers in", len(whole.state_dict()), "tensors")
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, args.out / "vae.safetensors")
    print({k: tuple(v.shape) for k, v in tensors.items() if not k.startswith("weights.")})


if __name__ == "__main__":
    main()
