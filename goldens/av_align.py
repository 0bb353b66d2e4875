"""What AV-Align takes of a clip: optical flow of its pictures and onsets of its sound.

Source:    github.com/guyyariv/TempoTokens bf0b1e3 (av_align.py: compute_of, find_local_max_indexes,
           detect_audio_peaks)
Versions:  opencv-python-headless 5.0.0.93, librosa 0.11.0, numpy 2.4.6
Tolerance: 1e-4 relative for lengths of flow, exact for peaks and onsets
Writes motion/src/test/resources/goldens/flow.json and evaluation/src/test/resources/goldens/metrics/onset_detect.json.
Pictures and sound are formulas that OpticalFlowGoldenTest and LibrosaOnsetsTest repeat; the clip of the former is
tiny, since only the formula is stored.

Usage: python goldens/av_align.py TempoTokens
"""
import importlib.util
import json
import pathlib
import sys
import unittest.mock

import librosa
import numpy as np

sys.modules["librosa.display"] = unittest.mock.MagicMock()
spec = importlib.util.spec_from_file_location("av_align", pathlib.Path(sys.argv[1]) / "av_align.py")
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)


def picture(t, height=48, width=64):
    """Stripes on which a spot stands, jumps and swings: red, green, blue."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    jump = 5.0 * ((t + 1) // 4)
    spot = np.exp(-((x - 20 - jump) ** 2 + (y - 24 - 6 * np.sin(1.1 * t)) ** 2) / 60)
    planes = [60 + 30 * np.sin(0.5 * x + c) * np.cos(0.4 * y) + (140 - 20 * c) * spot for c in range(3)]
    return np.stack(planes, axis=2).astype(np.uint8)


def sound(length, rate=22050):
    """Knocks that fade, over a hum."""
    t = np.arange(length) / rate
    since = np.where(t >= 0.2, np.mod(t - 0.2, 0.37), 9.0)
    knock = np.exp(-30 * since) * np.sin(2 * np.pi * 1800 * since)
    return (0.5 * knock + 0.02 * np.sin(2 * np.pi * 110 * t)).astype(np.float32)


def main():
    root = pathlib.Path(__file__).parent.parent
    # The reference's pictures are blue, green, red.
    frames = [picture(t)[:, :, ::-1].copy() for t in range(12)]
    flow, peaks = reference.detect_video_peaks(frames, 10.0)
    (root / "motion/src/test/resources/goldens/flow.json").write_text(
        json.dumps(dict(fps=10.0, flow=flow, peaks=peaks)) + "\n")
    cases = []
    for samples in (22050 * 2, 30000):
        with unittest.mock.patch.object(librosa, "load", lambda file: (sound(samples), 22050)):
            onsets = reference.detect_audio_peaks("")
        strength = librosa.onset.onset_strength(y=sound(samples), sr=22050)
        cases.append(dict(samples=samples, onsets=onsets.tolist(), strength=strength.tolist()))
    (root / "evaluation/src/test/resources/goldens/metrics/onset_detect.json").write_text(json.dumps(cases) + "\n")
    print(np.round(flow, 3), peaks, [c["onsets"] for c in cases])


if __name__ == "__main__":
    main()
