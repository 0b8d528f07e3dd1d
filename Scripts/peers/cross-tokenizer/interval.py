#!/usr/bin/env python3
"""How much nearer students came to a teacher on held-out texts: the paired difference of their mean
divergences, with an interval over texts and seeds.

    python3 interval.py runs/cross-tokenizer      # of Pipelines/cross-tokenizer.yaml

Divergence of a text is its cross-entropy against the label's distributions less their entropy, over its
labelled targets. The interval is a percentile bootstrap of 10 000 draws: texts are drawn with
replacement, and for each draw seeds are.
"""
import glob
import json
import random
import sys


def items(run, name):
    [path] = glob.glob(f"{run}/stages/{name}-????????????/final.jsonl")
    with open(path) as lines:
        rows = [json.loads(line) for line in lines]
    return {row["id"]: (
        row["ce_choice"] + row["ce_forced"] - row["entropy_choice"] - row["entropy_forced"],
        row["n_choice"] + row["n_forced"]) for row in rows}


def mean(rows, ids):
    return sum(rows[i][0] for i in ids) / sum(rows[i][1] for i in ids)


def main():
    run = sys.argv[1]
    before = items(run, "before")
    after = [items(run, f"after-{seed}") for seed in (1, 2, 3)]
    ids = sorted(before)
    print(f"{len(ids)} texts, {sum(before[i][1] for i in ids)} labelled targets")
    print(f"before   {mean(before, ids):.4f} nats a token")
    for seed, rows in enumerate(after, 1):
        print(f"after-{seed}  {mean(rows, ids):.4f}")
    draw = random.Random(1)
    differences = []
    for _ in range(10_000):
        some = draw.choices(ids, k=len(ids))
        seeds = draw.choices(after, k=len(after))
        base = mean(before, some)
        differences.append(sum(mean(rows, some) for rows in seeds) / len(seeds) - base)
    differences.sort()
    point = sum(mean(rows, ids) for rows in after) / len(after) - mean(before, ids)
    low, high = differences[250], differences[9749]
    print(f"difference {point:+.4f}, 95 % interval [{low:+.4f}, {high:+.4f}]")
    sys.exit(0 if high < 0 else 1)


if __name__ == "__main__":
    main()
