"""Golden answers of the published networks that judge clips, each by its own code.

Sources:   github.com/harritaylor/torchvggish f3f9096 (vggish.py, vggish_input.py, mel_features.py: VGGish)
           github.com/toshas/torch-fidelity 5e211a9 (feature_extractor_inceptionv3.py, interpolate_compat_tensorflow.py:
           InceptionV3 for FID), github.com/mseitzer/pytorch-fid b9c1811 (its resize and scale)
           github.com/v-iashin/SpecVQGAN 33c601d (evaluation/feature_extractors/melception.py) with
           torchvision/models/inception.py of torchvision 0.29.1
           github.com/researchmm/MM-Diffusion 7250222 (evaluations/fvd: I3D, preprocessing; evaluations/AudioCLIP), github.com/piergiaj/
           pytorch-i3d 05783d1 and github.com/hassony2/kinetics_i3d_pytorch 786fbae (the original I3D, twice)
           github.com/haoheliu/audioldm_eval 8dc07ee (feature_extractors/panns: Cnn14),
           github.com/qiuqiangkong/torchlibrosa d4e8add (its spectrograms)
           transformers 5.18.0 (models/clap: both towers, ClapFeatureExtractor; RobertaTokenizer)
Versions:  torch 2.13.0 (CPU), numpy 2.4.6, librosa 0.11.0
Tolerance: 1e-4 relative to the largest value

Weights, pictures and sound are formulas of name and index that the tests repeat (FormulaWeights); only answers are
stored. The networks are the references' own classes; where a width is written in and large, the object is filled
with narrower layers and its own forward runs.

Usage: python goldens/networks.py CHECKOUTS core/src/test/resources/goldens/networks [NETWORK...]
       CHECKOUTS is a folder with work trees of the repositories above, by name
"""
import importlib.util
import json
import math
import pathlib
import sys
import types
import unittest.mock
import zlib

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn


def formula(name, *shape):
    """Pseudo-random float32 in [-0.5, 0.5)."""
    count = math.prod(shape)
    with np.errstate(over="ignore"):
        h = np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(zlib.crc32(name.encode()))
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x045D9F3B)
        h ^= h >> np.uint32(16)
    return torch.from_numpy(((h >> np.uint32(8)) / 2.0**24 - 0.5).astype(np.float32).reshape(shape))


def weight(name, value):
    """He's spread for what multiplies, statistics away from (0, 1)."""
    shape = tuple(value.shape)
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.long)
    base = formula(name, *shape)
    if len(shape) > 1:
        return base * np.float32(math.sqrt(24 / math.prod(shape[1:])))
    if name.endswith("running_var"):
        return base + 1
    if name.endswith("weight"):
        return base * np.float32(0.6) + 1
    return base * np.float32(0.4)


def filled(module, fixed=()):
    state = module.state_dict()
    module.load_state_dict({k: v if k.startswith(tuple(fixed)) else weight(k, v) for k, v in state.items()})
    return module.eval()


def module(name, path, stubs=(), **names):
    for stub in stubs:
        sys.modules.setdefault(stub, unittest.mock.MagicMock())
    spec = importlib.util.spec_from_file_location(name, path)
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    found.__dict__.update(names)
    spec.loader.exec_module(found)
    return found


def sound(name, samples):
    """A tone in noise that swells, off its zero."""
    t = torch.arange(samples, dtype=torch.float64) / 16000
    tone = 0.4 * torch.sin(2 * math.pi * 440 * t) * torch.sin(2 * math.pi * 1.5 * t) ** 2
    return (tone + 0.2 * formula(name, samples).double() + 0.05).float()


def vggish(checkouts):
    folder = checkouts / "torchvggish/torchvggish"
    package = types.ModuleType("torchvggish")
    package.__path__ = [str(folder)]
    sys.modules["torchvggish"] = package
    sys.modules.update(resampy=unittest.mock.MagicMock(), soundfile=unittest.mock.MagicMock())
    reference = __import__("torchvggish.vggish", fromlist=["VGG"])
    inputs = __import__("torchvggish.vggish_input", fromlist=["waveform_to_examples"])
    features, channels = [], 1
    for layer in reference.make_layers():
        if isinstance(layer, nn.Conv2d):
            layer = nn.Conv2d(channels, layer.out_channels // 16, 3, padding=1)
            channels = layer.out_channels
        features.append(layer)
    net = reference.VGG(nn.Sequential(*features))
    net.embeddings = nn.Sequential(
        nn.Linear(channels * 4 * 6, 48), nn.ReLU(True), nn.Linear(48, 48), nn.ReLU(True), nn.Linear(48, 12), nn.ReLU(True))
    filled(net)
    # As audioldm_eval/metrics/fad.py: no last activation.
    net.embeddings = nn.Sequential(*list(net.embeddings.children())[:-1])
    examples = inputs.waveform_to_examples(sound("sound", 40000).numpy(), 16000).detach()
    with torch.no_grad():
        return dict(examples=examples[:, 0], embeddings=net(examples))


def pictures(name, count, height, width):
    """Bytes with large and small shapes, (count, 3, height, width)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [np.sin(0.11 * x * (c + 1) + 0.3 * t) + np.cos(0.07 * y + c + 0.2 * t)
              for t in range(count) for c in range(3)]
    base = torch.from_numpy(np.stack(planes)).reshape(count, 3, height, width)
    return (60 * base + 60 * formula(name, count, 3, height, width).double() + 128).floor().clamp(0, 255).to(torch.uint8)


def inception(checkouts):
    fidelity = types.ModuleType("torch_fidelity")
    fidelity.__path__ = [str(checkouts / "torch-fidelity/torch_fidelity")]
    sys.modules["torch_fidelity"] = fidelity
    reference = __import__("torch_fidelity.feature_extractor_inceptionv3", fromlist=["FeatureExtractorInceptionV3"])
    state = None

    class Unloaded(reference.FeatureExtractorInceptionV3):
        def load_state_dict(self, given, **more):
            return nn.Module.load_state_dict(self, weights(self))

    def weights(net):
        nonlocal state
        state = {k: weight(k, v) for k, v in net.state_dict().items()}
        return state

    with unittest.mock.patch.object(reference, "load_state_dict_from_url", lambda *a, **k: {}):
        net = Unloaded("i", ["2048", "logits_unbiased", "logits"])
    seen = pictures("pictures", 2, 64, 80)
    with torch.no_grad():
        features, unbiased, logits = net(seen)
        larger = net(pictures("large", 1, 320, 310))[0]
        # pytorch_fid's InceptionV3 holds the same blocks behind another resize and scale.
        x = nn.functional.interpolate(seen / 255, size=(299, 299), mode="bilinear", align_corners=False)
        net.forward_from = 2 * x - 1
        with unittest.mock.patch.object(
                reference, "interpolate_bilinear_2d_like_tensorflow1x", lambda *a, **k: 128 * net.forward_from + 128):
            fid = net(seen)[0]
    return dict(features=features, unbiased=unbiased, logits=logits, large=larger, pytorch_fid=fid)


def melception(checkouts):
    # torchvision's own text without what downloads weights.
    text = (checkouts / "torchvision/inception.py").read_text().split("class Inception_V3_Weights")[0]
    vision = types.ModuleType("torchvision.models.inception")
    vision.__dict__["_log_api_usage_once"] = lambda *a: None
    exec("\n".join(l for l in text.splitlines() if not l.startswith("from .")), vision.__dict__)
    with unittest.mock.patch.dict(sys.modules, {"torchvision.models.inception": vision, "torchvision.models": vision,
                                                "torchvision": vision}):
        reference = module("melception", checkouts / "SpecVQGAN/evaluation/feature_extractors/melception.py")
    with unittest.mock.patch.object(torch, "load", lambda *a, **k: {"model": {}}), \
            unittest.mock.patch.object(nn.Module, "load_state_dict", lambda *a, **k: None):
        net = reference.Melception(309, ["2048", "logits_unbiased", "logits"], "")
    filled(net)
    mel = 2 * formula("mel", 1, 80, 76)
    with torch.no_grad():
        features, unbiased, logits = net(mel)
    return dict(features=features, unbiased=unbiased, logits=logits)


def i3d(checkouts):
    sys.modules.update({n: unittest.mock.MagicMock() for n in ("torchvision", "requests", "tqdm")})
    evaluations = checkouts / "MM-Diffusion/evaluations"
    reference = module("pytorch_i3d", evaluations / "fvd/pytorch_i3d.py")
    fvd = module("fvd", evaluations / "fvd/fvd.py")
    original = module("original_i3d", checkouts / "pytorch-i3d/pytorch_i3d.py")
    hassony2 = module("i3dpt", checkouts / "kinetics_i3d_pytorch/src/i3dpt.py")
    net = filled(reference.InceptionI3d(400, in_channels=3))
    clip = pictures("clip", 10, 48, 64)
    with torch.no_grad():
        answers = dict(
            pixels=fvd.preprocess(clip.unsqueeze(0))[:, :, :2, ::16, ::16],
            logits=fvd.get_fvd_logits(clip.unsqueeze(0), net, "cpu"))
        whole = nn.functional.interpolate(clip[:9].float() / 255 * 2 - 1, size=(224, 224), mode="bilinear")
        whole = whole.transpose(0, 1).unsqueeze(0)
        # The original gives logits for each moment.
        first = filled(original.InceptionI3d(400, in_channels=3))
        answers["original"] = first(whole).mean(dim=2)
        other = hassony2.I3D(400)
        other.load_state_dict({**other.state_dict(), **{theirs(k): v for k, v in first.state_dict().items()}})
        answers["hassony2"] = other.eval()(whole)[1]
    return answers


def theirs(name):
    """hassony2's names for piergiaj's, by their classes."""
    first, rest = name.split(".", 1)
    first = {"logits": "conv3d_0c_1x1"}.get(first, first[0].lower() + first[1:])
    for ours, other in dict(b0="branch_0", b1a="branch_1.0", b1b="branch_1.1", b2a="branch_2.0", b2b="branch_2.1",
                            b3b="branch_3.1").items():
        rest = rest.replace(ours + ".", other + ".")
    return f"{first}.{rest}".replace(".bn.", ".batch3d.")


def panns(checkouts):
    lib = checkouts / "torchlibrosa/torchlibrosa"
    package = types.ModuleType("torchlibrosa")
    package.__path__ = [str(lib)]
    sys.modules["torchlibrosa"] = package
    folder = types.ModuleType("audioldm_eval")
    folder.__path__ = [str(checkouts / "audioldm_eval/audioldm_eval")]
    sys.modules["audioldm_eval"] = folder
    for name in ("feature_extractors", "feature_extractors.panns"):
        part = types.ModuleType("audioldm_eval." + name)
        part.__path__ = [str(checkouts / "audioldm_eval/audioldm_eval" / name.replace(".", "/"))]
        sys.modules["audioldm_eval." + name] = part
    reference = __import__("audioldm_eval.feature_extractors.panns.models", fromlist=["Cnn14"])
    net = reference.Cnn14.__new__(reference.Cnn14)
    nn.Module.__init__(net)
    net.spectrogram_extractor = reference.Spectrogram(n_fft=512, hop_length=160, win_length=512, window="hann",
                                                      center=True, pad_mode="reflect", freeze_parameters=True)
    net.logmel_extractor = reference.LogmelFilterBank(sr=16000, n_fft=512, n_mels=64, fmin=50, fmax=8000, ref=1.0,
                                                      amin=1e-10, top_db=None, freeze_parameters=True)
    net.bn0 = nn.BatchNorm2d(64)
    channels = [1, 2, 4, 6, 8, 12, 16]
    for i in range(6):
        setattr(net, f"conv_block{i + 1}", reference.ConvBlock(channels[i], channels[i + 1]))
    net.fc1, net.fc_audioset = nn.Linear(16, 16), nn.Linear(16, 20)
    filled(net, ("spectrogram_extractor", "logmel_extractor"))
    # As audioldm_eval/datasets/load_mel.py.
    heard = sound("sound", 40000)[None]
    heard = heard - heard.mean()
    with torch.no_grad():
        mel = net.logmel_extractor(net.spectrogram_extractor(heard))
        answer = net(heard)
    return dict(mel=mel[0, :, ::8], features=answer["2048"], logits=answer["logits"],
                filters=net.logmel_extractor.melW[::5],
                real=net.spectrogram_extractor.stft.conv_real.weight[::64],
                imaginary=net.spectrogram_extractor.stft.conv_imag.weight[::64])


def clap(out):
    """Both towers, saved as transformers saves laion/clap-htsat-unfused, and what they answer."""
    import transformers
    from transformers.models.clap import modeling_clap
    config = transformers.ClapConfig(
        audio_config=dict(patch_size=8, patch_stride=[8, 8], window_size=4, patch_embeds_hidden_size=4, hidden_size=32,
                          depths=[2, 1, 1, 2], num_attention_heads=[1, 2, 4, 4]),
        text_config=dict(vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
                         intermediate_size=24, max_position_embeddings=20),
        projection_dim=12)
    net = transformers.ClapModel(config)
    net.load_state_dict({k: weight(k, v) if v.is_floating_point() else v for k, v in net.state_dict().items()})
    net.eval()
    # What stands in the checkpoint's preprocessor_config.json.
    extractor = transformers.ClapFeatureExtractor(frequency_min=50, truncation="rand_trunc")
    heard = sound("sound", 130000).numpy()

    def hear(filters=extractor.mel_filters_slaney):
        with unittest.mock.patch.object(extractor, "mel_filters_slaney", filters), torch.no_grad():
            mel = extractor(heard, sampling_rate=48000, return_tensors="pt")["input_features"].float()
            return mel, net.get_audio_features(mel).pooler_output

    mel, embedding = hear()
    answers = dict(mel=mel[0, :, ::16], audio=embedding, htk=hear(extractor.mel_filters)[1])
    encoder = net.audio_model.audio_encoder
    with torch.no_grad():
        normed = encoder.batch_norm(mel.transpose(1, 3)).transpose(1, 3)
        answers["square"] = encoder.reshape_mel2img(normed)[:, 0, ::12, ::12]
    layers = [m for m in net.modules() if isinstance(m, modeling_clap.ClapAudioLayer)]
    with unittest.mock.patch.object(modeling_clap.ClapAudioLayer, "get_attn_mask", lambda *a, **k: None):
        answers["unmasked"] = hear()[1]
    shifts = [layer.shift_size for layer in layers]
    for layer in layers:
        layer.shift_size = 0
    answers["unshifted"] = hear()[1]
    for layer, shift in zip(layers, shifts):
        layer.shift_size = shift
    folder = out / "clap"
    net.save_pretrained(folder)
    extractor.save_pretrained(folder)
    tokens = tokenizer(folder)
    captions = [dict(text=text, ids=tokens(text, truncation=True, max_length=18)["input_ids"]) for text in CAPTIONS]
    (folder / "captions.json").write_text(json.dumps(captions, indent=1) + "\n")
    with torch.no_grad():
        answers["text"] = torch.cat([net.get_text_features(torch.tensor([c["ids"]])).pooler_output for c in captions])
        # RoBERTa counts positions from behind its padding on.
        ids = torch.tensor([captions[0]["ids"]])
        answers["positions"] = net.get_text_features(ids, position_ids=torch.arange(ids.shape[1])[None]).pooler_output
    return answers


VOCABULARY = 500
CAPTIONS = ["a red ball bounces on the floor", "The sound of waves, and rain", "it's  raining;\tdogs   bark  ",
            "Two 12-inch wheels\u00a0turn: caf\u00e9, \u96e8 and \U0001f436!", "", "they'll say we've  'quoted' it's \u00bd x\u00b2",
            "\u2028line\u3000ends <b>here</b>\r\n\n ok", "a siren passes, a bell rings, a fire burns, and waves roll on and on",
            "costs \u00a35, \u00a32, \u00a39 \u00a0now \u00a0and"]


def tokenizer(folder):
    """RoBERTa's, with a vocabulary learned here, in vocab.json and merges.txt."""
    import tokenizers
    import transformers
    learned = tokenizers.ByteLevelBPETokenizer()
    learned.train_from_iterator(CAPTIONS * 3, vocab_size=VOCABULARY - 1, min_frequency=2, show_progress=False,
                                special_tokens=["<s>", "<pad>", "</s>", "<unk>"])
    learned.add_special_tokens(["<mask>"])
    learned.save_model(str(folder))
    return transformers.RobertaTokenizer(vocab=str(folder / "vocab.json"), merges=str(folder / "merges.txt"))


def audioclip(out):
    """Narrow, with the names and the written form of AudioCLIP-Full-Training.pt."""
    checkouts, out = out
    folder = checkouts / "MM-Diffusion/evaluations/AudioCLIP"
    sys.path.insert(0, str(folder))
    vision = unittest.mock.MagicMock()
    vision.transforms.ToTensor = object
    trainer = types.ModuleType("ignite_trainer")
    trainer.AbstractNet = nn.Module
    trainer.AbstractTransform = object
    sys.modules.update(torchvision=vision, termcolor=unittest.mock.MagicMock(), ignite_trainer=trainer)
    for name in ("model", "model.esresnet", "utils"):
        package = types.ModuleType(name)
        package.__path__ = [str(folder / name.replace(".", "/"))]
        sys.modules[name] = package
    base = __import__("model.esresnet.base", fromlist=["Bottleneck"])
    fbsp = __import__("model.esresnet.fbsp", fromlist=["ESResNeXtFBSP"])
    attention = __import__("model.esresnet.attention", fromlist=["Attention2d"])
    net = fbsp.ESResNeXtFBSP.__new__(fbsp.ESResNeXtFBSP)
    nn.Module.__init__(net)
    net.apply_attention, net._norm_layer, net.dilation, net.groups, net.base_width = True, nn.BatchNorm2d, 1, 2, 32
    net.n_fft, net.win_length, net.hop_length, net.normalized, net.onesided = 2048, 1654, 561, True, True
    net.spec_height, net.spec_width, net.log10_eps, net.inplanes = -1, -1, 1e-18, 8
    net.conv1, net.bn1 = nn.Conv2d(3, 8, kernel_size=7, stride=2, padding=3, bias=False), nn.BatchNorm2d(8)
    net.relu, net.maxpool = nn.ReLU(), nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
    kernels = [((3, 1), (1, 0)), ((1, 5), (0, 2)), ((3, 1), (1, 0)), ((1, 5), (0, 2))]
    for i, (planes, blocks, (kernel, padding)) in enumerate(zip((4, 8, 12, 16), (2, 1, 1, 1), kernels), 1):
        channels = net.inplanes
        setattr(net, f"layer{i}", net._make_layer(base.Bottleneck, planes, blocks, stride=1 if i == 1 else 2))
        setattr(net, f"att{i}", attention.Attention2d(channels, 4 * planes, 1, kernel, padding))
    net.avgpool, net.att5 = nn.AdaptiveAvgPool2d((1, 1)), attention.Attention2d(64, 64, 1, (3, 5), (1, 2))
    net.fc = nn.Linear(64, 12)
    net._inject_members()
    net.register_buffer("window", torch.from_numpy(base.sps.get_window("blackmanharris", 1654, fftbins=True)).float())
    filled(net, ("window", "fbsp"))
    with torch.no_grad():
        # Learned: orders from 0.6 to 1.4, and bandwidths and frequencies beside those of a Fourier transform.
        net.fbsp.m.copy_(1 + 0.8 * formula("fbsp.m", 1025))
        net.fbsp.fb.copy_(1 + formula("fbsp.fb", 1025))
        net.fbsp.fc.add_(formula("fbsp.fc", 1025))
        # As MM-Diffusion reads it: numbers from -1 to 1, 1.6 s.
        heard = sound("sound", 70560)[None]
        decibels = net._forward_pre_processing(heard)[:, 0]
        answers = dict(decibels=decibels[:, :, ::16, ::8], features=net(heard), loud=net(32768 * heard),
                       short=net(heard[:, :1000]))
        answers["length1"] = answers["features"] / answers["features"].norm(dim=-1, keepdim=True)
    state = {"audio." + k: v for k, v in net.state_dict().items()}
    state.update({"logit_scale": torch.ones([]), "visual.conv1.weight": torch.ones(2, 3, 3, 3),
                  "transformer.resblocks.0.ln_1.weight": torch.ones(4), "logit_scale_ai": torch.ones([])})
    torch.save(state, out / "audioclip.pt")
    return answers


NETWORKS = dict(vggish=vggish, inception=inception, melception=melception, i3d=i3d, panns=panns, clap=clap, audioclip=audioclip)


def main():
    checkouts, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[3:] or NETWORKS:
        answers = NETWORKS[name]({"clap": out, "audioclip": (checkouts, out)}.get(name, checkouts))
        save_file({k: v.contiguous().clone() for k, v in answers.items()}, out / f"{name}.safetensors")
        print(name, {k: (tuple(v.shape), float(v.float().abs().max())) for k, v in answers.items()})


if __name__ == "__main__":
    main()
