"""Golden tensors for the 2-D KL autoencoder.

Source:    github.com/haoheliu/AudioLDM, audioldm/variational_autoencoder/modules.py and
           distributions.py (the code of CompVis/latent-diffusion), revision
           4054cb4; weights are renamed as in diffusers' AutoencoderKL by the table below
Versions:  torch 2.13.0 (CPU), numpy 2.4.6, safetensors 0.8.0
Tolerance: 1e-4 relative to the largest value (float32 sums in another order differ by about 1e-6)

Usage: mkdir kl && for f in modules distributions; do
         git -C AudioLDM show 4054cb4:audioldm/variational_autoencoder/$f.py > kl/$f.py; done
       python goldens/autoencoder_kl.py --source kl --out core/src/test/resources/goldens/kl

The configurations are reduced, so that the files stay small: fewer channels, and fewer groups than
the reference's 32.
"""

import argparse
import importlib.util
import pathlib
import re
import sys
import unittest.mock

import torch
from safetensors.torch import save_file


def load(path):
    for name in ["einops", "audioldm", "audioldm.utils", "audioldm.latent_diffusion",
                 "audioldm.latent_diffusion.attention"]:
        sys.modules[name] = unittest.mock.MagicMock()
    # A base class must be a class.
    sys.modules["audioldm.latent_diffusion.attention"].LinearAttention = torch.nn.Module
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Autoencoder(torch.nn.Module):
    """The reference's AutoencoderKL without its vocoder."""

    def __init__(self, modules, channels, ch, mult, blocks, z):
        super().__init__()
        config = dict(ch=ch, out_ch=channels, ch_mult=mult, num_res_blocks=blocks,
                      attn_resolutions=[], in_channels=channels, resolution=16, z_channels=z)
        self.encoder = modules.Encoder(**config)
        self.decoder = modules.Decoder(**config)
        self.quant_conv = torch.nn.Conv2d(2 * z, 2 * z, 1)
        self.post_quant_conv = torch.nn.Conv2d(z, z, 1)

    def moments(self, x):
        return self.quant_conv(self.encoder(x))

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z))


def diffusers_name(name, levels):
    name = re.sub(r"decoder\.up\.(\d+)\.",
                  lambda m: f"decoder.up_blocks.{levels - 1 - int(m[1])}.", name)
    name = re.sub(r"encoder\.down\.(\d+)\.", r"encoder.down_blocks.\1.", name)
    for old, new in [(r"\.block\.(\d+)\.", r".resnets.\1."),
                     (r"\.downsample\.", ".downsamplers.0."),
                     (r"\.upsample\.", ".upsamplers.0."),
                     (r"\.nin_shortcut\.", ".conv_shortcut."),
                     (r"\.mid\.block_1\.", ".mid_block.resnets.0."),
                     (r"\.mid\.block_2\.", ".mid_block.resnets.1."),
                     (r"\.attn_1\.norm\.", ".attn_1.group_norm."),
                     (r"\.attn_1\.([qkv])\.", r".attn_1.to_\1."),
                     (r"\.attn_1\.proj_out\.", ".attn_1.to_out.0."),
                     (r"\.mid\.attn_1\.", ".mid_block.attentions.0."),
                     (r"\.norm_out\.", ".conv_norm_out.")]:
        name = re.sub(old, new, name)
    return name


def weights(net, levels):
    result = {}
    for name, p in net.state_dict().items():
        if ".attn_1." in name and p.dim() == 4:
            p = p[:, :, 0, 0]  # diffusers has linear layers in place of 1x1 convolutions
        result["weights." + diffusers_name(name, levels)] = p.clone().contiguous()
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    args = parser.parse_args()
    modules = load(args.source / "modules.py")
    gaussian = load(args.source / "distributions.py").DiagonalGaussianDistribution
    args.out.mkdir(parents=True, exist_ok=True)
    g = torch.Generator().manual_seed(11)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    def randomise(net):
        with torch.no_grad():
            for name, p in net.named_parameters():
                fan_in = p[0].numel() if p.dim() > 1 else 1
                p.copy_(normal(*p.shape) * (0.3 if p.dim() == 1 else fan_in ** -0.5))
                if re.search(r"norm\w*\.weight", name):
                    p.add_(1)

    def write(name, tensors):
        save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()},
                  args.out / f"{name}.safetensors")

    normalise = modules.Normalize
    for name, channels, ch, mult, blocks, z, groups, size in [
            ("picture", 3, 4, (1, 2, 3, 3), 1, 4, 4, (16, 24)),
            ("mel", 1, 4, (1, 2, 3), 2, 3, 2, (20, 8))]:
        modules.Normalize = lambda c, groups=groups: normalise(c, groups)
        net = Autoencoder(modules, channels, ch, mult, blocks, z).eval()
        randomise(net)
        with torch.no_grad():
            x = normal(2, channels, *size)
            posterior = gaussian(net.moments(x))
            latent = normal(2, z, *[s >> len(mult) - 1 for s in size])
            write(name, {
                "x": x, "mean": posterior.mean, "log_variance": posterior.logvar,
                "latent": latent, "decoded": net.decode(latent)} | weights(net, len(mult)))

    with torch.no_grad():
        # One axis of even and one of odd length.
        down = modules.Downsample(4, True)
        randomise(down)
        x = normal(2, 4, 6, 7)
        write("downsample", {"x": x, "expected": down(x)}
              | {"weights." + k: v for k, v in down.state_dict().items()})

        # Activations so small that the constant beside the variance counts.
        norm = normalise(8, 4)
        randomise(norm)
        x = normal(2, 8, 3, 3) * 3e-3
        write("norm", {"x": x, "expected": norm(x)}
              | {"weights." + k: v for k, v in norm.state_dict().items()})

        # Some log variances beyond both limits.
        moments = normal(2, 6, 4, 4) * 15
        posterior = gaussian(moments)
        write("posterior", {
            "moments": moments, "log_variance": posterior.logvar,
            "deviation": posterior.std, "mean_divergence": posterior.kl()})


if __name__ == "__main__":
    main()
