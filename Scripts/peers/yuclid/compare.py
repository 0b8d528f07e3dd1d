"""Retort and Yuclid on the same problems, by turns, one process a problem and turn.

    Scripts/peers/yuclid/run FILE...                    what is missing is installed; this is run
    python3 compare.py FILE... [--rounds 5] [--added 60] [--json OUT]

Compared is the engines' own time: matching, deduction and, for Retort alone, tracing back. Neither
process start, nor reading, nor drawing, nor (for Retort) the check of the proof counts. A figure
of a problem is the median over the rounds; a run that ends without a proof counts as well.
`--added` lets Retort add points afterwards, to problems that the rules alone do not prove.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import measure

HERE = os.path.dirname(os.path.abspath(__file__))


def ours(retort, name, text, arguments):
    """One process of Retort: what `retort prove --json` says, and the process's milliseconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(f"{name}\n{text}\n")
        file.flush()
        start = time.perf_counter()
        result = subprocess.run(
            [retort, "prove", file.name, "--json", *arguments], capture_output=True, text=True)
        process = (time.perf_counter() - start) * 1000
    if not result.stdout:
        sys.exit(f"{name}: retort says: {result.stderr.strip()}")
    said = json.loads(result.stdout)
    parts = said["milliseconds"]
    return {
        "solved": said["proved"] and said["checked"], "process": process,
        "engine": sum(parts[part] for part in ("matching", "closing", "tracing")),
        "seconds": said["seconds"], "added": said["auxiliary"]}


def compared(retort, name, text, rounds, seed, limit):
    """A problem's row: medians over the rounds, each side first in every other one."""
    row = {"problem": name, "yuclid": "", "retort": False, "yuclid_ms": None, "retort_ms": None}
    try:
        lines = measure.setup(text, seed)
    except Exception as error:  # Newclid's front end has many ways to refuse.
        lines = None
        row["yuclid"] = f"{type(error).__name__}: {str(error)[:120]}"
    theirs, own = [], []
    for turn in range(rounds):
        for side in ("yuclid", "retort") if turn % 2 == 0 else ("retort", "yuclid"):
            if side == "retort":
                own.append(ours(retort, name, text, ["--no-auxiliary"]))
            elif lines is not None:
                theirs.append(measure.run(lines, limit))
    row["retort"] = own[-1]["solved"]
    row["retort_ms"] = statistics.median(run["engine"] for run in own)
    row["retort_process_ms"] = statistics.median(run["process"] for run in own)
    if theirs:
        row["yuclid"] = theirs[-1]["reason"]
        times = [run["engine"] for run in theirs if run["engine"] is not None]
        if times:
            row["yuclid_ms"] = statistics.median(times)
            row["yuclid_process_ms"] = statistics.median(run["process"] for run in theirs)
    return row


def summary(path, rows):
    """Lines of a table, one side a line."""
    both = [row for row in rows if row["yuclid_ms"] is not None]
    ratios = [row["yuclid_ms"] / row["retort_ms"] for row in both]
    lines = []
    for side in ("yuclid", "retort"):
        times = [row[f"{side}_ms"] for row in both]
        solved = sum(row["yuclid"] == "solved" if side == "yuclid" else row["retort"] for row in rows)
        lines.append(
            f"| {os.path.basename(path)} | {side} | {solved} / {len(rows)} "
            f"| {statistics.median(times):.3f} | {max(times):.2f} | {sum(times):.1f} "
            f"| {statistics.median(row[f'{side}_process_ms'] for row in both):.1f} |")
    slowest = min(both, key=lambda row: row["yuclid_ms"] / row["retort_ms"])
    lines.append(
        f"| | yuclid / retort | | median of the ratios {statistics.median(ratios):.0f}, least "
        f"{min(ratios):.1f} ({slowest['problem']}) | | | |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--retort", default=os.path.join(HERE, "../../../.build/release/retort"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="of Newclid's drawing")
    parser.add_argument("--time", type=float, default=60, help="seconds for a run of Yuclid")
    parser.add_argument("--added", type=float, default=0, help="seconds with points added; 0: none")
    parser.add_argument("--json", help="a JSON object per problem goes here")
    asked = parser.parse_args()

    table = [
        "| file | engine | solved | median ms | slowest ms | sum ms | median ms of process |",
        "|---|---|---|---|---|---|---|"]
    output = open(asked.json, "w") if asked.json else None
    for path in asked.files:
        rows = []
        for name, text in measure.problems(path):
            row = compared(asked.retort, name, text, asked.rounds, asked.seed, asked.time)
            rows.append(row)
            if asked.added and not row["retort"]:
                found = ours(asked.retort, name, text, ["--time", str(asked.added)])
                row["retort_added"] = found["added"] if found["solved"] else None
                row["retort_added_seconds"] = found["seconds"]
            if output:
                print(json.dumps(row), file=output, flush=True)
        table += summary(path, rows)
        if asked.added:
            more = [row for row in rows if row.get("retort_added")]
            slowest = max((row["retort_added_seconds"] for row in more), default=0)
            table.append(
                f"| | retort, points added within {asked.added:g} s "
                f"| {sum(row['retort'] for row in rows) + len(more)} / {len(rows)} "
                f"| | {1000 * slowest:.0f} | | |")
    print("\n".join(table))


main()
