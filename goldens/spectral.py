"""Golden values for kinetone.spectral, from librosa.

Source: librosa 0.11.0 (https://github.com/librosa/librosa, tag 0.11.0), functions filters.mel,
core.stft, feature.melspectrogram; computed in float64, stored as float32. Tolerance of the test:
1e-4 of the largest value.

Run: python goldens/spectral.py core/src/test/resources/goldens/spectral/spectral.safetensors
"""
import sys

import librosa
import numpy as np
from safetensors.numpy import save_file

RATE, FFT, WINDOW, HOP, BANDS = 16000, 256, 200, 64, 20


def main(path):
    time = np.arange(2000) / RATE
    sound = 0.4 * np.sin(2 * np.pi * 440 * time) + 0.2 * np.sin(2 * np.pi * 3000 * time * (1 + time))
    sound[700:720] += np.random.default_rng(0).uniform(-0.5, 0.5, 20)
    stft = librosa.stft(sound, n_fft=FFT, hop_length=HOP, win_length=WINDOW, pad_mode="reflect")
    plain = librosa.stft(sound, n_fft=FFT, hop_length=HOP, win_length=WINDOW, center=False)
    mel = dict(sr=RATE, n_fft=FFT, n_mels=BANDS, dtype=np.float64)
    out = {
        "sound": sound[None],
        "real": stft.real.T,
        "imaginary": stft.imag.T,
        "uncentred_magnitude": np.abs(plain).T,
        "slaney": librosa.filters.mel(**mel),
        "htk": librosa.filters.mel(**mel, htk=True, norm=None, fmin=50, fmax=7600),
        "mel_spectrogram": librosa.feature.melspectrogram(
            y=sound, sr=RATE, n_fft=FFT, hop_length=HOP, win_length=WINDOW, n_mels=BANDS,
            pad_mode="reflect", power=1.0).T,
    }
    save_file({k: np.ascontiguousarray(v, dtype=np.float32) for k, v in out.items()}, path,
              metadata={"librosa": librosa.__version__, "numpy": np.__version__})


if __name__ == "__main__":
    main(sys.argv[1])
