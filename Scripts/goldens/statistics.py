#!/usr/bin/env python3
"""Prints Tests/StatisticsTests/StatisticsGoldens.generated.swift: numbers of scipy that hold
module Comparison's statistics.

    python3 Scripts/goldens/statistics.py > Tests/StatisticsTests/StatisticsGoldens.generated.swift
"""
import math

import scipy
from scipy import special, stats
from scipy.optimize import brentq


def row(*values):
    return "    (" + ", ".join(repr(v) if not isinstance(v, list) else str(v) for v in values) + "),"


def table(name, types, rows):
    print(f"  static let {name}: [({types})] = [")
    for r in rows:
        print(row(*r))
    print("  ]")


print("// Written by Scripts/goldens/statistics.py with scipy", scipy.__version__ + ". Do not edit.")
print("// swift-format-ignore-file")
print("enum StatisticsGoldens {")
dfs = [1, 2, 3, 4, 5, 9, 29, 100, 1000]
table("quantiles", "n: Double, p: Double, t: Double",
      [(float(n), p, float(stats.t.ppf(p, n))) for n in dfs for p in (0.6, 0.9, 0.95, 0.975, 0.995, 0.9995)])
table("cumulative", "n: Double, t: Double, p: Double",
      [(float(n), t, float(stats.t.cdf(t, n))) for n in dfs for t in (-4.0, -1.0, -0.1, 0.0, 0.5, 2.0, 7.5)])
table("betas", "x: Double, a: Double, b: Double, value: Double",
      [(x, a, b, float(special.betainc(a, b, x))) for x in (1e-6, 0.01, 0.3, 0.5, 0.77, 0.999)
       for a, b in ((0.5, 0.5), (1.0, 3.0), (2.5, 0.5), (14.5, 0.5), (30.0, 12.0), (500.0, 0.5))])
table("logGammas", "x: Double, value: Double", [(x, float(special.gammaln(x))) for x in (0.1, 0.5, 1.5, 2.5, 7.0, 15.5, 42.0, 500.5)])
samples = [[-0.41, -0.35, -0.52], [0.1, -0.2, 0.05, 0.15], [-1.046, -1.133], [0.02, 0.03, 0.01, -0.01, 0.04, 0.05]]
rows = []
for d in samples:
    r = stats.ttest_1samp(d, 0.0)
    ci = r.confidence_interval(0.95)
    sd = float(stats.tstd(d))
    flips = [sum(x if m >> i & 1 == 0 else -x for i, x in enumerate(d)) for m in range(1 << len(d))]
    flip = sum(abs(f) >= abs(sum(d)) - 1e-12 for f in flips) / len(flips)
    rows.append((d, float(sum(d) / len(d)), sd, float(ci.low), float(ci.high), float(r.pvalue), flip))
table("paired", "d: [Double], mean: Double, sd: Double, low: Double, high: Double, p: Double, flip: Double", rows)


def smallest(s):
    c = stats.t.ppf(0.975, s - 1)
    # The wrong tail (below -c) is under 1e-6 at these powers, and scipy's value there may be nan.
    f = lambda d: stats.nct.sf(c, s - 1, d * math.sqrt(s)) - 0.8
    return float(brentq(f, 0.3, 4, xtol=1e-12))


table("smallest", "seeds: Int, effect: Double", [(s, smallest(s)) for s in (3, 4, 5, 6, 10, 30)])
table("wilson", "successes: Int, trials: Int, low: Double, high: Double",
      [(k, n, float(ci.low), float(ci.high)) for k, n in ((45, 50), (0, 30), (30, 30), (1, 7), (123, 1000))
       for ci in [stats.binomtest(k, n).proportion_ci(0.95, method="wilson")]])
print("}")
