"""Golden tensors for CAVP and the alignment classifier.

Source:    github.com/luosiallen/Diff-Foley, revision 0ba1e8a: inference/model, diff_foley/modules and
           training/open_cavp_main/src/open_clip/loss.py; github.com/open-mmlab/mmcv, branch 1.x (1.7.2),
           whose ConvModule Diff-Foley uses
Versions:  torch 2.13.0 (CPU), einops 0.8.2
Tolerance: 1e-4 relative to the largest value (float32 sums in another order differ by about 1e-6)

Usage: git -C Diff-Foley archive 0ba1e8a inference/model diff_foley training/open_cavp_main/src/open_clip/loss.py | tar x -C ref
       git -C mmcv archive 1.x mmcv | tar x -C ref
       python goldens/cavp.py --reference ref --out core/src/test/resources/goldens/cavp

The networks are the reference's own classes at reduced width. Where a constructor has its widths
written in (Cnn14, CAVP_Inference), the object is filled with narrower layers of the reference's
classes, and its own forward runs. Weights are rounded to float16 first, so that the files are small.
"""

import argparse
import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest.mock
import warnings

import torch
from safetensors.torch import save_file
from torch import nn


def stub(*names):
    for name in names:
        module = unittest.mock.MagicMock()
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        module.__path__ = []
        sys.modules[name] = module


def load(reference):
    # Imported by the reference for pictures, plots and configuration files, which are not needed here.
    stub("cv2", "PIL", "yapf", "yapf.yapflib", "yapf.yapflib.yapf_api", "torchvision",
         "torchvision.models", "addict", "omegaconf", "omegaconf.listconfig", "tqdm")
    sys.modules["addict"].Dict = type("Dict", (dict,), {})
    sys.modules["omegaconf.listconfig"].ListConfig = type("ListConfig", (list,), {})
    sys.path[:0] = [str(reference), str(reference / "inference")]
    warnings.simplefilter("ignore")
    from diff_foley.modules.cond_stage import video_feat_encoder
    from diff_foley.modules.diffusionmodules import attention_openai
    from diff_foley.modules.double_guidance import alignment_backbone
    from model import cavp_model, cavp_modules
    spec = importlib.util.spec_from_file_location(
        "loss", reference / "training/open_cavp_main/src/open_clip/loss.py")
    loss = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loss)
    return cavp_model, cavp_modules, loss, alignment_backbone, attention_openai, video_feat_encoder


def randomise(module, generator):
    """He-scaled weights, running statistics away from (0, 1); all exact in float16."""
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.dim() > 1:
                fan = p[0].numel()
                p.copy_(torch.randn(p.shape, generator=generator) * (1.5 / fan) ** 0.5)
            elif name.endswith("weight"):
                p.copy_(1 + 0.3 * torch.randn(p.shape, generator=generator))
            elif p.dim() == 1:
                p.copy_(0.2 * torch.randn(p.shape, generator=generator))
            p.copy_(p.half().float())
        for name, b in module.named_buffers():
            if name.endswith("running_mean"):
                b.copy_(0.2 * torch.randn(b.shape, generator=generator))
            elif name.endswith("running_var"):
                b.copy_(0.5 + torch.rand(b.shape, generator=generator))
            if b.is_floating_point():
                b.copy_(b.half().float())


def save(path, module, tensors):
    weights = {} if module is None else {
        "weights." + k: v.detach().half() if v.is_floating_point() else v
        for k, v in module.state_dict().items()}
    weights.update(tensors)
    save_file({k: v.detach().clone().contiguous() for k, v in weights.items()}, path)


def cavp(cavp_model, modules, generator, out):
    bands, width, time = 64, 12, 4
    sound = modules.Cnn14.__new__(modules.Cnn14)
    nn.Module.__init__(sound)
    sound.bn = nn.BatchNorm2d(bands)
    channels = [1, 2, 3, 4, 6, 8, 10]
    for i in range(6):
        setattr(sound, f"conv_block{i + 1}", modules.ConvBlock(channels[i], channels[i + 1]))
    sound.fc1 = nn.Linear(channels[-1], channels[-1])
    sound.final_project = nn.Linear(channels[-1], width)

    net = cavp_model.CAVP_Inference.__new__(cavp_model.CAVP_Inference)
    nn.Module.__init__(net)
    net.video_encode, net.spec_encode = "Slowonly_pool", "cnn14_pool"
    net.video_encoder = modules.ResNet3dSlowOnly(
        depth=50, pretrained=None, base_channels=4, stage_blocks=(1, 2, 2, 1))
    net.video_project_head = nn.Linear(4 * 4 * 8, width)
    net.video_pool = nn.MaxPool1d(kernel_size=time)
    net.spec_encoder = sound
    net.spec_project_head = nn.Identity()
    net.spec_pool = nn.MaxPool1d(kernel_size=time)
    net.logit_scale = nn.Parameter(torch.tensor(2.5))
    randomise(net, generator)
    net.eval()

    pictures = torch.randint(0, 256, (2, time, 40, 40, 3), generator=generator).to(torch.uint8)
    mel = torch.rand((2, 16 * time, bands), generator=generator)
    with torch.no_grad():
        frames = (pictures.float() / 255).permute(0, 1, 4, 2, 3)
        spec = mel.transpose(1, 2)
        result = {
            "video": net.encode_video(frames, normalize=True, pool=False),
            "video_pooled": net.encode_video(frames, normalize=True, pool=True),
            "sound": net.encode_spec(spec, normalize=True, pool=False),
            "sound_pooled": net.encode_spec(spec, normalize=True, pool=True),
        }
    save(out / "cavp.safetensors", net, {"pictures": pictures, "mel": mel, **result})


def contrast(loss, generator, out):
    video = nn.functional.normalize(torch.randn((12, 8), generator=generator), dim=-1)
    sound = nn.functional.normalize(
        video + 0.5 * torch.randn((12, 8), generator=generator), dim=-1)
    scale = torch.tensor(9.0)
    values = loss.ClipLoss_Intra_Contrast(intra_contrast_weight=0.7, clip_num=3)(
        video, sound, scale, output_dict=True)
    save(out / "contrast.safetensors", None, {
        "video": video, "sound": sound, "scale": scale,
        "semantic": values["extra_contrast_loss"], "temporal": values["intra_contrast_loss"],
        "total": values["total_loss"]})


def align(backbone, attention, encoder, generator, out):
    # The same groups as written in, but fewer, because the layers are narrower.
    backbone.normalization = lambda channels: nn.GroupNorm(4, channels)
    attention.Normalize = lambda channels: nn.GroupNorm(4, channels, eps=1e-6)

    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = backbone.Classifier_Backbone(
                image_size=32, in_channels=4, out_channels=1, model_channels=8,
                attention_resolutions=[2, 4], num_res_blocks=1, channel_mult=[1, 2, 2], num_heads=2,
                use_spatial_transformer=True, transformer_depth=1, context_dim=6, legacy=False)
            self.cond_model = encoder.Video_Feat_Encoder_Posembed(5, 6, seq_len=7)

    net = Both()
    randomise(net, generator)
    net.eval()
    latent = torch.randn((3, 4, 6, 10), generator=generator)
    features = torch.randn((3, 5, 5), generator=generator)
    t = torch.tensor([0, 17, 900])
    with torch.no_grad():
        probability = net.model(latent, timesteps=t, context=net.cond_model(features)).squeeze(1)
    # (B, C, frequency, time) there, (B, time, frequency, C) here.
    save(out / "align.safetensors", net, {
        "latent": latent.permute(0, 3, 2, 1), "features": features, "t": t,
        "probability": probability})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reference", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model, modules, loss, backbone, attention, encoder = load(args.reference)
    cavp(model, modules, torch.Generator().manual_seed(1), args.out)
    contrast(loss, torch.Generator().manual_seed(2), args.out)
    align(backbone, attention, encoder, torch.Generator().manual_seed(3), args.out)
    # The arithmetic of parameter counts is held against the full size.
    video = modules.ResNet3dSlowOnly(depth=50, pretrained=None)
    sound = modules.Cnn14(embed_dim=512)
    count = lambda m: sum(p.numel() for p in m.parameters())
    print("parameters:", count(video) + 2048 * 512 + 512, count(sound))


if __name__ == "__main__":
    main()
