"""Expected values of metrics, each by the code that the papers' figures were made with.

Sources:  github.com/haoheliu/audioldm_eval 8dc07ee (metrics/fid.py, isc.py, kl.py: Fréchet distance, inception
          score, KL), github.com/researchmm/MM-Diffusion 7250222 (evaluations/compute_fvd_kvd.py: KVD, over
          scikit-learn's polynomial_kernel; evaluations/fvd/fvd.py: its own Fréchet distance),
          github.com/stoneMo/EZ-VSL 95ff5bf (utils.py: CIoU, AUC), github.com/csteinmetz1/pyloudnorm b8d67bf
          (loudness, filter class DeMan), github.com/guyyariv/TempoTokens bf0b1e3 (av_align.py: peaks and IoU)
Versions: numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1, torch 2.13.0 (CPU)
Writes evaluation/src/test/resources/goldens/metrics/metrics.json; features and maps are formulas that
MetricGoldenTest repeats, but for those that need a generator, which are stored. Tolerance: 1e-3 relative
(what is computed in double precision is nearer). FD-infinity is a straight line through distances by 1 / n
(Chong and Forsyth 2020, FID_IS_infinity/score_infinity.py), here of given subsets.

Usage: python goldens/metrics.py CHECKOUTS    (a folder with the repositories above, by name)
"""
import importlib.util
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import scipy
import scipy.linalg
import sklearn.metrics
import torch
from sklearn.linear_model import LinearRegression
from sklearn.metrics.pairwise import polynomial_kernel

checkouts = pathlib.Path(sys.argv[1])


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def function(path, names, scope):
    """Functions of a file whose imports are not wanted."""
    text = path.read_text()
    for name in names:
        body = re.search(rf"^def {name}\(.*?(?=^\S)", text + "\nend", re.M | re.S).group(0)
        exec(body, scope)  # noqa: S102, the reference's own text
    return scope


def features(n, width, seed, scale=1.0, shift=0.0):
    """Rows with different spreads and correlated columns; rounded as they are stored."""
    rng = np.random.default_rng(seed)
    mix = rng.normal(size=(width, width)) / np.sqrt(width)
    return np.round(scale * rng.normal(size=(n, width)) @ mix + shift, 4)


def audioldm_distance(one, other):
    scipy.linalg.sqrtm, wanted = patched, scipy.linalg.sqrtm
    try:
        return fid.calculate_fid({"f": torch.tensor(one)}, {"f": torch.tensor(other)}, "f")["frechet_distance"]
    finally:
        scipy.linalg.sqrtm = wanted


def patched(matrix, disp=True):
    """sqrtm lost its argument disp after the reference was written."""
    root = scipy_root(matrix)
    return root if disp else (root, 0.0)


scipy_root = scipy.linalg.sqrtm


def signal(rate, seconds, channel):
    """A tone that swells, a click track and a hum; the second channel is another."""
    t = np.arange(int(rate * seconds)) / rate
    tone = np.sin(2 * np.pi * (440 + 55 * channel) * t) * (0.1 + 0.2 * np.sin(2 * np.pi * 0.4 * t) ** 2)
    click = 0.5 * np.exp(-30 * np.mod(t, 0.31)) * np.sin(2 * np.pi * 3100 * t)
    return np.where(np.mod(t, 2.0) < 1.3, tone + click, 1e-4 * np.sin(2 * np.pi * 60 * t))


def loudness(rate, seconds, channels, gain):
    data = gain * np.stack([signal(rate, seconds, c) for c in range(channels)], axis=1)
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")
    return dict(rate=rate, seconds=seconds, channels=channels, gain=gain,
                lufs=float(meter.integrated_loudness(data)))


def local_map(size, seed):
    y, x = np.mgrid[0:size, 0:size] / size
    heat = np.exp(-((x - 0.3 - 0.05 * seed) ** 2 + (y - 0.6) ** 2) / 0.05) + 0.3 * np.sin(9 * x + seed) * np.cos(7 * y)
    truth = ((np.abs(x - 0.45) < 0.18 + 0.02 * seed) & (np.abs(y - 0.55) < 0.3)).astype(float)
    truth += ((np.abs(x - 0.45) < 0.3) & (np.abs(y - 0.55) < 0.4)).astype(float)
    return heat, truth / 2


def localisation(size, maps):
    evaluator = ez.Evaluator()
    cious = []
    for seed in range(maps):
        heat, truth = local_map(size, seed)
        heat = ez.normalize_img(heat)
        threshold = np.sort(heat.flatten())[int(size * size * 0.5)]
        cious.append(evaluator.cal_CIOU(heat, truth, threshold)[0])
    return dict(size=size, maps=maps, cious=[float(c) for c in cious], share=float(evaluator.finalize_AP50()),
                mean=float(evaluator.finalize_cIoU()), auc=float(evaluator.finalize_AUC()))


def peaks_and_union(seed):
    rng = np.random.default_rng(seed)
    flow = np.round(rng.gamma(1.2, 0.1, 60), 4)
    fps = 10.0
    audio = np.round(np.sort(rng.uniform(0, 6, 11)), 3).tolist()
    video = align["find_local_max_indexes"](flow.tolist(), fps)
    return dict(fps=fps, flow=flow.tolist(), audio=audio, video=video,
                union=align["calc_intersection_over_union"](audio, video, fps))


metrics = checkouts / "audioldm_eval/audioldm_eval/metrics"
fid, isc, kl = (module(n, metrics / f"{n}.py") for n in ["fid", "isc", "kl"])
mm = checkouts / "MM-Diffusion/evaluations"
mmfvd = module("fvd", mm / "fvd/fvd.py")
mmkvd = function(mm / "compute_fvd_kvd.py", ["polynomial_mmd"], {"np": np, "polynomial_kernel": polynomial_kernel})
# utils.Evaluator fixes its map at 224 x 224.
ez_source = (checkouts / "EZ-VSL/utils.py").read_text().replace("(224, 224)", "infer.shape")
ez = type(sys)("ez")
exec(ez_source.replace("from torch.optim import *", ""), ez.__dict__)  # noqa: S102
align = function(checkouts / "TempoTokens/av_align.py", ["find_local_max_indexes", "calc_intersection_over_union"], {})
sys.path.insert(0, str(checkouts / "pyloudnorm"))
pyloudnorm_meter = __import__("pyloudnorm.meter", fromlist=["Meter"])
pyloudnorm = pyloudnorm_meter


def main():
    one, other = features(60, 8, 1), features(50, 8, 2, 1.3, 0.4)
    few, fewer = features(10, 16, 3), features(9, 16, 4, 1.1, 0.2)
    logits_real, logits_made = features(40, 7, 5, 3), features(40, 7, 6, 3)
    # scipy's root of a singular product is far from exact; MM-Diffusion's is of symmetric matrices.
    frechet = [
        dict(real=one.tolist(), made=other.tolist(), audioldm=audioldm_distance(one, other),
             mmDiffusion=float(mmfvd.frechet_distance(torch.tensor(one), torch.tensor(other)))),
        dict(real=few.tolist(), made=fewer.tolist(),
             mmDiffusion=float(mmfvd.frechet_distance(torch.tensor(few), torch.tensor(fewer))))]
    sizes = [20, 26, 34, 42, 50]
    values = [audioldm_distance(one, other[:n]) for n in sizes]
    line = LinearRegression().fit(1 / np.array(sizes).reshape(-1, 1), np.array(values))
    score = isc.calculate_isc({"l": torch.tensor(logits_made)}, "l", 2020, True, 10)
    whole = isc.calculate_isc({"l": torch.tensor(logits_made)}, "l", 2020, False, 1)
    paths = [f"{i}.wav" for i in range(40)]
    divergence, _, _ = kl.calculate_kl({"l": torch.tensor(logits_made), "file_path_": paths},
                                       {"l": torch.tensor(logits_real), "file_path_": paths}, "l")
    golden = dict(
        frechet=frechet,
        infinity=dict(sizes=sizes, values=values, intercept=float(line.intercept_)),
        kvd=dict(value=float(mmkvd["polynomial_mmd"](one, other))),
        logits=dict(real=logits_real.tolist(), made=logits_made.tolist()),
        inception=dict(splits=10, mean=score["inception_score_mean"], deviation=score["inception_score_std"],
                       whole=whole["inception_score_mean"],
                       order=np.random.RandomState(2020).permutation(40).tolist()),
        kl=dict(softmax=divergence["kullback_leibler_divergence_softmax"],
                sigmoid=divergence["kullback_leibler_divergence_sigmoid"]),
        loudness=[loudness(48000, 5, 1, 1.0), loudness(16000, 2.125, 1, 0.5), loudness(44100, 3.3, 2, 0.8),
                  loudness(22050, 1.0, 1, 0.01)],
        localisation=localisation(32, 6),
        align=[peaks_and_union(s) for s in (7, 8)])
    folder = pathlib.Path(__file__).parent.parent / "evaluation/src/test/resources/goldens/metrics"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps(golden) + "\n")
    print({k: v for k, v in golden.items() if k not in ("frechet", "logits")})
    print([(f.get("audioldm"), f["mmDiffusion"]) for f in frechet])


if __name__ == "__main__":
    main()
