"""Golden values for kinetone.vocoder, from the public HiFi-GAN code.

Sources: haoheliu/AudioLDM at 4054cb4 (audioldm/hifigan/models.py, Generator) and jik876/hifi-gan at
4769534 (models.py: discriminators and losses; meldataset.py: mel_spectrogram), with torch's old-style
weight_norm and spectral_norm. Weights and signals are a formula of name and index that the test
repeats, so only outputs are stored. Widths: the generator has 32 channels, the discriminators a 32nd of
the published ones (no more groups than channels). Newer librosa and torch want keywords for the mel
filters and return_complex for the transform; the script adds them. Tolerance of the test: 1e-4 of the
largest value.

Run: python goldens/vocoder.py AUDIOLDM_CLONE HIFIGAN_CLONE core/src/test/resources/goldens/vocoder/vocoder.safetensors
"""
import math
import sys
import types
import zlib

import librosa
import numpy as np
import torch
from safetensors.numpy import save_file

SHRINK = 32


def formula(name, shape):
    """Pseudo-random float32 in [-0.5, 0.5)."""
    count = math.prod(shape)
    with np.errstate(over="ignore"):
        h = np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(zlib.crc32(name.encode()))
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x045D9F3B)
        h ^= h >> np.uint32(16)
    return torch.from_numpy(((h >> np.uint32(8)) / 2.0**24 - 0.5).astype(np.float32).reshape(shape))


def value(name, shape):
    base = formula(name, shape)
    if name.endswith("weight_g"):
        return 1 + base
    if name.endswith("bias"):
        return 0.1 * base
    return base


def fill(module):
    module.load_state_dict({k: value(k, tuple(v.shape)) for k, v in module.state_dict().items()})
    return module


def code(file, **names):
    source = open(file).read().replace("from utils import init_weights, get_padding", "")
    source = source.replace("from audioldm.hifigan.utilities import init_weights, get_padding", "")
    module = types.ModuleType("reference")
    module.__dict__.update(
        init_weights=lambda m: None, get_padding=lambda k, d=1: int((k * d - d) / 2), **names)
    exec(compile(source, file, "exec"), module.__dict__)
    return module


def narrow(layer):
    def make(i, o, *args, groups=None, **kwargs):
        i, o = (max(1, c // SHRINK) if c > 1 else 1 for c in (i, o))
        return layer(i, o, *args, **kwargs, **({} if groups is None else {"groups": min(groups, i)}))
    return make


def mel_spectrogram(root):
    source = open(f"{root}/meldataset.py").read()
    source = source[source.index("def dynamic_range_compression("):source.index("def get_dataset_filelist")]
    source = source.replace("onesided=True)", "onesided=True, return_complex=True)\n    spec = torch.view_as_real(spec)")
    space = {"torch": torch, "np": np, "librosa_mel_fn": lambda sr, n, m, lo, hi: librosa.filters.mel(
        sr=sr, n_fft=n, n_mels=m, fmin=lo, fmax=hi)}
    exec(source, space)
    return space["mel_spectrogram"]


def main(audioldm, hifigan, path):
    torch.manual_seed(0)
    h = types.SimpleNamespace(
        num_mels=8, upsample_rates=[5, 2], upsample_kernel_sizes=[16, 4], upsample_initial_channel=32,
        resblock="1", resblock_kernel_sizes=[3, 7], resblock_dilation_sizes=[[1, 3, 5]] * 2)
    generator = fill(code(f"{audioldm}/audioldm/hifigan/models.py").Generator(h))
    mel = 4 * formula("mel", (2, 8, 12))
    out = {"generator": generator(mel)[:, 0]}

    models = code(f"{hifigan}/models.py")
    models.Conv1d, models.Conv2d = narrow(torch.nn.Conv1d), narrow(torch.nn.Conv2d)
    real, made = formula("real", (2, 2001)), formula("made", (2, 2001))
    judged = {}
    for name, kind in (("period", models.MultiPeriodDiscriminator), ("scale", models.MultiScaleDiscriminator)):
        judged[name] = fill(kind()).train()(real[:, None], made[:, None])
        logits_real, logits_made, features_real, _ = judged[name]
        for i, logits in enumerate(logits_made):
            out[f"{name}.made.{i}"] = logits
        out[f"{name}.feature"] = features_real[0][2].flatten(2)
        out[f"{name}.told_apart"] = models.discriminator_loss(logits_real, logits_made)[0]
        out[f"{name}.fooled"] = models.generator_loss(logits_made)[0]
        out[f"{name}.features"] = models.feature_loss(*judged[name][2:])
    spectrogram = mel_spectrogram(hifigan)
    args = (1024, 64, 16000, 160, 1024, 0, 8000)
    real_mel = spectrogram(real, *args)
    out["loss_mel"] = real_mel.transpose(1, 2)
    out["mel_error"] = torch.nn.functional.l1_loss(real_mel, spectrogram(made, *args))
    save_file({k: np.ascontiguousarray(v.detach().numpy(), dtype=np.float32) for k, v in out.items()}, path,
              metadata={"torch": torch.__version__, "librosa": librosa.__version__, "audioldm": "4054cb4",
                        "hifi-gan": "4769534"})
    print({k: (tuple(v.shape), float(v.abs().max())) for k, v in out.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
