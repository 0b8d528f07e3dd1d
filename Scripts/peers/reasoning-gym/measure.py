#!/usr/bin/env python3
"""Records a second of our families beside reasoning-gym's questions a second, by turns, one core each.

    pip install reasoning-gym
    python3 Scripts/peers/reasoning-gym/measure.py [--retort .build/release/retort] [--rounds 5]
        [--families sum-reduce,euclid] [--json]

Ours draws a problem, works it step by step, writes the text, reads it back and verifies every step;
the peer draws a question and its answer, without a trace or a check. Both run on one thread, one after
the other in each round; a figure is the median over the rounds, the ratio the median of the rounds'
ratios. Families of ours that the peer has not are listed with our rate alone.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# Ours, the peer's family of the same kind, its settings.
PAIRS = {
    "sum-reduce": ("chain_sum", {}),
    "column-addition": ("chain_sum", {"min_terms": 2, "max_terms": 2, "min_digits": 6, "max_digits": 6}),
    "long-multiplication": ("products", {"min_terms": 2, "max_terms": 2, "min_digits": 3, "max_digits": 3}),
    "long-division": ("decimal_arithmetic", {}),
    "expression": ("basic_arithmetic", {}),
    "fraction": ("fraction_simplification", {}),
    "euclid": ("gcd", {}),
    "linear-equation": ("simple_equations", {}),
    "polynomial": ("polynomial_equations", {}),
    "knights-knaves": ("knights_knaves", {}),
    "natural-deduction": ("propositional_logic", {}),
    "graph-search": ("shortest_path", {}),
    "rewriting": ("ab", {}),
    "worded-sum": ("basic_arithmetic", {"allow_parentheses": False, "min_terms": 2, "max_terms": 3}),
}


def peer_rate(dataset, settings, seconds, start):
    """Questions a second of one family, of items that no earlier call drew."""
    import reasoning_gym

    data = reasoning_gym.create_dataset(dataset, size=10**9, seed=start, **settings)
    data[0]
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        data[count + 1]
        count += 1
    return count / (time.perf_counter() - begun)


def own_rates(retort, families):
    """Records a second of each family, generated, rendered, read back and verified, on one thread."""
    command = [retort, "bench", "families", "--json", "--threads", "1", "--repetitions", "1"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in found.splitlines() if line.strip()]
    if len(rows) == 1 and isinstance(rows[0], list):
        rows = rows[0]
    return {
        row["config"]: row["figures"]["records_per_s"] for row in rows if row["config"] in families
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", default=".build/release/retort")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--families", default="")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    retort = os.path.abspath(arguments.retort)
    known = json.loads(
        subprocess.run([retort, "families", "--json"], check=True, capture_output=True).stdout
    )
    families = arguments.families.split(",") if arguments.families else [f["name"] for f in known]
    ours = {family: [] for family in families}
    peers = {family: [] for family in families}
    for round_ in range(arguments.rounds):
        for family, rate in own_rates(retort, families).items():
            ours[family].append(rate)
        for family in families:
            if family in PAIRS:
                dataset, settings = PAIRS[family]
                rate = peer_rate(dataset, settings, arguments.seconds, 10_000_000 * (round_ + 1))
                peers[family].append(rate)
    rows = []
    for family in families:
        row = {"family": family, "ours": statistics.median(ours[family])}
        if peers[family]:
            row["peer"] = PAIRS[family][0]
            row["theirs"] = statistics.median(peers[family])
            row["ratio"] = statistics.median(a / b for a, b in zip(ours[family], peers[family]))
        rows.append(row)
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return
    print("| family | ours, records/s | peer | theirs, questions/s | ratio |")
    print("|---|---|---|---|---|")
    for row in rows:
        if "peer" in row:
            print(
                f"| {row['family']} | {row['ours']:.0f} | {row['peer']} | {row['theirs']:.0f} "
                f"| {row['ratio']:.2f} |"
            )
        else:
            print(f"| {row['family']} | {row['ours']:.0f} | | | |")


if __name__ == "__main__":
    sys.exit(main())
