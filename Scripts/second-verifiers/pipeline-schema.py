#!/usr/bin/env python3
"""Holds the reader of pipeline files to Pipelines/pipeline.schema.json, with a library not of ours.

    pip install jsonschema pyyaml
    Scripts/second-verifiers/pipeline-schema.py [--retort PATH] [--count 200] [--seed 1]

Every shipped pipeline must satisfy the schema and the reader (`retort run FILE --dry-run`). Then
files are mutated: a key is misspelt, added or left out, a value gets another type, a bound is
overstepped or just reached. Both must say the same of each. What no schema can see (a bound or a
rule that depends on other settings, a name of no stage) is the reader's alone: such mutants are
made from independent settings only. Exit 1 names each disagreement.
"""

import argparse
import copy
import json
import os
import random
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PIPELINES = os.path.join(ROOT, "Pipelines")

# Rules between settings, which each stage checks once all are read; the schema cannot see them.
RELATED = {
    "steps", "batch", "count", "warmup", "hidden_size", "num_attention_heads", "num_key_value_heads",
    "head_dim", "intermediate_size", "max_tokens", "max_position_embeddings",
}

# Settings whose good values may be refused beside others, or change what other stages may hold.
TIED = {
    "split", "seed", "allow_fewer", "backend", "precision", "source", "encoding", "labels", "primary",
    "template", "unverified", "levels", "generate",
}


class Retort:
    def __init__(self, path):
        self.path = path

    def accepts(self, document):
        """The reader's verdict on a document, and what it says."""
        with tempfile.TemporaryDirectory() as folder:
            # Beside the shipped ones, so that relative paths lead where they do there.
            name = os.path.join(PIPELINES, f".mutant-{os.getpid()}.yaml")
            try:
                with open(name, "w") as file:
                    # JSON is YAML, and says exactly which type is meant.
                    json.dump(document, file)
                done = subprocess.run(
                    [self.path, "run", name, "--dry-run", "--into", os.path.join(folder, "run")],
                    capture_output=True, text=True, timeout=120)
            finally:
                os.remove(name)
        if done.returncode not in (0, 2):
            raise SystemExit(f"retort run --dry-run: exit {done.returncode}: {done.stderr}")
        return done.returncode == 0, done.stderr.strip()

    def stages(self):
        done = subprocess.run([self.path, "stages", "--json"], capture_output=True, text=True, check=True)
        return {stage["kind"]: stage for stage in json.loads(done.stdout)}


def places(document, stages):
    """Every setting that the document names: (block that holds it, key, its declaration)."""
    def walk(block, prefix, declared):
        for key, value in list(block.items()):
            name = prefix + key
            if name in declared:
                yield block, key, declared[name]
            if isinstance(value, dict):
                inner = "families.<family>." if prefix == "families." else name + "."
                yield from walk(value, inner, declared)

    for stage in document["stages"]:
        declared = {s["name"]: s for s in stages[stage["kind"]]["settings"]}
        if isinstance(stage.get("with"), dict):
            yield from walk(stage["with"], "", declared)
    compare = document.get("compare")
    training = {s["name"]: s for s in stages["distil"]["settings"]}
    for block in compare if isinstance(compare, list) else [compare] if compare else []:
        yield from walk(block, "", {n: s for n, s in training.items() if n != "labels"})
        if isinstance(block.get("evaluation"), dict):
            declared = {s["name"]: s for s in stages["evaluate"]["settings"]}
            yield from walk(block["evaluation"], "", declared)


def blocks(document):
    """Every mapping of the document whose keys are settings or keys of the file's own."""
    yield document
    for stage in document["stages"]:
        yield stage
        if isinstance(stage.get("with"), dict):
            yield stage["with"]
            if isinstance(stage["with"].get("model"), dict):
                yield stage["with"]["model"]
    compare = document.get("compare")
    for block in compare if isinstance(compare, list) else [compare] if compare else []:
        yield block
        if isinstance(block.get("model"), dict):
            yield block["model"]


def misspell(word, rng):
    at = rng.randrange(len(word))
    return word[:at] + word[at] + word[at:] if rng.random() < 0.5 else word[:at] + "_" + word[at:]


def mutate_key(document, stages, rng):
    block = rng.choice(list(blocks(document)))
    how = rng.choice(["misspell", "add", "drop", "null"])
    if how == "add":
        key = rng.choice(["nonsense", "Steps", "batch_size", "with", "smoothing", "temperature", "mix"])
        if key in block:
            return None
        block[key] = rng.choice([1, "x", None, 0.5])
        return f"adds {key}: {block[key]}"
    # A `from` or a name that is gone leaves others dangling; a set's split decides what overlaps.
    key = rng.choice([k for k in block if k not in ("from", "split", "name", "unverified")] or [None])
    if key is None:
        return None
    if how == "misspell":
        new = misspell(key, rng)
        if key == "compare" or new in block:
            return None
        block[new] = block.pop(key)
        return f"{key} becomes {new}"
    if key in ("allow_fewer", "backend", "precision", "source"):
        return None
    value = block.get(key)
    if how == "drop":
        if key in ("compare", "seed"):
            return None
        del block[key]
        return f"drops {key}: {str(value)[:40]}"
    block[key] = None
    return f"{key} becomes null"


def mutate_type(document, stages, rng):
    found = list(places(document, stages))
    block, key, setting = rng.choice(found)
    others = {
        "integer": ["12", 1.5, True, [1], {"a": 1}, "many"],
        "number": ["0.1", True, [0.1], {}, "fast"],
        "boolean": [1, 0, "true", [], {}],
        "string": [3, 0.5, False, ["level"], {}],
        "path": [3, "", [], {}, True],
        "choice": [3, "nonsense", [], {}, False, "Full"],
        "mapping": [3, "sum-reduce", [], {}, True, {"no-such-family": {}}],
        "levels": [0, 11, "0..3", "2-4", "2..11", [2, 4], {}, 1.5, True],
        "list": [3, "x", {}],
    }[setting["type"]]
    block[key] = rng.choice(others)
    return f"{setting['name']} becomes {block[key]!r}"


def mutate_bound(document, stages, rng):
    found = [
        (block, key, setting) for block, key, setting in places(document, stages)
        if setting["type"] in ("integer", "number") and isinstance(setting["bounds"], dict)
    ]
    block, key, setting = rng.choice(found)
    step = 1 if setting["type"] == "integer" else 1e-3
    choices = []
    for end, sign in (("min", -1), ("max", 1)):
        bound = setting["bounds"].get(end)
        if not isinstance(bound, (int, float)):
            continue
        choices.append(bound + sign * (step if setting["type"] == "integer" else max(step, abs(bound))))
        if key not in RELATED:
            choices.append(bound)
    if not choices:
        return None
    block[key] = rng.choice(choices)
    return f"{setting['name']} becomes {block[key]!r}"


def mutate_value(document, stages, rng):
    """Another good value, where no rule ties the setting to others."""
    found = [
        (block, key, setting) for block, key, setting in places(document, stages)
        if key not in RELATED | TIED and setting["type"] in ("integer", "number", "boolean", "choice")
    ]
    if not found:
        return None
    block, key, setting = rng.choice(found)
    # One that the file does not name, if there is such a one in this block.
    prefix = setting["name"][:-len(key)]
    kind = next(k for k in stages.values() if setting in k["settings"])
    others = [
        s for s in kind["settings"]
        if s["name"].startswith(prefix) and "." not in s["name"][len(prefix):]
        and s["type"] in ("integer", "number", "boolean", "choice")
        and s["name"][len(prefix):] not in RELATED | TIED | set(block) and "; only " not in s["meaning"]
    ]
    if others and rng.random() < 0.5:
        setting = rng.choice(others)
        key = setting["name"][len(prefix):]
    bounds = setting["bounds"]
    if setting["type"] == "boolean":
        block[key] = rng.random() < 0.5
    elif setting["type"] == "choice":
        block[key] = rng.choice(bounds)
    else:
        low = bounds["min"] if isinstance(bounds["min"], (int, float)) else 0
        high = bounds.get("max", low + 1000)
        if not isinstance(high, (int, float)):
            return None
        block[key] = (
            rng.randint(low, min(high, low + 1000)) if setting["type"] == "integer"
            else rng.uniform(low, high))
    return f"{setting['name']} becomes {block[key]!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--retort", default=os.path.join(ROOT, ".build/release/retort"))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    retort = Retort(options.retort)
    stages = retort.stages()
    with open(os.path.join(PIPELINES, "pipeline.schema.json")) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = 0

    def holds(document, what):
        """Whether the reader accepts; says it where the schema does not agree."""
        nonlocal failures
        errors = sorted(validator.iter_errors(document), key=lambda e: list(map(str, e.absolute_path)))
        accepted, said = retort.accepts(document)
        if accepted != (not errors):
            failures += 1
            print(f"DISAGREE {what}\n  schema: {errors[0].message[:300] if errors else 'accepts'}\n"
                  f"  reader: {said[:600] or 'accepts'}")
        return accepted

    documents = {}
    for name in sorted(os.listdir(PIPELINES)):
        if not name.endswith(".yaml") or name.startswith("."):
            continue
        with open(os.path.join(PIPELINES, name)) as file:
            text = file.read()
        if not text.startswith("# yaml-language-server: $schema=pipeline.schema.json\n"):
            failures += 1
            print(f"{name}: its first line does not name the schema for editors")
        document = yaml.safe_load(text)
        for error in validator.iter_errors(document):
            failures += 1
            print(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
        documents[name] = document
    # A file that names models which are not there cannot be planned.
    plannable = {}
    for name, document in documents.items():
        done = subprocess.run(
            [options.retort, "run", os.path.join(PIPELINES, name), "--dry-run", "--into", "/nonexistent/run"],
            capture_output=True, text=True)
        if done.returncode == 0:
            plannable[name] = document
        else:
            print(f"{name}: not planned here, so not mutated: {done.stderr.strip()[:200]}")
    if not plannable:
        raise SystemExit("no pipeline is planned here")

    rng = random.Random(options.seed)
    made = accepted = 0
    while made < options.count:
        name = rng.choice(sorted(plannable))
        document = copy.deepcopy(plannable[name])
        mutate = rng.choice([mutate_key, mutate_type, mutate_bound, mutate_value])
        what = mutate(document, stages, rng)
        if what is None:
            continue
        made += 1
        accepted += holds(document, f"{name}: {what}")
    print(f"{len(documents)} pipelines; {made} mutants, seed {options.seed}: "
          f"{accepted} accepted and {made - accepted} refused by the reader, {failures} disagreements")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
