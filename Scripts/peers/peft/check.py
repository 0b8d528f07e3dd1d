#!/usr/bin/env python3
"""Holds an adapter that `retort` trained to the library `peft`: loads it onto its base model, and
compares the logits with those of the merged model that lies beside it.

    pip install torch transformers peft
    Scripts/peers/peft/check.py BASE STAGE

BASE: the Hugging Face folder that the training started from (`retort model import` makes one of a
GGUF file). STAGE: the folder of the training, with `model` and `adapter` in it. Exit 1 where the
largest difference exceeds what float32 sums explain.
"""
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

TOKENS = 64
# Logits up to about 30, over a few hundred roundings in each of some thirty layers.
SHARE = 1e-4


def main(base, stage):
    torch.manual_seed(1)
    merged = AutoModelForCausalLM.from_pretrained(f"{stage}/model", dtype=torch.float32).eval()
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    ids = torch.randint(min(merged.config.vocab_size, 1 << 15), (1, TOKENS))
    with torch.no_grad():
        expected = merged(ids).logits
        before = plain(ids).logits
        adapted = PeftModel.from_pretrained(plain, f"{stage}/adapter").eval()
        found = adapted(ids).logits
    largest = expected.abs().max().item()
    difference = (found - expected).abs().max().item()
    moved = (before - expected).abs().max().item()
    names = sorted({name.split(".lora_")[0].split(".")[-1]
                    for name, _ in adapted.named_parameters() if ".lora_" in name})
    print(f"adapted: {', '.join(names)}; logits up to {largest:.3g}; the adapter moves them by up to "
          f"{moved:.3g}; peft's and ours differ by up to {difference:.3g}")
    return 0 if difference <= SHARE * largest < moved else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
