#!/usr/bin/env python3
"""Measures our program and its peers by turns, A B A B, and prints the table of goals.

    python3 compare.py --retort .build/release/retort --only train-small --rounds 5

Figures are medians over the rounds. `Scripts/bench --against pytorch` builds and installs what is
needed, then runs this.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import subprocess
import sys

import goals
from actors import Missing
from rows import HERE, Rows


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--retort", required=True)
    parser.add_argument("--only", action="append", metavar="ROW",
                        help="rows by name, * for any; several times for several")
    parser.add_argument("--without", action="append", default=[], metavar="ACTOR",
                        help="actors that take no turn, by name, * for any; several times for several")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", metavar="FILE", help="write lines and figures there as well")
    parser.add_argument("--folder", default=os.environ.get("RETORT_PEERS", str(HERE.parents[1] / ".build" / "peers")))
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    return parser.parse_args()


def tell(text):
    print(text, file=sys.stderr, flush=True)


def measure(row, rounds, without=()):
    """Figures of all turns by name, and why actors are missing."""
    found, missing, ready = {}, {}, []

    def lose(actor, why):
        missing[actor.name] = str(why)
        tell(f"  {actor.name}: not run: {why}")
        actor.stop()

    # Ours first: some peers read what it leaves.
    try:
        for actor in row.actors:
            if any(fnmatch.fnmatch(actor.name, pattern) for pattern in without):
                continue
            tell(f"{row.name}: starting {actor.name}")
            try:
                actor.start()
                if not hasattr(actor, "process"):
                    actor.turn(1)
                ready.append(actor)
            except Missing as why:
                lose(actor, why)
        for number in range(rounds):
            tell(f"{row.name}: round {number + 1} of {rounds}")
            for actor in list(ready):
                try:
                    for name, figures in actor.turn(row.repetitions).items():
                        found.setdefault(name, []).append(figures)
                except Missing as why:
                    ready.remove(actor)
                    lose(actor, why)
    finally:
        for actor in ready:
            actor.stop()
    return found, missing


def same_losses(retort, config, folder):
    """Whether PyTorch, taking the same first steps, finds the same losses; a line for people."""
    place = pathlib.Path(folder) / f"check-{config}"
    ours = subprocess.run(
        [retort, "bench", "train", "--config", config, "--check", place],
        capture_output=True, text=True, check=False)
    if ours.returncode != 0:
        return f"{config}: not run: {ours.stderr.strip()[:120]}"
    found = subprocess.run(
        [sys.executable, HERE / "pytorch" / "check.py", place],
        capture_output=True, text=True, check=False)
    if not found.stdout.startswith("{"):
        return f"{config}: not run: {found.stderr.strip().splitlines()[-1][:120]}"
    told = json.loads(found.stdout)
    verdict = "the same" if told["same"] else "NOT THE SAME"
    return f"{config}: {verdict}, apart by {told['worst_relative']:.1e} of a loss at most"


def gather_text(path):
    """English prose that every machine with Python has: the documentation of its packages."""
    if path.exists():
        return
    with open(path, "w") as out:
        for folder in sorted(map(pathlib.Path, sys.path)):
            if folder.name not in ("site-packages", "dist-packages") or not folder.is_dir():
                continue
            for file in sorted(folder.rglob("*")):
                if file.suffix in (".md", ".rst") or file.name == "METADATA":
                    out.write(file.read_text(errors="replace"))


def keep(asked, lines, figures, notes, losses):
    """Writes what has been measured so far, where a file was asked for."""
    if asked.json:
        report = {"rounds": asked.rounds, "lines": lines, "figures": figures, "not_run": notes,
                  "losses": losses}
        pathlib.Path(asked.json).write_text(json.dumps(report, indent=1) + "\n")


def main():
    asked = arguments()
    os.makedirs(asked.folder, exist_ok=True)
    os.environ["RETORT_PEERS"] = asked.folder
    rows = Rows(os.path.abspath(asked.retort), asked.folder).all()
    if asked.list:
        print("\n".join(["same-loss", *(row.name for row in rows)]))
        return
    patterns = asked.only or ["*"]

    def wanted(name):
        return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)

    if not any(wanted(name) for name in ("same-loss", *(row.name for row in rows))):
        sys.exit(f"--only: no row is called {' or '.join(patterns)}; see --list")
    losses = []
    if wanted("same-loss"):
        losses = [same_losses(asked.retort, config, asked.folder)
                  for config in ("tiny", "small", "base")]
    if wanted("tokenizer-text"):
        gather_text(pathlib.Path(asked.folder) / "text.txt")
    lines, figures, notes = [], {}, {}
    for row in rows:
        found, missing = {}, {}
        if asked.only and not wanted(row.name):
            continue
        if not row.long or row.name in patterns:
            found, missing = measure(row, asked.rounds, asked.without)
        figures[row.name] = found
        notes.update({f"{row.name}, {name}": why for name, why in missing.items()})
        lines += [{"row": row.name, **goal.judge(found)} for goal in row.goals]
        # A long comparison that is stopped leaves what it has measured.
        keep(asked, lines, figures, notes, losses)
    for line in losses:
        print(f"first losses, ours and PyTorch's, {line}")
    print(goals.table(lines))
    for name, why in notes.items():
        print(f"not run: {name}: {why}")
    keep(asked, lines, figures, notes, losses)


if __name__ == "__main__":
    main()
