"""Golden values for the mel front ends and their inverses in kinetone.spectral.

Sources: librosa 0.11.0 (stft with pad_mode="reflect", the default of the librosa 0.8.0 that
Diff-Foley pins; filters.mel, feature.inverse.mel_to_stft, griffinlim), and haoheliu/AudioLDM at
4054cb4 (audioldm/audio/stft.py, TacotronSTFT, and normalize_wav, pad_wav and the second peak
normalisation of audioldm/audio/tools.py). Sound: one second of media/src/test/resources/real. Where
AudioLDM names arguments that newer librosa wants as keywords, the script passes them so. Tolerance of
the test: 1e-4 of the largest value; of the inverse: see MelGoldenTest.

Run: python goldens/mel.py AUDIOLDM_CLONE sound.npy core/src/test/resources/goldens/mel/mel.safetensors
(sound.npy: float mono at 16 kHz)
"""
import sys
import types

import librosa
import numpy as np
import torch
from safetensors.numpy import save_file

RATE = 16000


def audio_ldm(root):
    """TacotronSTFT and the waveform functions, without the package's heavy imports."""
    import librosa.filters as filters
    import librosa.util as util

    def mel(sr, n_fft, n_mels, fmin, fmax):
        return filters.mel(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax)

    def pad_center(data, size):
        return util.pad_center(data, size=size)

    loaded = {}
    for name in ("audio_processing", "stft", "tools"):
        source = open(f"{root}/audioldm/audio/{name}.py").read()
        source = source.replace("from librosa.util import pad_center, tiny", "from librosa.util import tiny")
        source = source.replace("from librosa.filters import mel as librosa_mel_fn", "")
        source = source.replace("import torchaudio", "")
        module = types.ModuleType(f"audioldm.audio.{name}")
        module.__dict__.update(pad_center=pad_center, librosa_mel_fn=mel)
        sys.modules[module.__name__] = module
        sys.modules.setdefault("audioldm", types.ModuleType("audioldm"))
        sys.modules.setdefault("audioldm.audio", types.ModuleType("audioldm.audio"))
        exec(compile(source, name, "exec"), module.__dict__)
        loaded[name] = module
    return loaded


def diff_foley(sound):
    mel = librosa.filters.mel(sr=RATE, n_fft=1024, fmin=125, fmax=7600, n_mels=128, dtype=np.float64)
    spec = np.abs(librosa.stft(sound[:-1], n_fft=1024, hop_length=256, pad_mode="reflect"))
    return np.clip((20 * np.log10(np.maximum(1e-5, mel @ spec)) - 20 + 100) / 100, 0, 1)


def linear(log_mel):
    return 10 ** ((log_mel * 100 - 100 + 20) / 20)


def main(root, sound_file, path):
    pcm = np.round(np.load(sound_file)[8000:24000] * 32768).astype(np.int16)
    sound = pcm / 32768.0
    out = {"sound": pcm}
    foley = diff_foley(sound)
    out["diff_foley"] = foley.T
    inverse = dict(n_fft=1024, fmin=125, fmax=7600, power=1)
    out["diff_foley_stft"] = librosa.feature.inverse.mel_to_stft(linear(foley[:, 20:25]), sr=RATE, **inverse).T
    out["diff_foley_stft_22050"] = librosa.feature.inverse.mel_to_stft(linear(foley[:, 20:25]), sr=22050, **inverse).T

    ldm = audio_ldm(root)
    tools = ldm["tools"]
    whole = tools.normalize_wav(sound[:4000].astype(np.float32) + np.float32(0.01))[None]
    fitted = tools.pad_wav(whole[0], 3000)[None]
    out["fitted"] = 0.5 * fitted / np.max(np.abs(fitted))
    stft = ldm["stft"].TacotronSTFT(1024, 160, 1024, 64, RATE, 0, 8000)
    normal = tools.normalize_wav(sound.astype(np.float32))
    normal = 0.5 * normal / np.max(np.abs(normal))
    mel, _, _ = stft.mel_spectrogram(torch.from_numpy(normal)[None])
    out["audio_ldm"] = mel[0].T.numpy()[:100]

    magnitude = np.abs(librosa.stft(sound[:2000], n_fft=256, hop_length=64, pad_mode="reflect"))
    rng = np.random.RandomState(0)
    phase = 2 * np.pi * rng.random(size=magnitude.shape)
    for iterations in (1, 3, 32):
        out[f"griffin_lim_{iterations}"] = librosa.griffinlim(
            magnitude, n_iter=iterations, hop_length=64, pad_mode="reflect", random_state=np.random.RandomState(0))
    out["magnitude"] = magnitude.T
    out["phase"] = phase.T
    save_file({k: np.ascontiguousarray(v, dtype=np.int16 if k == "sound" else np.float32) for k, v in out.items()},
              path, metadata={"librosa": librosa.__version__, "numpy": np.__version__, "torch": torch.__version__,
                              "audioldm": "4054cb4",
                              "sound": "Big Buck Bunny (c) 2008 Blender Foundation, CC BY 3.0, 1 s, 16 kHz mono"})


if __name__ == "__main__":
    main(*sys.argv[1:])
