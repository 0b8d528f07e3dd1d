#!/usr/bin/env python3
"""Has the programs that exports are for read them back, and compares every row.

    pip install pyarrow duckdb datasets webdataset mosaicml-streaming trl==0.29.1
    python3 Scripts/peers/exports/read.py [--retort .build/release/retort] [SET ...]

Without a set it makes one of four families. Each reader whose library is installed reads its format
and must return exactly the records of `retort shards cat`; a reader that is missing is counted (TRL has
had no trainer of process rewards since 1.0; 0.29 is the last with one). The last line says how many passed, failed and were skipped; exit code 1 if any failed.
"""

import argparse
import glob
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

PIPELINE = """
pipeline: exported
seed: 1
stages:
  - name: train
    kind: generate
    with: {families: {sum-reduce: {}, box-tracking: {}, column-addition: {}, linear-equation: {}}, count: 2000, split: train}
"""


def rows_of(retort, path):
    """The records of a set, with knobs and checker as JSON text, as tables have them."""
    text = subprocess.run([retort, "shards", "cat", path], check=True, capture_output=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def flat(row):
    row = dict(row)
    for key in ("knobs", "checker"):
        row[key] = json.loads(row[key]) if isinstance(row[key], str) else row[key]
    return row


def pyarrow(folder, split):
    import pyarrow.parquet

    files = sorted(glob.glob(f"{folder}/data/{split}-*.parquet"))
    return [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]


def duckdb(folder, split):
    import duckdb

    found = duckdb.sql(f"select * from '{folder}/data/{split}-*.parquet'")
    return [dict(zip(found.columns, row)) for row in found.fetchall()]


def datasets(folder, split):
    from datasets import load_dataset

    cache = tempfile.mkdtemp()
    return load_dataset(folder, split=split, cache_dir=cache).to_list()


def webdataset(folder, split):
    import webdataset

    files = sorted(glob.glob(f"{folder}/data/{split}-*.tar"))
    data = webdataset.WebDataset(files, shardshuffle=False)
    return [json.loads(sample["json"]) for sample in data]


def streaming(folder, split):
    from streaming import StreamingDataset

    data = StreamingDataset(local=f"{folder}/{split}", batch_size=1, shuffle=False)
    return [{key: value for key, value in data[place].items()} for place in range(len(data))]


# Reader, format, module that it needs.
RECORDS = [
    (pyarrow, "parquet", "pyarrow"),
    (duckdb, "parquet", "duckdb"),
    (datasets, "parquet", "datasets"),
    (datasets, "jsonl", "datasets"),
    (webdataset, "webdataset", "webdataset"),
    (streaming, "mds", "streaming"),
]


def check_prompt_completion(folder, split, expected):
    rows = datasets(folder, split)
    return [(row["prompt"].removesuffix("\n"), row["completion"]) for row in rows] == [
        (row["problem"], row["solution"]) for row in expected
    ]


def check_stepwise(folder, split, expected):
    """TRL's own tokenization of stepwise supervision takes the rows as they are."""
    from datasets import load_dataset

    rows = load_dataset(folder, split=split, cache_dir=tempfile.mkdtemp())
    if set(rows.column_names) != {"prompt", "completions", "labels"}:
        return False
    PRMTrainer = importlib.import_module("trl.experimental.prm").PRMTrainer

    class Words:
        bos_token_id = None

        def __call__(self, text, **options):
            return {"input_ids": [len(word) for word in text.split()]}

        def encode(self, text, **options):
            return [0] * len(text)

    for row in rows:
        if len(row["completions"]) != len(row["labels"]):
            return False
        made = PRMTrainer.tokenize_row(
            row, Words(), "\n", max_length=None, max_completion_length=None,
            train_on_last_step_only=False, is_eval=False)
        labels = [label for label in made["labels"] if label != -100]
        if labels != [int(label) for label in row["labels"]]:
            return False
    return len(rows) > len(expected)


def check_step_labels(folder, split, expected):
    rows = datasets(folder, split)
    right = {row["id"]: row for row in rows if row["form"] == "right"}
    return all(
        [step["text"] for step in right[row["id"]]["steps"]] == row["solution"].split("\n")
        for row in expected
    ) and {row["form"] for row in rows} >= {"right", "alone", "carried"}


def check_process_bench(folder, split, expected):
    rows = datasets(folder, split)
    return all(-1 <= row["label"] < len(row["steps"]) for row in rows) and len(rows) > len(expected)


def check_prm800k(folder, split, expected):
    rows = datasets(folder, split)
    for row in rows:
        ratings = [step["completions"][0]["rating"] for step in row["label"]["steps"]]
        wrong = row["label"]["finish_reason"] == "found_error"
        if ratings.count(-1) != wrong or (wrong and ratings[-1] != -1):
            return False
    return len(rows) > len(expected)


OTHERS = [
    (check_prompt_completion, "prompt-completion", "datasets"),
    (check_stepwise, "trl-prm", "trl.experimental.prm"),
    (check_step_labels, "step-labels", "datasets"),
    (check_process_bench, "processbench", "datasets"),
    (check_prm800k, "prm800k", "datasets"),
]


def is_there(module):
    """Whether a module, perhaps one inside a package, can be found."""
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", default=".build/release/retort")
    parser.add_argument("sets", nargs="*")
    arguments = parser.parse_args()
    retort = os.path.abspath(arguments.retort)
    work = tempfile.mkdtemp()
    sets = arguments.sets
    if not sets:
        with open(f"{work}/exported.yaml", "w") as file:
            file.write(PIPELINE)
        subprocess.run(
            [retort, "run", f"{work}/exported.yaml", "--into", f"{work}/run", "--quiet"], check=True
        )
        sets = glob.glob(f"{work}/run/stages/train-*")

    passed = failed = skipped = 0
    exported = {}

    def folder_of(set_, form):
        if (set_, form) not in exported:
            exported[set_, form] = f"{work}/{len(exported)}"
            subprocess.run(
                [retort, "shards", "export", set_, "--format", form, "--quiet", "-o",
                 exported[set_, form]],
                check=True,
            )
        return exported[set_, form]

    for set_ in sets:
        expected = rows_of(retort, set_)
        split = os.path.basename(os.path.normpath(set_)).rsplit("-", 1)[0].replace("-", "_")
        for reader, form, module in RECORDS + OTHERS:
            name = f"{form} by {reader.__name__}"
            if not is_there(module):
                skipped += 1
                print(f"skipped {name}: needs {module}")
                continue
            folder = folder_of(set_, form)
            if (reader, form, module) in RECORDS:
                good = [flat(row) for row in reader(folder, split)] == expected
            else:
                good = reader(folder, split, expected)
            print(f"{'passed' if good else 'FAILED'} {name}")
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
