"""Expected values of the statistics of listening studies.

Sources:  scipy 1.17.1 (stats.mannwhitneyu, exact without ties, stats.wilcoxon with zero_method "wilcox", exact up to 100 pairs,
          stats.binomtest with its exact interval), github.com/pln-fing-udelar/fast-krippendorff b1eb616
          (krippendorff.alpha, level of measurement "ordinal"), numpy 2.4.6
Writes evaluation/src/test/resources/goldens/study/study.json. Scores are drawn here and stored. Rank-biserial
correlations are 2U / (n1 n2) - 1 of scipy's U. Tolerance: 1e-9 relative, 1e-6 for ends of intervals.

Usage: PYTHONPATH=FAST_KRIPPENDORFF python goldens/study.py
"""
import json
import pathlib
import warnings

import krippendorff
import numpy as np
from scipy import stats

rng = np.random.default_rng(1)


def likert(n, centre):
    return np.clip(np.round(rng.normal(centre, 1.1, n)), 1, 5).astype(int).tolist()


def mann_whitney(first, second):
    ties = len(set(first + second)) < len(first + second)
    found = stats.mannwhitneyu(first, second, method="asymptotic" if ties else "exact")
    return dict(first=first, second=second, u=float(found.statistic), p=float(found.pvalue),
                rankBiserial=float(2 * found.statistic / (len(first) * len(second)) - 1))


def signed_rank(differences):
    """Exact: all signs of up to 16 differences; beyond 100 the approximation."""
    left = [d for d in differences if d != 0]
    ties = len(set(map(abs, left))) < len(left)
    how = dict(method="asymptotic", correction=True) if len(left) > 100 else dict(
        method=stats.PermutationMethod(n_resamples=1 << 16) if ties else "exact")
    found = stats.wilcoxon(left, zero_method="wilcox", **how)
    return dict(differences=differences, pairs=len(left), p=float(found.pvalue))


def binomial(chosen, choices):
    found = stats.binomtest(chosen, choices)
    ends = found.proportion_ci(method="exact")
    return dict(chosen=chosen, choices=choices, p=float(found.pvalue), low=float(ends.low), high=float(ends.high))


def alpha(ratings):
    """Raters by things, 0 where a rater is missing."""
    table = np.array(ratings, dtype=float)
    table[table == 0] = np.nan
    return dict(ratings=ratings, alpha=float(krippendorff.alpha(
        reliability_data=table, level_of_measurement="ordinal", value_domain=[1, 2, 3, 4, 5])))


def scored(raters, things, noise, missing):
    truth = rng.normal(3, 1, things)
    table = np.clip(np.round(truth + rng.normal(0, noise, (raters, things))), 1, 5).astype(int)
    table[rng.random((raters, things)) < missing] = 0
    return table.tolist()


# The example of Krippendorff (2011), section C to E: four observers, twelve units, ordinal 0.815.
published = [[1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
             [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
             [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
             [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0]]

warnings.simplefilter("error")
golden = dict(
    mannWhitney=[
        mann_whitney(likert(60, 3.5), likert(48, 3.0)),
        mann_whitney(likert(300, 3.1), likert(300, 3.0)),
        mann_whitney(likert(7, 4.5), likert(9, 1.5)),
        mann_whitney([1.25, 2.5, 3.75, 3.1], [0.5, 0.75, 1.5, 2.25, 2.0]),
        mann_whitney(np.round(rng.normal(3, 1, 20), 4).tolist(), np.round(rng.normal(3.4, 1, 18), 4).tolist()),
    ],
    signedRank=[
        signed_rank(np.round(rng.normal(0.3, 1, 12), 4).tolist()),
        signed_rank([0.5, -0.25, 0.0, 1.0, 0.5, 0.25, 0.75, -0.5, 0.0, 1.25, 0.5, 0.25, 1.0, -1.0, 0.5]),
        signed_rank(np.round(rng.normal(0, 1, 40), 4).tolist()),
        signed_rank([1.0] * 7),
        signed_rank(np.round(rng.normal(0.2, 1, 150), 1).tolist()),
    ],
    binomial=[binomial(*pair) for pair in [(18, 24), (0, 7), (9, 9), (55, 111), (1, 1)]],
    alpha=[alpha(published), alpha(scored(6, 40, 0.6, 0.2)), alpha(scored(3, 25, 2.5, 0.0))],
)
out = pathlib.Path(__file__).parent.parent / "evaluation/src/test/resources/goldens/study/study.json"
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps(golden) + "\n")
