#!/usr/bin/env python3
"""Judges every family's records a second time, with programs that share nothing with Retort.

    python3 Scripts/second-verifiers/families.py [--retort .build/release/retort] [--count 200]
        [--families fraction,euclid] [--seed 1]

Each file of `families/` is one family's judge, written from the family's page alone: `judge(problem,
solution)` gives `None` for a right solution or says what is wrong, `answer(problem)` works the answer
out by an outside tool (a text, or a set of texts where several are right). `tool` names the tool.

For each family, `--count` records of all levels and as many flawed traces are drawn:
  * every record must be accepted, and its answer must be the outside tool's;
  * a flawed trace that the second judge accepts is a disagreement where its answer is wrong too, and
    otherwise counted as not seen: judges may be weaker than the verifier in single steps, never in
    answers;
  * what a judge can say nothing of (a term that no number type holds) is counted as undecided, and
    a tenth of a family at most.
All disagreements are listed. Families without a file, and judges whose tool is missing, are counted as
skipped. Last line: `N passed, N failed, N skipped`; exit code 1 if any failed.
"""

import argparse
import glob
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def load(path):
    name = os.path.basename(path)[:-3]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawn(retort, family, levels, count, seed, folder):
    """Records of a family, and flawed traces of them."""
    with open(f"{folder}/{family}.yaml", "w") as file:
        json.dump(
            {
                "pipeline": family,
                "seed": seed,
                "stages": [
                    {
                        "name": "records",
                        "kind": "generate",
                        "with": {"families": {family: {}}, "count": count, "allow_fewer": True},
                    },
                    {
                        "name": "steps",
                        "kind": "export",
                        "from": ["records"],
                        "with": {"format": "step-labels"},
                    },
                ],
            },
            file,
        )
    run = f"{folder}/{family}"
    subprocess.run(
        [retort, "run", f"{folder}/{family}.yaml", "--into", run, "--quiet"], check=True
    )
    (records,) = glob.glob(f"{run}/stages/records-*")
    text = subprocess.run([retort, "shards", "cat", records], check=True, capture_output=True)
    right = [json.loads(line) for line in text.stdout.splitlines()]
    (steps,) = glob.glob(f"{run}/stages/steps-*/data/*.jsonl")
    flawed = [json.loads(line) for line in open(steps)]
    return right, [row for row in flawed if row["first_bad_step"] is not None]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", default=".build/release/retort")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--families", default="")
    arguments = parser.parse_args()
    retort = os.path.abspath(arguments.retort)
    known = json.loads(
        subprocess.run([retort, "families", "--json"], check=True, capture_output=True).stdout
    )
    wanted = arguments.families.split(",") if arguments.families else []
    passed = failed = skipped = 0
    print(
        "| family | second judge | records | disagreements | flawed | rejected by both | not seen "
        "| undecided |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for family in known:
            name = family["name"]
            if wanted and name not in wanted:
                continue
            path = f"{HERE}/families/{name.replace('-', '_')}.py"
            if not os.path.exists(path):
                skipped += 1
                print(f"| {name} | none | | | | | | |")
                continue
            judge = load(path)
            right, flawed = drawn(
                retort, name, family["levels"], arguments.count, arguments.seed, folder
            )
            disagreements = []
            undecided = 0

            def verdict(problem, solution):
                """The judge's, or `...` where it can say nothing."""
                nonlocal undecided
                try:
                    return judge.judge(problem, solution)
                except getattr(judge, "Undecided", ()):
                    undecided += 1
                    return ...

            try:
                for row in right:
                    found = verdict(row["problem"], row["solution"])
                    if found is ...:
                        continue
                    if found is not None:
                        disagreements.append((row["problem"], row["solution"], found))
                    answers = judge.answer(row["problem"])
                    answers = {answers} if isinstance(answers, str) else answers
                    if answers is not None and row["answer"] not in answers:
                        disagreements.append((row["problem"], row["answer"], f"answer {answers}"))
                both = unseen = 0
                for row in flawed:
                    text = "\n".join(step["text"] for step in row["steps"])
                    found = verdict(row["problem"], text)
                    if found is ...:
                        continue
                    if found is not None:
                        both += 1
                    elif row["answer_is_right"]:
                        unseen += 1
                    else:
                        disagreements.append((row["problem"], text, "accepted, wrong answer"))
            except ImportError as missing:
                skipped += 1
                print(f"| {name} | needs {missing.name} | | | | | | |")
                continue
            tool = getattr(judge, "tool", "Python")
            print(
                f"| {name} | {tool} | {len(right)} | {len(disagreements)} | {len(flawed)} | {both} "
                f"| {unseen} | {undecided} |",
                flush=True,
            )
            for problem, solution, why in disagreements[:5]:
                print(f"{name}: {problem!r}, {solution!r}: {why}", file=sys.stderr)
            if undecided > (len(right) + len(flawed)) // 10:
                disagreements.append(("", "", f"{undecided} of {len(right) + len(flawed)} undecided"))
            passed, failed = passed + (not disagreements), failed + bool(disagreements)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
