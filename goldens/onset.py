"""Expected values of mel spectrogram, spectral flux and peak picking.

Source: librosa 0.11.0 (https://github.com/librosa/librosa, tag 0.11.0), numpy 2.x, in float64.
Writes pipeline/src/test/resources/goldens/onset/onset.json. The signal is a formula, repeated in
OnsetGoldenTest. Tolerance 1e-3 dB: librosa's filter bank is float64 here, so only rounding differs.

Usage: python goldens/onset.py
"""
import json
import pathlib

import librosa
import numpy as np


def signal(rate, length):
    t = np.arange(length) / rate
    since = np.mod(t, 0.11)
    tone = np.sin(2 * np.pi * 440 * t) + 0.5 * np.sin(2 * np.pi * 2960 * t)
    chirp = np.sin(2 * np.pi * 9000 * t * t)
    return 0.4 * np.exp(-40 * since) * tone + 0.01 * chirp


def case(rate, window, hop, bands, low, high, range_db, floor_db):
    win_length, hop_length = round(window * rate), round(hop * rate)
    n_fft = 1 << (win_length - 1).bit_length()
    mel = librosa.feature.melspectrogram(
        y=signal(rate, int(0.4 * rate)), sr=rate, n_fft=n_fft, win_length=win_length,
        hop_length=hop_length, n_mels=bands, fmin=low, fmax=min(high, rate / 2), dtype=np.float64)
    decibels = librosa.power_to_db(mel, ref=1.0, amin=10 ** (floor_db / 10), top_db=range_db)
    flux = librosa.onset.onset_strength(S=decibels, sr=rate, lag=1, max_size=1, center=False)
    return dict(rate=rate, window=window, hop=hop, bands=bands, low=low, high=high,
                range=range_db, floor=floor_db,
                decibels=np.round(decibels.T, 4).tolist(), flux=np.round(flux, 4).tolist())


def peaks(rng, pre_max, post_max, pre_avg, post_avg, delta, wait):
    curve = np.round(rng.gamma(1.0, 1.0, 120), 4)
    # librosa's windows end before n + post, ours with it.
    found = librosa.util.peak_pick(curve, pre_max=pre_max, post_max=post_max + 1, pre_avg=pre_avg,
                                   post_avg=post_avg + 1, delta=delta, wait=wait)
    return dict(curve=curve.tolist(), preMax=pre_max, postMax=post_max, preMean=pre_avg,
                postMean=post_avg, threshold=delta, spacing=wait, peaks=found.tolist())


def main():
    rng = np.random.default_rng(1)
    golden = dict(
        spectrograms=[case(8000, 0.032, 0.01, 12, 30, 11000, 50, -50),
                      case(22050, 0.032, 0.02, 16, 0, 8000, 80, -100)],
        picking=[peaks(rng, 3, 3, 10, 10, 0.5, 10), peaks(rng, 3, 0, 10, 5, 0.07, 3)])
    folder = pathlib.Path(__file__).parent.parent / "pipeline/src/test/resources/goldens/onset"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "onset.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
