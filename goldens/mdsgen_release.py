"""The released MDSGen from a video file to its sound: every stage of the release's own scripts.

Sources:   github.com/triton99/MDSGen, revision f51ce3d (inference.py, masked_diffusion);
           github.com/luosiallen/Diff-Foley, revision 0ba1e8a (inference/demo_util.py, inference/model);
           github.com/open-mmlab/mmcv, branch 1.x (1.7.2), whose ConvModule Diff-Foley uses;
           github.com/huggingface/diffusers, revision 58eb52c (AudioLDMPipeline, AutoencoderKL)
Versions:  torch 2.13.0 (CPU), torchvision 0.28.0, transformers 5.18.0, timm 1.0.29, numpy 2.4.6, Pillow 12.3.0,
           opencv-python-headless 5.0.0, safetensors 0.8.0, imageio-ffmpeg 0.6.0 (FFmpeg 7.0.2)
Tolerance: 1e-3 relative to the largest value for each stage given the reference's input, 2 of 255 in the mean for
           pictures, which the release encodes once more with x264 on the way

Usage: git -C MDSGen archive f51ce3d inference.py masked_diffusion | tar x -C ref --one-top-level=mdsgen
       git -C Diff-Foley archive 0ba1e8a inference | tar x -C ref --one-top-level=foley
       git -C mmcv archive 1.x mmcv | tar x -C ref
       git -C diffusers archive 58eb52c src/diffusers | tar x -C ref --one-top-level=diffusers
       python goldens/mdsgen_release.py --ref ref --clip CLIP --out OUT            the fixture: narrow networks
       python goldens/mdsgen_release.py --ref ref --clip CLIP --out OUT --full     files of the released sizes

inference.py runs whole; what it downloads is replaced by networks with random weights in the forms of the public
files, and its noise, drawn in bfloat16, is kept. Its literals for sizes are replaced in the text for narrow
networks. Autocast is for CUDA only, so all is float32 here. demo_util.py's class cuts, resizes and encodes the clip;
its constructor, which reads configurations of omegaconf, is passed by. The command for FFmpeg is its own.
"""

import argparse
import importlib
import importlib.machinery
import pathlib
import shutil
import sys
import tempfile
import time
import types
import unittest.mock
import warnings

import imageio_ffmpeg
import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

warnings.filterwarnings("ignore")
# A torchvision without its own operators, of which none is needed here, cannot be imported otherwise.
sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
# The networks' sizes: (narrow, released).
FRAMES, ROWS, WIDTH = (4, 32), (14, 102), (12, 512)


def stub(*names):
    for name in names:
        module = unittest.mock.MagicMock()
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        module.__path__ = []
        sys.modules[name] = module


def randomise(module, generator, gain=1.0):
    """He-scaled weights, statistics and scales away from their start."""
    with torch.no_grad():
        for name, p in module.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if name.endswith("original0") or name.endswith("weight_g"):
                # Of weight normalisation: the length of each filter.
                p.copy_(gain * (1 + 0.1 * noise) * 1.5**0.5)
            elif p.dim() > 1:
                p.copy_(gain * noise * (1.5 / p[0].numel()) ** 0.5)
            elif name.endswith("weight"):
                p.copy_(1 + 0.2 * noise)
            else:
                p.copy_(0.1 * noise)
        for name, b in module.named_buffers():
            if name.endswith("running_mean"):
                b.copy_(0.1 * torch.randn(b.shape, generator=generator))
            elif name.endswith("running_var"):
                b.copy_(0.5 + torch.rand(b.shape, generator=generator))
    return module.eval()


def denoise(net, rows, generator):
    """Fits the last layer to unit noise in unit latents, so that samples are of size 1 and not of 1 / alpha_T."""
    inputs, targets = [], []
    hook = net.final_layer.linear.register_forward_hook(lambda _, x, y: inputs.append(x[0]))
    alphas = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0).float()
    with torch.no_grad():
        for name, p in net.named_parameters():
            if "adaLN" in name:
                p.mul_(0.2)
        for _ in range(40):
            t = torch.randint(0, 1000, (4,), generator=generator)
            noise = torch.randn((4, 8, 2 * rows, 16), generator=generator)
            clean = torch.randn(noise.shape, generator=generator)
            alpha = alphas[t].view(-1, 1, 1, 1)
            features = torch.nn.functional.normalize(
                torch.randn((4, FRAMES[0], WIDTH[0]), generator=generator), dim=-1)
            net(alpha**0.5 * clean + (1 - alpha) ** 0.5 * noise, t.float(), False, features, 0)
            both = torch.cat([noise, torch.zeros_like(noise)], 1)
            targets.append(both.view(4, 16, rows, 2, 8, 2).permute(0, 2, 4, 3, 5, 1).reshape(4, rows * 8, 64))
        hook.remove()
        x = torch.cat(inputs).flatten(0, 1)
        x = torch.cat([x, torch.ones(len(x), 1)], 1)
        fit = torch.linalg.lstsq(x, torch.cat(targets).flatten(0, 1)).solution
        net.final_layer.linear.weight.copy_(fit[:-1].t())
        net.final_layer.linear.bias.copy_(fit[-1])
    return net


def mdsgen(ref, full, generator):
    text = (ref / "mdsgen/masked_diffusion/models.py").read_text()
    if not full:
        for old, new in [
                ("window_size=[102, 8]", f"window_size=[{ROWS[0]}, 8]"),
                ("grid_size_1 = 102", f"grid_size_1 = {ROWS[0]}"),
                ("h = 102", f"h = {ROWS[0]}"),
                ("in_features=512", f"in_features={WIDTH[0]}"),
                ("in_channels=32", f"in_channels={FRAMES[0]}")]:
            assert old in text, old
            text = text.replace(old, new)
    models = types.ModuleType("masked_diffusion.models")
    exec(compile(text, "models.py", "exec"), models.__dict__)
    sys.modules["masked_diffusion.models"] = models
    if full:
        net = models.MDSGen_B_2(decode_layer=4)
    else:
        net = models.MDSGen(input_size=(2 * ROWS[0], 16), depth=6, hidden_size=32, num_heads=2, decode_layer=4)
        models.MDSGen_B_2 = lambda decode_layer: net
    randomise(net, generator)
    return net if full else denoise(net, ROWS[0], generator)


def cavp(ref, full, generator):
    stub("clip", "omegaconf", "librosa", "yapf", "yapf.yapflib", "yapf.yapflib.yapf_api", "addict")
    sys.modules["addict"].Dict = type("Dict", (dict,), {})
    sys.path[:0] = [str(ref), str(ref / "foley/inference")]
    model = importlib.import_module("model.cavp_model")
    modules = importlib.import_module("model.cavp_modules")
    if full:
        net = model.CAVP_Inference("Slowonly_pool", "cnn14_pool", 512)
    else:
        net = model.CAVP_Inference.__new__(model.CAVP_Inference)
        nn.Module.__init__(net)
        net.video_encode = "Slowonly_pool"
        net.video_encoder = modules.ResNet3dSlowOnly(
            depth=50, pretrained=None, base_channels=4, stage_blocks=(1, 1, 1, 1))
        net.video_project_head = nn.Linear(128, WIDTH[0])
        # A little of the network for sound, which the import leaves out.
        net.spec_encoder = nn.Linear(3, 2)
        net.logit_scale = nn.Parameter(torch.tensor(2.5))
    randomise(net, generator)
    util = importlib.import_module("demo_util")
    extract = util.Extract_CAVP_Features.__new__(util.Extract_CAVP_Features)
    nn.Module.__init__(extract)
    size = 224 if full else 64
    extract.fps, extract.batch_size, extract.device, extract.stage1_model = 4, 40, "cpu", net
    extract.img_transform = util.transforms.Compose(
        [util.transforms.Resize((size, size)), util.transforms.ToTensor()])
    util.which_ffmpeg = imageio_ffmpeg.get_ffmpeg_exe
    return net, extract


def audioldm(full, generator):
    from diffusers import AudioLDMPipeline, AutoencoderKL
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig
    widths = (128, 256, 512) if full else (8, 16, 16)
    vae = AutoencoderKL(
        in_channels=1, out_channels=1, down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3, block_out_channels=widths, layers_per_block=2, latent_channels=8,
        norm_num_groups=32 if full else 4, scaling_factor=0.9227914214134216)
    vocoder = SpeechT5HifiGan(SpeechT5HifiGanConfig(
        model_in_dim=64, upsample_initial_channel=1024 if full else 32, upsample_rates=[5, 4, 2, 2, 2],
        upsample_kernel_sizes=[16, 16, 8, 4, 4], resblock_kernel_sizes=[3, 7, 11],
        resblock_dilation_sizes=[[1, 3, 5]] * 3, normalize_before=False))
    randomise(vae, generator, 0.7)
    randomise(vocoder, generator, 1.25)
    if not full:
        # Samples of a random denoiser are large; the decoder has to notice by how much.
        vae.post_quant_conv.weight.data.mul_(0.02)
    pipe = AudioLDMPipeline(
        vae=vae, text_encoder=None, tokenizer=None, unet=None, scheduler=None,
        vocoder=vocoder)
    return AudioLDMPipeline, pipe


def inference(ref, full, net, pipeline, pipe, features, folder):
    """inference.py, line by line; returns its noise, latents, spectrograms and sound."""
    kept = {}
    text = (ref / "mdsgen/inference.py").read_text()
    if not full:
        for old, new in [("truncate = 130560", f"truncate = {ROWS[0] * 1280}"),
                         ("latent_size = (204, 16)", f"latent_size = ({2 * ROWS[0]}, 16)")]:
            assert old in text, old
            text = text.replace(old, new)
    for line in ["output_mels = vae.decode(samples / scale_factor).sample", "from diffusers import AudioLDMPipeline"]:
        assert line in text, line
    stub("soundfile")
    sys.path.insert(0, str(ref / "mdsgen"))
    script = types.ModuleType("inference")
    exec(compile(text, "inference.py", "exec"), script.__dict__)

    def noise(*shape, **options):
        kept["noise"] = randn(*shape, **options).float()
        return kept["noise"]

    randn, script.randn_tensor = script.randn_tensor, noise
    script.AudioLDMPipeline = types.SimpleNamespace(from_pretrained=lambda name: pipe)
    pipe.vae.decode, decode = (lambda z: kept.update(latents=z * pipe.vae_scale_factor) or decode(z)), pipe.vae.decode
    forward = pipe.vocoder.forward
    pipe.vocoder.forward = lambda mel: kept.update(mel=mel) or forward(mel)
    script.sf.write = lambda path, sound, rate: kept.update(sound=torch.from_numpy(sound))
    np.savez(folder / "clip.npz", features)
    sys.argv = ["inference.py", "--ckpt", str(folder / "mdsgen.pt"), "--save_path", str(folder / "wav"),
                "--video_feat_path", str(folder / "clip.npz")]
    start = time.time()
    script.main()
    print(f"inference.py: {time.time() - start:.1f} s")
    assert pipeline.__name__ == "AudioLDMPipeline" and pipe.vae_scale_factor == 4
    return kept


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ref", type=pathlib.Path, required=True)
    parser.add_argument("--clip", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    out, full = args.out, args.full
    out.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(args.ref / "diffusers/src"))
    generator = torch.Generator().manual_seed(15)
    pipeline, pipe = audioldm(full, generator)
    net = mdsgen(args.ref, full, generator)
    features_net, extract = cavp(args.ref, full, generator)

    torch.save(net.state_dict(), out / "mdsgen.pt")
    # As Lightning leaves it: wrapped, and with its best score as a number of NumPy.
    torch.save({"epoch": 66, "best": np.float64(0.5),
                "state_dict": {"module." + k: v for k, v in features_net.state_dict().items()}}, out / "cavp.ckpt")
    pipe.vae.save_pretrained(out / "audioldm/vae")
    pipe.vocoder.save_pretrained(out / "audioldm/vocoder")

    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        clip = scratch / "clip.mp4"
        shutil.copy(args.clip, clip)
        pictures = []
        transform = extract.img_transform
        extract.img_transform = lambda image: pictures.append(transform(image)) or pictures[-1]
        extract.tmp_path = str(scratch)
        with torch.no_grad():
            features, _ = extract(str(clip), None, None, tmp_path=str(scratch))
            alone = features_net.encode_video(
                torch.stack(pictures[:FRAMES[full]]).unsqueeze(0), normalize=True, pool=False)[0]
        shutil.copy(out / "mdsgen.pt", scratch / "mdsgen.pt")
        kept = inference(args.ref, full, net, pipeline, pipe, features, scratch)

    to_bytes = lambda p: (p * 255).round().to(torch.uint8).permute(1, 2, 0)
    tensors = {
        "pictures": torch.stack([to_bytes(p) for p in pictures]),
        "features": torch.from_numpy(features)[:FRAMES[full]],
        "features_alone": alone,
        # (B, C, time, frequency) there, (B, time, frequency, C) here.
        "noise": kept["noise"].permute(0, 2, 3, 1),
        "latents": kept["latents"].permute(0, 2, 3, 1),
        "mel": kept["mel"],
        "sound": kept["sound"]}
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, out / "stages.safetensors")
    for name, value in tensors.items():
        print(name, list(value.shape), float(value.float().std()), float(value.float().abs().max()))


if __name__ == "__main__":
    main()
