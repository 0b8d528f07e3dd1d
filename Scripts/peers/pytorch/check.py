#!/usr/bin/env python3
"""Takes the steps that `retort bench train --config NAME --check FOLDER` took, and compares losses.

    python3 check.py FOLDER

Prints one JSON object; exits with 1 if a loss differs by more than 1e-4 of itself. Both sides
compute in float32 from the same weights and tokens: what differs is the order of sums.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file

import model
import works

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import shapes

TOLERANCE = 1e-4


def steps(folder):
    """Our losses of the same steps."""
    check = json.loads((folder / "check.json").read_text())
    config = json.loads((folder / "config.json").read_text())
    shape = shapes.shape_of(config, check["sequences"], check["length"])
    found = (check["learning_rate"], check["beta1"], check["beta2"], check["epsilon"],
             check["decay"], check["largest_norm"])
    ours = (works.LEARNING_RATE, *works.BETAS, works.EPSILON, works.DECAY, works.LARGEST_NORM)
    for a, b in zip(found, ours, strict=True):
        if abs(a - b) > 1e-6 * abs(b):
            raise SystemExit(f"check.json: the optimizer's settings are {found}, ours {ours}")
    decoder = model.Decoder(shape)
    model.load(decoder, load_file(folder / "model.safetensors"))
    step = works.Step(shape, model=decoder)
    step.tokens = torch.tensor(check["tokens"]).view(shape.sequences, shape.length)
    step.following = torch.tensor(check["following"])
    return check["losses"], [step() for _ in check["losses"]]


def main():
    theirs, ours = steps(pathlib.Path(sys.argv[1]))
    worst = max(abs(a - b) / abs(b) for a, b in zip(theirs, ours))
    same = worst <= TOLERANCE
    print(json.dumps({"retort": theirs, "pytorch": ours, "worst_relative": worst, "same": same}))
    sys.exit(not same)


if __name__ == "__main__":
    main()
