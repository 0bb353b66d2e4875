"""Tiny networks under public names, converted by public code.

Sources:  github.com/huggingface/diffusers, revision 92b20baa30e8c64a7ed7e94d08424575f5b04540:
            scripts/convert_dit_to_diffusers.py
          the same, revision 58eb52c0803ea9af3abec60841c2a093bdf1f951:
            src/diffusers/pipelines/stable_diffusion/convert_from_ckpt.py
          github.com/haoheliu/AudioLDM, audioldm/variational_autoencoder/modules.py
          github.com/jik876/hifi-gan, models.py (utils.py beside it)
Versions: torch 2.13.0 (CPU), safetensors 0.8.0; exact where numbers are only moved, 1e-6 for weight normalisation

Usage: put the four files, and hifi-gan's utils.py, into a folder under the names convert_dit.py, from_ckpt.py, vae.py,
       hifigan.py, utils.py
       python goldens/naming.py --sources FOLDER --dit core/src/test/resources/goldens/dit/dit.safetensors \
           --out core/src/test/resources/goldens/naming

dit-diffusers  the network of goldens/dit.py by diffusers' script, with two blocks instead of 28, as float16
kl-compvis     AudioLDM's encoder and decoder with small widths, random weights
kl-diffusers   the same by diffusers' convert_ldm_vae_checkpoint
hifigan-norm   a small generator with weight normalisation, random weights
hifigan-plain  the same after remove_weight_norm
"""

import argparse
import ast
import importlib.util
import pathlib
import sys
import types
import unittest.mock

import torch
from safetensors.torch import load_file, save_file
from torch import nn


def load(path, stubs):
    for name in stubs:
        sys.modules[name] = unittest.mock.MagicMock()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def functions(path, names):
    """Only these functions, because the module imports all of diffusers."""
    tree = ast.parse(path.read_text())
    tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in names]
    scope = {}
    exec(compile(tree, str(path), "exec"), scope)
    return scope


def randomise(module):
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.randn(p.shape, generator=generator))
    return module


def flat(tensors):
    return {k: v.detach().clone().contiguous() for k, v in tensors.items()}


def dit(sources, weights):
    convert = load(sources / "convert_dit.py",
                   ["diffusers", "torchvision", "torchvision.datasets", "torchvision.datasets.utils"])
    weights = {k.removeprefix("weights."): v for k, v in load_file(weights).items() if k.startswith("weights.")}
    weights.pop("pos_embed")
    convert.download_model = lambda name: dict(weights)
    convert.range = lambda n: range(2)
    convert.main(types.SimpleNamespace(image_size=256, vae_model="", save=False))
    converted = convert.Transformer2DModel.return_value.load_state_dict.call_args.args[0]
    return {k: v.half().contiguous() for k, v in converted.items()}


class Autoencoder(nn.Module):
    def __init__(self, vae):
        super().__init__()
        config = dict(ch=4, out_ch=1, ch_mult=(1, 2, 3), num_res_blocks=1, attn_resolutions=[], in_channels=1,
                      resolution=8, z_channels=2)
        self.encoder = vae.Encoder(double_z=True, **config)
        self.decoder = vae.Decoder(**config)
        self.quant_conv = nn.Conv2d(4, 4, 1)
        self.post_quant_conv = nn.Conv2d(2, 2, 1)


def autoencoder(sources):
    vae = load(sources / "vae.py", ["einops", "audioldm", "audioldm.utils", "audioldm.latent_diffusion",
                                    "audioldm.latent_diffusion.attention"])
    # Groups of 32 do not divide widths this small.
    vae.Normalize = lambda channels, num_groups=32: nn.GroupNorm(4, channels, eps=1e-6)
    original = randomise(Autoencoder(vae)).state_dict()
    convert = functions(sources / "from_ckpt.py", {
        "shave_segments", "renew_vae_resnet_paths", "renew_vae_attention_paths", "assign_to_checkpoint",
        "conv_attn_to_linear", "convert_ldm_vae_checkpoint"})
    blocks = {"down_block_types": [0] * 3, "up_block_types": [0] * 3}
    return original, convert["convert_ldm_vae_checkpoint"](dict(original), blocks)


def vocoder(sources):
    sys.path.insert(0, str(sources))
    sys.modules["matplotlib"] = unittest.mock.MagicMock()
    sys.modules["matplotlib.pylab"] = unittest.mock.MagicMock()
    hifigan = load(sources / "hifigan.py", [])
    h = types.SimpleNamespace(resblock="1", resblock_kernel_sizes=[3, 7], upsample_rates=[2, 2],
                              upsample_initial_channel=8, upsample_kernel_sizes=[4, 4],
                              resblock_dilation_sizes=[[1, 3, 5], [1, 3, 5]])
    # The number of mel bands is written into the reference.
    generator = randomise(hifigan.Generator(h))
    normed = flat(generator.state_dict())
    generator.remove_weight_norm()
    return normed, flat(generator.state_dict())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=pathlib.Path, required=True)
    parser.add_argument("--dit", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(dit(args.sources, args.dit), args.out / "dit-diffusers.safetensors")
    original, converted = autoencoder(args.sources)
    save_file(flat(original), args.out / "kl-compvis.safetensors")
    save_file(flat(converted), args.out / "kl-diffusers.safetensors")
    normed, plain = vocoder(args.sources)
    save_file(normed, args.out / "hifigan-norm.safetensors")
    save_file(plain, args.out / "hifigan-plain.safetensors")


if __name__ == "__main__":
    main()
